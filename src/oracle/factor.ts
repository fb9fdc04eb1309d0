/**
 * Whether a kernel stored in floating point is composite, rounded. A slice (l, m′) is composite if there are real
 * numbers d_i and p_j such that each of its entries is d_i·p_j rounded to nearest, that is
 *
 *   |a_ij| − below_ij ≤ |d_i·p_j| ≤ |a_ij| + above_ij,
 *
 * half the distances to the neighbours of |a_ij| in its format; the ends are included, whichever way a tie goes.
 *
 * With signs apart, logarithms make it a system of differences, and `leastFit` answers exactly: yes, with factors, or
 * no, with a cycle of entries that no factors satisfy. (A cycle of four is a 2 × 2 minor that is too far from zero.) A
 * guess d⁰_i·p⁰_j is taken from a pivot's column and row; only the residual ln(d⁰_i·p⁰_j/a_ij)/u is left for the system,
 * a few units at most where the answer is yes. It is computed to 2⁻²³ of a unit, because products of halves of
 * significands are exact. So the answer is right unless the least deviation is within a millionth of the bound.
 *
 * More roundings than one: each earlier one adds a relative u. A zero beside entries of its row and its column that
 * aren't zero can only be an underflow: |d_i·p_j| ≤ η/2. Rows and columns of zeros have factors of zero.
 *
 * The least κ is in units of this bound: how far, at best, the worst entry is from the product of its factors.
 *
 * Sizes of float64 entries are within `sizeLimits`, so that no part of a product leaves the range of doubles. Where the
 * guess does all the same, a chain of at least four entries around zeros has led there; then a zero stands where only an
 * underflow could put it, among entries far too large for one, and the answer is no.
 */
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { type Dyadic, dyadicOf, toDouble } from '../algebras/dyadic.ts';
import type { Precision } from '../algebras/precision.ts';
import { type Differences, leastFit } from './difference.ts';
import { halfSpacings, roundTo, split } from './spacing.ts';

/** Other entries than 0 are no smaller and no larger. */
export const sizeLimits = [2 ** -300, 2 ** 300] as const;

/** A kernel of shape (Lout·Mout, L·Min, kh, kw), row-major. */
export interface Kernel {
  readonly data: Float64Array;
  readonly sizes: BlockShape;
  readonly kernel: readonly [number, number];
}

/** How the entries came about: the format they were rounded to, and how often; no format: integers, not rounded. */
export interface Rounded {
  readonly format: Precision | undefined;
  readonly roundings: number;
}

/** An entry of a kernel, by its indices. */
export interface Entry {
  readonly l2: number;
  readonly m: number;
  readonly u: number;
  readonly v: number;
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

/** A slice that is no product. */
export interface Broken {
  readonly l: number;
  readonly m2: number;
  /** The entry farthest from what most others of its row and column say. */
  readonly suspect: Entry & {
    /** The product that the others say. */
    readonly expected: number;
    /** |value − expected| in units of the bound; infinite for integers. */
    readonly deviation: number;
  };
  /** Entries that contradict each other: no factors satisfy them all. Empty for integers. */
  readonly witness: readonly Entry[];
}

/** What was found of a kernel. */
export interface Finding {
  readonly composite: boolean;
  /** Every minor vanishes exactly. */
  readonly exact: boolean;
  /** The largest κ of a slice; infinite where no number of roundings makes W composite. */
  readonly deviation: number;
  readonly slices: number;
  readonly broken: number;
  readonly first: Broken | undefined;
  /** (L·Mout, Min, kh, kw), row-major: factors where W is composite, the nearest ones elsewhere. */
  readonly primary: Float64Array;
  /** (Mout·Lout, L), row-major. */
  readonly secondary: Float64Array;
}

/** Judges every slice; where only yes or no is asked, stops at the first that is no product and explains nothing. */
export function findFactors(W: Kernel, rounded: Rounded, yesOrNo = false): Finding {
  const { L, Min, Mout, Lout } = W.sizes;
  const width = Min * W.kernel[0] * W.kernel[1];
  const primary = new Float64Array(L * Mout * width);
  const secondary = new Float64Array(Mout * Lout * L);
  let [exact, deviation, broken] = [true, 0, 0];
  let first: Broken | undefined;
  for (let l = 0; l < L; l++) {
    for (let m2 = 0; m2 < Mout; m2++) {
      const slice = sliceOf(W, l, m2);
      const found =
        exactFactors(slice) ?? nearestFactors(slice, rounded, yesOrNo ? enough : Number.POSITIVE_INFINITY);
      exact &&= found.exact;
      deviation = Math.max(deviation, found.kappa);
      if (!holds(found, rounded)) {
        broken++;
        if (!yesOrNo) first ??= explain(W, slice, l, m2, rounded, found);
        if (yesOrNo)
          return { composite: false, exact, deviation, slices: L * Mout, broken, first, primary, secondary };
      }
      primary.set(found.p, (l * Mout + m2) * width);
      found.d.forEach((d, l2) => {
        secondary[(m2 * Lout + l2) * L + l] = d;
      });
    }
  }
  return { composite: broken === 0, exact, deviation, slices: L * Mout, broken, first, primary, secondary };
}

/** How many entries the factors, multiplied and rounded once, give back bit for bit. */
export function countRecomposed(
  W: Kernel,
  primary: Float64Array,
  secondary: Float64Array,
  { format }: Rounded,
): number {
  const { L, Min, Mout, Lout } = W.sizes;
  const width = Min * W.kernel[0] * W.kernel[1];
  const round = format ? (x: number) => roundTo(x, format) : (x: number) => x;
  let same = 0;
  for (let row = 0, k = 0; row < Lout * Mout; row++) {
    const [l2, m2] = [Math.floor(row / Mout), row % Mout];
    for (let l = 0; l < L; l++) {
      const d = secondary[(m2 * Lout + l2) * L + l]!;
      for (let j = 0; j < width; j++, k++) {
        if (round(d * primary[(l * Mout + m2) * width + j]!) === W.data[k]) same++;
      }
    }
  }
  return same;
}

/** A slice as a matrix of l′ by (m, u, v). */
interface Slice {
  readonly rows: number;
  readonly columns: number;
  readonly a: Float64Array;
}

interface Found {
  readonly exact: boolean;
  readonly kappa: number;
  readonly d: Float64Array;
  readonly p: Float64Array;
  readonly witness: readonly number[];
}

/** Right up to a millionth of the bound: see the head of this file. */
const enough = 1 + 1e-6;

function holds({ exact, kappa }: Found, { format }: Rounded): boolean {
  return exact || (format !== undefined && kappa <= enough);
}

function sliceOf({ data, sizes, kernel }: Kernel, l: number, m2: number): Slice {
  const { L, Min, Mout, Lout } = sizes;
  const columns = Min * kernel[0] * kernel[1];
  const a = new Float64Array(Lout * columns);
  for (let l2 = 0; l2 < Lout; l2++) {
    const from = ((l2 * Mout + m2) * L + l) * columns;
    a.set(data.subarray(from, from + columns), l2 * columns);
  }
  return { rows: Lout, columns, a };
}

/**
 * Factors of a slice whose minors vanish exactly, else undefined. They are as whole as can be: the row without its
 * common divisor, so that a slice of integers has factors of integers (Gauss), and what fits a double is exact.
 */
function exactFactors({ rows, columns, a }: Slice): Found | undefined {
  // One row or one column is its own factor.
  if (rows === 1) return { exact: true, kappa: 0, d: Float64Array.of(1), p: a, witness: [] };
  if (columns === 1) return { exact: true, kappa: 0, d: a, p: Float64Array.of(1), witness: [] };
  const d = new Float64Array(rows);
  const p = new Float64Array(columns);
  const pivot = a.findIndex((entry) => entry !== 0);
  if (pivot < 0) return { exact: true, kappa: 0, d, p, witness: [] };
  const [i0, j0] = [Math.floor(pivot / columns), pivot % columns];
  const row = Array.from(a.subarray(i0 * columns, (i0 + 1) * columns), dyadicOf);
  const column = Array.from(d, (_, i) => dyadicOf(a[i * columns + j0]!));
  const vanishes = (k: number) => {
    const [i, j] = [Math.floor(k / columns), k % columns];
    return equalProducts(dyadicOf(a[k]!), row[j0]!, column[i]!, row[j]!);
  };
  if (!a.every((_, k) => vanishes(k))) return undefined;
  const exponent = Math.min(...row.map(({ exponent: e }) => e));
  const whole = row.map(({ significand, exponent: e }) => significand << BigInt(e - exponent));
  const divisor = whole.reduce(greatestCommonDivisor);
  // a_ij = d_i·(whole_j / divisor); the division leaves no remainder but for a power of two.
  for (let i = 0; i < rows; i++) d[i] = quotient(column[i]!, whole[j0]! / divisor);
  for (let j = 0; j < columns; j++) p[j] = Number(whole[j]! / divisor);
  return { exact: true, kappa: 0, d, p, witness: [] };
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  while (b !== 0n) [a, b] = [b, a % b];
  return a < 0n ? -a : a;
}

function equalProducts(a: Dyadic, b: Dyadic, c: Dyadic, d: Dyadic): boolean {
  const [left, right] = [a.significand * b.significand, c.significand * d.significand];
  const shift = a.exponent + b.exponent - c.exponent - d.exponent;
  return shift >= 0 ? left << BigInt(shift) === right : left === right << BigInt(-shift);
}

/** x / n for an n that divides x but for a power of two, of which 2^64 holds enough. */
function quotient({ significand, exponent }: Dyadic, n: bigint): number {
  return toDouble({ significand: (significand << 64n) / n, exponent: exponent - 64 });
}

/** Factors whose products are as near the entries as can be, in units of the bound. */
function nearestFactors(slice: Slice, rounded: Rounded, limit: number): Found {
  const guess = guessFactors(slice);
  const system = differences(slice, guess, rounded);
  if (![...guess.d, ...guess.p].every(Number.isFinite)) {
    return { exact: false, kappa: Number.POSITIVE_INFINITY, ...guess, witness: [] };
  }
  const fit = leastFit(system, limit);
  const { d, p } = moved(guess, fit.alpha, fit.gamma, unitOf(rounded));
  const opposed = slice.a.findIndex(
    (entry, k) => entry * d[Math.floor(k / slice.columns)]! * p[k % slice.columns]! < 0,
  );
  const kappa = rounded.format ? fit.kappa : Number.POSITIVE_INFINITY;
  if (opposed < 0) return { exact: false, kappa, d, p, witness: fit.witness };
  return { exact: false, kappa: Number.POSITIVE_INFINITY, d, p, witness: [] };
}

interface Guess {
  readonly d: Float64Array;
  readonly p: Float64Array;
}

/**
 * Entries of a tree that joins all rows and columns, as products: from the largest entry along its row, then down those
 * columns, and so on where zeros are in the way. Rows and columns of zeros stay 0.
 */
function guessFactors({ rows, columns, a }: Slice): Guess {
  const d = new Float64Array(rows);
  const p = new Float64Array(columns);
  const inRow = new Uint8Array(rows);
  const inColumn = new Uint8Array(columns);
  const start = largest(a.length, (k) => Math.abs(a[k]!));
  if (start < 0) return { d, p };
  const first = Math.floor(start / columns);
  for (const root of [first, ...d.keys()]) {
    const isZero = a.subarray(root * columns, (root + 1) * columns).every((entry) => entry === 0);
    if (inRow[root] || isZero) continue;
    d[root] = 1;
    inRow[root] = 1;
    // Rows to go along, columns to go down (as rows + j); each comes once.
    const todo = [root];
    for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
      if (node < rows) {
        for (let j = 0; j < columns; j++) {
          const entry = a[node * columns + j]!;
          if (entry === 0 || inColumn[j]) continue;
          p[j] = entry / d[node]!;
          inColumn[j] = 1;
          todo.unshift(rows + j);
        }
      } else {
        const j = node - rows;
        for (let i = 0; i < rows; i++) {
          const entry = a[i * columns + j]!;
          if (entry === 0 || inRow[i]) continue;
          d[i] = entry / p[j]!;
          inRow[i] = 1;
          todo.unshift(i);
        }
      }
    }
  }
  return { d, p };
}

/** The index of the largest of `count` sizes; −1 where all are 0. */
function largest(count: number, size: (index: number) => number): number {
  let best = -1;
  for (let index = 0, most = 0; index < count; index++) {
    if (size(index) > most) {
      most = size(index);
      best = index;
    }
  }
  return best;
}

/** Integers that have no exact factors are measured as if they were float64. */
const integers = { unit: 2 ** -53, underflow: 2 ** -1074, significand: 53, largest: Number.MAX_VALUE };

function unitOf({ format }: Rounded): number {
  return (format ?? integers).unit;
}

/** The intervals of the logarithms, in units of u. */
function differences(
  { rows, columns, a }: Slice,
  { d, p }: Guess,
  { format = integers, roundings }: Rounded,
): Differences {
  const residual = new Float64Array(a.length).fill(Number.NaN);
  const below = new Float64Array(a.length);
  const above = new Float64Array(a.length);
  const { unit, underflow, significand } = format;
  const smallestNormal = underflow * 2 ** (significand - 1);
  const ds = Array.from(d, split);
  const ps = Array.from(p, split);
  for (let k = 0; k < a.length; k++) {
    const [i, j] = [Math.floor(k / columns), k % columns];
    if (d[i] === 0 || p[j] === 0) continue;
    const size = Math.abs(a[k]!);
    if (size === 0) {
      residual[k] =
        (Math.log(Math.abs(d[i]! * p[j]!)) - Math.log(underflow) + Math.log(2 / roundings)) / unit;
      below[k] = Number.POSITIVE_INFINITY;
      continue;
    }
    const [[dh, dl], [ph, pl]] = [ds[i]!, ps[j]!];
    const sign = d[i]! * p[j]! < 0 ? -1 : 1;
    // |d·p| − |a|, all its large terms exact.
    const off = sign * dh * ph - size + sign * dh * pl + sign * dl * ph + sign * dl * pl;
    residual[k] = Math.log1p(off / size) / unit;
    const half = halfSpacings(size, format);
    // An earlier rounding was relative, but of a subnormal number.
    const earlier = (roundings - 1) * (size < smallestNormal ? Math.log(4) : -Math.log1p(-unit));
    below[k] = (earlier - Math.log1p(-half.below / size)) / unit;
    above[k] = (earlier + Math.log1p(half.above / size)) / unit;
  }
  return { rows, columns, residual, below, above };
}

/** d_i·e^(u·α_i) and p_j·e^(−u·γ_j), the scale such that the secondary factor of the guess's pivot stays 1. */
function moved({ d, p }: Guess, alpha: ArrayLike<number>, gamma: ArrayLike<number>, unit: number): Guess {
  const root = d.indexOf(1);
  const shift = root < 0 ? 0 : alpha[root]!;
  return {
    d: d.map((value, i) => value * Math.exp(unit * (alpha[i]! - shift))),
    p: p.map((value, j) => value * Math.exp(-unit * (gamma[j]! - shift))),
  };
}

function explain(W: Kernel, slice: Slice, l: number, m2: number, rounded: Rounded, found: Found): Broken {
  const entry = (k: number): Entry => {
    const [kh, kw] = W.kernel;
    const [l2, rest] = [Math.floor(k / slice.columns), k % slice.columns];
    const m = Math.floor(rest / (kh * kw));
    const place = { l2, m, u: Math.floor(rest / kw) % kh, v: rest % kw };
    return { ...place, row: l2 * W.sizes.Mout + m2, column: l * W.sizes.Min + m, value: slice.a[k]! };
  };
  const { at, expected, deviation } = suspect(slice, rounded);
  const cells = rounded.format ? [...new Set(found.witness)] : [];
  return { l, m2, suspect: { ...entry(at), expected, deviation }, witness: cells.map(entry) };
}

/**
 * The entry that fits worst to what most entries of its row and column say: medians taken from rows and columns in
 * turn, of the logarithms and of the signs, so that one wrong entry moves nothing.
 */
function suspect(slice: Slice, rounded: Rounded) {
  const { rows, columns, a } = slice;
  const guess = guessFactors(slice);
  const { residual } = differences(slice, guess, rounded);
  const alpha = new Float64Array(rows);
  const gamma = new Float64Array(columns);
  const d = guess.d.slice();
  const p = guess.p.slice();
  const places = (count: number, cell: (n: number) => number) =>
    Array.from({ length: count }, (_, n) => cell(n)).filter((k) => a[k] !== 0 && !Number.isNaN(residual[k]!));
  const row = (k: number) => Math.floor(k / columns);
  const left = (k: number) => residual[k]! + alpha[row(k)]! - gamma[k % columns]!;
  const agrees = (k: number) => Math.sign(a[k]! * d[row(k)]! * p[k % columns]!);
  for (let sweep = 0; sweep < 3; sweep++) {
    for (let i = 0; i < rows; i++) {
      const cells = places(columns, (j) => i * columns + j);
      alpha[i]! -= median(cells.map(left));
      if (median(cells.map(agrees)) < 0) d[i] = -d[i]!;
    }
    for (let j = 0; j < columns; j++) {
      const cells = places(rows, (i) => i * columns + j);
      gamma[j]! += median(cells.map(left));
      if (median(cells.map(agrees)) < 0) p[j] = -p[j]!;
    }
  }
  const fitted = moved({ d, p }, alpha, gamma, unitOf(rounded));
  const expected = (k: number) => fitted.d[row(k)]! * fitted.p[k % columns]!;
  const format = rounded.format ?? integers;
  const deviation = (k: number) => {
    const half = a[k] === 0 ? format.underflow / 2 : halfSpacings(a[k]!, format).above;
    // Half the smallest float64 isn't a float64.
    return Math.abs(a[k]! - expected(k)) / Math.max(half, Number.MIN_VALUE);
  };
  const at = Math.max(0, largest(a.length, deviation));
  return {
    at,
    expected: expected(at),
    deviation: rounded.format ? deviation(at) : Number.POSITIVE_INFINITY,
  };
}

/** The middle one; of none, 0. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
