import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, realpathSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { FileError, Place } from './error.ts';
import { existing, moveToFree, occupied } from './move.ts';
import { reason } from './read.ts';

/**
 * Puts bytes at a path: the file appears whole or not at all, written beside its place, flushed, and moved there. A file
 * that is there stays as it is unless `overwrite` is set. Throws a FileError; then nothing has changed.
 */
export function placeFile(path: string, bytes: Uint8Array, overwrite: boolean): void {
  const place = new Place(path);
  try {
    const there = existing(path);
    if (there && !overwrite) throw occupied(place);
    if (there && !there.isFile()) throw place.error('file', 'a regular file to replace', 'something else');
    // A link stays a link: what it points to is replaced.
    const target = there ? realpathSync(path) : path;
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      writeWhole(temporary, bytes, there ? there.mode & 0o777 : 0o666);
      if (overwrite) renameSync(temporary, target);
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
