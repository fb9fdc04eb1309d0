/** The Winograd strategy: within Winograd's own rounding bound, and taken only where it may be. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { closePoints } from '../../src/algebras/winograd.ts';
import { createKernels } from '../../src/kernels/index.ts';
import { expectWithin, numbers } from './within-bound.ts';

const kernels = createKernels();
afterAll(() => kernels.dispose());

const padding = fc.record({ top: fc.nat(2), bottom: fc.nat(2), left: fc.nat(2), right: fc.nat(2) });

/** Whole and partial tiles, side by side or not, one strip and several. */
const shapes = fc.record({
  ...{ N: fc.integer({ min: 1, max: 2 }), L: fc.integer({ min: 1, max: 2 }) },
  ...{ Min: fc.integer({ min: 8, max: 10 }), Mout: fc.integer({ min: 8, max: 9 }) },
  ...{ Lout: fc.integer({ min: 1, max: 3 }), padding },
  size: fc.oneof(
    fc.tuple(fc.integer({ min: 3, max: 11 }), fc.integer({ min: 3, max: 19 })),
    fc.constant([9, 35] as const),
  ),
  seed: fc.nat(),
});

type Shape = typeof shapes extends fc.Arbitrary<infer T> ? T : never;

function within({ N, L, Min, Mout, Lout, padding, size: [height, width], seed }: Shape): void {
  const real = numbers(seed);
  const [x, primaryWeight] = [real(N * L * Min * height * width), real(L * Mout * Min * 9)];
  const [secondaryWeight, primaryBias, secondaryBias] = [
    real(Mout * Lout * L),
    real(L * Mout),
    real(Mout * Lout),
  ];
  const window = { ...unitWindow, padding };
  const shape = { N, L, Min, Mout, Lout, height, width, kernel: [3, 3] as const, window };
  const parameters = { primaryWeight, secondaryWeight, primaryBias, secondaryBias };
  expectWithin(
    { kernels, shape, parameters, x, real },
    { strategy: 'winograd', algorithm: 'winograd' },
    { winograd: closePoints },
  );
}

test('a block of any size is within the bound, its epilogue rounds once', () => {
  fc.assert(fc.property(shapes, within), { numRuns: 3 });
});

const small = { groups: 1, inputs: 8, outputs: 8, height: 5, width: 6, kernel: [3, 3] } as const;

test('a convolution alone: residual, rectifier and bias as in two steps', () => {
  const real = numbers(7);
  const [x, weight, bias, residual] = [real(8 * 30), real(8 * 72), real(8), real(8 * 12)];
  const plain = kernels.convolution(small, { weight, bias });
  const all = kernels.convolution(small, { weight, bias, residual: true, relu: true });
  expect(all.plan.strategy).toBe('winograd');
  expect(all.run(x, undefined, residual)).toEqual(
    plain.run(x).map((sum, i) => Math.max(0, Math.fround(sum + residual[i]!))),
  );
});

test('a strip of several bands, the last cut off: near the sums of the direct kernels', () => {
  const real = numbers(9);
  const [L, Min, height, width] = [26, 12, 21, 20];
  const padding = { top: 1, bottom: 1, left: 1, right: 1 };
  const shape = { L, Min, height, width, kernel: [3, 3] as const, window: { ...unitWindow, padding } };
  const parameters = {
    primaryWeight: real(L * Min * Min * 9),
    secondaryWeight: real(Min * L * L),
    primaryBias: real(L * Min),
  };
  const x = real(L * Min * height * width);
  const sums = createKernels({ winograd: false });
  const [mine, other] = [kernels.block(shape, parameters), sums.block(shape, parameters)];
  // A band has 12 rows here.
  expect(mine.plan).toMatchObject({ strategy: 'winograd', stripRows: 21 });
  mine.output.fill(Number.NaN);
  const [got, expected] = [mine.run(x), other.run(x)];
  const largest = expected.reduce((most, y) => Math.max(most, Math.abs(y)), 0);
  expect(got.findIndex((y, i) => !(Math.abs(y - expected[i]!) <= 1e-5 * largest))).toBe(-1);
  mine.dispose();
  sums.dispose();
});

test('where it isn’t taken, the plan says why', () => {
  const why = (change: object, options: object = {}) => {
    const own = createKernels(options);
    const shape = { ...small, ...change };
    const { plan } = own.convolution(shape, {
      weight: new Float32Array(shape.outputs * shape.inputs * shape.kernel[0] * shape.kernel[1]),
    });
    own.dispose();
    expect(plan).toMatchObject({ algorithm: 'sum' });
    return plan.why;
  };
  expect(why({}, { winograd: false })).toContain('not winograd: the caller asked for sums alone');
  expect(why({ kernel: [3, 2] })).toContain('not winograd: its kernel is 3×2, not 3×3');
  expect(why({ window: { ...unitWindow, stride: [1, 2] } })).toContain(
    'not winograd: its stride or dilation is not 1',
  );
  const padding = { top: 0, bottom: 0, left: 3, right: 0 };
  expect(why({ window: { ...unitWindow, padding } })).toContain(
    'not winograd: padding of 3 is more than its kernel',
  );
  expect(why({ inputs: 7 })).toContain('not winograd: 7 channels a group are fewer than 8');
});
