/** The triples of a group convolution, row by row of the picture. */
import { type Axis, type Geometry, reach } from './geometry.ts';

/** A row of triples with one kernel entry w: `count` outputs y, y + 1, … and the pixels x, x + stride, … that they meet. */
export type Row = (y: number, w: number, x: number, count: number) => void;

/** The same of four kernel entries w[t], w[t + 1], …, which meet the pixels x[0], x[1], … first. */
export type FourRows = (y: number, w: Int32Array, t: number, x: Int32Array, count: number) => void;

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
 * The same, output row by output row and without the kernel entries that are zero; where four of them reach the same
 * outputs, in one call.
 */
export function eachOutputRow(
  { N, groups, I, O, rows, columns }: Geometry,
  kernel: Float64Array,
  visit: Row,
  visitFour: FourRows,
): void {
  const [spans, heights] = [reaches(columns), reaches(rows)];
  const most = I * rows.taps * columns.taps;
  // The taps of one row: kernel entry, the pixel that output 0 would meet, the outputs that it reaches.
  const [ws, xs, lefts, rights] = [0, 1, 2, 3].map(() => new Int32Array(most)) as [
    Int32Array,
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const pixels = new Int32Array(4);
  for (let n = 0; n < N; n++)
    for (let o = 0; o < groups * O; o++) {
      const plane = (n * groups * O + o) * rows.outputs;
      const pictures = (n * groups + Math.floor(o / O)) * I;
      for (let i = 0; i < rows.outputs; i++) {
        const y = (plane + i) * columns.outputs;
        let taps = 0;
        for (let c = 0; c < I; c++)
          for (let u = 0; u < rows.taps; u++) {
            if (i < heights[u]![0] || i >= heights[u]![1]) continue;
            const h = i * rows.stride + u * rows.dilation - rows.before;
            const x = ((pictures + c) * rows.size + h) * columns.size - columns.before;
            const w = ((o * I + c) * rows.taps + u) * columns.taps;
            for (let v = 0; v < columns.taps; v++) {
              const [left, right] = spans[v]!;
              if (left >= right || kernel[w + v] === 0) continue;
              ws[taps] = w + v;
              xs[taps] = x + v * columns.dilation;
              lefts[taps] = left;
              rights[taps] = right;
              taps++;
            }
          }
        const one = (t: number, from: number, to: number) => {
          if (from < to) visit(y + from, ws[t]!, xs[t]! + from * columns.stride, to - from);
        };
        let t = 0;
        for (; t + 4 <= taps; t += 4) {
          const from = Math.max(lefts[t]!, lefts[t + 1]!, lefts[t + 2]!, lefts[t + 3]!);
          const to = Math.max(from, Math.min(rights[t]!, rights[t + 1]!, rights[t + 2]!, rights[t + 3]!));
          for (let k = 0; k < 4; k++) {
            pixels[k] = xs[t + k]! + from * columns.stride;
            one(t + k, lefts[t + k]!, Math.min(from, rights[t + k]!));
            one(t + k, Math.max(to, lefts[t + k]!), rights[t + k]!);
          }
          if (from < to) visitFour(y + from, ws, t, pixels, to - from);
        }
        for (; t < taps; t++) one(t, lefts[t]!, rights[t]!);
      }
    }
}

function reaches(axis: Axis): readonly (readonly [number, number])[] {
  return Array.from({ length: axis.taps }, (_, tap) => reach(axis, tap));
}
