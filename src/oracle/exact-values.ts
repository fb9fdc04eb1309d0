/** What the exact values of a quantity's results are asked of: doubles, then pairs of doubles, then exact numbers. */
import { dyadicOf, dyadics } from '../algebras/dyadic.ts';
import { type Exact, enclosed, exactly, lazily } from './exact.ts';
import { doubles, doublesOf, errorOfDouble } from './fast/doubles.ts';
import { entries, entriesOf } from './fast/entries.ts';
import { pairs, pairsOf } from './fast/pairs.ts';
import { inRange } from './fast/range.ts';
import { runOn } from './fast/run.ts';
import { allIntegers, lookup } from './lookup.ts';
import { once } from './once.ts';
import type { Quantity } from './quantity.ts';
import type { Evidence } from './types.ts';

/** The exact values of an array, of whose entries the magnitudes Σ|w||x| are known. */
export type ExactValues = (array: string, magnitudes: Float64Array) => Exact;

/** Whether everything that a quantity reads is in the range in which doubles lose nothing. */
export function isInRange({ from }: Quantity, { arrays }: Evidence): boolean {
  return from.every((name) => inRange(arrays.get(name)!.data));
}

/** By the specification, on exact numbers. */
export function bySpecification(quantity: Quantity, evidence: Evidence): ExactValues {
  const known = once(() => quantity.compute(dyadics, lookup(evidence, dyadicOf)));
  return (array, { length }) => exactly((i) => known()[array]!.data[i]!, length);
}

/** The same values, each as cheaply as its question allows. */
export function exactValues(quantity: Quantity, evidence: Evidence): ExactValues {
  const numbers = once(() => runOn(quantity, evidence, entries, entriesOf));
  const last: ExactValues = (array, { length }) => exactly((i) => numbers()[array]!.at(i), length);
  if (!isInRange(quantity, evidence)) return last;

  const inPairs = once(() => runOn(quantity, evidence, pairs, pairsOf));
  const closer: ExactValues = (array, magnitudes) =>
    lazily(magnitudes.length, () => {
      const { high, low, error } = inPairs()[array]!;
      const errors = new Float64Array(magnitudes.length);
      // A sum without a term is zero.
      for (let i = 0; i < errors.length; i++) if (magnitudes[i] !== 0) errors[i] = error;
      return enclosed({ high, low, errors }, last(array, magnitudes));
    });
  const integers = quantity.from.every((name) => allIntegers(evidence.arrays.get(name)!));
  const inDoubles = once(() => runOn(quantity, evidence, doubles, doublesOf));
  return (array, magnitudes) => {
    const found = inDoubles()[array]!;
    const errors = new Float64Array(magnitudes.length);
    for (let i = 0; i < errors.length; i++) {
      const A = magnitudes[i]!;
      // Sums of integers below 2⁵³ are exact.
      if (!integers || A >= 2 ** 53) errors[i] = errorOfDouble(found, A);
    }
    return enclosed({ high: found.value, errors }, closer(array, magnitudes));
  };
}
