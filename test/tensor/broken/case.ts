import { feature, groupKernel, type TensorConstraintId } from '../../../src/tensor/index.ts';
import { counting } from '../arrays.ts';

/** A call that breaks one constraint, and what its error has to say. */
export interface Broken {
  readonly constraint: TensorConstraintId;
  readonly name: string;
  readonly operation: string;
  readonly argument: string;
  /** A part of what was expected. */
  readonly expected: string;
  /** A part of what came. */
  readonly got: string;
  readonly call: () => unknown;
}

/** `at` is 'operation: argument'. */
export function broken(
  constraint: TensorConstraintId,
  name: string,
  at: string,
  [expected, got]: readonly [string, string],
  call: () => unknown,
): Broken {
  const [operation, argument] = at.split(': ') as [string, string];
  return { constraint, name, operation, argument, expected, got, call };
}

/** What plain JavaScript, or a cast, can hand over although the types forbid it. */
export const as = <T>(value: unknown) => value as T;

/** Operands in order, for a call to break in one thing: L = 3, M = 2, a 3 × 3 kernel on 4 × 4 pixels. */
export const x = feature(counting([1, 6, 4, 4]), { channels: [3, 2] });
export const primary = groupKernel(counting([6, 2, 3, 3]), { groups: 3, inputs: 2, outputs: 2 });
export const secondary = groupKernel(counting([6, 3, 1, 1]), { groups: 2, inputs: 3, outputs: 3 });
