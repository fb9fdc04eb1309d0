import { linkSync, lstatSync, renameSync, type Stats, statSync, unlinkSync } from 'node:fs';
import type { FileError, Place } from './error.ts';

/** The error for a name that is taken. */
export const occupied = (place: Place): FileError =>
  place.error('file', 'a free name (or the option to overwrite)', 'an existing file');

/** What is at a path, through links; a link that points nowhere is something too. */
export function existing(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false }) ?? lstatSync(path, { throwIfNoEntry: false });
}

/** Moves a file to a name that must be free at that moment: making a link fails where a rename would replace. */
export function moveToFree(temporary: string, target: string, place: Place): void {
  try {
    linkSync(temporary, target);
  } catch {
    if (existing(target)) throw occupied(place);
    // A file system without hard links; the name was free a moment ago.
    renameSync(temporary, target);
    return;
  }
  unlinkSync(temporary);
}
