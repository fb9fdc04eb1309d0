import { placeFile } from './place-file.ts';
import type { WriteOptions } from './write.ts';

/** Writes a text file in UTF-8, as `writeArrays` writes arrays: whole or not at all. Throws a FileError. */
export function writeText(path: string, text: string, { overwrite = false }: WriteOptions = {}): void {
  placeFile(path, new TextEncoder().encode(text), overwrite);
}
