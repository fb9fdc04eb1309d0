/** What wrong blocks compute with, beyond a semiring: comparison, rounding, division. */
import type { Semiring } from '../../../spec/00-notation.ts';
import { float64 } from '../../algebras/float64.ts';

/** An algebra in which every bug of the catalogue can be committed. */
export interface Scalars<T> extends Semiring<T> {
  /** max(a, 0). */
  relu(a: T): T;
  /** a rounded to so many bits, ties to even. */
  coarse(a: T, bits: number): T;
  /** The values less their mean, divided by the root of their variance + 1e-5: batch normalisation as it trains. */
  normalise(values: readonly T[]): readonly T[];
}

/** What batch normalisation adds to the variance by default. */
export const epsilon = 1e-5;

/** x rounded to so many bits, ties to even; exponents without a limit. */
export function roundBits(x: number, bits: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const last = 2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - bits);
  const low = Math.floor(x / last);
  const rest = x / last - low;
  return (rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low) * last;
}

/** The mean of the numbers, and the root of their variance + `epsilon`. */
export function moments(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
  return { mean, deviation: Math.sqrt(variance + epsilon) };
}

/** Double precision. */
export const doubles: Scalars<number> = {
  ...float64,
  relu: (a) => Math.max(a, 0),
  coarse: roundBits,
  normalise: (values) => {
    const { mean, deviation } = moments(values);
    return values.map((v) => (v - mean) / deviation);
  },
};
