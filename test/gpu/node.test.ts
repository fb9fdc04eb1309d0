/** The GPU path on a real device: WebGPU in Node. `npm run test:gpu`; `IGC_GPU=full` for the endurance of an hour's use. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endure, programs } from '../../bench/gpu/endurance.ts';
import { isRight, tryPitfalls } from '../../bench/gpu/pitfalls.ts';
import { gpuAdapter } from '../../src/implementations/gpu-adapter.ts';
import { createGpuKernels, type GpuKernels } from '../../src/kernels/gpu/index.ts';
import type { Library } from '../../src/kernels/gpu/library.ts';
import type { Adapter } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { linearCongruential } from '../../src/oracle/random.ts';
import { type Case, expectedBlock } from '../kernels/cases.ts';
import { nodeGpu } from './devices.ts';

let library: Library;
let gpu: GpuKernels;
let adapter: Adapter;

beforeAll(async () => {
  const found = await nodeGpu();
  library = found.library;
  gpu = await createGpuKernels({
    ...found,
    backend: 'webgpu',
    allowSoftware: true,
    require: true,
    cache: 128,
  });
  adapter = gpuAdapter(gpu, 'the tests');
});
afterAll(() => gpu?.dispose());

test('what ran is WebGPU, and says of itself whether it is software', () => {
  expect(gpu.device).toMatchObject({ backend: 'webgpu', adapter: expect.stringMatching(/\w/) });
  if (/swiftshader|llvmpipe/i.test(gpu.device.adapter)) expect(gpu.device.software).toBe(true);
});

test('level 1 of the oracle passes', async () => {
  const report = await campaign(adapter, { level: 1, seed: 170702725, shrinking: false });
  expect(report, report.reason).toMatchObject({ verdict: 'PASS', failures: [] });
  expect(report.cases).toBeGreaterThan(100);
});

const unit = { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } } as const;

/** From −1 to 1. */
function uniform(seed: number): (length: number) => Float32Array {
  const next = linearCongruential(seed);
  return (length) => Float32Array.from({ length }, () => next() / 2 ** 31 - 1);
}

describe('errors', () => {
  test.each([
    { what: '504 terms, then 3', L: 3, Min: 56, kernel: [3, 3] },
    { what: '8 terms, then 512', L: 512, Min: 2, kernel: [2, 2] },
  ] as const)('$what: at most 1e-6 of the largest output', async ({ L, Min, kernel }) => {
    const sizes = { N: 1, L, Min, Mout: Min, Lout: L, height: 4, width: 5 };
    const numbers = uniform(L);
    const parameters = {
      primaryWeight: numbers(L * Min * Min * kernel[0] * kernel[1]),
      secondaryWeight: numbers(Min * L * L),
    };
    const x = numbers(L * Min * 20);
    const shape = { ...sizes, kernel, window: unit };
    const layer = await gpu.block(shape, parameters);
    const { y } = await layer.run(x);
    layer.dispose();
    const none = { primaryBias: false, secondaryBias: false, residual: false, relu: false };
    const example: Case = { shape, has: none, seed: 0 };
    // The tensor core in doubles, of the same numbers.
    const wide = (array: Float32Array) => Float64Array.from(array) as unknown as Float32Array;
    const { data } = expectedBlock(example, wide(x), {
      primaryWeight: wide(parameters.primaryWeight),
      secondaryWeight: wide(parameters.secondaryWeight),
    });
    const largest = Math.max(...data.map(Math.abs));
    expect(Math.max(...data.map((value, i) => Math.abs(value - y[i]!))) / largest).toBeLessThan(1e-6);
  });

  test('of a sum of 4608 terms are within the oracle’s bound, element by element', async () => {
    const numbers = uniform(4608);
    const array = (...shape: number[]) =>
      ({ shape, data: numbers(shape.reduce((a, b) => a * b)), stored: 'float32' }) as const;
    const inputs = new Map([
      ['x', array(1, 512, 3, 3)],
      ['weight', array(2, 512, 3, 3)],
    ]);
    const question = { id: 'long', operation: 'group-convolution', inputs, window: unit } as const;
    const { verdict } = await ask(adapter, question);
    expect(verdict).toMatchObject({ kind: 'PASS' });
    expect(verdict.arrays[0]).toMatchObject({ comparison: 'rounding bound' });
  });

  test('numbers below 2⁻¹²⁶ survive, or it is declared that they don’t', async () => {
    const x = Float32Array.of(2 ** -130, 2 ** -149, 2 ** -126);
    const shape = { groups: 1, inputs: 1, outputs: 1, height: 1, width: 3, kernel: [1, 1] } as const;
    const layer = await gpu.convolution(shape, { weight: Float32Array.of(1) });
    const { y } = await layer.run(x);
    layer.dispose();
    const survive = x.every((value, i) => value === y[i]);
    expect(gpu.device.keepsSubnormals).toBe(survive);
    expect(adapter.flushesSubnormals).toBe(!survive);
  });
});

/** Megabytes of this process, the garbage collected: of a device's objects it is freed a little later. */
async function memory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  await new Promise((resolve) => setTimeout(resolve, 200));
  return process.memoryUsage().rss / 2 ** 20;
}

test('alternating calls over 50 shapes compile nothing twice, leak nothing, lose nothing', async () => {
  const calls = process.env.IGC_GPU === 'full' ? 10_000 : 300;
  const options = { backend: 'webgpu', allowSoftware: true, require: true, cache: programs } as const;
  const kernels = await createGpuKernels({ ...(await nodeGpu()), library, ...options });
  const megabytes: number[] = [];
  const endurance = await endure(kernels, calls, async () => {
    megabytes.push(await memory());
  });
  expect(endurance).toMatchObject({ calls, shapes: 50, compiled: 0, evicted: 0, leaked: 0 });
  // A leak grows all the time: then the least of the second half is more than the most of the first.
  const half = megabytes.length >> 1;
  const [first, second] = [megabytes.slice(0, half), megabytes.slice(half)];
  if (calls === 10_000) expect(Math.min(...second), `${megabytes}`).toBeLessThan(Math.max(...first));
  await kernels.dispose();
});

/** Known of SwiftShader's WebGPU; another device may do some of it right. */
const wrongHere = ['division', 'loop', 'index', 'alias', 'nan'];

// Last, since it takes the device away.
test('what gpu.js gets wrong silently is right here, and is wrong without what we do', async () => {
  const tried = await tryPitfalls(library, 'webgpu');
  expect(tried.filter(({ ours }) => !isRight(ours))).toEqual([]);
  expect(tried.map(({ id }) => id)).toEqual(
    expect.arrayContaining([...wrongHere, 'shape', 'instances', 'lost']),
  );
  if (!gpu.device.software) return;
  const wrong = tried.filter(({ plain }) => !isRight(plain)).map(({ id }) => id);
  expect(wrong).toEqual(expect.arrayContaining(wrongHere));
});
