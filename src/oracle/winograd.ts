/**
 * A group convolution by Winograd's F(4×4, 3×3), generic over what arrays hold: exact numbers prove the identity, rounding
 * bounds bound the error of whoever computes it so. It is a chain of group convolutions and interleaves: the transforms
 * are convolutions of every channel with the rows of a matrix, and the 36 products of a tile are 36 groups of 1×1 kernels.
 */
import type { Shape, Window } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import type { Rational } from '../algebras/rational.ts';
import { type Matrix, type WinogradPoints, winogradTransforms } from '../algebras/winograd.ts';
import type { Operations } from './operations.ts';

/** What chains of convolutions are made of. Arrays are row-major. */
export interface ChainParts<V> extends Pick<Operations<V>, 'groupConvolution' | 'interleave'> {
  shape(x: V): Shape;
  /** The same entries in the same order, in another shape of as many. */
  reshape(x: V, shape: Shape): V;
  /** Entry i of the result is entry from(i) of x; zero where that is −1. */
  pick(x: V, shape: Shape, from: (i: number) => number): V;
  /** A constant of the algorithm, as an implementation stores it. */
  constant(shape: Shape, data: readonly Rational[]): V;
}

/** Whether F(4×4, 3×3) computes such a convolution: its kernel is 3×3, its stride and dilation 1. */
export function isWinogradShaped(kernel: Shape, { stride, dilation }: Window): boolean {
  return kernel[2] === 3 && kernel[3] === 3 && [...stride, ...dilation].every((n) => n === 1);
}

const unit = (
  padding = { top: 0, bottom: 0, left: 0, right: 0 },
  stride: Window['stride'] = [1, 1],
): Window => ({
  stride,
  dilation: [1, 1],
  padding,
});

/**
 * The convolution tile by tile. The first tile has its corner at output (0, 0); the last ones see zeros beyond the padding.
 * Shapes: as in the specification's `groupConvolution`, with a kernel and a window that are Winograd-shaped.
 */
export function winogradConvolution<V>(
  parts: ChainParts<V>,
  points: WinogradPoints,
  x: V,
  kernel: V,
  groups: number,
  window: Window,
): V {
  const { groupConvolution, interleave, reshape, pick } = parts;
  const transforms = winogradTransforms(points);
  const [[N, C, H, W], [O, I]] = [parts.shape(x), parts.shape(kernel)];
  const [rows, columns] = outputExtent([N, C, H, W], [O, I, 3, 3], window);
  const { top, left } = window.padding;
  const [down, across] = [Math.ceil(rows / 4), Math.ceil(columns / 4)];
  const bottom = 4 * down + 2 - H - top;
  const right = 4 * across + 2 - W - left;

  /** The rows of a matrix as kernels of this height and width, once for each of so many channels. */
  const rowsOf = (matrix: Matrix, [h, w]: readonly [number, number], channels: number) => {
    const data = Array.from({ length: channels }, () => matrix.flat()).flat();
    return parts.constant([channels * matrix.length, h === 1 && w === 1 ? 6 : 1, h, w], data);
  };

  // U = G g Gᵀ, each kernel a picture of 3×3: (O, I·36, 1, 1).
  const kernels = reshape(kernel, [O * I, 1, 3, 3]);
  const half = groupConvolution(kernels, rowsOf(transforms.kernel, [3, 1], 1), 1, unit());
  const U = groupConvolution(half, rowsOf(transforms.kernel, [1, 3], 6), 6, unit());
  // Product k of 36 first: row k·O + o, column i.
  const byProduct = interleave(
    reshape(interleave(reshape(U, [O, I * 36, 1, 1]), { L: I, M: 36 }), [1, O * 36, I, 1]),
    {
      L: O,
      M: 36,
    },
  );

  // V = Bᵀ d B: (N, C·36, down, across), then product k first.
  const pictures = reshape(x, [N * C, 1, H, W]);
  const vertical = unit({ top, bottom, left: 0, right: 0 }, [4, 1]);
  const horizontal = unit({ top: 0, bottom: 0, left, right }, [1, 4]);
  const strips = groupConvolution(pictures, rowsOf(transforms.input, [6, 1], 1), 1, vertical);
  const tiles = groupConvolution(strips, rowsOf(transforms.input, [1, 6], 6), 6, horizontal);
  const V = interleave(reshape(tiles, [N, C * 36, down, across]), { L: C, M: 36 });

  // The products, summed over input channels: (N, 36·O, down, across).
  const products = groupConvolution(V, reshape(byProduct, [36 * O, I, 1, 1]), 36 * groups, unit());
  const perOutput = reshape(interleave(products, { L: 36, M: O }), [N * O, 36, down, across]);

  // Y = Aᵀ(…)A: rows k = 6u + v over v, then over u; channel 4j + i of the result is output (i, j) of each tile.
  const narrow = groupConvolution(perOutput, rowsOf(transforms.output, [1, 1], 6), 6, unit());
  const turned = interleave(narrow, { L: 6, M: 4 });
  const Y = groupConvolution(turned, rowsOf(transforms.output, [1, 1], 4), 4, unit());
  return pick(Y, [N, O, rows, columns], (index) => {
    const [j, i, plane] = [
      index % columns,
      Math.floor(index / columns) % rows,
      Math.floor(index / columns / rows),
    ];
    const within = 4 * (j % 4) + (i % 4);
    return ((plane * 16 + within) * down + Math.floor(i / 4)) * across + Math.floor(j / 4);
  });
}

/** A group convolution by Winograd's where its shape allows, otherwise as sums of products. */
export function winogradOrSum<V>(
  parts: ChainParts<V>,
  points: WinogradPoints,
): Operations<V>['groupConvolution'] {
  return (x, kernel, groups, window) =>
    isWinogradShaped(parts.shape(kernel), window)
      ? winogradConvolution(parts, points, x, kernel, groups, window)
      : parts.groupConvolution(x, kernel, groups, window);
}

/** Parts with which results are known however the convolution was computed. */
export interface EitherParts<V> extends ChainParts<V> {
  /** What holds of a result that is one or the other. */
  either(sum: V, winograd: V): V;
}

/** A group convolution that was computed as sums of products or, where its shape allows, by Winograd's. */
export function sumOrWinograd<V>(
  parts: EitherParts<V>,
  points: WinogradPoints,
): Operations<V>['groupConvolution'] {
  return (x, kernel, groups, window) => {
    const sum = parts.groupConvolution(x, kernel, groups, window);
    if (!isWinogradShaped(parts.shape(kernel), window)) return sum;
    return parts.either(sum, winogradConvolution(parts, points, x, kernel, groups, window));
  };
}
