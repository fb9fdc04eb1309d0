/** Bounds of whole arrays where convolutions may have been computed by Winograd's or Strassen's. */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Rational } from '../../algebras/rational.ts';
import type { Arithmetic } from '../arithmetic.ts';
import { volume } from '../lookup.ts';
import { inOtherWays, type OtherWays } from '../other-ways.ts';
import { boundsIn } from './bounds.ts';
import { type Doubles, doubles } from './doubles.ts';
import { entriesIn, type Field, fieldOf } from './field.ts';
import { channelOf, type Kit } from './kit.ts';

/** As `boundsIn`, of sums or of these ways. */
export const otherBoundsIn = (arithmetic: Arithmetic, ways: OtherWays): Kit<Field> => ({
  ...boundsIn(arithmetic),
  otherWays: (sums) =>
    inOtherWays<Field>(
      {
        ...sums,
        shape: ({ shape }) => shape,
        reshape: (x, shape) => ({ ...x, shape }),
        pick,
        constant: (shape, data) => constantOf(shape, data, arithmetic),
        withCompanions,
        either: (sum, other) => either(sum, other, arithmetic),
      },
      ways,
    ),
});

/** Magnitudes: at least those of all sums, of given ones, in whichever way they were computed. */
export const otherMagnitudes = (ways: OtherWays): Kit<Doubles> => ({
  ...doubles,
  otherWays: (sums) =>
    inOtherWays<Doubles>(
      {
        ...sums,
        shape: ({ shape }) => shape,
        reshape: (x, shape) => ({ ...x, shape }),
        pick: ({ value, roundings }, shape, from) => ({
          shape,
          value: Float64Array.from({ length: volume(shape) }, (_, i) => entryAt(value, from(i))),
          roundings,
        }),
        constant: (shape, data) => ({
          shape,
          value: Float64Array.from(data, (c) => Math.abs(Number(c.numerator) / Number(c.denominator))),
          roundings: 1,
        }),
        withCompanions: ({ shape, value, roundings }) => ({
          shape: doubled(shape),
          value: companionsOf(value, shape),
          roundings,
        }),
        either: (sum, other) => ({
          shape: sum.shape,
          value: sum.value.map((entry, i) => Math.max(entry, other.value[i]!)),
          roundings: Math.max(sum.roundings, other.roundings),
        }),
      },
      ways,
    ),
});

function entryAt(data: Float64Array, place: number): number {
  return place < 0 ? 0 : data[place]!;
}

function doubled([N, C, H, W]: Shape): Shape {
  return [2 * N, C, H, W];
}

/** Behind the entries, for each of them, the largest of its channel. */
function companionsOf(data: Float64Array, shape: Shape): Float64Array {
  const most = new Float64Array(shape[1]);
  for (let i = 0; i < data.length; i++) {
    const c = channelOf(shape, i);
    most[c] = Math.max(most[c]!, data[i]!);
  }
  const both = new Float64Array(2 * data.length);
  both.set(data);
  for (let i = 0; i < data.length; i++) both[data.length + i] = most[channelOf(shape, i)]!;
  return both;
}

function withCompanions({ shape, magnitude, inherited, terms, roundings }: Field): Field {
  const all = terms && Float64Array.from(magnitude, (_, i) => terms[i % terms.length]!);
  return {
    shape: doubled(shape),
    magnitude: companionsOf(magnitude, shape),
    inherited: inherited && companionsOf(inherited, shape),
    terms: all && companionsOf(all, shape),
    roundings,
  };
}

/** The constants of an algorithm. */
function constantOf(shape: Shape, data: readonly Rational[], arithmetic: Arithmetic): Field {
  const entries = data.map(arithmetic.constant);
  const byValue = new Map(entries.map((entry) => [entry.value, entry]));
  return fieldOf(
    shape,
    entries.map(({ value }) => value),
    (x) => byValue.get(x)!,
  );
}

/** Entry i of the result is entry from(i); zero where that is −1. */
function pick(field: Field, shape: Shape, from: (i: number) => number): Field {
  const places = Int32Array.from({ length: volume(shape) }, (_, i) => from(i));
  const picked = (data: Float64Array) => Float64Array.from(places, (i) => entryAt(data, i));
  const { magnitude, inherited, terms, roundings } = field;
  return {
    shape,
    magnitude: picked(magnitude),
    inherited: inherited && picked(inherited),
    terms: terms && Float64Array.from(places, (i) => (i < 0 ? 0 : terms[i % terms.length]!)),
    roundings,
  };
}

/** Entry by entry what `Arithmetic.either` says. */
function either(sum: Field, other: Field, arithmetic: Arithmetic): Field {
  const { length } = sum.magnitude;
  const [ofSum, ofOther] = [entriesIn(sum), entriesIn(other)];
  const [inherited, terms] = [new Float64Array(length), new Float64Array(length)];
  let { roundings } = sum;
  for (let i = 0; i < length; i++) {
    const entry = arithmetic.either(ofSum(i), ofOther(i));
    inherited[i] = entry.inherited;
    terms[i] = entry.terms;
    roundings = Math.max(roundings, entry.roundings);
  }
  return { ...sum, inherited, terms, roundings };
}
