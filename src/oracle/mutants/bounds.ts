/** What bugs do to rounding bounds: how far a wrong block can be from itself, computed in any order. */
import type { Bounded } from '../../algebras/bound.ts';
import { precisions } from '../../algebras/precision.ts';
import { type Arithmetic, arithmeticOf } from '../arithmetic.ts';
import type { Evidence, StoredAs } from '../types.ts';
import { epsilon, moments, roundBits, type Scalars } from './scalars.ts';

/** Scalars with bounds; `exact` where every sum is of integers and none is rounded. */
export interface BoundedScalars {
  readonly scalars: Scalars<Bounded>;
  readonly arithmetic: Arithmetic;
}

/** The arithmetic that the evidence declares, extended to what wrong blocks do. */
export function boundedScalars(
  evidence: Evidence,
  stored: readonly StoredAs[],
  exact: boolean,
): BoundedScalars {
  const arithmetic = arithmeticOf(evidence, stored);
  const { algebra } = arithmetic;
  const errorOf = (a: Bounded): number => (exact ? 0 : algebra.errorOf(a));
  const around = (a: Bounded, value: number, magnitude: number, inherited: number): Bounded => ({
    value,
    magnitude,
    inherited,
    terms: 0,
    roundings: a.roundings + 4,
  });
  const scalars: Scalars<Bounded> = {
    ...algebra,
    // Neither grows a distance.
    relu: (a) => {
      const error = errorOf(a);
      if (a.value + error <= 0) return algebra.zero;
      return around(a, Math.max(a.value, 0), a.magnitude, error);
    },
    // Where both ends round to the same number, the rounding swallows the error.
    coarse: (a, bits) => {
      const error = errorOf(a);
      const [low, value, high] = [a.value - error, a.value, a.value + error].map((x) =>
        roundBits(x, bits),
      ) as [number, number, number];
      const most = Math.max(Math.abs(low), Math.abs(high));
      return around(a, value, most, Math.max(high - value, value - low));
    },
    // To first order, and generously: mean and variance err by no more than the numbers and their sums do.
    normalise: (values) => {
      const numbers = values.map(({ value }) => value);
      const { mean, deviation } = moments(numbers);
      const { unit } = precisions[evidence.precision];
      const largest = Math.max(...values.map(({ magnitude }) => magnitude));
      const error = Math.max(...values.map(errorOf)) + 2 * values.length * unit * largest;
      const relative = (4 * error) / deviation + 8 * values.length * unit + 2 ** -20 * epsilon;
      return values.map((a) => {
        const value = (a.value - mean) / deviation;
        return around(a, value, Math.abs(value) + relative, relative * (1 + Math.abs(value)));
      });
    },
  };
  return { scalars, arithmetic };
}
