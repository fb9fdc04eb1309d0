import type { Bounded } from '../algebras/bound.ts';
import { type Dyadic, dyadicOf, dyadics } from '../algebras/dyadic.ts';
import { type Arithmetic, arithmeticOf } from './arithmetic.ts';
import { allIntegers, lookup } from './lookup.ts';
import type { Quantity } from './quantity.ts';
import type { Evidence, StoredAs } from './types.ts';

/** What a recorded array should be, exactly, and how far a correct implementation may be from it. */
export interface Reference extends Tolerance {
  readonly exact: readonly Dyadic[];
}

/** How far from the exact value a correct implementation may be. */
export interface Tolerance {
  /** The bound of each element; 0: bit for bit. */
  readonly bounds: Float64Array;
  /** 1 where a correct implementation may overflow. */
  readonly overflows: Uint8Array;
}

/**
 * Runs the specification on exact numbers and on rounding bounds: the references of a quantity's results, by name. The
 * arrays it reads must be finite. `computed` are the arrays that the implementation gave.
 */
export function referencesFor(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
): ReadonlyMap<string, Reference> {
  // One after the other: each takes a hundred bytes an element while it runs.
  const tolerances = tolerancesFor(quantity, evidence, computed);
  const exact = quantity.compute(dyadics, lookup(evidence, dyadicOf));
  return new Map(
    [...tolerances].map(([array, tolerance]) => [array, { ...tolerance, exact: exact[array]!.data }]),
  );
}

/** Runs the specification on rounding bounds alone. */
export function tolerancesFor(
  quantity: Quantity,
  evidence: Evidence,
  computed: ReadonlySet<string>,
): ReadonlyMap<string, Tolerance> {
  const storedAs = (name: string) => evidence.arrays.get(name)!.stored;
  const arithmetic = arithmeticOf(evidence, [...computed].map(storedAs));
  const embed = (x: number, name: string) =>
    computed.has(name) ? arithmetic.computed(x) : arithmetic.given(x);
  const bounded = quantity.compute(arithmetic.algebra, lookup(evidence, embed));
  return new Map(
    quantity.results.map(({ array }) => {
      const stored = storedAs(array);
      const { data } = bounded[array]!;
      const isExact = isMove(quantity, evidence, stored) || isIntegral(quantity, evidence, data, arithmetic);
      const bounds = Float64Array.from(data, (a) => (isExact ? 0 : arithmetic.boundOf(a, stored)));
      const overflows = Uint8Array.from(data, (a) => (arithmetic.mayOverflow(a, stored) ? 1 : 0));
      return [array, { bounds, overflows }];
    }),
  );
}

/** Numbers that change places, and are stored as before. */
function isMove({ isPermutation, from }: Quantity, evidence: Evidence, stored: StoredAs): boolean {
  const same = from.every((name) => evidence.arrays.get(name)!.stored === stored);
  return isPermutation && same && !evidence.flushesSubnormals;
}

/** Integers, none of whose partial sums leaves the significand. */
function isIntegral(
  { from }: Quantity,
  evidence: Evidence,
  elements: readonly Bounded[],
  { exactIntegers }: Arithmetic,
): boolean {
  const integers = from.every((name) => allIntegers(evidence.arrays.get(name)!));
  return integers && elements.every(({ magnitude }) => magnitude <= exactIntegers);
}
