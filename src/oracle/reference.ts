import type { Tensor } from '../../spec/00-notation.ts';
import type { Bounded } from '../algebras/bound.ts';
import type { Rounding } from '../algebras/precision.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';
import type { Exact } from './exact.ts';
import { bySpecification, exactValues, isInRange } from './exact-values.ts';
import { boundsIn } from './fast/bounds.ts';
import { type Doubles, doubles, doublesOf } from './fast/doubles.ts';
import { entriesIn, type Field, fieldOf, largestIn, largestOf, sumErrors } from './fast/field.ts';
import type { Kit } from './fast/kit.ts';
import { otherBoundsIn, otherMagnitudes } from './fast/other-ways.ts';
import { runOn } from './fast/run.ts';
import { allIntegers, type Lookup, lookup } from './lookup.ts';
import { hasOtherWays, otherOperations } from './other-ways.ts';
import type { Quantity } from './quantity.ts';
import type { Evidence, StoredAs } from './types.ts';

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
  const { tolerances, magnitudes } = evaluate(quantity, evidence, computed, slow);
  const exact = slow ? bySpecification(quantity, evidence) : exactValues(quantity, evidence);
  return new Map(
    [...tolerances].map(([array, tolerance]) => [
      array,
      { ...tolerance, exact: exact(array, magnitudes(array)) },
    ]),
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

interface Evaluated {
  readonly tolerances: ReadonlyMap<string, Tolerance>;
  /** The magnitude Σ|w||x| of each entry. */
  magnitudes(array: string): Float64Array;
}

function evaluate(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
  slow: boolean,
): Evaluated {
  const recorded = (name: string) => evidence.arrays.get(name)!;
  const arithmetic = arithmeticOf(
    evidence,
    [...computed].map((name) => recorded(name).stored),
  );
  const isSlow = slow || evidence.composed || !isInRange(quantity, evidence);
  // The constants of Winograd's are no integers.
  const mayBeIntegers = !isSlow && evidence.winograd === undefined;
  const bitForBit = mayBeIntegers ? ofIntegers(quantity, evidence, arithmetic) : undefined;
  if (bitForBit) return bitForBit;
  const mayDiffer = (name: string) => computed.has(name) || (evidence.unrounded?.includes(name) ?? false);
  const embed = (x: number, name: string) => (mayDiffer(name) ? arithmetic.computed(x) : arithmetic.given(x));
  /** By the specification, or by operations of its own. */
  const bySpec = (run: (get: Lookup<Bounded>) => Readonly<Record<string, Tensor<Bounded>>>) => {
    const bounded = run(lookup(evidence, embed));
    return (array: string): Entries => {
      const { data } = bounded[array]!;
      return {
        length: data.length,
        at: (i) => data[i]!,
        magnitudes: () => Float64Array.from(data, ({ magnitude }) => magnitude),
        largest: () => largest(data),
        sumErrors: () => undefined,
      };
    };
  };
  const inFields = (kit: Kit<Field>) => {
    const fields = runOn(quantity, evidence, kit, (shape, data, name) =>
      fieldOf(shape, data, (x) => embed(x, name), mayDiffer(name) ? undefined : arithmetic.holds),
    );
    return (array: string): Entries => {
      const field = fields[array]!;
      const { magnitude } = field;
      return {
        length: magnitude.length,
        at: entriesIn(field),
        magnitudes: () => magnitude,
        largest: () => largestIn(field),
        sumErrors: (rounding) => sumErrors(field, rounding),
      };
    };
  };
  const sums = isSlow
    ? bySpec((get) => quantity.compute(arithmetic.algebra, get))
    : inFields(boundsIn(arithmetic));
  const either = !hasOtherWays(evidence)
    ? undefined
    : isSlow
      ? bySpec((get) => quantity.run(otherOperations(arithmetic, evidence.composed, evidence), get))
      : inFields(otherBoundsIn(arithmetic, evidence));
  return {
    tolerances: tolerancesOf(quantity, evidence, arithmetic, sums, either),
    magnitudes: (array) => sums(array).magnitudes(),
  };
}

/** Of integers, none of whose partial sums leaves the significand: their magnitudes say all. Undefined for others. */
function ofIntegers(quantity: Quantity, evidence: Evidence, arithmetic: Arithmetic): Evaluated | undefined {
  if (!areIntegers(quantity, evidence)) return undefined;
  const { exactIntegers } = arithmetic;
  const isLarge = ({ value }: Doubles) => largestOf(value) > exactIntegers;
  // What is multiplied by zero doesn't show in the sums: it's looked at on its way.
  let isLargeOnTheWay = false;
  const sizes = (kit: Kit<Doubles>) => {
    const watching: Kit<Doubles> = {
      ...kit,
      multiply: (role, geometry, shape, factors) => {
        isLargeOnTheWay ||= Object.values(factors).some(isLarge);
        return kit.multiply(role, geometry, shape, factors);
      },
    };
    return runOn(quantity, evidence, watching, (shape, data) => doublesOf(shape, sizesOf(data)));
  };
  const sums = sizes(doubles);
  const magnitudes = (array: string) => sums[array]!.value;
  // Strassen's adds and subtracts integers, larger ones.
  const most = hasOtherWays(evidence) ? sizes(otherMagnitudes(evidence)) : sums;
  if (isLargeOnTheWay || quantity.results.some(({ array }) => isLarge(most[array]!))) return undefined;
  const none = ({ length }: Float64Array): Tolerance => ({
    bounds: new Float64Array(length),
    overflows: new Uint8Array(length),
  });
  return {
    tolerances: new Map(quantity.results.map(({ array }) => [array, none(magnitudes(array))])),
    magnitudes,
  };
}

/** The absolute values. */
function sizesOf(data: ArrayLike<number>): Float64Array {
  const sizes = new Float64Array(data.length);
  for (let i = 0; i < sizes.length; i++) sizes[i] = Math.abs(data[i]!);
  return sizes;
}

/** Whether all that is read are integers; what was rounded on the way may have been none before. */
function areIntegers({ from }: Quantity, { arrays, unrounded = [] }: Evidence): boolean {
  return from.every((name) => !unrounded.includes(name) && allIntegers(arrays.get(name)!));
}

/** The entries of an array; what `at` gives is good until it is asked again. */
interface Entries {
  readonly length: number;
  at(i: number): Bounded;
  magnitudes(): Float64Array;
  /** An entry as large as the largest in every way: what it can't do, none can. */
  largest(): Bounded;
  /** `errorOf` of the entries that are sums, where that is `sumError` alone; 0 for what is none. Absent: ask each. */
  sumErrors(rounding: Rounding): Float64Array | undefined;
}

/** By the entries of `sums` or, where a convolution may have been computed otherwise, of `other`. */
function tolerancesOf(
  quantity: Quantity,
  evidence: Evidence,
  arithmetic: Arithmetic,
  sums: (array: string) => Entries,
  other?: (array: string) => Entries,
): ReadonlyMap<string, Tolerance> {
  const integers = areIntegers(quantity, evidence);
  return new Map(
    quantity.results.map(({ array }) => {
      const { stored } = evidence.arrays.get(array)!;
      const found = (other ?? sums)(array);
      const most = found.largest();
      // Integers, none of whose partial sums leaves the significand.
      const isIntegral = integers && most.magnitude <= arithmetic.exactIntegers;
      const isSummed = other === undefined || isAlike(found, sums(array));
      const isExact = isMove(quantity, evidence, stored) || (isIntegral && isSummed);
      const alone = isExact ? undefined : arithmetic.recordedSums(stored);
      const bounds = (alone && found.sumErrors(alone)) ?? new Float64Array(found.length);
      const overflows = new Uint8Array(found.length);
      // Also of integers whose sums are exact: a step may overflow that a zero hides, and infinity times 0 is NaN.
      const none = !arithmetic.mayOverflow(most, stored);
      const boundOf = arithmetic.boundsIn(stored);
      for (let i = 0; i < found.length; i++) {
        if (!isExact && bounds[i] === 0) bounds[i] = boundOf(found.at(i));
        if (!none && arithmetic.mayOverflow(found.at(i), stored)) overflows[i] = 1;
      }
      return [array, { bounds, overflows }];
    }),
  );
}

/** Whether no entry has got an error that its sums don't have. */
function isAlike(entries: Entries, sums: Entries): boolean {
  for (let i = 0; i < entries.length; i++) {
    if (entries.at(i).inherited !== sums.at(i).inherited) return false;
  }
  return true;
}

/** An entry as large as the largest of these. */
function largest(all: readonly Bounded[]): Bounded {
  let [value, magnitude, inherited, terms, roundings] = [0, 0, 0, 0, 0];
  for (const entry of all) {
    value = Math.max(value, Math.abs(entry.value));
    magnitude = Math.max(magnitude, entry.magnitude);
    inherited = Math.max(inherited, entry.inherited);
    terms = Math.max(terms, entry.terms);
    roundings = Math.max(roundings, entry.roundings);
  }
  return { value, magnitude, inherited, terms, roundings };
}

/** Numbers that change places, and are stored as before. */
function isMove({ isPermutation, from }: Quantity, evidence: Evidence, stored: StoredAs): boolean {
  const same = from.every((name) => evidence.arrays.get(name)!.stored === stored);
  return isPermutation && same && !evidence.flushesSubnormals;
}
