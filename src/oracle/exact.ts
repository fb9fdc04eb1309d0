/**
 * The exact values of an array. Most questions about them are answered from doubles, or from pairs of doubles, that are
 * proved close enough; the others from exact numbers, which are worked out when they are first needed.
 */
import { type Dyadic, dyadicOf, dyadics, toDouble } from '../algebras/dyadic.ts';
import { once } from './once.ts';

export interface Exact {
  readonly length: number;
  /** The nearest double, ties to even. */
  nearest(i: number): number;
  /** The nearest number of float32, ties to even; infinite where there is none so large. */
  nearestFloat32(i: number): number;
  /** |got − exact|: about, but exactly on its side of `limit` (at most it, or more). */
  distance(i: number, got: number, limit: number): number;
  /** How many answers took exact numbers. */
  readonly fallbacks: number;
}

/** From exact numbers. */
export function exactly(at: (i: number) => Dyadic, length: number): Exact {
  let fallbacks = 0;
  const ask = (i: number): Dyadic => {
    fallbacks++;
    return at(i);
  };
  return {
    length,
    get fallbacks() {
      return fallbacks;
    },
    nearest: (i) => toDouble(ask(i)),
    nearestFloat32: (i) => roundToFloat32(ask(i)),
    distance: (i, got) => Math.abs(toDouble(difference(ask(i), got))),
  };
}

/** Numbers with |high + low − exact| ≤ errors, each high being high + low rounded to nearest. */
export interface Enclosure {
  readonly high: Float64Array;
  /** Absent: zeros. */
  readonly low?: Float64Array | undefined;
  readonly errors: Float64Array;
}

/** What decides where an enclosure is narrow enough, and what does where it isn't. */
export function enclosed({ high, low, errors }: Enclosure, fallback: Exact): Exact {
  const lowOf = (i: number) => (low ? low[i]! : 0);
  return {
    length: high.length,
    get fallbacks() {
      return fallback.fallbacks;
    },
    // Rounding is monotonic: what both ends of an interval round to, the exact value does. Ends are rounded outwards.
    nearest: (i) => {
      const [h, l, error] = [high[i]!, lowOf(i), errors[i]!];
      if (error === 0) return h + 0;
      const reach = error * (1 + 2 ** -50) + Math.abs(l) * 2 ** -52;
      return h + (l - reach) === h && h + (l + reach) === h ? h + 0 : fallback.nearest(i);
    },
    nearestFloat32: (i) => {
      const [h, error] = [high[i]!, errors[i]! + Math.abs(lowOf(i))];
      const reach = error === 0 ? 0 : error * (1 + 2 ** -50) + Math.abs(h) * 2 ** -52;
      const [down, up] = [Math.fround(h - reach), Math.fround(h + reach)];
      return down === up ? down + 0 : fallback.nearestFloat32(i);
    },
    distance: (i, got, limit) => {
      const [l, error] = [lowOf(i), errors[i]!];
      const apart = Math.abs(got - high[i]! - l);
      if (error === 0 && l === 0 && limit === 0) return apart;
      // The two differences are rounded, and so are these sums.
      const slack = error * (1 + 2 ** -50) + (apart + Math.abs(l)) * 2 ** -51;
      if (apart + slack < limit || apart - slack > limit) return apart;
      return fallback.distance(i, got, limit);
    },
  };
}

/** Made when it is first asked something. */
export function lazily(length: number, make: () => Exact): Exact {
  const known = once(make);
  let asked = false;
  const exact = () => {
    asked = true;
    return known();
  };
  return {
    length,
    get fallbacks() {
      return asked ? known().fallbacks : 0;
    },
    nearest: (i) => exact().nearest(i),
    nearestFloat32: (i) => exact().nearestFloat32(i),
    distance: (i, got, limit) => exact().distance(i, got, limit),
  };
}

function difference(exact: Dyadic, from: number): Dyadic {
  return dyadics.add(exact, dyadics.neg(dyadicOf(from)));
}

/** The nearest number of float32, ties to even. The nearest double first: that decides but where it is halfway. */
function roundToFloat32(x: Dyadic): number {
  const double = toDouble(x);
  const single = Math.fround(double) + 0;
  if (!Number.isFinite(double)) return single;
  const rest = difference(x, double).significand;
  if (rest === 0n) return single;
  // A hair to the side on which the exact value is: rounded once more, it falls to that side of a half.
  const hair = Math.max(Math.abs(double) * 2 ** -53, Number.MIN_VALUE);
  return Math.fround(rest > 0n ? double + 2 * hair : double - 2 * hair) + 0;
}
