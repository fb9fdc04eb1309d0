import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { basename, extname } from 'node:path';
import type { NamedArrays } from './array.ts';
import { hex } from './bytes.ts';
import { FileError, Place } from './error.ts';
import { allocate, Budget, type Limits } from './limits.ts';
import { npyMagic, readNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import { readSafetensors } from './safetensors.ts';

/**
 * The arrays of an .npz, .npy or .safetensors file. The content decides which it is; where it does not say, the
 * extension does. An .npy file is one array, named by the file without its extension.
 *
 * Throws a FileError, and no other error, for a file that is not there, not a regular file, larger than the limit
 * (refused before it is read), or not exactly as its format has it.
 */
export function readArrays(path: string, limits?: Partial<Limits>): NamedArrays {
  const place = new Place(path);
  const budget = new Budget(limits);
  const bytes = readWhole(path, place, budget);
  switch (formatOf(bytes, path, place)) {
    case '.npy':
      return new Map([[basename(path, extname(path)), readNpy(bytes, place, budget)]]);
    case '.npz':
      return readNpz(bytes, place, budget);
    case '.safetensors':
      return readSafetensors(bytes, place, budget).arrays;
  }
}

/** The formats, by their extension. */
export const formats = ['.npz', '.npy', '.safetensors'] as const;

export type Format = (typeof formats)[number];

/** The format that a file name ends in, if it is one of them. */
export function formatOfName(path: string): Format | undefined {
  const extension = extname(path).toLowerCase();
  return formats.find((format) => format === extension);
}

function formatOf(bytes: Uint8Array, path: string, place: Place): Format {
  const starts = (magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte);
  if (starts(npyMagic)) return '.npy';
  // 'PK' and the mark of a first entry, or of the end of an archive without any.
  if (starts([0x50, 0x4b, 3, 4]) || starts([0x50, 0x4b, 5, 6])) return '.npz';
  // '{' after the length of the header.
  if (bytes[8] === 0x7b) return '.safetensors';
  const format = formatOfName(path);
  if (format === undefined) {
    throw place.error(
      'first bytes',
      `those of ${formats.join(', ')}`,
      hex(bytes.subarray(0, 9)) || 'an empty file',
    );
  }
  return format;
}

/** All bytes of a regular file; its size is held to the budget first. */
export function readWhole(path: string, place: Place, budget: Budget): Uint8Array {
  let file: number | undefined;
  try {
    // Non-blocking (where there is such a thing): opening a named pipe must not wait for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile())
      throw place.error('file', 'a regular file', stat.isDirectory() ? 'a folder' : 'a device or a pipe');
    budget.hold(stat.size, place, 'the file');
    const bytes = allocate(stat.size, place, () => new Uint8Array(stat.size));
    let filled = 0;
    for (;;) {
      // One byte more than there should be, at the end, shows a file that grew.
      const rest = filled < stat.size ? bytes.subarray(filled, filled + 2 ** 30) : new Uint8Array(1);
      const read = readSync(file, rest);
      if (read === 0) break;
      filled += read;
      if (filled > stat.size) break;
    }
    if (filled !== stat.size) {
      const got = filled > stat.size ? 'more' : `${filled}`;
      throw place.error('file', `the ${stat.size} bytes it had when it was opened`, got);
    }
    return bytes;
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    throw place.error('file', 'a readable file', reason(cause), { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** The system's reason without the path, which the message already names: `ENOENT: no such file or directory`. */
export function reason(cause: unknown): string {
  return (cause as Error).message.replace(/, \w+( '.*')?$/s, '');
}
