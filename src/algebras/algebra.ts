import type { Semiring } from '../../spec/00-notation.ts';

/** A scalar that the specification runs on, with what a law needs to compare and print its elements. */
export interface Algebra<T> extends Semiring<T> {
  /** The name in messages and tables, for example 'float64'. */
  readonly name: string;
  /** Whether every operation is exact: then laws hold to the letter, else only up to rounding. */
  readonly exact: boolean;
  equals(a: T, b: T): boolean;
  show(a: T): string;
}
