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

import { type Differences, leastFit } from '../difference.ts';
import { halfSpacings, split } from '../spacing.ts';
import type { Found, Rounded, Slice } from './types.ts';

/** Factors whose products are as near the entries as can be, in units of the bound. */
export function nearestFactors(slice: Slice, rounded: Rounded, limit: number): Found {
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

export interface Guess {
  readonly d: Float64Array;
  readonly p: Float64Array;
}

/**
 * Entries of a tree that joins all rows and columns, as products: from the largest entry along its row, then down those
 * columns, and so on where zeros are in the way. Rows and columns of zeros stay 0.
 */
export function guessFactors({ rows, columns, a }: Slice): Guess {
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
export function largest(count: number, size: (index: number) => number): number {
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
export const integers = { unit: 2 ** -53, underflow: 2 ** -1074, significand: 53, largest: Number.MAX_VALUE };

export function unitOf({ format }: Rounded): number {
  return (format ?? integers).unit;
}

/** The intervals of the logarithms, in units of u. */
export function differences(
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
export function moved(
  { d, p }: Guess,
  alpha: ArrayLike<number>,
  gamma: ArrayLike<number>,
  unit: number,
): Guess {
  const root = d.indexOf(1);
  const shift = root < 0 ? 0 : alpha[root]!;
  return {
    d: d.map((value, i) => value * Math.exp(unit * (alpha[i]! - shift))),
    p: p.map((value, j) => value * Math.exp(-unit * (gamma[j]! - shift))),
  };
}
