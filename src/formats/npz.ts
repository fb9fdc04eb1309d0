/** The .npz format: a .zip archive of .npy files, one for each array, `x.npy` for the array x. */
import type { ArraySource, NamedArrays } from './array.ts';
import { Place, quoted } from './error.ts';
import { Budget, type Limits } from './limits.ts';
import { formatNpy, readNpy } from './npy.ts';
import { readZip } from './zip-read.ts';
import { writeZip } from './zip-write.ts';

const extension = '.npy';

/**
 * The arrays in the bytes of an .npz file. `path` names the file in errors. Throws a FileError for whatever is not
 * a whole archive of .npy files; decompression stops at the size that the directory declares, and that size counts
 * against the limit of memory before it is spent.
 */
export function decodeNpz(bytes: Uint8Array, path: string, limits?: Partial<Limits>): NamedArrays {
  const place = new Place(path);
  const budget = new Budget(limits);
  budget.hold(bytes.length, place, 'the file');
  return readNpz(bytes, place, budget);
}

/** As decodeNpz, for bytes that the budget already counts. */
export function readNpz(bytes: Uint8Array, place: Place, budget: Budget): NamedArrays {
  const arrays: NamedArrays = new Map();
  for (const entry of readZip(bytes, place, budget)) {
    const where = place.within(`entry ${quoted(entry.name)}`);
    const name = entry.name.slice(0, -extension.length);
    if (name === '' || !entry.name.endsWith(extension)) {
      throw where.error('name', 'the name of an array and .npy', quoted(entry.name));
    }
    const taken = entry.inflates ? entry.size : 0;
    budget.hold(taken, where, 'the uncompressed entry');
    arrays.set(name, readNpy(entry.content(), where, budget));
    budget.release(taken);
  }
  return arrays;
}

/** How an .npz file is written. */
export interface NpzOptions {
  /** Deflate the entries (numpy.savez_compressed); stored without. */
  readonly compress?: boolean;
}

/**
 * The bytes of an .npz file: the same arrays in the same order give the same bytes (compressed: for the same
 * version of zlib). Throws a FileError for a value that does not fit its dtype and a name that is no file name.
 */
export function encodeNpz(
  arrays: ReadonlyMap<string, ArraySource>,
  path: string,
  options: NpzOptions = {},
): Uint8Array {
  const place = new Place(path);
  const entries = [...arrays].map(([name, array]) => ({
    name: `${name}${extension}`,
    content: formatNpy(array, place.within(`array ${quoted(name)}`)),
  }));
  return writeZip(entries, options.compress ?? false, place);
}
