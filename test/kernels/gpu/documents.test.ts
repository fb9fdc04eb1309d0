/** docs/gpu.md is what docs/gpu-benchmarks.json gives, and that is what is claimed of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRight } from '../../../bench/gpu/pitfalls.ts';
import type { PageResult } from '../../../bench/gpu/result.ts';
import { gpuFiles } from '../../../docs/gpu-tables.ts';
import { createGpuKernels } from '../../../src/kernels/gpu/index.ts';
import { scriptGpu } from './script-gpu.ts';

test.each(gpuFiles('.'))('%s is what npm run generate writes', (file, content) => {
  expect(readFileSync(file, 'utf8')).toBe(content);
});

const found = JSON.parse(readFileSync('docs/gpu-benchmarks.json', 'utf8')) as PageResult;

test('every backend passed, every pitfall is mended, every error is below 1e-6', () => {
  expect(found.backends.map(({ backend }) => backend)).toEqual(['webgpu', 'webgl2']);
  for (const { checked, pitfalls = [] } of found.backends) {
    expect(checked).toMatchObject({ verdict: 'PASS' });
    expect(pitfalls.length).toBeGreaterThan(6);
    expect(pitfalls.filter(({ ours }) => !isRight(ours))).toEqual([]);
  }
  const ours = found.cases.flatMap(({ candidates }) => candidates.filter(({ isOurs }) => isOurs));
  expect(ours).toHaveLength(9);
  for (const { name, error } of ours) expect(error, name).toBeLessThan(1e-6);
});

test('on the same software nobody is faster than our block', () => {
  expect(found.cases.map(({ id }) => id).toSorted()).toEqual(['L24M2@32', 'L32M26@8', 'L4M8@32']);
  const faster = found.cases.flatMap(({ id, candidates }) =>
    candidates
      .filter(({ api, isOurs, overOurs = 1 }) => api !== 'wasm' && !isOurs && overOurs < 1)
      .map(({ name }) => `${id}: ${name}`),
  );
  expect(faster).toEqual([]);
});

test('the example of docs/gpu.md runs as it stands', async () => {
  const [, example = ''] = /```js\n([^`]*)```/.exec(readFileSync('docs/gpu.md', 'utf8')) ?? [];
  const [statement, ...rest] = example.split('\n');
  expect(statement).toBe("import { createGpuKernels } from 'igc-oracle/gpu';");
  const { library } = scriptGpu('a card', 'webgl2');
  const here = () => createGpuKernels({ library, webgpu: {}, backend: 'webgl2', require: true });
  const run = new Function(
    'createGpuKernels',
    `return (async () => { ${rest.join('\n')} return { y, ran, result }; })();`,
  );
  const { y, ran, result } = await run(here);
  expect(ran).toEqual({ backend: 'webgl2', adapter: 'a card', software: false });
  expect(y).toHaveLength(48 * 16 * 16);
  expect(result.shape).toEqual([1, 48, 16, 16]);
});
