import type { OrderedField } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/**
 * IEEE 754 double precision: the reference output.
 *
 * Carrier: every number. Rounding breaks the laws: addition and multiplication aren't associative and
 * multiplication doesn't distribute, so `exact` is false and laws hold up to rounding only. Equality is that of
 * `Object.is`, but +0 = −0: NaN equals itself. Source: ECMAScript, Number type. Errors: RangeError from `div`
 * by zero; every other operation gives an infinity or NaN where IEEE 754 says so.
 */
export const float64: Algebra<number> & OrderedField<number> = {
  name: 'float64',
  exact: false,
  zero: 0,
  one: 1,
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  neg: (a) => -a,
  div: (a, b) => {
    if (b === 0) throw new RangeError('float64: division by zero');
    return a / b;
  },
  less: (a, b) => a < b,
  equals: (a, b) => a === b || Object.is(a, b),
  show: String,
};
