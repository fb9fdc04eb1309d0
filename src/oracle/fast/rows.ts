/** The triples of a group convolution, row by row of the picture. */
import { type Axis, type Geometry, reach } from './geometry.ts';

/** A row of triples with one kernel entry w: `count` outputs y, y + 1, … and the pixels x, x + stride, … that they meet. */
export type Row = (y: number, w: number, x: number, count: number) => void;

/** The same of four kernel entries w[t], w[t + 1], …; entry w[t + k] meets the pixels x + offset[t + k], …. */
export type FourRows = (
  y: number,
  w: Int32Array,
  offset: Int32Array,
  t: number,
  x: number,
  count: number,
) => void;

/** Calls `visit` for each row of triples. */
export function eachRow({ N, groups, I, O, rows, columns }: Geometry, visit: Row): void {
  const [spans, heights] = [reaches(columns), reaches(rows)];
  for (let n = 0; n < N; n++)
    for (let o = 0; o < groups * O; o++) {
      const group = Math.floor(o / O);
      const plane = (n * groups * O + o) * rows.outputs;
      for (let c = 0; c < I; c++) {
        const picture = (n * groups * I + group * I + c) * rows.size;
        for (let u = 0; u < rows.taps; u++) {
          const [top, bottom] = heights[u]!;
          const tap = ((o * I + c) * rows.taps + u) * columns.taps;
          for (let i = top; i < bottom; i++) {
            const y = (plane + i) * columns.outputs;
            const h = i * rows.stride + u * rows.dilation - rows.before;
            const x = (picture + h) * columns.size - columns.before;
            for (let v = 0; v < columns.taps; v++) {
              const [left, right] = spans[v]!;
              const from = x + left * columns.stride + v * columns.dilation;
              if (left < right) visit(y + left, tap + v, from, right - left);
            }
          }
        }
      }
    }
}

/**
 * The same of pictures that hold their padding (`paddingOf`), without the kernel entries that are zero: group by group and
 * output row by output row, four kernel entries in one call as long as there are four. `begin` makes the picture of a
 * group, n·groups + g, ready, and says where it starts.
 */
export function eachOutputRow(
  { N, groups, I, O, rows, columns }: Geometry,
  kernel: Float64Array,
  begin: (group: number) => number,
  visit: Row,
  visitFour: FourRows,
): void {
  const most = I * rows.taps * columns.taps;
  const [ws, offsets, ends] = [new Int32Array(O * most), new Int32Array(O * most), new Int32Array(O)];
  for (let g = 0; g < groups; g++) {
    let taps = 0;
    for (let o = 0; o < O; o++) {
      for (let c = 0; c < I; c++)
        for (let u = 0; u < rows.taps; u++)
          for (let v = 0; v < columns.taps; v++) {
            const w = (((g * O + o) * I + c) * rows.taps + u) * columns.taps + v;
            if (kernel[w] === 0) continue;
            ws[taps] = w;
            offsets[taps++] = (c * rows.size + u * rows.dilation) * columns.size + v * columns.dilation;
          }
      ends[o] = taps;
    }
    for (let n = 0; n < N; n++) {
      const start = begin(n * groups + g);
      for (let o = 0; o < O; o++) {
        const [first, end] = [o === 0 ? 0 : ends[o - 1]!, ends[o]!];
        for (let i = 0; i < rows.outputs; i++) {
          const y = (((n * groups + g) * O + o) * rows.outputs + i) * columns.outputs;
          const x = start + i * rows.stride * columns.size;
          let t = first;
          for (; t + 4 <= end; t += 4) visitFour(y, ws, offsets, t, x, columns.outputs);
          for (; t < end; t++) visit(y, ws[t]!, x + offsets[t]!, columns.outputs);
        }
      }
    }
  }
}

/** At least the number of roundings of a term, its product included, in a sum of K that is made four at a time. */
export function roundingsInFours(K: number): number {
  return Math.min(K, 3 + Math.floor(K / 4) + (K % 4));
}

function reaches(axis: Axis): readonly (readonly [number, number])[] {
  return Array.from({ length: axis.taps }, (_, tap) => reach(axis, tap));
}
