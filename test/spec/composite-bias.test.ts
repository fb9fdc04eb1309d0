/** b = P (Wᵈ Pᵀ bᵖ + bᵈ) by hand. */
import { expect, test } from 'vitest';
import { Tensor } from '../../spec/00-notation.ts';
import { compositeBias } from '../../spec/04-composite-kernel.ts';
import { float64 as A } from '../../src/algebras/index.ts';

// L = 2, M = 2; secondary partition 0 mixes channels 0 and 2, partition 1 channels 1 and 3.
const primary = new Tensor([4, 2, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0]);
const secondary = new Tensor([4, 2, 1, 1], [1, 2, 3, 4, 5, 6, 7, 8]);

test('of both biases', () => {
  const bias = compositeBias(A, primary, secondary, {
    primary: [1, 10, 100, 1000],
    secondary: [7, 8, 9, 10],
  });
  expect(bias).toEqual([1 + 200 + 7, 50 + 6000 + 9, 3 + 400 + 8, 70 + 8000 + 10]);
});

test('of one', () => {
  expect(compositeBias(A, primary, secondary, { primary: [1, 10, 100, 1000] })).toEqual([
    201, 6050, 403, 8070,
  ]);
  expect(compositeBias(A, primary, secondary, { secondary: [7, 8, 9, 10] })).toEqual([7, 9, 8, 10]);
});

test('of none: there is none', () => {
  expect(compositeBias(A, primary, secondary, {})).toBeUndefined();
});
