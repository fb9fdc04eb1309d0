/** Whether a kernel is composite, slice by slice, and its factors: Eq. 6 backwards. */

import { roundTo } from '../spacing.ts';
import { exactFactors } from './exact.ts';
import { nearestFactors } from './nearest.ts';
import { suspect } from './suspect.ts';
import type { Broken, Entry, Finding, Found, Kernel, Rounded, Slice } from './types.ts';

/** Other entries than 0 are no smaller and no larger. */
export const sizeLimits = [2 ** -300, 2 ** 300] as const;

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

/** Right up to a millionth of the bound: see the head of nearest.ts. */
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
