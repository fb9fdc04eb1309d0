import type { Algebra } from './algebra.ts';
import type { Precision, Rounding } from './precision.ts';

/** A sum of products that isn't rounded yet, or a leaf: what is known of every way to evaluate it. */
export interface Bounded {
  /**
   * The value in double precision, in the order of the specification. Its own error is within max(2⁻⁵³/u, 2⁻¹⁰⁷⁴/η)
   * times `errorOf`, which has degree one or more in (u, η).
   */
  readonly value: number;
  /** A = Σ|w||x|, at least the absolute value. */
  readonly magnitude: number;
  /** e: how far the exact sum of the computed products can be from the exact sum. */
  readonly inherited: number;
  /** k: the number of nonzero terms of the sum; 0 for a leaf. */
  readonly terms: number;
  /** How many roundings of our own lie on the longest path to `magnitude` and `inherited`. */
  readonly roundings: number;
}

/** The algebra of rounding-error bounds in one precision. */
export interface BoundAlgebra extends Algebra<Bounded> {
  /** A number the implementation reads as it is. Throws a RangeError where it isn't finite. */
  leaf(x: number): Bounded;
  /** E: no evaluation, in any order, with or without FMA, whose result is finite differs by more from the exact value. */
  errorOf(a: Bounded): number;
  /** E as an operand of a product; `mul` allows for the roundings of this number itself, `errorOf` makes up for them. */
  operandErrorOf(a: Bounded): number;
}

/** A product of non-negative numbers that, when it underflows, is no smaller than the exact one. */
function times(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const ab = a * b;
  return ab < 2 ** -1022 ? ab + 2 ** -1074 : ab;
}

function isZero(a: Bounded): boolean {
  return a.magnitude === 0 && a.inherited === 0;
}

/** E of a sum of k products in this precision: e + k·u·(A + e) + k·η, and what underflow takes where k·u > 1. */
export function sumError(A: number, e: number, k: number, unit: number, underflow: number): number {
  return e + times(k * unit, A + e) + k * underflow * Math.max(1, (1 + k * unit) / 2);
}

/** At least the exact E where this one was worked out after so many roundings; `BoundAlgebra.errorOf`. */
export function madeUpFor(error: number, roundings: number): number {
  // Nothing is subtracted and no product underflows downwards, so n roundings lose at most the factor
  // (1 − 2⁻⁵³)ⁿ ≥ 1 − n·2⁻⁵³ ≥ 1 / (1 + n·2⁻⁵²). Finishing adds 4 to the n of the element, this product 1.
  return times(error, 1 + (roundings + 5) * 2 ** -52);
}

/** E after one more rounding of a number within A + E. */
function rounded(a: Bounded, error: number, { unit, underflow }: Rounding): number {
  return error + times(unit, a.magnitude + error) + underflow;
}

/**
 * Running error bounds: how far a correct implementation in this precision can be from the exact output.
 *
 * An element is a pending sum of k products with A = Σ|w||x| and inherited error e. Any evaluation order, FMA or
 * not, of a sum of k products of floating-point numbers errs by at most k·u·Σ|ŵ||x̂| + k·η (Jeannerod and Rump,
 * 2013, for round to nearest; no limit on k·u). The computed operands satisfy Σ|ŵ||x̂| ≤ A + e, so finishing a sum
 * gives
 *
 *   E = e + k·u·(A + e) + k·η,   and E = e for a leaf (k = 0),
 *
 * and a product of finished a and b is a sum of one term: A = A_a·A_b, e = A_a·E_b + A_b·E_a + E_a·E_b. A term
 * with a factor that is exactly zero is exact and doesn't count.
 *
 * - One convolution: E = k·u·A + k·η.
 * - The block, k₁ = MS and k₂ = L: E₁ = k₁uA₁ + k₁η and e = Σ|Wᵈ|E₁ = k₁uA + k₁ηΣ|Wᵈ|, hence
 *   E = ((1 + k₁u)(1 + k₂u) − 1)·A + k₁η·Σ|Wᵈ|·(1 + k₂u) + k₂η.
 * - The composed convolution: E_W = u|W| + η and, with K = GS terms, e = uA + ηΣ|x|, hence
 *   E = ((K + 1)u + Ku²)·A + ηΣ|x|·(1 + Ku) + Kη.
 *
 * On underflow: q products that underflow change Σ|ŵ||x̂| by at most q·η/2 and are exact after that, so the error
 * is within k·u·(A + e) + (1 + k·u)·k·η/2. That is the formula above where k·u ≤ 1, and replaces it where k·u > 1.
 *
 * Carrier: `Bounded`. It isn't a semiring: `add` is a commutative monoid, `mul` commutes and zero annihilates, but
 * 1·a is a sum that was rounded and a isn't, and two ways to compute a number have two errors.
 *
 * Errors: RangeError from `leaf`. Overflow isn't modelled: a finite output has not overflowed, and none can
 * where A + E ≤ `largest`.
 */
export function bound(precision: Precision): BoundAlgebra {
  const { unit, underflow, operands } = precision;
  const leaf = (x: number): Bounded => {
    if (!Number.isFinite(x)) throw new RangeError(`bound: expected a finite number, got ${x}`);
    return { value: x, magnitude: Math.abs(x), inherited: 0, terms: 0, roundings: 0 };
  };
  const zero = leaf(0);
  const finish = ({ magnitude, inherited, terms }: Bounded): number =>
    sumError(magnitude, inherited, terms, unit, underflow);
  const read = (a: Bounded): number => (operands ? rounded(a, finish(a), operands) : finish(a));
  return {
    name: `bound with u = 2^${Math.log2(unit)}`,
    exact: false,
    zero,
    one: leaf(1),
    leaf,
    add: (a, b) => {
      if (isZero(a)) return b;
      if (isZero(b)) return a;
      return {
        value: a.value + b.value,
        magnitude: a.magnitude + b.magnitude,
        inherited: a.inherited + b.inherited,
        terms: Math.max(a.terms, 1) + Math.max(b.terms, 1),
        roundings: Math.max(a.roundings, b.roundings) + 1,
      };
    },
    mul: (a, b) => {
      if (isZero(a) || isZero(b)) return zero;
      const [A, B, E, F] = [a.magnitude, b.magnitude, read(a), read(b)];
      return {
        value: a.value * b.value,
        magnitude: times(A, B),
        inherited: times(A, F) + times(B, E) + times(E, F),
        terms: 1,
        // E and F have at most 8 roundings each above those of a and b, their product and its two sums 3.
        roundings: a.roundings + b.roundings + 19,
      };
    },
    errorOf: (a) => madeUpFor(finish(a), a.roundings),
    operandErrorOf: read,
    equals: (a, b) =>
      a.value === b.value &&
      a.magnitude === b.magnitude &&
      a.inherited === b.inherited &&
      a.terms === b.terms,
    show: (a) => `${a.value} (A = ${a.magnitude}, e = ${a.inherited}, k = ${a.terms})`,
  };
}
