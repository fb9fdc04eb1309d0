import type { Algebra } from '../algebras/algebra.ts';

/**
 * Degrees: run on it with `variable` for each entry, the specification gives a bound on the total degree of each
 * output as a polynomial in these entries, exact where nothing cancels.
 *
 * Carrier: the naturals and −∞, which is `zero`. `add` is the larger, `mul` the sum. Source: the tropical semiring.
 * Errors: none.
 */
export const degrees: Algebra<number> & { readonly variable: number } = {
  name: 'degrees',
  exact: true,
  variable: 1,
  zero: Number.NEGATIVE_INFINITY,
  one: 0,
  add: Math.max,
  mul: (a, b) => a + b,
  equals: (a, b) => a === b,
  show: String,
};
