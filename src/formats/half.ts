/**
 * The two 16-bit floating-point formats, by their definition. A finite value is ±q · 2^(e − fraction) with an
 * integer q < 2^(fraction + 1) and an exponent e ≥ minExponent; below q = 2^fraction it is subnormal.
 */
export interface Format16 {
  /** Bits of the significand that are stored. */
  readonly fraction: number;
  /** The smallest exponent of a normal number. */
  readonly minExponent: number;
}

/** IEEE 754 binary16. */
export const float16: Format16 = { fraction: 10, minExponent: -14 };

/** The upper half of a float32. */
export const bfloat16: Format16 = { fraction: 7, minExponent: -126 };

/** The value of the 16 bits, exactly. */
export function decode16({ fraction, minExponent }: Format16, bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const magnitude = bits & 0x7fff;
  const field = magnitude >> fraction;
  const stored = magnitude & ((1 << fraction) - 1);
  if (field === 0x7fff >> fraction) return stored === 0 ? sign * Infinity : Number.NaN;
  if (field === 0) return sign * stored * 2 ** (minExponent - fraction);
  return sign * (stored + 2 ** fraction) * 2 ** (minExponent - fraction + field - 1);
}

/**
 * The 16 bits nearest to a value, ties to even, rounded once (not by way of float32, which would round twice).
 * What is too large becomes infinity, as IEEE 754 has it.
 */
export function encode16({ fraction, minExponent }: Format16, value: number): number {
  const infinity = (0x7fff >> fraction) << fraction;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  if (Number.isNaN(value)) return infinity | (1 << (fraction - 1));
  const magnitude = Math.abs(value);
  const e = Math.max(exponent(magnitude), minExponent);
  if (e > 1 - minExponent) return sign | infinity;
  // Exact: a division by a power of two that does not underflow.
  const q = roundToEven(magnitude / 2 ** (e - fraction));
  // A q that was rounded up to 2^(fraction + 1) carries into the exponent, and from the largest one to infinity.
  return sign | (q + (e - minExponent) * 2 ** fraction);
}

const scratch = new DataView(new ArrayBuffer(8));

/** ⌊log₂ value⌋ from the bits (Math.log2 rounds); subnormal float64s give −1023, infinity 1024. */
function exponent(value: number): number {
  scratch.setFloat64(0, value);
  return (scratch.getUint16(0) >> 4) - 1023;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
