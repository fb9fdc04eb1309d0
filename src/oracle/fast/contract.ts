/** Sums of products over the triples of a group convolution, in double precision. */
import { type Axis, type Geometry, reach } from './geometry.ts';

/** Which of the three arrays is summed into; the others are the factors. */
export type Role = 'input' | 'kernel' | 'output';

/** The arrays of a group convolution, row-major; shapes as in `Geometry`. */
export interface Arrays {
  readonly input: Float64Array;
  readonly kernel: Float64Array;
  readonly output: Float64Array;
}

/** Adds to the array of this role, for every triple, the product of the other two entries. */
export function contract(role: Role, geometry: Geometry, { input, kernel, output }: Arrays): void {
  const stride = geometry.columns.stride;
  switch (role) {
    case 'output':
      eachRow(geometry, (y, w, x, count) => {
        const weight = kernel[w]!;
        if (weight !== 0) multiplyAdd(output, y, 1, weight, input, x, stride, count);
      });
      break;
    case 'input':
      eachRow(geometry, (y, w, x, count) => {
        const weight = kernel[w]!;
        if (weight !== 0) multiplyAdd(input, x, stride, weight, output, y, 1, count);
      });
      break;
    case 'kernel':
      eachRow(geometry, (y, w, x, count) => {
        let sum = kernel[w]!;
        for (let j = 0, q = x; j < count; j++, q += stride) sum += output[y + j]! * input[q]!;
        kernel[w] = sum;
      });
  }
}

/** to[p + j·step] += factor · from[q + j·skip] for j < count. */
function multiplyAdd(
  to: Float64Array,
  p: number,
  step: number,
  factor: number,
  from: Float64Array,
  q: number,
  skip: number,
  count: number,
): void {
  let [a, b] = [p | 0, q | 0];
  if (step === 1 && skip === 1) {
    // Four at a time: the engine's checks are per access, the loop's own per turn.
    for (const end = a + count - 3; a < end; a += 4, b += 4) {
      to[a] = to[a]! + factor * from[b]!;
      to[a + 1] = to[a + 1]! + factor * from[b + 1]!;
      to[a + 2] = to[a + 2]! + factor * from[b + 2]!;
      to[a + 3] = to[a + 3]! + factor * from[b + 3]!;
    }
    for (const end = p + count; a < end; a++, b++) to[a] = to[a]! + factor * from[b]!;
    return;
  }
  for (let j = 0; j < count; j++, a += step, b += skip) to[a] = to[a]! + factor * from[b]!;
}

/**
 * Calls `visit` for each row of triples with one kernel entry w: `count` outputs y, y + 1, … and the pixels x,
 * x + stride, … that they meet through it.
 */
export function eachRow(
  { N, groups, I, O, rows, columns }: Geometry,
  visit: (y: number, w: number, x: number, count: number) => void,
): void {
  const spans = Array.from({ length: columns.taps }, (_, v) => reach(columns, v));
  const heights = Array.from({ length: rows.taps }, (_, u) => reach(rows, u));
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

/** How many triples each entry of the array of this role is in. */
export function countTriples(role: Role, { N, groups, I, O, rows, columns }: Geometry): Float64Array {
  const [planes, factor] = {
    output: [N * groups * O, I],
    input: [N * groups * I, O],
    kernel: [groups * O * I, N],
  }[role] as [number, number];
  const [down, across] = [along(role, rows), along(role, columns)];
  const plane = down.flatMap((a) => across.map((b) => factor * a * b));
  const counts = new Float64Array(planes * plane.length);
  for (let p = 0; p < planes; p++) counts.set(plane, p * plane.length);
  return counts;
}

/** The same along one axis. */
function along(role: Role, axis: Axis): number[] {
  const counts = new Array<number>({ output: axis.outputs, input: axis.size, kernel: axis.taps }[role]).fill(
    0,
  );
  for (let u = 0; u < axis.taps; u++) {
    const [first, end] = reach(axis, u);
    for (let i = first; i < end; i++) {
      const at = { output: i, input: i * axis.stride + u * axis.dilation - axis.before, kernel: u }[role];
      counts[at]!++;
    }
  }
  return counts;
}
