import type { Algebra } from './algebra.ts';

/**
 * The booleans with "or" and "and": connectivity. An entry of a composite kernel is true where some path joins
 * the two channels, so "the composite kernel is dense" is "true everywhere".
 *
 * Carrier: true and false. Source: the Boolean semiring. Errors: none.
 */
export const booleans: Algebra<boolean> = {
  name: 'booleans',
  exact: true,
  zero: false,
  one: true,
  add: (a, b) => a || b,
  mul: (a, b) => a && b,
  equals: (a, b) => a === b,
  show: String,
};
