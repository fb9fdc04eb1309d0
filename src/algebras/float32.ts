import type { OrderedField } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';
import { float64 } from './float64.ts';

/**
 * IEEE 754 single precision, every operation rounded: the reference output of a float32 implementation that
 * computes in the order of the specification.
 *
 * Carrier: the numbers that `Math.fround` leaves alone; the caller rounds the inputs. Each operation rounds once
 * although it passes through a double, because 53 ≥ 2·24 + 2 bits make the second rounding harmless (Figueroa,
 * 1995). Not exact, for the reason given at `float64`. Errors: RangeError from `div` by zero.
 */
export const float32: Algebra<number> & OrderedField<number> = {
  name: 'float32',
  exact: false,
  zero: 0,
  one: 1,
  add: (a, b) => Math.fround(a + b),
  mul: (a, b) => Math.fround(a * b),
  neg: (a) => -a,
  div: (a, b) => {
    if (b === 0) throw new RangeError('float32: division by zero');
    return Math.fround(a / b);
  },
  less: float64.less,
  equals: float64.equals,
  show: float64.show,
};
