import type { Padding } from '../../spec/00-notation.ts';
import type { FloatArray } from './view.ts';

/**
 * The channels of one group with zeros around them, z̃_g of Eq. 1, in float64 and row-major: after this, no loop
 * needs to know of strides, layouts, element types or borders. Shapes: x (N, groups, I, H, W), any strides;
 * target (I, H + top + bottom, W + left + right), whose border is zero already.
 */
export function readPaddedGroup(
  x: FloatArray,
  n: number,
  group: number,
  { top, bottom, left, right }: Padding,
  target: Float64Array,
): void {
  const [, , I, H, W] = x.shape as [number, number, number, number, number];
  const step = x.stride[4]!;
  const data = x.data;
  for (let c = 0; c < I; c++)
    for (let h = 0; h < H; h++) {
      let from = x.index(n, group, c, h, 0);
      let to = (c * (H + top + bottom) + h + top) * (W + left + right) + left;
      for (let w = 0; w < W; w++) {
        target[to] = data[from]!;
        from += step;
        to += 1;
      }
    }
}
