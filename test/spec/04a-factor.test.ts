/** Eq. 6 backwards, by hand. */
import { expect, test } from 'vitest';
import { ConstraintError, Matrix, Tensor, tensor } from '../../spec/00-notation.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import {
  compositeDegreesOfFreedom,
  factor,
  hasRankAtMostOne,
  isComposite,
  kernelSlice,
  primaryNonZeros,
  secondaryNonZeros,
  splitShape,
} from '../../spec/04a-factor.ts';
import { blockParameters } from '../../spec/05-complexity.ts';
import { booleans, integers, type Rational, rational, rationals } from '../../src/algebras/index.ts';

const fractions = (shape: Tensor<number>['shape'], data: readonly number[]): Tensor<Rational> =>
  new Tensor(
    shape,
    data.map((n) => rational(BigInt(n))),
  );

const shown = (t: Tensor<Rational>) => t.data.map(rationals.show);

// L = 1, M = 2, Lout = 2: slice (0, 0) has rows 0 and 2, slice (0, 1) rows 1 and 3; columns (m, v).
const twoSlices = [...[2, 0, 4, 6], ...[0, 0, 0, 0], ...[3, 0, 6, 9], ...[5, 5, 5, 5]];

test('a slice holds the rows of one m′ and the columns of one l', () => {
  // W[o, i] = 10·o + i, L = 2, Min = 1, Mout = 3, Lout = 2.
  const W = tensor([6, 2, 1, 2], (o, i, _, v) => 100 * o + 10 * i + v);
  const slice = kernelSlice(W, { L: 2, Mout: 3 }, 1, 2);
  expect([slice.rows, slice.columns]).toEqual([2, 2]);
  expect([slice.at(0, 0), slice.at(0, 1), slice.at(1, 0), slice.at(1, 1)]).toEqual([210, 211, 510, 511]);
});

test('its columns run over (m, u, v), v fastest', () => {
  const W = tensor([1, 4, 2, 3], (_, i, u, v) => 100 * i + 10 * u + v);
  const slice = kernelSlice(W, { L: 2, Mout: 1 }, 1, 0);
  const row = Array.from({ length: slice.columns }, (_, j) => slice.at(0, j));
  expect(row).toEqual([200, 201, 202, 210, 211, 212, 300, 301, 302, 310, 311, 312]);
});

test('the sizes of the block', () => {
  const W = tensor([6, 8, 3, 3], () => 0);
  expect(splitShape(W, { L: 4, Mout: 2 })).toEqual({ L: 4, Min: 2, Mout: 2, Lout: 3 });
});

test.each([
  [{ L: 3, Mout: 2 }, 'L 3, Mout 2'],
  [{ L: 4, Mout: 4 }, 'L 4, Mout 4'],
  [{ L: 0, Mout: 2 }, 'L 0, Mout 2'],
  [{ L: 1.5, Mout: 2 }, 'L 1.5, Mout 2'],
  [{ L: 4, Mout: -1 }, 'L 4, Mout -1'],
])('C6: %j does not divide the channels', (split, got) => {
  const W = tensor([6, 8, 1, 1], () => 0);
  const expected = `factor: C6 (the number of groups divides the input and the output channels): expected L to divide 8 and Mout to divide 6, got ${got}`;
  expect(() => splitShape(W, split)).toThrow(
    new ConstraintError('factor', 'C6', 'L to divide 8 and Mout to divide 6', got),
  );
  expect(() => factor(rationals, fractions([6, 8, 1, 1], new Array(48).fill(0)), split)).toThrow(expected);
});

test('C1: there is no slice beyond L or Mout', () => {
  const W = tensor([2, 2, 1, 1], () => 0);
  expect(() => kernelSlice(W, { L: 1, Mout: 1 }, 1, 0)).toThrow('C1');
});

test.each([
  [[1, 2, 2, 4], true],
  [[1, 2, 2, 5], false],
  [[0, 0, 0, 5], true],
  [[0, 1, 1, 0], false],
  [[0, 0, 0, 0], true],
])('the rank of %j is at most 1: %s', (entries, expected) => {
  const matrix = new Matrix(2, 2, (i, j) => BigInt(entries[2 * i + j]!));
  expect(hasRankAtMostOne(integers, matrix)).toBe(expected);
});

test('one row or one column has rank at most 1, whatever is in it', () => {
  expect(hasRankAtMostOne(integers, new Matrix(1, 5, (_, j) => BigInt(j * j)))).toBe(true);
  expect(hasRankAtMostOne(integers, new Matrix(5, 1, (i) => BigInt(i * i)))).toBe(true);
});

test('a minor of the last two rows and columns counts as well', () => {
  const entries = [1n, 1n, 1n, 1n, 1n, 1n, 1n, 1n, 2n];
  expect(hasRankAtMostOne(integers, new Matrix(3, 3, (i, j) => entries[3 * i + j]!))).toBe(false);
});

test('factors: the pivot row as it stands, the column over the pivot; zeros for a slice of zeros', () => {
  const W = fractions([4, 2, 1, 2], twoSlices);
  const found = factor(rationals, W, { L: 1, Mout: 2 })!;
  expect(found.primary.shape).toEqual([2, 2, 1, 2]);
  expect(found.secondary.shape).toEqual([4, 1, 1, 1]);
  expect(shown(found.primary)).toEqual(['2', '0', '4', '6', '5', '5', '5', '5']);
  // Secondary channel m′·Lout + l′. Row 1 of W is zero: the pivot of slice (0, 1) is in its second row.
  expect(shown(found.secondary)).toEqual(['1', '3/2', '0', '1']);
  expect(shown(compositeKernel(rationals, found.primary, found.secondary))).toEqual(shown(W));
  expect(isComposite(rationals, W, { L: 1, Mout: 2 })).toBe(true);
});

test('zeros in and out', () => {
  const found = factor(rationals, fractions([2, 2, 1, 1], [0, 0, 0, 0]), { L: 1, Mout: 1 })!;
  expect([...shown(found.primary), ...shown(found.secondary)]).toEqual(['0', '0', '0', '0']);
});

test('with another split the same kernel has none', () => {
  const W = fractions([4, 2, 1, 2], twoSlices);
  expect(isComposite(rationals, W, { L: 1, Mout: 1 })).toBe(false);
  expect(factor(rationals, W, { L: 1, Mout: 1 })).toBeUndefined();
});

test('Mout = output channels: every kernel is composite, and so it is for one input channel and one tap to an l', () => {
  const W = fractions([3, 2, 1, 2], [1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31]);
  expect(factor(rationals, W, { L: 1, Mout: 3 })).toBeDefined();
  expect(factor(rationals, W, { L: 1, Mout: 1 })).toBeUndefined();
  const point = fractions([3, 2, 1, 1], [1, 2, 3, 5, 7, 11]);
  expect(factor(rationals, point, { L: 2, Mout: 1 })).toBeDefined();
});

test('M = 1, L = G is a depthwise separable convolution: its slices are one column for each input channel', () => {
  const depthwise = fractions([2, 1, 1, 2], [1, 2, 3, 4]);
  const pointwise = fractions([3, 2, 1, 1], [5, 6, 7, 8, 9, 10]);
  const W = compositeKernel(rationals, depthwise, pointwise);
  const found = factor(rationals, W, { L: 2, Mout: 1 })!;
  expect(shown(found.secondary)).toEqual(['1', '1', '7/5', '4/3', '9/5', '5/3']);
  expect(shown(found.primary)).toEqual(['5', '10', '18', '24']);
});

test('integers need no fractions to be judged, but may need them to be factored', () => {
  const entries = [2n, 3n, 4n, 6n];
  const W = new Tensor([2, 2, 1, 1], entries);
  expect(isComposite(integers, W, { L: 1, Mout: 1 })).toBe(true);
  const found = factor(rationals, fractions([2, 2, 1, 1], [3, 2, 6, 4]), { L: 1, Mout: 1 })!;
  expect(shown(found.secondary)).toEqual(['1', '2']);
});

test('connectivity that no block has: a corner is missing', () => {
  const W = new Tensor([2, 2, 1, 1], [true, true, true, false]);
  expect(isComposite(booleans, W, { L: 1, Mout: 1 })).toBe(false);
  expect(isComposite(booleans, W, { L: 2, Mout: 1 })).toBe(true);
});

test('non-zeros of L24 M2 with 3 × 3: G·M·S = 864 and G·L = 1152, together T = 2016', () => {
  const sizes = { L: 24, Min: 2, Mout: 2, Lout: 24 };
  expect(primaryNonZeros(sizes, 9)).toBe(864);
  expect(secondaryNonZeros(sizes)).toBe(1152);
  expect(blockParameters(sizes, 9)).toBe(2016);
  expect(compositeDegreesOfFreedom(sizes, 9)).toBe(2016 - 48);
});

test.each([
  () => primaryNonZeros({ L: 0, Min: 1, Mout: 1 }, 1),
  () => primaryNonZeros({ L: 1, Min: 1, Mout: 1 }, 0.5),
  () => secondaryNonZeros({ L: 1, Mout: 1, Lout: -1 }),
])('C2: a size that is no positive integer', (count) => {
  expect(count).toThrow('C2');
});
