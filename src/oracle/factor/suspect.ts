/** Which entry of a slice that is no product is most likely the wrong one. */

import { halfSpacings } from '../spacing.ts';
import { differences, guessFactors, integers, largest, moved, unitOf } from './nearest.ts';
import type { Rounded, Slice } from './types.ts';

/**
 * The entry that fits worst to what most entries of its row and column say: medians taken from rows and columns in
 * turn, of the logarithms and of the signs, so that one wrong entry moves nothing.
 */
export function suspect(slice: Slice, rounded: Rounded) {
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
