/**
 * The exact values of an array. Most questions about them are answered from doubles that are proved close enough; the
 * others from the exact numbers, which the specification works out when they are first needed.
 */
import { type Dyadic, dyadicOf, dyadics, toDouble } from '../algebras/dyadic.ts';

export interface Exact {
  readonly length: number;
  /** The nearest double, ties to even. */
  nearest(i: number): number;
  /** The nearest number of float32, ties to even; infinite where there is none so large. */
  nearestFloat32(i: number): number;
  /** |got − exact|: about, but exactly on its side of `limit` (at most it, or more). */
  distance(i: number, got: number, limit: number): number;
  /** How many answers took the exact numbers. */
  readonly fallbacks: number;
}

/** From exact numbers. */
export function exactly(numbers: () => readonly Dyadic[], length: number): Exact & { fallbacks: number } {
  let known: readonly Dyadic[] | undefined;
  const at = (i: number): Dyadic => {
    known ??= numbers();
    exact.fallbacks++;
    return known[i]!;
  };
  const exact = {
    length,
    fallbacks: 0,
    nearest: (i: number) => toDouble(at(i)),
    nearestFloat32: (i: number) => roundToFloat32(at(i)),
    distance: (i: number, got: number) => Math.abs(toDouble(difference(at(i), got))),
  };
  return exact;
}

/** Doubles with |value − exact| ≤ error, and what decides where that isn't enough. */
export function enclosed(value: Float64Array, errors: Float64Array, fallback: Exact): Exact {
  return {
    length: value.length,
    get fallbacks() {
      return fallback.fallbacks;
    },
    nearest: (i) => (errors[i] === 0 ? value[i]! + 0 : fallback.nearest(i)),
    nearestFloat32: (i) => {
      const [v, error] = [value[i]!, errors[i]!];
      // The ends are rounded outwards; rounding is monotonic, so what both ends round to, the exact value does.
      const reach = error === 0 ? 0 : error * (1 + 2 ** -50) + Math.abs(v) * 2 ** -52;
      const [low, high] = [Math.fround(v - reach), Math.fround(v + reach)];
      return low === high ? low + 0 : fallback.nearestFloat32(i);
    },
    distance: (i, got, limit) => {
      const error = errors[i]!;
      const apart = Math.abs(got - value[i]!);
      if (error === 0) return apart;
      // Twice the rounding of the difference, and of these sums.
      const slack = error * (1 + 2 ** -50) + apart * 2 ** -51;
      if (apart + slack < limit || apart - slack > limit) return apart;
      return fallback.distance(i, got, limit);
    },
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
