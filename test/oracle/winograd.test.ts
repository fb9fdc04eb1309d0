/** F(4×4, 3×3): the identity, exactly, and the bound on the error of those who compute with it. */
import { describe, expect, it } from 'vitest';
import { type Shape, Tensor, tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import { type Rational, rational, rationals } from '../../src/algebras/rational.ts';
import {
  closePoints,
  lavinGray,
  type WinogradPoints,
  winogradTransforms,
} from '../../src/algebras/winograd.ts';
import { type WinogradParts, winogradConvolution } from '../../src/oracle/winograd.ts';
import { random } from '../algebras/cases.ts';

const exact: WinogradParts<Tensor<Rational>> = {
  groupConvolution: (x, kernel, groups, window) => groupConvolution(rationals, x, kernel, groups, window),
  interleave,
  shape: ({ shape }) => shape,
  reshape: ({ data }, shape) => new Tensor(shape, data),
  pick: ({ data }, shape, from) =>
    new Tensor(
      shape,
      Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => data[from(i)]!),
    ),
  constant: (shape, data) => new Tensor(shape, data),
};

const sets: readonly WinogradPoints[] = [lavinGray, closePoints, [4, 1 / 4]];

describe.each(sets.map((points) => [points]))('points 0, ±%s and infinity', (points) => {
  it('equals the correlation on every pair of basis vectors, so on everything: both are bilinear', () => {
    // 36 pictures of one pixel, 9 kernels of one tap.
    const pixels = tensor([36, 1, 6, 6], (n, _, h, w) => rational(n === 6 * h + w ? 1n : 0n));
    const taps = tensor([9, 1, 3, 3], (o, _, u, v) => rational(o === 3 * u + v ? 1n : 0n));
    const right = groupConvolution(rationals, pixels, taps, 1, unitWindow);
    expect(winogradConvolution(exact, points, pixels, taps, 1, unitWindow)).toEqual(right);
  });

  it('equals the group convolution: several groups, samples and tiles, padding on four sides, tiles cut off', () => {
    const next = random(1);
    const draw = (shape: Shape) =>
      tensor(shape, () => rational(BigInt(Math.floor(next() * 19) - 9), BigInt(1 + Math.floor(next() * 3))));
    const [x, kernel] = [draw([2, 4, 5, 9]), draw([6, 2, 3, 3])];
    const window: Window = { ...unitWindow, padding: { top: 1, bottom: 2, left: 0, right: 1 } };
    const right = groupConvolution(rationals, x, kernel, 2, window);
    expect(winogradConvolution(exact, points, x, kernel, 2, window)).toEqual(right);
  });
});

it('the points must be two different powers of two', () => {
  for (const points of [
    [1, 1],
    [3, 1],
    [1, 32],
    [-1, 2],
  ] as const) {
    expect(() => winogradTransforms(points)).toThrow(
      `winograd: expected two different powers of two from 1/16 to 16, got ${points}`,
    );
  }
});
