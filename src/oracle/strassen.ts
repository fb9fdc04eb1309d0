/**
 * A pointwise convolution by Strassen's algorithm, generic over what arrays hold: exact numbers prove the identity, rounding
 * bounds bound the error of whoever computes it so. A group is a product of matrices, its weights by its pixels. Blocks are
 * halves of the outputs, of the inputs, and of the pixels; of an odd number the first half is the larger, and the second
 * has zeros at last. Which two pixels meet in a sum is up to whoever computes: each has a companion, in the first half or
 * in the second. So it is a chain of group convolutions, of sums of blocks and of products.
 */
import type { Shape, Window } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { rational } from '../algebras/rational.ts';
import { strassenProducts, strassenSums } from '../algebras/strassen.ts';
import type { Operations } from './operations.ts';
import type { ChainParts } from './winograd.ts';

/** What the chain is made of. */
export interface StrassenParts<V> extends ChainParts<V> {
  /**
   * Shapes (N, C, H, W) to (2·N, C, H, W): the same, and behind it for every pixel the one that it is paired with. For
   * bounds it is the largest that any pixel has, channel by channel, so that they hold however pixels are paired.
   */
  withCompanions(x: V): V;
}

/** Whether it can compute such a convolution: pointwise, and of at least two inputs and outputs a group. */
export function isStrassenShaped([O, I, kh, kw]: Shape, groups: number, { padding }: Window): boolean {
  const isPadded = Object.values(padding).some((n) => n > 0);
  return kh === 1 && kw === 1 && !isPadded && I >= 2 && O / groups >= 2;
}

const unit: Window = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
};

/**
 * The convolution twice: every pixel in the first half of its product, or in the second. Shapes: as in the specification's
 * `groupConvolution`, with a kernel and a window that are Strassen-shaped.
 */
export function strassenConvolution<V>(
  parts: StrassenParts<V>,
  x: V,
  kernel: V,
  groups: number,
  window: Window,
): readonly [V, V] {
  const { groupConvolution, reshape, pick } = parts;
  const [[N, C, H, W], [all, I]] = [parts.shape(x), parts.shape(kernel)];
  const [rows, columns] = outputExtent([N, C, H, W], [all, I, 1, 1], window);
  const O = all / groups;
  const [inputs, outputs] = [Math.ceil(I / 2), Math.ceil(O / 2)];
  const both = parts.withCompanions(x);

  // Row (g, o, k) of weights: blocks 11, 12, 21, 22.
  const blocks = pick(kernel, [groups * outputs * inputs, 4, 1, 1], (index) => {
    const [block, k] = [index % 4, Math.floor(index / 4) % inputs];
    const o = (Math.floor(index / 4 / inputs) % outputs) + (block < 2 ? 0 : outputs);
    const i = k + (block % 2) * inputs;
    return o < O && i < I ? (Math.floor(index / 4 / inputs / outputs) * O + o) * I + i : -1;
  });

  const half = (column: 0 | 1): V => {
    // The products of the blocks of this column, upper and lower; zeros where there are fewer.
    const products = [0, 1].map((row) => [0, 1, 2, 3].map((r) => strassenSums[2 * row + column]![r]));
    const sums = (side: 'left' | 'right', times: number) => {
      const one = products
        .flat()
        .flatMap((k) => (k === undefined ? [0, 0, 0, 0] : strassenProducts[k]![side]));
      const data = Array.from({ length: times }, () => one).flat();
      return parts.constant(
        [8 * times, 4, 1, 1],
        data.map((c) => rational(BigInt(c))),
      );
    };
    // Channel (g, k) of pixels, its blocks; then the sums of them for upper and lower blocks of outputs.
    const pixels = pick(both, [N, groups * inputs * 4, rows, columns], (index) => {
      const [w, h, c] = [
        index % columns,
        Math.floor(index / columns) % rows,
        Math.floor(index / columns / rows),
      ];
      const [block, k] = [c % 4, Math.floor(c / 4) % inputs];
      const g = Math.floor(c / 4 / inputs) % groups;
      const i = k + (block < 2 ? 0 : inputs);
      const n = Math.floor(c / 4 / inputs / groups) + (block % 2 === column ? 0 : N);
      if (i >= I) return -1;
      return ((n * C + g * I + i) * H + h * window.stride[0]) * W + w * window.stride[1];
    });
    const pixelSums = groupConvolution(pixels, sums('right', groups * inputs), groups * inputs, unit);
    const weightSums = groupConvolution(blocks, sums('left', 1), 1, unit);
    // (g, k, row, r) to (g, row, k, r); and of weights (g, o, k, row, r) to (g, row, o, k, r).
    const ordered = parts.pick(pixelSums, [N, groups * 2 * inputs * 4, rows, columns], (index) => {
      const [p, c] = [index % (rows * columns), Math.floor(index / (rows * columns))];
      const [r, k, row] = [c % 4, Math.floor(c / 4) % inputs, Math.floor(c / 4 / inputs) % 2];
      return (((Math.floor(c / 8 / inputs) * inputs + k) * 2 + row) * 4 + r) * rows * columns + p;
    });
    const weights = parts.pick(weightSums, [groups * 2 * outputs, inputs * 4, 1, 1], (index) => {
      const [r, k, o] = [index % 4, Math.floor(index / 4) % inputs, Math.floor(index / 4 / inputs) % outputs];
      const row = Math.floor(index / 4 / inputs / outputs) % 2;
      const g = Math.floor(index / 8 / inputs / outputs);
      return (((g * outputs + o) * inputs + k) * 2 + row) * 4 + r;
    });
    const y = groupConvolution(ordered, weights, 2 * groups, unit);
    return pick(reshape(y, [N, groups * 2 * outputs, rows, columns]), [N, all, rows, columns], (index) => {
      const [p, c] = [index % (rows * columns), Math.floor(index / (rows * columns))];
      const [o, gn] = [c % O, Math.floor(c / O)];
      return (gn * 2 * outputs + o) * rows * columns + p;
    });
  };
  return [half(0), half(1)];
}

/** Parts with which results are known however the convolution was computed. */
export interface StrassenEitherParts<V> extends StrassenParts<V> {
  /** What holds of a result that is one or the other. */
  either(sum: V, other: V): V;
}

/** A group convolution that was computed by `convolve` or, where its shape allows, by Strassen's. */
export function orStrassen<V>(
  parts: StrassenEitherParts<V>,
  convolve: Operations<V>['groupConvolution'],
): Operations<V>['groupConvolution'] {
  return (x, kernel, groups, window) => {
    const sum = convolve(x, kernel, groups, window);
    if (!isStrassenShaped(parts.shape(kernel), groups, window)) return sum;
    const halves = strassenConvolution(parts, x, kernel, groups, window);
    return halves.reduce(parts.either, sum);
  };
}
