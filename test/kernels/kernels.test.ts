/** What callers of the kernels rely on beyond the numbers: errors, memory, caching, the plan. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import {
  type BlockParameters,
  type BlockShape,
  createKernels,
  KernelError,
  type KernelOptions,
  type Kernels,
} from '../../src/kernels/index.ts';
import { integersFrom } from './cases.ts';

const integers = integersFrom(1);

/** The smallest block with a window: L 2, M 1, 3 × 3 on 4 × 5. */
const shape: BlockShape = { L: 2, Min: 1, height: 4, width: 5, kernel: [3, 3] };
const parameters: BlockParameters = { primaryWeight: integers(18), secondaryWeight: integers(4) };

let kernels: Kernels;
beforeAll(() => {
  kernels = createKernels();
});
afterAll(() => kernels.dispose());

function errorOf(work: () => unknown): Pick<KernelError, 'constraint' | 'argument'> {
  try {
    work();
  } catch (error) {
    if (error instanceof KernelError) return { constraint: error.constraint, argument: error.argument };
    throw error;
  }
  throw new Error('expected a KernelError, got none');
}

describe('a wrong argument is refused by name, and nothing is taken', () => {
  const window = (change: object) => ({ window: { ...unitWindow, ...change } });
  const statistics = { mean: integers(2), gamma: integers(2), beta: integers(2), epsilon: 0 };
  test.each<[string, string, Partial<BlockShape>, Partial<BlockParameters>]>([
    ['C2', 'shape.L', { L: 0 }, {}],
    ['C2', 'shape.height', { height: 1.5 }, {}],
    ['C2', 'shape.kernel[1]', { kernel: [3, Number.NaN] }, {}],
    ['C4', 'shape.window.stride', window({ stride: [1, 0] }), {}],
    ['C4', 'shape.window.dilation', window({ dilation: [0.5, 1] }), {}],
    ['C4', 'shape.window.padding', window({ padding: { top: 0, bottom: 0, left: -1, right: 0 } }), {}],
    ['C5', 'shape', { height: 2 }, {}],
    ['C3', 'parameters.primaryWeight', {}, { primaryWeight: integers(17) }],
    ['C3', 'parameters.secondaryWeight', { Lout: 3 }, {}],
    ['C11', 'parameters.primaryBias', {}, { primaryBias: integers(3) }],
    ['C11', 'parameters.secondaryBias', {}, { secondaryBias: integers(1) }],
    ['K3', 'parameters.primaryWeight', {}, { primaryWeight: [1] as unknown as Float32Array }],
    ['K3', 'parameters.secondaryWeight', {}, { secondaryWeight: undefined as unknown as Float32Array }],
    [
      'K6',
      'parameters.normalisation.epsilon',
      {},
      { normalisation: { ...statistics, variance: Float32Array.of(1, 0) } },
    ],
  ])('%s: %s', (constraint, argument, sizes, given) => {
    const before = kernels.statistics;
    const work = () => kernels.block({ ...shape, ...sizes }, { ...parameters, ...given });
    expect(errorOf(work)).toEqual({ constraint, argument });
    expect(kernels.statistics).toEqual(before);
  });

  test.each<[string, string, object]>([
    ['K4', 'options.threads', { threads: 0 }],
    ['K4', 'options.cache', { cache: -1 }],
    ['K4', 'options.relaxed', { relaxed: 'yes' }],
    ['K4', 'options.winograd', { winograd: 1 }],
  ])('%s: %s', (constraint, argument, options) => {
    expect(errorOf(() => createKernels(options as KernelOptions))).toEqual({ constraint, argument });
  });

  test('the sentence has the function, the constraint, what was expected and what came', () => {
    expect(() => kernels.block({ ...shape, L: 0 }, parameters)).toThrow(
      'block: argument shape.L: C2 (a size is a positive integer): expected an integer of at least 1, got 0',
    );
  });
});

test('K2: what no memory of 4 GiB can hold is refused before anything is taken', () => {
  const before = kernels.statistics;
  const huge = { ...shape, N: 3, height: 16384, width: 16384 };
  expect(errorOf(() => kernels.block(huge, parameters))).toEqual({ constraint: 'K2', argument: 'shape' });
  const absurd = { ...shape, N: 2 ** 50, height: 2 ** 50, width: 2 ** 50 };
  expect(errorOf(() => kernels.block(absurd, parameters))).toEqual({ constraint: 'K2', argument: 'shape' });
  expect(kernels.statistics).toEqual(before);
});

describe('run', () => {
  test('with views in place and with copies it is the same; a residual that was promised is added', () => {
    const prepared = kernels.block(shape, { ...parameters, residual: true });
    const x = integers(40);
    const residual = integers(12);
    const copied = prepared.run(x, new Float32Array(12), residual);
    prepared.input.set(x);
    prepared.residual!.set(residual.map((entry) => entry + 1));
    expect([...prepared.run()]).toEqual(Array.from(copied, (entry) => entry + 1));
    expect(prepared.outputShape).toEqual([1, 2, 2, 3]);
    prepared.dispose();
  });

  test('K8: a run with x leaves parts of it in the input, which is written anew for a run without', () => {
    const prepared = kernels.block(shape, { ...parameters, residual: true });
    const [x, residual] = [integers(40), integers(12)];
    const result = [...prepared.run(x, undefined, residual)];
    expect(errorOf(() => prepared.run())).toEqual({ constraint: 'K8', argument: 'x' });
    prepared.input.set(x);
    expect(errorOf(() => prepared.run())).toEqual({ constraint: 'K8', argument: 'residual' });
    prepared.residual!.set(residual);
    expect([...prepared.run()]).toEqual(result);
    expect([...prepared.run()]).toEqual(result);
    prepared.dispose();
  });

  test('wrong lengths, a residual that was not promised, and use after the end', () => {
    const prepared = kernels.block(shape, parameters);
    const floats = (length: number) => new Float32Array(length);
    expect(errorOf(() => prepared.run(floats(39)))).toEqual({ constraint: 'C3', argument: 'x' });
    expect(errorOf(() => prepared.run(floats(40), floats(13)))).toEqual({ constraint: 'C3', argument: 'y' });
    const unasked = () => prepared.run(floats(40), floats(12), floats(12));
    expect(errorOf(unasked)).toEqual({ constraint: 'K4', argument: 'residual' });
    expect(prepared.residual).toBeUndefined();
    prepared.dispose();
    prepared.dispose();
    expect(errorOf(() => prepared.run())).toEqual({ constraint: 'K1', argument: 'this' });
    expect(errorOf(() => prepared.input)).toEqual({ constraint: 'K1', argument: 'this' });
  });

  test('after everything was disposed of', () => {
    const mine = createKernels();
    const prepared = mine.block(shape, parameters);
    mine.dispose();
    expect(errorOf(() => prepared.run())).toEqual({ constraint: 'K1', argument: 'this' });
    expect(errorOf(() => mine.block(shape, parameters))).toEqual({ constraint: 'K1', argument: 'this' });
    expect(mine.statistics.usedBytes).toBe(0);
  });

  test('what was prepared before the memory grew still computes', () => {
    const mine = createKernels();
    const first = mine.block(shape, parameters);
    const x = integers(40);
    first.input.set(x);
    const before = [...first.run()];
    const large = mine.block({ ...shape, height: 400, width: 400 }, parameters);
    expect([...first.run()]).toEqual(before);
    expect(large.input.length).toBe(320_000);
    mine.dispose();
  });
});

test('a normalisation is γ·(y − mean)/√(variance + ε) + β, channel by channel of the output', () => {
  const sizes = { ...shape, Mout: 3, Lout: 4 };
  const given = { primaryWeight: integers(54), secondaryWeight: integers(24), secondaryBias: integers(12) };
  // Powers of two, so that folding and computing are exact.
  const normalisation = {
    mean: integers(12),
    variance: Float32Array.from({ length: 12 }, (_, c) => 4 ** (c % 3) - 0.5),
    gamma: Float32Array.from({ length: 12 }, (_, c) => (c % 5) - 2),
    beta: integers(12),
    epsilon: 0.5,
  };
  const x = integers(40);
  const plain = kernels.block(sizes, given).run(x).slice();
  const got = kernels.block(sizes, { ...given, normalisation }).run(x);
  const { mean, variance, gamma, beta, epsilon } = normalisation;
  const expected = Array.from(plain, (y, index) => {
    const c = Math.floor(index / 6);
    return (gamma[c]! * (y - mean[c]!)) / Math.sqrt(variance[c]! + epsilon) + beta[c]!;
  });
  expect(Array.from(got, (entry) => entry + 0)).toEqual(expected.map((entry) => entry + 0));
});

describe('lifetime', () => {
  test('code is kept by shape, whatever the weights and N; the least recently used goes', () => {
    const mine = createKernels({ cache: 2 });
    const of = (width: number, N = 1) => mine.block({ ...shape, N, width }, parameters).dispose();
    of(5);
    of(6);
    of(5, 7);
    of(7);
    of(5);
    of(6);
    expect(mine.statistics).toMatchObject({ compiled: 4, reused: 2, evicted: 2, usedBytes: 0 });
    mine.dispose();
  });

  test('memory that was given back is used again, in whatever order', () => {
    const mine = createKernels();
    const sizes = Array.from({ length: 40 }, (_, n) => ({ ...shape, height: 4 + ((n * 7) % 40), width: 64 }));
    const round = (order: (n: number) => number) => {
      const all = sizes.map((size) => mine.block(size, parameters));
      for (const n of all.keys()) all[order(n)]!.dispose();
      return mine.statistics.memoryBytes;
    };
    const first = round((n) => n);
    expect(round((n) => 39 - n)).toBe(first);
    expect(round((n) => (n * 11) % 40)).toBe(first);
    expect(mine.statistics.usedBytes).toBe(0);
    mine.dispose();
  });
});

test('the plan says what was taken and why', () => {
  const prepared = kernels.block(
    { ...shape, L: 24, Min: 2, height: 32, width: 32 },
    {
      primaryWeight: integers(24 * 2 * 2 * 9),
      secondaryWeight: integers(2 * 24 * 24),
    },
  );
  expect(prepared.plan).toMatchObject({ strategy: 'direct', algorithm: 'sum', threads: 1 });
  expect(prepared.plan.why).toMatch(/tiles of 2 channels by \d × \d+ pixels/);
  prepared.dispose();
});
