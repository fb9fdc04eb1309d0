/**
 * The input of one group with its zeros around it, z̃_g of Eq. 1, in float64: after this no loop needs to know of
 * strides, layouts, element types or borders.
 */
import type { Window } from '../../spec/00-notation.ts';
import type { Site } from './constraints.ts';
import { demandEntries, type FloatArray } from './view.ts';
import { type Pair, paddedExtent } from './window.ts';

export interface PaddedGroup {
  /** (inputs, rows, pitch), row-major. */
  readonly entries: Float64Array;
  readonly rows: number;
  readonly pitch: number;
  /**
   * Columns of equal remainder modulo this lie side by side in a row: for 2 those of even index, then those of odd
   * index. It is the window's stride, so that what a tap meets in one window and in the next are neighbours in memory;
   * at most the number of columns, since a longer stride never takes a second step.
   */
  readonly step: number;
}

/** A group of zeros for an input (H, W) of `inputs` channels. At most 2³¹ − 1 entries (T10). */
export function paddedGroup(
  site: Site,
  inputs: number,
  input: Pair,
  { stride, padding }: Window,
): PaddedGroup {
  const [rows, columns] = paddedExtent(input, padding);
  const step = Math.min(stride[1], columns);
  const pitch = step * Math.ceil(columns / step);
  const entries = new Float64Array(demandEntries(site, [inputs, rows, pitch]));
  return { entries, rows, pitch, step };
}

/** Where channel c, padded row h, padded column w lies. */
export function paddedIndex({ rows, pitch, step }: PaddedGroup, c: number, h: number, w: number): number {
  return (c * rows + h) * pitch + (w % step) * (pitch / step) + Math.floor(w / step);
}

/** Copies group g of x (N, groups, inputs, H, W), any strides, inside the zeros, which stay as they are. */
export function readGroup(
  x: FloatArray,
  n: number,
  g: number,
  { padding }: Window,
  target: PaddedGroup,
): void {
  const [, , inputs, H, W] = x.shape as [number, number, number, number, number];
  const [, , channelStep, rowStep, columnStep] = x.stride as [number, number, number, number, number];
  const start = x.index(n, g, 0, 0, 0);
  const { data } = x;
  const { entries, step } = target;
  for (let c = 0; c < inputs; c++)
    for (let h = 0; h < H; h++) {
      const row = start + c * channelStep + h * rowStep;
      for (let first = 0; first < step; first++) {
        let to = paddedIndex(target, c, h + padding.top, first + padding.left);
        for (let w = first; w < W; w += step) entries[to++] = data[row + w * columnStep]!;
      }
    }
}
