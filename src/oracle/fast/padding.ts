/** Pictures that hold their padding: every output has all its taps, and no loop has an edge. */
import type { Axis, Geometry } from './geometry.ts';

/** Entries `from`, `from` + 1, … of an input belong at `to`, `to` + 1, … of its group with padding. */
export type Stretch = (from: number, to: number, count: number) => void;

export interface Padding {
  /** The same convolution, of pictures that hold their padding and nothing that no output reaches. */
  readonly padded: Geometry;
  /** How many entries the planes of a group have with their padding. */
  readonly size: number;
  /** Whether they are the input as it is. */
  readonly isAlike: boolean;
  /** Visits the stretches of a group, n·groups + g, that make it one with padding; what isn't visited is zero. */
  eachStretch(group: number, visit: Stretch): void;
}

export function paddingOf(geometry: Geometry): Padding {
  const { I } = geometry;
  const [rows, columns] = [paddedAxis(geometry.rows), paddedAxis(geometry.columns)];
  const [above, left] = [geometry.rows.before, geometry.columns.before];
  const [H, W] = [geometry.rows.size, geometry.columns.size];
  const padded = { ...geometry, rows, columns };
  const size = I * rows.size * columns.size;
  const isAlike = above === 0 && left === 0 && rows.size === H && columns.size === W;
  const [last, width] = [Math.min(H, rows.size - above), Math.min(W, columns.size - left)];
  return {
    padded,
    size,
    isAlike,
    eachStretch: (group, visit) => {
      if (isAlike) return visit(group * size, 0, size);
      if (width <= 0) return;
      for (let plane = 0; plane < I; plane++)
        for (let h = 0; h < last; h++)
          visit(
            ((group * I + plane) * H + h) * W,
            (plane * rows.size + above + h) * columns.size + left,
            width,
          );
    },
  };
}

function paddedAxis(axis: Axis): Axis {
  const { taps, outputs, stride, dilation } = axis;
  return { ...axis, before: 0, size: (outputs - 1) * stride + (taps - 1) * dilation + 1 };
}
