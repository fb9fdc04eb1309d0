/**
 * Copying tensors of callers to and from the memory. In pieces: C's memcpy goes past the caches where it copies much at
 * once, and what was copied is read right after. And V8 copies memory that threads share eight bytes at a time, so that
 * threads that race see whole words; nobody races here, and Node's `Buffer.fill` copies as C does.
 */
import { isNode } from './surroundings.ts';

/** Node's, as far as it is used here. */
interface Buffers {
  from(memory: ArrayBufferLike, at: number, bytes: number): { fill(bytes: Uint8Array): unknown };
}

/** Floats of a piece, 256 KiB; and so few that looking at the memory anew costs more than it saves. */
const piece = 64 * 1024;
const few = 4096;

/** As `to.set(from)`, for arrays of one length, of which neither begins within the other. */
export function copyFloats(to: Float32Array, from: Float32Array): void {
  // Memory of which one side alone is shared doesn't overlap.
  const copy = isShared(to) !== isShared(from) && to.length >= few && isNode() ? copyBytes : copyWords;
  if (to.length <= piece) copy(to, from);
  else {
    for (let at = 0; at < to.length; at += piece) {
      copy(to.subarray(at, at + piece), from.subarray(at, at + piece));
    }
  }
}

function copyWords(to: Float32Array, from: Float32Array): void {
  to.set(from);
}

function copyBytes(to: Float32Array, from: Float32Array): void {
  const { Buffer } = globalThis as unknown as { readonly Buffer: Buffers };
  const bytes = new Uint8Array(from.buffer, from.byteOffset, from.byteLength);
  Buffer.from(to.buffer, to.byteOffset, to.byteLength).fill(bytes);
}

function isShared({ buffer }: Float32Array): boolean {
  return !(buffer instanceof ArrayBuffer);
}
