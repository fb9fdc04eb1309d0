/** The triples of a group convolution, seen from one entry of one of its arrays. */
import { type Axis, type Geometry, type Role, reach } from './geometry.ts';

/** The flat indices of a pixel, a kernel entry and an output that meet. */
export type Triple = Readonly<Record<Role, number>>;

/** Calls `visit` for each triple that the i-th entry of the array of this role is in. */
export function triplesOf(
  role: Role,
  geometry: Geometry,
): (i: number, visit: (triple: Triple) => void) => void {
  const { N, groups, I, O, rows, columns } = geometry;
  const [down, across] = [meetings(role, rows), meetings(role, columns)];
  const shape = {
    input: [N, groups * I, rows.size, columns.size],
    kernel: [groups * O, I, rows.taps, columns.taps],
    output: [N, groups * O, rows.outputs, columns.outputs],
  }[role] as [number, number, number, number];
  const flat = (n: number, group: number, o: number, c: number, row: Meeting, column: Meeting): Triple => ({
    input:
      ((n * groups + group) * I + c) * rows.size * columns.size + row.pixel * columns.size + column.pixel,
    kernel: ((group * O + o) * I + c) * rows.taps * columns.taps + row.tap * columns.taps + column.tap,
    output:
      ((n * groups + group) * O + o) * rows.outputs * columns.outputs +
      row.output * columns.outputs +
      column.output,
  });
  return (i, visit) => {
    const [a, b, u, v] = [
      Math.floor(i / (shape[1] * shape[2] * shape[3])),
      Math.floor(i / (shape[2] * shape[3])) % shape[1],
      Math.floor(i / shape[3]) % shape[2],
      i % shape[3],
    ];
    const everywhere = (n: number, group: number, o: number, c: number) => {
      for (const row of down[u]!) for (const column of across[v]!) visit(flat(n, group, o, c, row, column));
    };
    switch (role) {
      case 'output':
        for (let c = 0; c < I; c++) everywhere(a, Math.floor(b / O), b % O, c);
        break;
      case 'input':
        for (let o = 0; o < O; o++) everywhere(a, Math.floor(b / I), o, b % I);
        break;
      case 'kernel':
        for (let n = 0; n < N; n++) everywhere(n, Math.floor(a / O), a % O, b);
    }
  };
}

/** A pixel, a tap and an output of one axis that meet. */
interface Meeting {
  readonly pixel: number;
  readonly tap: number;
  readonly output: number;
}

/** The meetings of each pixel, tap or output of an axis. */
function meetings(role: Role, axis: Axis): readonly (readonly Meeting[])[] {
  const [size, name] = {
    input: [axis.size, 'pixel'],
    kernel: [axis.taps, 'tap'],
    output: [axis.outputs, 'output'],
  }[role] as [number, keyof Meeting];
  const found = Array.from({ length: size }, () => [] as Meeting[]);
  for (let tap = 0; tap < axis.taps; tap++) {
    const [first, end] = reach(axis, tap);
    for (let output = first; output < end; output++) {
      const meeting = { pixel: output * axis.stride + tap * axis.dilation - axis.before, tap, output };
      found[meeting[name]]!.push(meeting);
    }
  }
  return found;
}
