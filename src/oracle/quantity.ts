/**
 * What a recording can be asked: recorded arrays as functions of others, written with the specification and generic
 * over the algebra. Run on exact numbers they give what the arrays should be, on rounding bounds how far a correct
 * implementation may be from it.
 */
import type { Semiring, Tensor } from '../../spec/00-notation.ts';
import type { Lookup } from './lookup.ts';
import type { Operations } from './operations.ts';
import type { Stage } from './types.ts';

/** One computation: the recorded arrays that it gives, what they are computed from, and how. */
export interface Computation {
  readonly from: readonly string[];
  readonly results: readonly Result[];
  /** The results, and perhaps others, by name; a bias of C entries is (1, C, 1, 1). */
  run<V>(operations: Operations<V>, get: (name: string) => V): Readonly<Record<string, V>>;
  /** How many products `run` works out. */
  readonly products: number;
  /** Whether entries only change places. */
  readonly isPermutation: boolean;
}

/** A computation that runs on the specification. */
export interface Quantity extends Computation {
  /** `run` with the specification's operations. */
  compute<T>(A: Semiring<T>, get: Lookup<T>): Readonly<Record<string, Tensor<T>>>;
}

/** A recorded array that a computation should have given. */
export interface Result {
  readonly array: string;
  readonly stage: Stage;
  readonly shape: readonly number[];
  readonly axes: ChannelAxes;
}

/** A gradient as a result: each is a stage of its own. */
export function gradientResult(array: `grad_${string}`, shape: readonly number[], axes: ChannelAxes): Result {
  return { array, stage: array, shape, axes };
}

/** The factors of a channel axis, for a position in words: channel = major · minorSize + minor. */
export interface ChannelAxes {
  readonly kind: 'features' | 'kernel' | 'bias';
  readonly major: 'l' | 'm';
  readonly minorSize: number;
}
