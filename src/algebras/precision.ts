/** How a format rounds to nearest: |fl(t) − t| ≤ max(unit·|t|, underflow). */
export interface Rounding {
  /** The unit roundoff u, half the distance from 1 to the next number: a power of two. */
  readonly unit: number;
  /** The smallest positive number η. Rounding loses at most half of it where numbers are subnormal. */
  readonly underflow: number;
  /** Bits of the significand, the hidden one included: integers up to 2^significand are exact. */
  readonly significand: number;
}

/** The format that sums and products are rounded to. */
export interface Precision extends Rounding {
  /** The largest finite number. */
  readonly largest: number;
  /** The narrower format to which the operands of every product are rounded first, on hardware that does so. */
  readonly operands?: Rounding;
}

/**
 * The precisions that an implementation can declare. Sources: IEEE 754 (binary64, binary32, binary16), bfloat16
 * and TensorFloat-32 as their hardware documents them. TF32 keeps float32 sums of products of operands with 11
 * bits; the format has the exponents of float32.
 */
export const precisions = {
  float64: { unit: 2 ** -53, underflow: 2 ** -1074, significand: 53, largest: Number.MAX_VALUE },
  float32: { unit: 2 ** -24, underflow: 2 ** -149, significand: 24, largest: (2 - 2 ** -23) * 2 ** 127 },
  tfloat32: {
    unit: 2 ** -24,
    underflow: 2 ** -149,
    significand: 24,
    largest: (2 - 2 ** -23) * 2 ** 127,
    operands: { unit: 2 ** -11, underflow: 2 ** -136, significand: 11 },
  },
  bfloat16: { unit: 2 ** -8, underflow: 2 ** -133, significand: 8, largest: (2 - 2 ** -7) * 2 ** 127 },
  float16: { unit: 2 ** -11, underflow: 2 ** -24, significand: 11, largest: 65_504 },
} as const satisfies Record<string, Precision>;

export type PrecisionName = keyof typeof precisions;
