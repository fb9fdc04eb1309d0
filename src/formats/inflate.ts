import { inflateRawSync } from 'node:zlib';
import type { Place } from './error.ts';

/** No deflate stream expands further: a match of 258 bytes costs at least two bits. */
const maxRatio = 1032;

/**
 * Inflates a raw deflate stream that must be all of `bytes` and give exactly `size` bytes. A stream that would give
 * more is stopped there: memory stays at `size` plus the window of zlib, whatever the stream holds.
 */
export function inflate(bytes: Uint8Array, size: number, place: Place): Uint8Array {
  if (size > bytes.length * maxRatio) {
    throw place.error(
      'uncompressed size',
      `at most ${maxRatio} times the ${bytes.length} compressed bytes`,
      `${size}`,
    );
  }
  const { buffer, engine } = run(bytes, size, place);
  if (buffer.length !== size) throw place.error('uncompressed size', `${size} bytes`, `${buffer.length}`);
  if (engine.bytesWritten !== bytes.length) {
    throw place.error('compressed size', `a stream of ${bytes.length} bytes`, `${engine.bytesWritten}`);
  }
  return buffer;
}

interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

function run(bytes: Uint8Array, size: number, place: Place): Inflated {
  // One chunk of output, one byte more than wanted: nothing is joined, so nothing is held twice.
  const chunkSize = Math.max(64, size + 1);
  const maxOutputLength = Math.max(1, size);
  try {
    // With `info` the result is this pair, which the types do not say.
    return inflateRawSync(bytes, { chunkSize, maxOutputLength, info: true }) as unknown as Inflated;
  } catch (cause) {
    const got = `an error (${(cause as Error).message})`;
    throw place.error('compressed data', `a deflate stream of ${size} bytes`, got, { cause });
  }
}
