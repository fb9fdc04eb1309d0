/** Sums of products over the triples of a group convolution, in double precision. */
import type { Geometry, Role } from './geometry.ts';
import type { Factors } from './kit.ts';
import { paddingOf } from './padding.ts';
import { eachOutputRow, eachRow } from './rows.ts';

/** Adds to the array of this role, for every triple, the product of the entries of both factors. Row-major. */
export function contract(
  role: Role,
  geometry: Geometry,
  to: Float64Array,
  { input, kernel, output }: Factors<Float64Array>,
): void {
  const stride = geometry.columns.stride;
  switch (role) {
    case 'output': {
      const { padded, size, isAlike, eachStretch } = paddingOf(geometry);
      const picture = isAlike ? input! : new Float64Array(size);
      const begin = (group: number) => {
        if (isAlike) return group * size;
        eachStretch(group, (from, at, count) => {
          for (let j = 0; j < count; j++) picture[at + j] = input![from + j]!;
        });
        return 0;
      };
      eachOutputRow(
        padded,
        kernel!,
        begin,
        (y, w, x, count) => multiplyAdd(to, y, 1, kernel![w]!, picture, x, stride, count),
        (y, w, offset, t, x, count) =>
          multiplyAddFour(to, y, kernel!, w, offset, t, picture, x, stride, count),
      );
      break;
    }
    case 'input':
      eachRow(geometry, (y, w, x, count) => {
        const weight = kernel![w]!;
        if (weight !== 0) multiplyAdd(to, x, stride, weight, output!, y, 1, count);
      });
      break;
    case 'kernel':
      eachRow(geometry, (y, w, x, count) => {
        let sum = to[w]!;
        for (let j = 0, q = x; j < count; j++, q += stride) sum += output![y + j]! * input![q]!;
        to[w] = sum;
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
  for (let j = 0, a = p | 0, b = q | 0; j < count; j++, a += step, b += skip)
    to[a] = to[a]! + factor * from[b]!;
}

/** to[p + j] += Σₖ kernel[w[t + k]] · from[x + offset[t + k] + j·skip] for j < count and k < 4: one load and store. */
function multiplyAddFour(
  to: Float64Array,
  p: number,
  kernel: Float64Array,
  w: Int32Array,
  offset: Int32Array,
  t: number,
  from: Float64Array,
  x: number,
  skip: number,
  count: number,
): void {
  const w0 = kernel[w[t]!]!;
  const w1 = kernel[w[t + 1]!]!;
  const w2 = kernel[w[t + 2]!]!;
  const w3 = kernel[w[t + 3]!]!;
  let a = p | 0;
  let q0 = x + offset[t]!;
  let q1 = x + offset[t + 1]!;
  let q2 = x + offset[t + 2]!;
  let q3 = x + offset[t + 3]!;
  for (const end = a + count; a < end; a++) {
    to[a] = to[a]! + (w0 * from[q0]! + w1 * from[q1]! + (w2 * from[q2]! + w3 * from[q3]!));
    q0 += skip;
    q1 += skip;
    q2 += skip;
    q3 += skip;
  }
}
