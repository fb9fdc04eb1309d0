/**
 * What the tensor core demands of its arguments. The labels C1, C2, … and their statements are the
 * specification's; T1, T2, … are the core's own and concern what only a strided array can get wrong.
 */
import { type ConstraintId, constraints } from '../../spec/00-notation.ts';
import { ArgumentError, type Site } from './argument-error.ts';

export type { Site };

/** The constraints of strided arrays, numbered once. A label stands at the check, in the message and in the test's name. */
export const tensorConstraints = {
  T1: 'the data is a Float32Array or a Float64Array',
  T2: 'an array has the stated number of axes, each with a size and a stride',
  T3: 'strides are integers, the offset is an integer from 0 to 2³¹ − 1',
  T4: 'every index that a view reaches lies inside its data',
  T5: 'the channels are major × minor',
  T6: 'the kernel has groups × outputs output channels and the stated inputs',
  T7: 'the operands of a convolution have one element type',
  T8: 'a padding is valid, same, same-upper, same-lower, a number, or top, bottom, left and right',
  T9: 'a layout is one that this function knows',
  T10: 'a result, and the padded group that it is computed from, has fewer than 2³¹ entries',
  T11: 'a feature map is made by feature, a kernel by groupKernel',
} as const;

export type TensorConstraintId = ConstraintId | keyof typeof tensorConstraints;

/** An argument of the tensor core broke a constraint: the caller's fault, never a failure inside the core. */
export class TensorError extends ArgumentError<TensorConstraintId> {
  override readonly name = 'TensorError';

  constructor(site: Site, constraint: TensorConstraintId, expected: string, got: string) {
    super({ ...constraints, ...tensorConstraints }, site, constraint, expected, got);
  }
}

/** Throws a TensorError that says where, which constraint, what was expected and what came. */
export function demand(
  holds: boolean,
  site: Site,
  constraint: TensorConstraintId,
  expected: string,
  got: string,
): asserts holds {
  if (!holds) throw new TensorError(site, constraint, expected, got);
}

/** Whether n is an integer of at least `least` that a double holds exactly. */
export function isIntegerFrom(least: number, n: unknown): n is number {
  return Number.isSafeInteger(n) && (n as number) >= least;
}
