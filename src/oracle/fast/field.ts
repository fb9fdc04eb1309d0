/** How far an implementation can be from the exact values: what `bound` says of each entry, worked out array by array. */
import type { Shape } from '../../../spec/00-notation.ts';
import { type Bounded, madeUpFor, sumError } from '../../algebras/bound.ts';
import type { Rounding } from '../../algebras/precision.ts';
import type { Arithmetic } from '../arithmetic.ts';
import type { Shaped } from './kit.ts';

/** Entries as in `Bounded`: `magnitude` and `inherited` are the same sums, perhaps in another order. */
export interface Field extends Shaped {
  readonly magnitude: Float64Array;
  /** Absent: zeros. */
  readonly inherited: Float64Array | undefined;
  /** Absent: zeros, these are leaves. As many as a plane has entries: every plane has these. */
  readonly terms: Float64Array | undefined;
  /** At least the number of roundings on the longest path to a magnitude or an inherited error. */
  readonly roundings: number;
}

/**
 * An array that was given or computed, each entry as the arithmetic has it. A bias of C entries is (1, C, 1, 1). `isLeaf`
 * tells entries that have no error, where that is cheaper to say.
 */
export function fieldOf(
  shape: Shape,
  data: ArrayLike<number>,
  embed: (x: number) => Bounded,
  isLeaf: (x: number) => boolean = () => false,
): Field {
  const magnitude = new Float64Array(data.length);
  let inherited: Float64Array | undefined;
  let roundings = 0;
  for (let i = 0; i < magnitude.length; i++) {
    const x = data[i]!;
    if (isLeaf(x)) {
      magnitude[i] = Math.abs(x);
      continue;
    }
    const entry = embed(x);
    magnitude[i] = entry.magnitude;
    if (entry.inherited > 0) {
      inherited ??= new Float64Array(data.length);
      inherited[i] = entry.inherited;
    }
    roundings = Math.max(roundings, entry.roundings);
  }
  return { shape, magnitude, inherited, terms: undefined, roundings };
}

/** An entry as large as the largest in every way: what it can't do, none can. */
export function largestIn({ magnitude, inherited, terms, roundings }: Field): Bounded {
  const A = largestOf(magnitude);
  const [e, k] = [inherited ? largestOf(inherited) : 0, terms ? largestOf(terms) : 0];
  return { value: A, magnitude: A, inherited: e, terms: k, roundings };
}

/** The largest of numbers that aren't negative; 0 where there is none. */
export function largestOf(data: Float64Array): number {
  let most = 0;
  for (let i = 0; i < data.length; i++) if (data[i]! > most) most = data[i]!;
  return most;
}

/** The entries, as the arithmetic takes them: one object that is filled anew, and good until the next is asked for. */
export function entriesIn({ magnitude, inherited, terms, roundings }: Field): (i: number) => Bounded {
  const entry = { value: 0, magnitude: 0, inherited: 0, terms: 0, roundings };
  return (i) => {
    // Of a number that has no error: then it was given, and is as large as its magnitude. Nobody asks for another.
    entry.value = magnitude[i]!;
    entry.magnitude = magnitude[i]!;
    if (inherited) entry.inherited = inherited[i]!;
    if (terms) entry.terms = terms[i % terms.length]!;
    return entry;
  };
}

/** Smaller errors count as this one, so that no product of them is lost: far below what any precision notices. */
const leastError = 2 ** -200;

/** E of each entry as an operand of products; undefined: none has an error. */
export function operandErrors(field: Field, arithmetic: Arithmetic): Float64Array | undefined {
  const { magnitude, inherited, terms } = field;
  const entry = entriesIn(field);
  // What is read as it is, where it is largest, is read as it is everywhere.
  if (arithmetic.operandError(largestIn(field)) === 0 && !inherited && !terms) return undefined;
  const errors = new Float64Array(magnitude.length);
  const { sums } = arithmetic;
  const period = terms ? terms.length : 0;
  for (let i = 0, j = 0; i < errors.length; i++, j++) {
    // Of terms that are a plane's, the next plane has the same.
    if (j === period) j = 0;
    const A = magnitude[i]!;
    const e = inherited ? inherited[i]! : 0;
    if (A === 0 && e === 0) continue;
    const error = sums
      ? sumError(A, e, terms ? terms[j]! : 0, sums.unit, sums.underflow)
      : arithmetic.smallerOperandError(entry(i));
    if (error > 0) errors[i] = Math.max(error, leastError);
  }
  return errors;
}

/** `errorOf` of each entry that is a sum, where that is `sumError` alone; 0 for what is none. */
export function sumErrors(
  { magnitude, inherited, terms, roundings }: Field,
  { unit, underflow }: Rounding,
): Float64Array {
  const errors = new Float64Array(magnitude.length);
  if (!terms) return errors;
  for (let i = 0, j = 0; i < errors.length; i++, j++) {
    if (j === terms.length) j = 0;
    const e = inherited ? inherited[i]! : 0;
    const k = terms[j]!;
    if (k > 0) errors[i] = madeUpFor(sumError(magnitude[i]!, e, k, unit, underflow), roundings);
  }
  return errors;
}
