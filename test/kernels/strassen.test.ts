/** Secondaries by Strassen's algorithm: within its own rounding bound, and taken only where they may be. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { createKernels } from '../../src/kernels/index.ts';
import { linearCongruential } from '../../src/oracle/random.ts';
import { expectWithin, numbers } from './within-bound.ts';

const kernels = createKernels();
const sums = createKernels({ strassen: false });
afterAll(() => {
  kernels.dispose();
  sums.dispose();
});

/** Odd and even numbers of inputs, outputs and pixels, several partitions and samples. */
const shapes = fc.record({
  ...{ N: fc.integer({ min: 1, max: 2 }), L: fc.integer({ min: 80, max: 84 }) },
  ...{ Mout: fc.integer({ min: 1, max: 2 }), Lout: fc.integer({ min: 80, max: 84 }) },
  size: fc.constantFrom([4, 8] as const, [8, 7] as const, [3, 32] as const, [9, 15] as const),
  seed: fc.nat(),
});

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function within({ N, L, Mout, Lout, size: [height, width], seed }: Shape): void {
  const real = numbers(seed);
  const x = real(N * L * height * width);
  const weights = { primaryWeight: real(L * Mout), secondaryWeight: real(Mout * Lout * L) };
  const parameters = { ...weights, secondaryBias: real(Mout * Lout) };
  const shape = { N, L, Min: 1, Mout, Lout, height, width, kernel: [1, 1] as const };
  expectWithin({ kernels, shape, parameters, x, real }, { algorithm: 'strassen' }, { strassen: true });
}

test('a block of any size is within the bound, its epilogue rounds once', () => {
  fc.assert(fc.property(shapes, within), { numRuns: 3 });
});

test('of integers it is the sum, bit for bit: several strips, the last shorter, a last tile in half a strip', () => {
  const next = linearCongruential(3);
  const integers = (length: number) => Float32Array.from({ length }, () => (next() % 5) - 2);
  const [L, Min, height, width] = [91, 2, 46, 29];
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const shape = { L, Min, height, width, kernel: [3, 3] as const, window: { ...unitWindow, padding } };
  const parameters = {
    ...{ primaryWeight: integers(L * Min * Min * 9), secondaryWeight: integers(Min * L * L) },
    ...{ primaryBias: integers(L * Min), secondaryBias: integers(Min * L) },
  };
  const x = integers(L * Min * height * width);
  const [mine, other] = [kernels.block(shape, parameters), sums.block(shape, parameters)];
  expect([mine.plan.algorithm, other.plan.algorithm]).toEqual(['strassen', 'sum']);
  expect(mine.plan.stripRows).toBeLessThan(height);
  expect(height % mine.plan.stripRows).toBeGreaterThan(0);
  mine.output.fill(Number.NaN);
  expect(mine.run(x)).toEqual(other.run(x));
});

test('where it isn’t taken, the plan says why', () => {
  const base = { L: 96, Min: 1, height: 6, width: 8, kernel: [1, 1] as readonly [number, number] };
  const why = (change: object, options: object = {}) => {
    const own = createKernels(options);
    const shape = { ...base, ...change };
    const { L, Min, kernel } = shape;
    const { plan } = own.block(shape, {
      primaryWeight: new Float32Array(L * Min * Min * kernel[0] * kernel[1]),
      secondaryWeight: new Float32Array(Min * L * L),
    });
    own.dispose();
    expect(plan.algorithm).not.toBe('strassen');
    return plan.why;
  };
  const not = "its secondary not by Strassen's: ";
  expect(why({}, { strassen: false })).toContain(`${not}the caller asked for sums`);
  // Who refuses Winograd's wants the bounds of sums.
  expect(why({}, { winograd: false })).toContain(`${not}the caller asked for sums`);
  expect(why({ L: 24 })).toContain(`${not}24 channels are fewer than 48`);
  expect(why({ height: 1, width: 9 })).toContain(`${not}it would save 0 %, not 6 %`);
  expect(why({ height: 1, width: 7 })).toContain(`${not}a strip has no two vectors of pixels`);
  expect(why({ Min: 8, kernel: [3, 3] })).toContain(`${not}strips of threads would round differently`);
});

test('it can be asked for without Winograd’s', () => {
  const own = createKernels({ winograd: false, strassen: true });
  const { plan } = own.block(
    { L: 96, Min: 1, height: 6, width: 8, kernel: [1, 1] },
    { primaryWeight: new Float32Array(96), secondaryWeight: new Float32Array(96 * 96) },
  );
  own.dispose();
  expect(plan).toMatchObject({ strategy: 'direct', algorithm: 'strassen' });
  expect(plan.why).toContain("its secondary by Strassen's algorithm, which saves about ");
});
