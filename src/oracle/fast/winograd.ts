/** Bounds of whole arrays where 3×3 convolutions may have been computed by Winograd's. */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Rational } from '../../algebras/rational.ts';
import type { WinogradPoints } from '../../algebras/winograd.ts';
import type { Arithmetic } from '../arithmetic.ts';
import { volume } from '../lookup.ts';
import { sumOrWinograd } from '../winograd.ts';
import { boundsIn } from './bounds.ts';
import { entriesIn, type Field, fieldOf } from './field.ts';
import type { Kit } from './kit.ts';

/** As `boundsIn`, of sums or of Winograd's with these points. */
export const winogradBoundsIn = (arithmetic: Arithmetic, points: WinogradPoints): Kit<Field> => ({
  ...boundsIn(arithmetic),
  otherWays: (sums) =>
    sumOrWinograd<Field>(
      {
        ...sums,
        shape: ({ shape }) => shape,
        reshape: (x, shape) => ({ ...x, shape }),
        pick,
        constant: (shape, data) => constantOf(shape, data, arithmetic),
        either: (sum, winograd) => either(sum, winograd, arithmetic),
      },
      points,
    ),
});

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

/** Entry i of the result is entry from(i). */
function pick(field: Field, shape: Shape, from: (i: number) => number): Field {
  const places = Int32Array.from({ length: volume(shape) }, (_, i) => from(i));
  const picked = (data: Float64Array) => Float64Array.from(places, (i) => data[i]!);
  const { magnitude, inherited, terms, roundings } = field;
  return {
    shape,
    magnitude: picked(magnitude),
    inherited: inherited && picked(inherited),
    terms: terms && Float64Array.from(places, (i) => terms[i % terms.length]!),
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
