/**
 * Arrays of doubles that know how far they can be from the exact values, and how far an implementation can be: what the
 * algebras `float64` and `bound` say of each entry, worked out array by array.
 */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Bounded } from '../../algebras/bound.ts';
import type { Arithmetic } from '../arithmetic.ts';

/** Entries as in `Bounded`: `magnitude` and `inherited` are the same sums, perhaps in another order. */
export interface Field {
  readonly shape: Shape;
  readonly value: Float64Array;
  readonly magnitude: Float64Array;
  /** Absent: zeros. */
  readonly inherited: Float64Array | undefined;
  /** Absent: zeros, these are leaves. */
  readonly terms: Float64Array | undefined;
  /** At least the number of roundings on the longest path to a magnitude or an inherited error. */
  readonly roundings: number;
  /** At least the number of roundings on the longest path to a value. */
  readonly valueRoundings: number;
}

/** Nonzero entries that a fast reference takes: whatever the block multiplies them with, nothing leaves the doubles. */
const range = { least: 2 ** -150, largest: 2 ** 150 } as const;

/** Whether every entry is within the range, or zero. */
export function inRange(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (size !== 0 && !(size >= range.least && size <= range.largest)) return false;
  }
  return true;
}

/** An array that was given or computed, each entry as the arithmetic has it. A bias of C entries is (1, C, 1, 1). */
export function fieldOf(shape: Shape, data: ArrayLike<number>, embed: (x: number) => Bounded): Field {
  const [value, magnitude, inherited] = [0, 1, 2].map(() => new Float64Array(data.length)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [roundings, some] = [0, false];
  for (let i = 0; i < value.length; i++) {
    const x = data[i]!;
    const entry = embed(x);
    value[i] = x;
    magnitude[i] = Math.abs(x);
    inherited[i] = entry.inherited;
    some ||= entry.inherited > 0;
    roundings = Math.max(roundings, entry.roundings);
  }
  return {
    shape,
    value,
    magnitude,
    inherited: some ? inherited : undefined,
    terms: undefined,
    roundings,
    valueRoundings: 0,
  };
}

/** The i-th entry, as the arithmetic takes it. */
export function entryOf({ value, magnitude, inherited, terms, roundings }: Field, i: number): Bounded {
  return {
    value: value[i]!,
    magnitude: magnitude[i]!,
    inherited: inherited ? inherited[i]! : 0,
    terms: terms ? terms[i]! : 0,
    roundings,
  };
}

/** Smaller errors count as this one, so that no product of them is lost: far below what any precision notices. */
const leastError = 2 ** -200;

/** E of each entry as an operand of products; undefined: none has an error. */
export function operandErrors(field: Field, arithmetic: Arithmetic): Float64Array | undefined {
  const { magnitude, inherited, terms } = field;
  if (!inherited && !terms) {
    const largest = magnitude.indexOf(magnitude.reduce((most, a) => Math.max(most, a), 0));
    // What is read as it is, where it is largest, is read as it is everywhere.
    if (arithmetic.operandError(entryOf(field, largest)) === 0) return undefined;
  }
  const errors = new Float64Array(magnitude.length);
  for (let i = 0; i < errors.length; i++) {
    if (magnitude[i] === 0 && !(inherited && inherited[i]! > 0)) continue;
    const error = arithmetic.operandError(entryOf(field, i));
    if (error > 0) errors[i] = Math.max(error, leastError);
  }
  return errors;
}

/** Moves whole planes: plane p of the result is plane `from(p)`. */
export function movePlanes(field: Field, planes: number, from: (p: number) => number): Field {
  const move = (data: Float64Array) => {
    const size = data.length / planes;
    const moved = new Float64Array(data.length);
    for (let p = 0; p < planes; p++) {
      const start = from(p) * size;
      moved.set(data.subarray(start, start + size), p * size);
    }
    return moved;
  };
  const { value, magnitude, inherited, terms } = field;
  return {
    ...field,
    value: move(value),
    magnitude: move(magnitude),
    inherited: inherited && move(inherited),
    terms: terms && move(terms),
  };
}
