/** How many products an entry is a sum of. */
import { type Axis, type Geometry, type Role, reach } from './geometry.ts';

/** How many triples each entry of a plane of the array of this role is in: as many in every plane. */
export function triplesInPlane(role: Role, { N, I, O, rows, columns }: Geometry): Float64Array {
  const factor = { output: I, input: O, kernel: N }[role];
  const [down, across] = [along(role, rows), along(role, columns)];
  return Float64Array.from(down.flatMap((a) => across.map((b) => factor * a * b)));
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
