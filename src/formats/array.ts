import { type Place, quoted } from './error.ts';

/** The element types that are read and written. */
export const dtypes = [
  'float64',
  'float32',
  'float16',
  'bfloat16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'bool',
] as const;

export type DType = (typeof dtypes)[number];

/** An array to be written: `data` is row-major and holds as many values as the shape says. */
export interface ArraySource {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** An array read from a file: every value exactly as stored (bool as 0 and 1), row-major. */
export interface ArrayFile extends ArraySource {
  readonly data: Float64Array;
}

/** The arrays of a file by name, in the file's order. A Map: a name such as `__proto__` is a name like any other. */
export type NamedArrays = Map<string, ArrayFile>;

/** No array has more axes: numpy's own limit. */
export const maxRank = 64;

/** `[2, 3] float32`, as errors name an array. */
export function describe(array: { readonly dtype: DType; readonly shape: readonly number[] }): string {
  return `${array.dtype} [${array.shape.join(', ')}]`;
}

/**
 * The number of elements of a shape. Sizes are non-negative integers and their product, zeros left out, is a safe
 * integer: so a shape of no elements cannot hide an absurd one.
 */
export function elementCount(shape: readonly number[], place: Place): number {
  if (shape.length > maxRank) throw place.error('shape', `at most ${maxRank} axes`, `${shape.length}`);
  let product = 1;
  let empty = false;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || size < 0) {
      throw place.error('shape', 'non-negative integers', `[${shape.join(', ')}]`);
    }
    if (size === 0) empty = true;
    else product *= size;
    if (product > Number.MAX_SAFE_INTEGER) {
      throw place.error('shape', 'fewer than 2^53 elements', `[${shape.join(', ')}]`);
    }
  }
  return empty ? 0 : product;
}

/** The longest name, in UTF-16 units: the names of a file stay small beside its limits. */
export const maxName = 1024;

/** A name is not empty, prints (no control characters), is Unicode (no lone surrogates) and is not absurdly long. */
export function checkName(name: string, place: Place): void {
  if (name.length > maxName) throw place.error('name', `at most ${maxName} characters`, `${name.length}`);
  if (name === '' || /[\p{Cc}\p{Cs}]/u.test(name)) {
    throw place.error('name', 'a printable, non-empty one', quoted(name));
  }
}
