import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { ArraySource } from './array.ts';
import { FileError, Place } from './error.ts';
import { existing, moveToFree, occupied } from './move.ts';
import { formatNpy } from './npy.ts';
import { encodeNpz, type NpzOptions } from './npz.ts';
import { formatOfName, formats, reason } from './read.ts';
import { encodeSafetensors } from './safetensors.ts';

/** How a file is written. */
export interface WriteOptions extends NpzOptions {
  /** Replace a file that is there; without, it is a FileError and the file stays as it is. */
  readonly overwrite?: boolean;
}

/**
 * Writes arrays to an .npz, .npy (one array) or .safetensors file, by its extension. The file appears whole or not
 * at all: it is written beside its place, flushed, and moved there. Floating-point values are rounded to nearest
 * even; an integer that does not fit its dtype is an error. Throws a FileError; then nothing has changed.
 */
export function writeArrays(
  path: string,
  arrays: ReadonlyMap<string, ArraySource>,
  options: WriteOptions = {},
): void {
  const place = new Place(path);
  const bytes = encode(path, arrays, options, place);
  try {
    const there = existing(path);
    if (there && !options.overwrite) throw occupied(place);
    if (there && !there.isFile()) throw place.error('file', 'a regular file to replace', 'something else');
    // A link stays a link: what it points to is replaced.
    const target = there ? realpathSync(path) : path;
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      writeWhole(temporary, bytes, there ? there.mode & 0o777 : 0o666);
      if (options.overwrite) renameSync(temporary, target);
      else moveToFree(temporary, target, place);
    } catch (cause) {
      discard(temporary);
      throw cause;
    }
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    throw place.error('file', 'a place that can be written', reason(cause), { cause });
  }
}

function encode(
  path: string,
  arrays: ReadonlyMap<string, ArraySource>,
  options: WriteOptions,
  place: Place,
): Uint8Array {
  switch (formatOfName(path)) {
    case '.npz':
      return encodeNpz(arrays, path, options);
    case '.safetensors':
      return encodeSafetensors(arrays, path);
    case '.npy': {
      const [array, ...more] = arrays.values();
      if (array === undefined || more.length > 0)
        throw place.error('arrays', 'one for .npy', `${arrays.size}`);
      return formatNpy(array, place);
    }
    default:
      throw place.error('extension', formats.join(', '), 'another');
  }
}

function writeWhole(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    for (let done = 0; done < bytes.length; )
      done += writeSync(file, bytes, done, Math.min(bytes.length - done, 2 ** 30));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Removes a temporary file, if it is there. */
function discard(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It was never made, or has moved; there is nothing to lose.
  }
}
