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

/** The exact values of an array of so many entries, of which the magnitudes Σ|w||x| are known. */
export type ExactValues = (array: string, length: number, magnitude: (i: number) => number) => Exact;

/** Whether everything that a quantity reads is in the range in which doubles lose nothing. */
export function isInRange({ from }: Quantity, { arrays }: Evidence): boolean {
  return from.every((name) => inRange(arrays.get(name)!.data));
}

/** By the specification, on exact numbers. */
export function bySpecification(quantity: Quantity, evidence: Evidence): ExactValues {
  const known = once(() => quantity.compute(dyadics, lookup(evidence, dyadicOf)));
  return (array, length) => exactly((i) => known()[array]!.data[i]!, length);
}

/** The same values, each as cheaply as its question allows. */
export function exactValues(quantity: Quantity, evidence: Evidence): ExactValues {
  const numbers = once(() => runOn(quantity, evidence, entries, entriesOf));
  const last = (array: string, length: number) => exactly((i) => numbers()[array]!.at(i), length);
  if (!isInRange(quantity, evidence)) return last;

  const inPairs = once(() => runOn(quantity, evidence, pairs, pairsOf));
  const closer: ExactValues = (array, length, magnitude) =>
    lazily(length, () => {
      const { high, low, error } = inPairs()[array]!;
      // A sum without a term is zero.
      return enclosed({ high, low, error: (i) => (magnitude(i) === 0 ? 0 : error) }, last(array, length));
    });
  const integers = quantity.from.every((name) => allIntegers(evidence.arrays.get(name)!));
  const inDoubles = once(() => runOn(quantity, evidence, doubles, doublesOf));
  return (array, length, magnitude) => {
    const found = inDoubles()[array]!;
    const error = (i: number) => {
      const A = magnitude(i);
      // Sums of integers below 2⁵³ are exact.
      return integers && A < 2 ** 53 ? 0 : errorOfDouble(found, A);
    };
    return enclosed({ high: found.value, error }, closer(array, length, magnitude));
  };
}
