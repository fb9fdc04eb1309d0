import type { Bounded } from '../algebras/bound.ts';
import { dyadicOf, dyadics } from '../algebras/dyadic.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';
import { type Exact, enclosed, exactly } from './exact.ts';
import { entryOf, type Field, fieldOf, inRange } from './fast/field.ts';
import { fastOperations } from './fast/operations.ts';
import { allIntegers, lookup, shapeOf } from './lookup.ts';
import type { Quantity } from './quantity.ts';
import type { Evidence, Recorded, StoredAs } from './types.ts';

/** What a recorded array should be, exactly, and how far a correct implementation may be from it. */
export interface Reference extends Tolerance {
  readonly exact: Exact;
}

/** How far from the exact value a correct implementation may be. */
export interface Tolerance {
  /** The bound of each element; 0: bit for bit. */
  readonly bounds: Float64Array;
  /** 1 where a correct implementation may overflow. */
  readonly overflows: Uint8Array;
}

/**
 * The references of a quantity's results, by name. The arrays it reads must be finite. `computed` are the arrays that the
 * implementation gave. `slow`: by the specification alone, on exact numbers and on rounding bounds.
 */
export function referencesFor(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
  slow = false,
): ReadonlyMap<string, Reference> {
  const { tolerances, fields } = evaluate(quantity, evidence, computed, slow);
  let known: ReturnType<typeof exactRun> | undefined;
  const exactRun = () => quantity.compute(dyadics, lookup(evidence, dyadicOf));
  const numbers = (array: string) => () => {
    known ??= exactRun();
    return known[array]!.data;
  };
  const integers = quantity.from.every((name) => allIntegers(evidence.arrays.get(name)!));
  return new Map(
    [...tolerances].map(([array, tolerance]) => {
      const exact = exactly(numbers(array), tolerance.bounds.length);
      const field = fields?.[array];
      if (!field) return [array, { ...tolerance, exact }];
      return [array, { ...tolerance, exact: enclosed(field.value, errorsOf(field, integers), exact) }];
    }),
  );
}

/** How far from the exact values a correct implementation may be, by name. */
export function tolerancesFor(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
): ReadonlyMap<string, Tolerance> {
  return evaluate(quantity, evidence, computed, false).tolerances;
}

/** Tolerances, and the doubles that came with them where the fast way could be gone. */
function evaluate(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
  slow: boolean,
): {
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  readonly fields?: Readonly<Record<string, Field>>;
} {
  const recorded = (name: string) => evidence.arrays.get(name)!;
  const arithmetic = arithmeticOf(
    evidence,
    [...computed].map((name) => recorded(name).stored),
  );
  const embed = (x: number, name: string) =>
    computed.has(name) ? arithmetic.computed(x) : arithmetic.given(x);
  const isFast = !slow && !evidence.composed && quantity.from.every((name) => inRange(recorded(name).data));
  if (!isFast) {
    const bounded = quantity.compute(arithmetic.algebra, lookup(evidence, embed));
    const entries = (array: string) => {
      const { data } = bounded[array]!;
      return { length: data.length, at: (i: number) => data[i]! };
    };
    return { tolerances: tolerancesOf(quantity, evidence, arithmetic, entries) };
  }
  const known = new Map<string, Field>();
  const fields = quantity.run(fastOperations(arithmetic), (name) => {
    const field =
      known.get(name) ?? fieldOf(sizes(recorded(name)), recorded(name).data, (x) => embed(x, name));
    known.set(name, field);
    return field;
  });
  const entries = (array: string) => {
    const field = fields[array]!;
    return { length: field.value.length, at: (i: number) => entryOf(field, i) };
  };
  return { tolerances: tolerancesOf(quantity, evidence, arithmetic, entries), fields };
}

/** A bias of C entries is (1, C, 1, 1). */
function sizes(recorded: Recorded) {
  const { shape } = recorded;
  return shape.length === 1 ? ([1, shape[0]!, 1, 1] as const) : shapeOf(recorded);
}

/** The entries of an array, each made when it is asked for. */
interface Entries {
  readonly length: number;
  at(i: number): Bounded;
}

function tolerancesOf(
  quantity: Quantity,
  evidence: Evidence,
  arithmetic: Arithmetic,
  entries: (array: string) => Entries,
): ReadonlyMap<string, Tolerance> {
  const integers = quantity.from.every((name) => allIntegers(evidence.arrays.get(name)!));
  return new Map(
    quantity.results.map(({ array }) => {
      const { stored } = evidence.arrays.get(array)!;
      const found = entries(array);
      const most = largest(found);
      // Integers, none of whose partial sums leaves the significand.
      const isIntegral = integers && most.magnitude <= arithmetic.exactIntegers;
      const isExact = isMove(quantity, evidence, stored) || isIntegral;
      const bounds = new Float64Array(found.length);
      const overflows = new Uint8Array(found.length);
      const none = !arithmetic.mayOverflow(most, stored);
      for (let i = 0; i < found.length; i++) {
        if (!isExact) bounds[i] = arithmetic.boundOf(found.at(i), stored);
        if (!none && arithmetic.mayOverflow(found.at(i), stored)) overflows[i] = 1;
      }
      return [array, { bounds, overflows }];
    }),
  );
}

/** An entry as large as the largest in every way: what it can't do, none can. */
function largest(entries: Entries): Bounded {
  let [value, magnitude, inherited, terms, roundings] = [0, 0, 0, 0, 0];
  for (let i = 0; i < entries.length; i++) {
    const entry = entries.at(i);
    value = Math.max(value, Math.abs(entry.value));
    magnitude = Math.max(magnitude, entry.magnitude);
    inherited = Math.max(inherited, entry.inherited);
    terms = Math.max(terms, entry.terms);
    roundings = Math.max(roundings, entry.roundings);
  }
  return { value, magnitude, inherited, terms, roundings };
}

/**
 * How far the doubles of a field can be from the exact values. n roundings change a sum by at most (1 + 2⁻⁵³)ⁿ − 1 of its
 * magnitude, and that of the magnitude itself: n·2⁻⁵¹ is more than both. Sums of integers below 2⁵³ are exact.
 */
function errorsOf({ magnitude, valueRoundings }: Field, integers: boolean): Float64Array {
  const errors = new Float64Array(magnitude.length);
  for (let i = 0; i < errors.length; i++) {
    const A = magnitude[i]!;
    if (!integers || A >= 2 ** 53) errors[i] = valueRoundings * 2 ** -51 * A;
  }
  return errors;
}

/** Numbers that change places, and are stored as before. */
function isMove({ isPermutation, from }: Quantity, evidence: Evidence, stored: StoredAs): boolean {
  const same = from.every((name) => evidence.arrays.get(name)!.stored === stored);
  return isPermutation && same && !evidence.flushesSubnormals;
}
