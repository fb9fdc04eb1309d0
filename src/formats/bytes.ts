import type { Place } from './error.ts';

/** `size` bytes from `at` on, as a view; an error that names `what` where the file ends before. */
export function record(bytes: Uint8Array, at: number, size: number, place: Place, what: string): DataView {
  if (at + size > bytes.length) {
    throw place.error(`${what} at byte ${at}`, `${size} bytes`, `${Math.max(0, bytes.length - at)}`);
  }
  return new DataView(bytes.buffer, bytes.byteOffset + at, size);
}

/** A little-endian 64-bit unsigned integer: exact up to 2^53, and beyond it at least 2^53 (far over any limit). */
export function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

/** Bytes in hexadecimal, as `50 4b 03 04`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
