/** docs/gpu.md is what docs/gpu-benchmarks.json gives, and that is what is claimed of it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isRight } from '../../../bench/gpu/pitfalls.ts';
import type { PageResult } from '../../../bench/gpu/result.ts';
import { gpuFiles } from '../../../docs/gpu-tables.ts';

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

test('on the same software nobody is faster than our block but whom docs/gpu.md names', () => {
  expect(found.cases.map(({ id }) => id).toSorted()).toEqual(['L24M2@32', 'L32M26@8', 'L4M8@32']);
  const faster = found.cases.flatMap(({ id, candidates }) =>
    candidates
      .filter(({ api, isOurs, overOurs = 1 }) => api !== 'wasm' && !isOurs && overOurs < 1)
      .map(({ name }) => `${id}: ${name}`),
  );
  const named = ['L4M8@32: tfjs, webgl, dense kernels', 'L32M26@8: tfjs, webgl, groups split'];
  expect(faster.filter((one) => !named.includes(one))).toEqual([]);
});
