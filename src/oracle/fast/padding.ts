/** Pictures that hold their padding: every output has all its taps, and no loop has an edge. */
import type { Axis, Geometry } from './geometry.ts';

/** The same convolution of padded pictures, and how to pad one: zeros around it, and nothing that no output reaches. */
export function withPadding(geometry: Geometry): {
  readonly padded: Geometry;
  pad(input: Float64Array): Float64Array;
} {
  const { N, groups, I } = geometry;
  const [rows, columns] = [paddedAxis(geometry.rows), paddedAxis(geometry.columns)];
  const [above, left] = [geometry.rows.before, geometry.columns.before];
  const [H, W] = [geometry.rows.size, geometry.columns.size];
  const padded = { ...geometry, rows, columns };
  const isAlike = above === 0 && left === 0 && rows.size === H && columns.size === W;
  if (isAlike) return { padded, pad: (input) => input };
  const [last, width] = [Math.min(H, rows.size - above), Math.min(W, columns.size - left)];
  return {
    padded,
    pad: (input) => {
      const wide = new Float64Array(N * groups * I * rows.size * columns.size);
      for (let plane = 0; plane < N * groups * I; plane++)
        for (let h = 0; h < last; h++) {
          const from = (plane * H + h) * W;
          if (width > 0)
            wide.set(
              input.subarray(from, from + width),
              (plane * rows.size + above + h) * columns.size + left,
            );
        }
      return wide;
    },
  };
}

function paddedAxis(axis: Axis): Axis {
  const { taps, outputs, stride, dilation } = axis;
  return { ...axis, before: 0, size: (outputs - 1) * stride + (taps - 1) * dilation + 1 };
}
