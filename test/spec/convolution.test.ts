/** Convolution on numbers worked out by hand: that it is a correlation, and where the window lies. */
import { describe, expect, test } from 'vitest';
import { Tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { convolution, groupConvolution, outputSize, samePadding } from '../../spec/01-group-convolution.ts';
import { float64 as A } from '../../src/algebras/index.ts';

const row = (...values: number[]) => new Tensor([1, 1, 1, values.length], values);
const window = (parts: Partial<Window>): Window => ({ ...unitWindow, ...parts });

test('the kernel is not flipped', () => {
  expect(convolution(A, row(1, 2, 3), row(10, 1), unitWindow).data).toEqual([12, 23]);
});

test('padding puts zeros around, each side its own number', () => {
  const padding = { top: 0, bottom: 0, left: 2, right: 1 };
  expect(convolution(A, row(1, 2), row(100, 10, 1), window({ padding })).data).toEqual([1, 12, 120]);
});

test('stride skips positions, dilation spreads taps', () => {
  expect(convolution(A, row(1, 2, 3, 4, 5), row(10, 1), window({ stride: [1, 2] })).data).toEqual([12, 34]);
  expect(convolution(A, row(1, 2, 3, 4), row(10, 1), window({ dilation: [1, 2] })).data).toEqual([13, 24]);
});

test('rows and columns are not exchanged', () => {
  const x = new Tensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6]);
  const kernel = new Tensor([1, 1, 2, 1], [10, 1]);
  expect(convolution(A, x, kernel, unitWindow).shape).toEqual([1, 1, 1, 3]);
  expect(convolution(A, x, kernel, unitWindow).data).toEqual([14, 25, 36]);
});

test('samples and channels: y[n, o] = Σ_c W[o, c] x[n, c]', () => {
  const x = new Tensor([2, 2, 1, 1], [1, 2, 3, 4]);
  const kernel = new Tensor([2, 2, 1, 1], [10, 1, 1, 10]);
  expect(convolution(A, x, kernel, unitWindow).data).toEqual([12, 21, 34, 43]);
});

test('groups see their own channels only', () => {
  const x = new Tensor([1, 4, 1, 1], [1, 2, 3, 4]);
  const kernel = new Tensor([2, 2, 1, 1], [10, 1, 10, 1]);
  expect(groupConvolution(A, x, kernel, 2, unitWindow).data).toEqual([12, 34]);
});

describe('output sizes that other frameworks document', () => {
  test.each([
    // size, kernel, stride, dilation, before, after, output
    [224, 7, 2, 1, 3, 3, 112],
    [32, 3, 1, 1, 1, 1, 32],
    [32, 3, 2, 1, 1, 1, 16],
    [5, 3, 1, 2, 0, 0, 1],
    [7, 2, 3, 1, 0, 1, 3],
    [1, 1, 5, 1, 0, 0, 1],
  ])('%i pixels, kernel %i, stride %i, dilation %i, padding %i and %i: %i', (...sizes) => {
    const [size, kernel, stride, dilation, before, after, output] = sizes;
    expect(outputSize(size, kernel, stride, dilation, before, after)).toBe(output);
  });
});

test('same padding keeps the size at stride 1; the odd pixel goes after', () => {
  expect(samePadding([3, 3], [1, 1])).toEqual({ top: 1, bottom: 1, left: 1, right: 1 });
  expect(samePadding([2, 4], [3, 1])).toEqual({ top: 1, bottom: 2, left: 1, right: 2 });
});
