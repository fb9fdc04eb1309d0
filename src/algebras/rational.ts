import type { OrderedField } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/** A fraction in lowest terms with a positive denominator: equal numbers have equal parts. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

/** The fraction n / d in lowest terms. Throws a RangeError where d is zero. */
export function rational(n: bigint, d: bigint = 1n): Rational {
  if (d === 0n) throw new RangeError(`rational: ${n} / 0 is not a number`);
  const divisor = greatestCommonDivisor(n, d) * (d < 0n ? -1n : 1n);
  return { numerator: n / divisor, denominator: d / divisor };
}

/** The exact value of a double. Throws a RangeError where x is infinite or NaN. */
export function rationalOf(x: number): Rational {
  if (!Number.isFinite(x)) throw new RangeError(`rationalOf: expected a finite number, got ${x}`);
  let denominator = 1n;
  // Doubling is exact, in the subnormal range too; it ends at an odd numerator, so in lowest terms.
  while (!Number.isInteger(x)) {
    x *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(x), denominator };
}

/**
 * The rational numbers ℚ: the exact output on any finite data, and batch normalisation without rounding.
 *
 * Carrier: `Rational`, made with `rational` or `rationalOf`. Source: the ordered field ℚ. Errors: RangeError
 * from `div` by zero.
 */
export const rationals: Algebra<Rational> & OrderedField<Rational> = {
  name: 'rationals',
  exact: true,
  zero: rational(0n),
  one: rational(1n),
  add: (a, b) =>
    rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator),
  mul: (a, b) => rational(a.numerator * b.numerator, a.denominator * b.denominator),
  neg: (a) => ({ numerator: -a.numerator, denominator: a.denominator }),
  div: (a, b) => rational(a.numerator * b.denominator, a.denominator * b.numerator),
  less: (a, b) => a.numerator * b.denominator < b.numerator * a.denominator,
  equals: (a, b) => a.numerator === b.numerator && a.denominator === b.denominator,
  show: (a) => (a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`),
};
