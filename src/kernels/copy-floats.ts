/**
 * Copying tensors of callers to and from memory that threads share. V8 copies it eight bytes at a time, so that threads that
 * race see whole words; nobody races here, and Node's `Buffer.fill` copies as C does. In pieces: C's memcpy goes past the
 * caches where it copies much at once, which takes five times as long where another core has read the place.
 */
import { isNode } from './surroundings.ts';

/** Node's, as far as it is used here. */
interface Surroundings {
  readonly Buffer?: {
    from(memory: ArrayBufferLike, at: number, bytes: number): { fill(bytes: Uint8Array): unknown };
  };
}

/** Bytes of a piece; and floats so few that making the views costs more than is saved. */
const piece = 256 * 1024;
const few = 4096;

/** As `to.set(from)`, for arrays of one length. */
export function copyFloats(to: Float32Array, from: Float32Array): void {
  // Memory of which one side alone is shared doesn't overlap.
  // A page's Buffer, brought along by a bundler, is slower than `set`.
  const Buffer = isNode() ? (globalThis as unknown as Surroundings).Buffer : undefined;
  if (!Buffer || to.length < few || isShared(to) === isShared(from)) {
    to.set(from);
    return;
  }
  for (let at = 0; at < to.byteLength; at += piece) {
    const bytes = Math.min(piece, to.byteLength - at);
    const source = new Uint8Array(from.buffer, from.byteOffset + at, bytes);
    Buffer.from(to.buffer, to.byteOffset + at, bytes).fill(source);
  }
}

function isShared({ buffer }: Float32Array): boolean {
  return !(buffer instanceof ArrayBuffer);
}
