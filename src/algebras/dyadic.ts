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

/** The nearest double, ties to even; infinite where there is none so large. */
export function toDouble({ significand, exponent }: Dyadic): number {
  if (significand === 0n) return 0;
  const magnitude = significand < 0n ? -significand : significand;
  const length = magnitude.toString(2).length;
  // A double has 53 bits, and none below 2⁻¹⁰⁷⁴.
  const dropped = Math.max(length - 53, -1074 - exponent, 0);
  const kept = dropped > length ? 0n : roundToEven(magnitude, BigInt(dropped));
  const value = Number(kept) * 2 ** (exponent + dropped);
  return significand < 0n ? -value : value;
}

/** n / 2^bits to the nearest integer, the even one of two. */
function roundToEven(n: bigint, bits: bigint): bigint {
  const floor = n >> bits;
  const twiceTheRest = (n - (floor << bits)) * 2n;
  const one = 1n << bits;
  const isUp = twiceTheRest > one || (twiceTheRest === one && floor % 2n === 1n);
  return isUp ? floor + 1n : floor;
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
  show: (a) => {
    const { significand, exponent } = odd(a);
    return `${significand}·2^${exponent}`;
  },
};

/** The same number with an odd significand; 0 · 2⁰ for zero. */
function odd({ significand, exponent }: Dyadic): Dyadic {
  if (significand === 0n) return { significand, exponent: 0 };
  const twos = (significand & -significand).toString(2).length - 1;
  return { significand: significand >> BigInt(twos), exponent: exponent + twos };
}
