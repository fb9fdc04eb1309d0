import type { Ring } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/** The number significand · 2^exponent. Not normalised: equal numbers may have different parts. */
export interface Dyadic {
  readonly significand: bigint;
  readonly exponent: number;
}

const bits = new DataView(new ArrayBuffer(8));

/** The exact value of a double. Throws a RangeError where x is infinite or NaN. */
export function dyadicOf(x: number): Dyadic {
  if (!Number.isFinite(x)) throw new RangeError(`dyadicOf: expected a finite number, got ${x}`);
  if (Number.isSafeInteger(x)) return { significand: BigInt(x), exponent: 0 };
  bits.setFloat64(0, x);
  const word = bits.getBigUint64(0);
  const biased = Number((word >> 52n) & 0x7ffn);
  const fraction = word & 0xf_ffff_ffff_ffffn;
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  return { significand: x < 0 ? -magnitude : magnitude, exponent: Math.max(biased, 1) - 1075 };
}

/** The nearest double, ties to even; infinite where there is none so large, less exact where it is subnormal. */
export function toDouble({ significand, exponent }: Dyadic): number {
  const magnitude = significand < 0n ? -significand : significand;
  const excess = Math.max(magnitude.toString(2).length - 64, 0);
  // The 64 leading bits, and whether any bit follows: enough to round correctly to 53.
  const leading = magnitude >> BigInt(excess);
  const sticky = leading << BigInt(excess) === magnitude ? 0n : 1n;
  let value = Number(leading | sticky);
  // In steps, because 2^e alone may be out of range where the product isn't.
  for (let e = exponent + excess; e !== 0; ) {
    const step = Math.max(-1000, Math.min(1000, e));
    value *= 2 ** step;
    e -= step;
    if (value === 0 || value === Number.POSITIVE_INFINITY) break;
  }
  return significand < 0n ? -value : value;
}

/**
 * The dyadic rationals ℤ[½]: the exact output on any finite floating-point data, much faster than fractions because
 * nothing is reduced.
 *
 * Carrier: `Dyadic`, made with `dyadicOf`. Source: every finite float is a dyadic rational, and they are a ring.
 * Errors: none.
 */
export const dyadics: Algebra<Dyadic> & Ring<Dyadic> = {
  name: 'dyadic rationals',
  exact: true,
  zero: { significand: 0n, exponent: 0 },
  one: { significand: 1n, exponent: 0 },
  add(a, b) {
    if (a.significand === 0n) return b;
    if (b.significand === 0n) return a;
    if (a.exponent < b.exponent) return dyadics.add(b, a);
    const aligned = a.significand << BigInt(a.exponent - b.exponent);
    return { significand: aligned + b.significand, exponent: b.exponent };
  },
  mul: (a, b) => ({ significand: a.significand * b.significand, exponent: a.exponent + b.exponent }),
  neg: (a) => ({ significand: -a.significand, exponent: a.exponent }),
  equals: (a, b) => dyadics.add(a, dyadics.neg(b)).significand === 0n,
  show: (a) => `${a.significand}·2^${a.exponent}`,
};
