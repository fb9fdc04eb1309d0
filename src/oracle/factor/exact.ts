/** Factors of a slice whose minors vanish exactly: with big integers, no rounding. */

import { type Dyadic, dyadicOf, toDouble } from '../../algebras/dyadic.ts';
import type { Found, Slice } from './types.ts';

/**
 * Factors of a slice whose minors vanish exactly, else undefined. They are as whole as can be: the row without its
 * common divisor, so that a slice of integers has factors of integers (Gauss), and what fits a double is exact.
 */
export function exactFactors({ rows, columns, a }: Slice): Found | undefined {
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
