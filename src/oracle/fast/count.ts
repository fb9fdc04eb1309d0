/** How many products an entry is a sum of. */
import { type Axis, type Geometry, type Role, reach } from './geometry.ts';

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

/** At least the number of triples of any entry of the array of this role. */
export function mostTriples(role: Role, { N, I, O, rows, columns }: Geometry): number {
  const taps = rows.taps * columns.taps;
  return { output: I * taps, input: O * taps, kernel: N * rows.outputs * columns.outputs }[role];
}
