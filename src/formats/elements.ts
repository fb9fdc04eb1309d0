import { type ArrayFile, type ArraySource, type DType, describe, elementCount } from './array.ts';
import type { Place } from './error.ts';
import { bfloat16, decode16, encode16, float16 } from './half.ts';
import { allocate, type Budget } from './limits.ts';

/** How one element type lies in memory. */
interface Element {
  readonly bytes: number;
  /** The values that are neither rounded nor refused; all numbers for floating-point types. */
  readonly integers?: readonly [min: number, max: number];
  /** The value, or NaN where the bytes of an integer or a bool hold none that is allowed. */
  read(view: DataView, at: number, little: boolean): number;
  /** Little-endian, rounded to nearest even. */
  write(view: DataView, at: number, value: number): void;
}

const two53 = 2 ** 53;

/** A 64-bit integer as a number, where it is one exactly and every smaller one is too. */
const exactly = (value: bigint): number =>
  value >= -BigInt(two53) && value <= BigInt(two53) ? Number(value) : Number.NaN;

const elements: { readonly [dtype in DType]: Element } = {
  float64: {
    bytes: 8,
    read: (view, at, little) => view.getFloat64(at, little),
    write: (view, at, value) => view.setFloat64(at, value, true),
  },
  float32: {
    bytes: 4,
    read: (view, at, little) => view.getFloat32(at, little),
    write: (view, at, value) => view.setFloat32(at, value, true),
  },
  float16: {
    bytes: 2,
    read: (view, at, little) => decode16(float16, view.getUint16(at, little)),
    write: (view, at, value) => view.setUint16(at, encode16(float16, value), true),
  },
  bfloat16: {
    bytes: 2,
    read: (view, at, little) => decode16(bfloat16, view.getUint16(at, little)),
    write: (view, at, value) => view.setUint16(at, encode16(bfloat16, value), true),
  },
  int8: {
    bytes: 1,
    integers: [-(2 ** 7), 2 ** 7 - 1],
    read: (view, at) => view.getInt8(at),
    write: (view, at, value) => view.setInt8(at, value),
  },
  int16: {
    bytes: 2,
    integers: [-(2 ** 15), 2 ** 15 - 1],
    read: (view, at, little) => view.getInt16(at, little),
    write: (view, at, value) => view.setInt16(at, value, true),
  },
  int32: {
    bytes: 4,
    integers: [-(2 ** 31), 2 ** 31 - 1],
    read: (view, at, little) => view.getInt32(at, little),
    write: (view, at, value) => view.setInt32(at, value, true),
  },
  int64: {
    bytes: 8,
    integers: [-two53, two53],
    read: (view, at, little) => exactly(view.getBigInt64(at, little)),
    write: (view, at, value) => view.setBigInt64(at, BigInt(value), true),
  },
  uint8: {
    bytes: 1,
    integers: [0, 2 ** 8 - 1],
    read: (view, at) => view.getUint8(at),
    write: (view, at, value) => view.setUint8(at, value),
  },
  uint16: {
    bytes: 2,
    integers: [0, 2 ** 16 - 1],
    read: (view, at, little) => view.getUint16(at, little),
    write: (view, at, value) => view.setUint16(at, value, true),
  },
  uint32: {
    bytes: 4,
    integers: [0, 2 ** 32 - 1],
    read: (view, at, little) => view.getUint32(at, little),
    write: (view, at, value) => view.setUint32(at, value, true),
  },
  uint64: {
    bytes: 8,
    integers: [0, two53],
    read: (view, at, little) => exactly(view.getBigUint64(at, little)),
    write: (view, at, value) => view.setBigUint64(at, BigInt(value), true),
  },
  bool: {
    bytes: 1,
    integers: [0, 1],
    read: (view, at) => (view.getUint8(at) <= 1 ? view.getUint8(at) : Number.NaN),
    write: (view, at, value) => view.setUint8(at, value),
  },
};

/** Bytes of one element. */
export function elementBytes(dtype: DType): number {
  return elements[dtype].bytes;
}

/** How the elements lie in a file. */
export interface Layout {
  readonly littleEndian: boolean;
  /** Column-major: the first axis runs fastest. */
  readonly fortranOrder: boolean;
  /** The byte of the file where they begin, for errors. */
  readonly offset: number;
}

/** The values of an array whose elements are exactly `bytes`; an error names the element and its byte. */
export function decodeElements(
  bytes: Uint8Array,
  dtype: DType,
  shape: readonly number[],
  { littleEndian, fortranOrder, offset }: Layout,
  place: Place,
  budget: Budget,
): ArrayFile {
  const element = elements[dtype];
  const count = elementCount(shape, place);
  if (bytes.length !== count * element.bytes) {
    const expected = `${count * element.bytes} bytes for ${describe({ dtype, shape })}`;
    throw place.error(`data from byte ${offset} on`, expected, `${bytes.length}`);
  }
  budget.hold(count * 8, place, `the values of ${describe({ dtype, shape })}`);
  const data = allocate(count * 8, place, () => new Float64Array(count));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const position = fortranOrder ? columnMajor(shape) : (index: number) => index;
  for (let index = 0; index < count; index++) {
    const at = position(index) * element.bytes;
    const value = element.read(view, at, littleEndian);
    if (element.integers && Number.isNaN(value)) {
      const expected = dtype === 'bool' ? '0 or 1' : `an ${dtype} within ±2^53`;
      const got = dtype === 'bool' ? view.getUint8(at) : wide(view, at, littleEndian, dtype);
      throw place.error(`element [${indices(index, shape)}] at byte ${offset + at}`, expected, `${got}`);
    }
    data[index] = value;
  }
  return { dtype, shape: [...shape], data };
}

function wide(view: DataView, at: number, little: boolean, dtype: DType): bigint {
  return dtype === 'int64' ? view.getBigInt64(at, little) : view.getBigUint64(at, little);
}

/** The column-major positions of the elements, to be asked for in row-major order: 0, 1, 2, … */
function columnMajor(shape: readonly number[]): () => number {
  const strides: number[] = [];
  let stride = 1;
  for (const size of shape) {
    strides.push(stride);
    stride *= size;
  }
  const index = shape.map(() => 0);
  let next = 0;
  return () => {
    const position = next;
    // Count up, the last axis first; an axis that is full goes back to zero and carries.
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      const step = strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      next += step;
      if ((index[axis] as number) < size) break;
      index[axis] = 0;
      next -= size * step;
    }
    return position;
  };
}

/** The indices of a row-major position: `1, 0, 2`. */
function indices(position: number, shape: readonly number[]): string {
  const found: number[] = [];
  let rest = position;
  for (const size of [...shape].reverse()) {
    found.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return found.join(', ');
}

/**
 * The elements of an array, little-endian and row-major, written to `target` from byte `at` on. Floating-point
 * types round to nearest, ties to even; a value that an integer type or bool does not hold exactly is an error.
 */
export function encodeElements(array: ArraySource, target: Uint8Array, at: number, place: Place): void {
  const { bytes, integers, write } = elements[array.dtype];
  const view = new DataView(target.buffer, target.byteOffset, target.length);
  for (let index = 0; index < array.data.length; index++) {
    const value = array.data[index] as number;
    if (integers && !(Number.isInteger(value) && value >= integers[0] && value <= integers[1])) {
      const expected = `an integer from ${integers[0]} to ${integers[1]} (${array.dtype})`;
      throw place.error(`element [${indices(index, array.shape)}]`, expected, `${value}`);
    }
    write(view, at + index * bytes, value);
  }
}

/** The bytes that the elements of an array take; refuses an unknown dtype, a wrong shape and missing values. */
export function encodedBytes(array: ArraySource, place: Place): number {
  if (!Object.hasOwn(elements, array.dtype)) {
    throw place.error('dtype', Object.keys(elements).join(', '), String(array.dtype));
  }
  const count = elementCount(array.shape, place);
  if (array.data.length !== count) {
    throw place.error('data', `${count} values for ${describe(array)}`, `${array.data.length}`);
  }
  return count * elements[array.dtype].bytes;
}
