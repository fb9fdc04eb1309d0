/** The arrays of a case with every axis named: a channel axis is two, as L and M. What is dropped is dropped everywhere. */
import { outputSize } from '../../spec/01-group-convolution.ts';
import type { Case } from './adapter.ts';
import { sizesOf } from './report.ts';
import type { OperationName, Recorded } from './types.ts';

export type Axis = 'N' | 'L' | 'Min' | 'Mout' | 'Lout' | 'H' | 'W' | 'kh' | 'kw';

/** 'one' is an axis of size 1; 'rows' and 'columns' are those of the output. */
type AnyAxis = Axis | 'one' | 'rows' | 'columns';

const spatial: readonly AnyAxis[] = ['L', 'Mout', 'Min', 'kh', 'kw'];
const x: readonly AnyAxis[] = ['N', 'L', 'Min', 'H', 'W'];

const axes: Readonly<Record<OperationName, Readonly<Record<string, readonly AnyAxis[]>>>> = {
  block: {
    x,
    primary_weight: spatial,
    primary_bias: ['L', 'Mout'],
    secondary_weight: ['Mout', 'Lout', 'L', 'one', 'one'],
    secondary_bias: ['Mout', 'Lout'],
    grad_y: ['N', 'Lout', 'Mout', 'rows', 'columns'],
  },
  'group-convolution': {
    x,
    weight: spatial,
    bias: ['L', 'Mout'],
    grad_y: ['N', 'L', 'Mout', 'rows', 'columns'],
  },
  interleave: { x },
};

/** Which axes an operation has. */
export const axesOf: Readonly<Record<OperationName, readonly Axis[]>> = {
  block: ['N', 'L', 'Mout', 'Min', 'Lout', 'kh', 'kw', 'H', 'W'],
  'group-convolution': ['N', 'L', 'Mout', 'Min', 'kh', 'kw', 'H', 'W'],
  interleave: ['N', 'L', 'Min', 'H', 'W'],
};

/** The case with only these indices of some axes; undefined where it has no output then. */
export function select(
  question: Case,
  kept: Readonly<Partial<Record<Axis, readonly number[]>>>,
  window = question.window,
): Case | undefined {
  const before = { ...sizesOf(question), one: 1, ...extent(question, sizesOf(question), question.window) };
  const after = { ...before };
  for (const [axis, indices] of Object.entries(kept)) after[axis as Axis] = indices.length;
  const { rows, columns } = extent(question, after, window);
  if (rows < 1 || columns < 1) return undefined;
  // What is known of an output position stays; a new one is like the last.
  const positions = {
    rows: Array.from({ length: rows }, (_, i) => Math.min(i, before.rows - 1)),
    columns: Array.from({ length: columns }, (_, i) => Math.min(i, before.columns - 1)),
  };
  const picked: Readonly<Partial<Record<AnyAxis, readonly number[]>>> = { ...kept, ...positions };
  const inputs = new Map(
    [...question.inputs].map(([name, array]): [string, Recorded] => {
      const names = axes[question.operation][name]!;
      const indices = names.map((axis) => picked[axis] ?? range(before[axis]));
      const sizes = names.map((axis) => before[axis]);
      // The channel axis is two of ours: after N, or first.
      return [name, pick(array, indices, sizes, names[0] === 'N' ? 1 : 0)];
    }),
  );
  const partition = question.partition && { L: after.L, M: after.Min };
  return { ...question, inputs, window, ...(partition ? { partition } : {}) };
}

function extent(
  { operation }: Case,
  { H, W, kh, kw }: Readonly<Record<'H' | 'W' | 'kh' | 'kw', number>>,
  { stride, dilation, padding }: Case['window'],
): { readonly rows: number; readonly columns: number } {
  if (operation === 'interleave') return { rows: H, columns: W };
  const along = (size: number, kernel: number, axis: 0 | 1, before: number, after: number) =>
    size + before + after < dilation[axis] * (kernel - 1) + 1
      ? 0
      : outputSize(size, kernel, stride[axis], dilation[axis], before, after);
  return {
    rows: along(H, kh, 0, padding.top, padding.bottom),
    columns: along(W, kw, 1, padding.left, padding.right),
  };
}

export function range(length: number): readonly number[] {
  return Array.from({ length }, (_, i) => i);
}

/** The entries at these indices of each axis; the axes `merged` and the next are one in the shape. */
function pick(
  { data, stored }: Recorded,
  kept: readonly (readonly number[])[],
  sizes: readonly number[],
  merged: number,
): Recorded {
  let offsets: readonly number[] = [0];
  kept.forEach((indices, axis) => {
    offsets = offsets.flatMap((offset) => indices.map((i) => offset * sizes[axis]! + i));
  });
  const counts = kept.map(({ length }) => length);
  const shape = counts.toSpliced(merged, 2, counts[merged]! * counts[merged + 1]!);
  return { shape, data: offsets.map((offset) => data[offset]!), stored };
}
