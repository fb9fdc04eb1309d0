import type { ArraySource } from './array.ts';
import { Place } from './error.ts';
import { formatNpy } from './npy.ts';
import { encodeNpz, type NpzOptions } from './npz.ts';
import { placeFile } from './place-file.ts';
import { formatOfName, formats } from './read.ts';
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
  placeFile(path, encode(path, arrays, options, new Place(path)), options.overwrite ?? false);
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
