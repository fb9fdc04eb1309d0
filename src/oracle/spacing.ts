import type { Precision } from '../algebras/precision.ts';

const bits = new DataView(new ArrayBuffer(8));

/** 2^⌊log₂|x|⌋ of a double that is normal. */
function powerBelow(x: number): number {
  bits.setFloat64(0, x);
  bits.setUint32(0, bits.getUint32(0) & 0x7ff00000);
  bits.setUint32(4, 0);
  return bits.getFloat64(0);
}

/** The first 24 bits of a double, and the rest: the product of two such parts is exact unless it underflows. */
export function split(x: number): readonly [number, number] {
  bits.setFloat64(0, x);
  bits.setUint32(4, bits.getUint32(4) & 0xe0000000);
  const head = bits.getFloat64(0);
  return [head, x - head];
}

/** The distance from |x| to the next larger number of a format. */
export function spacing(x: number, { significand, underflow }: Precision): number {
  const smallestNormal = underflow * 2 ** (significand - 1);
  return Math.abs(x) < smallestNormal ? underflow : powerBelow(x) * 2 ** (1 - significand);
}

/** How far below and above |x|, a number of the format other than 0, a real number can be that is rounded to it. */
export function halfSpacings(
  x: number,
  format: Precision,
): { readonly below: number; readonly above: number } {
  const step = spacing(x, format);
  const least = format.underflow;
  // Below a power of two numbers lie twice as close, but never closer than the smallest one.
  const isPower = Math.abs(x) > least && powerBelow(x) === Math.abs(x);
  return { below: (isPower ? Math.max(step / 2, least) : step) / 2, above: step / 2 };
}

/** x rounded to nearest, ties to even. No number of the format is larger than its largest. */
export function roundTo(x: number, format: Precision): number {
  if (format.significand === 53) return x;
  const step = spacing(x, format);
  // Adding this leaves no bits behind the point.
  const shift = 1.5 * 2 ** 52;
  return (x / step + shift - shift) * step;
}
