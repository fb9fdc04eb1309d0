import { crc32, deflateRawSync } from 'node:zlib';
import { expect } from 'vitest';
import { type ArrayFile, type DType, FileError } from '../../src/formats/index.ts';

/** Bytes from their hexadecimal digits; spaces are free. */
export const unhex = (digits: string): Uint8Array =>
  Uint8Array.from(Buffer.from(digits.replace(/\s/g, ''), 'hex'));

export const text = (string: string): Uint8Array => Uint8Array.from(Buffer.from(string));

export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

export const array = (dtype: DType, shape: readonly number[], values: Iterable<number>): ArrayFile => ({
  dtype,
  shape,
  data: Float64Array.from(values),
});

/** The message of the FileError that `action` ends in; any other end fails the test. */
export function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FileError) return error.message;
    throw error;
  }
  return expect.fail('expected a FileError, got none');
}

/** What `action` returns, or undefined for a FileError; any other error fails the test. */
export function attempt<T>(action: () => T): T | undefined {
  const frames = Error.stackTraceLimit;
  // The corruption tests make a hundred thousand errors: their stacks would be most of the work.
  Error.stackTraceLimit = 0;
  try {
    return action();
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  } finally {
    Error.stackTraceLimit = frames;
  }
}

/** Names, dtypes, shapes and every value, to be compared as one text: expect's own comparison is slow. */
export const print = (arrays: ReadonlyMap<string, ArrayFile>): string =>
  [...arrays].map(([name, { dtype, shape, data }]) => `${name} ${dtype} [${shape}] ${data}`).join('\n');

/** An .npy file of version 1.0 with this header, which is not padded: only numpy's memory maps want that. */
export function npy(header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const line = text(`${header}\n`);
  return joined(unhex('93 4e 55 4d 50 59 01 00'), uint(line.length, 2), line, data);
}

export const npyHeader = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`;

/** A .safetensors file with this header. */
export const safetensors = (header: string, data: Uint8Array = new Uint8Array(0)): Uint8Array =>
  joined(uint(text(header).length, 8), text(header), data);

/** An unsigned integer in `size` bytes, little-endian. */
export function uint(value: number, size: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true);
  return bytes.slice(0, size);
}

/** The fields that the directory and the local header of a .zip entry share. */
export interface ZipFields {
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly compressed?: number;
  readonly size?: number;
  readonly name?: Uint8Array;
  readonly extra?: Uint8Array;
}

/** An entry of an archive made to order: what is not said is as it should be. */
export interface ZipRecipe extends ZipFields {
  readonly content?: Uint8Array;
  readonly deflate?: boolean;
  /** The bytes that are stored in place of the content or the deflated content. */
  readonly raw?: Uint8Array;
  readonly local?: ZipFields;
  readonly directory?: ZipFields & {
    readonly disk?: number;
    readonly at?: number;
    readonly comment?: Uint8Array;
  };
  /** What follows the data: a descriptor, or a gap. */
  readonly after?: Uint8Array;
}

export interface ZipEnd {
  readonly before?: Uint8Array;
  readonly disk?: number;
  readonly here?: number;
  readonly count?: number;
  readonly size?: number;
  readonly start?: number;
  readonly comment?: Uint8Array;
  /** zip64 records, made when the start and the size of the directory are known. */
  readonly wide?: (count: number, size: number, start: number) => Uint8Array;
}

/** A .zip archive, made independently of the writer under test, with any lie that a test asks for. */
export function zip(entries: Readonly<Record<string, ZipRecipe>>, end: ZipEnd = {}): Uint8Array {
  const locals: Uint8Array[] = end.before ? [end.before] : [];
  const directory: Uint8Array[] = [];
  const length = (parts: readonly Uint8Array[]) => parts.reduce((sum, part) => sum + part.length, 0);
  for (const [name, recipe] of Object.entries(entries)) {
    const content = recipe.content ?? new Uint8Array(0);
    const raw = recipe.raw ?? (recipe.deflate ? deflateRawSync(content) : content);
    const true_: Required<ZipFields> = {
      flags: 0,
      method: recipe.deflate ? 8 : 0,
      crc: crc32(content),
      compressed: raw.length,
      size: content.length,
      name: text(name),
      extra: new Uint8Array(0),
    };
    const common = (fields: Required<ZipFields>) =>
      joined(
        ...[uint(20, 2), uint(fields.flags, 2), uint(fields.method, 2), uint(0, 2), uint(0x21, 2)],
        ...[uint(fields.crc, 4), uint(fields.compressed, 4), uint(fields.size, 4)],
        ...[uint(fields.name.length, 2), uint(fields.extra.length, 2)],
      );
    const local = { ...true_, ...recipe, ...recipe.local };
    const listed = { ...true_, ...recipe, ...recipe.directory };
    const at = recipe.directory?.at ?? length(locals);
    const comment = recipe.directory?.comment ?? new Uint8Array(0);
    locals.push(
      unhex('504b0304'),
      common(local),
      local.name,
      local.extra,
      raw,
      recipe.after ?? new Uint8Array(0),
    );
    directory.push(
      ...[unhex('504b0102'), uint(20, 2), common(listed), uint(comment.length, 2)],
      ...[uint(recipe.directory?.disk ?? 0, 2), uint(0, 6), uint(at, 4), listed.name, listed.extra, comment],
    );
  }
  const count = Object.keys(entries).length;
  const start = length(locals);
  const size = length(directory);
  const comment = end.comment ?? new Uint8Array(0);
  return joined(
    ...[...locals, ...directory, end.wide?.(count, size, start) ?? new Uint8Array(0)],
    ...[unhex('504b0506'), uint(end.disk ?? 0, 2), uint(0, 2), uint(end.here ?? end.count ?? count, 2)],
    ...[uint(end.count ?? count, 2), uint(end.size ?? size, 4), uint(end.start ?? start, 4)],
    ...[uint(comment.length, 2), comment],
  );
}
