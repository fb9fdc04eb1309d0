/** Strided views of floating-point data, checked when they are made: ndarray itself checks nothing. */
import ndarray, { type NdArray } from 'ndarray';
import { demand, isIntegerFrom, type Site } from './constraints.ts';

export type Dtype = 'float32' | 'float64';
export type FloatData = Float32Array | Float64Array;
/** An ndarray of float32 or float64 entries. */
export type FloatArray = NdArray<FloatData>;

/** The number of entries that an array must stay below: ndarray keeps its offset in 32 bits. */
const entryLimit = 2 ** 31;

/** The element type of some data; undefined for everything that isn't float32 or float64. */
export function dtypeOf(data: unknown): Dtype | undefined {
  // By its tag, as ndarray does, so that arrays of another realm (jest, node:vm) count too.
  const tag = ArrayBuffer.isView(data) ? Object.prototype.toString.call(data) : '';
  if (tag === '[object Float64Array]') return 'float64';
  if (tag === '[object Float32Array]') return 'float32';
  return undefined;
}

/**
 * A copy of the array's header that shares the array's data, checked and then frozen: whatever the caller does
 * to the original header, the shape, strides and offset stay as they were checked (T1, T2, C2, T3, T4).
 */
export function checkedView(site: Site, array: NdArray, rank: number): FloatArray {
  const data: unknown = array?.data;
  demand(
    dtypeOf(data) !== undefined,
    site,
    'T1',
    'float32 or float64 data',
    Object.prototype.toString.call(data),
  );
  const shape = Array.from(array.shape ?? []);
  const stride = Array.from(array.stride ?? []);
  const axes = `${shape.length} sizes and ${stride.length} strides`;
  demand(shape.length === rank && stride.length === rank, site, 'T2', `${rank} axes`, axes);
  const positive = shape.every((size) => isIntegerFrom(1, size));
  demand(positive, site, 'C2', 'sizes of at least 1', `[${shape.join(', ')}]`);
  const offset = array.offset;
  const whole = stride.every(Number.isSafeInteger) && isIntegerFrom(0, offset) && offset < entryLimit;
  const given = `strides [${stride.join(', ')}] and offset ${offset}`;
  demand(whole, site, 'T3', 'integer strides and an offset within 31 bits', given);
  const view = freeze(ndarray(data as FloatData, shape, stride, offset));
  demandReach(site, view);
  return view;
}

/**
 * The smallest and the largest index that a view reaches lie inside its data (T4). Checked again whenever a view
 * is used, since a transferred buffer has no entries left and a resizable one can shrink.
 */
export function demandReach(site: Site, view: FloatArray): void {
  let lowest = view.offset;
  let highest = view.offset;
  view.shape.forEach((size, axis) => {
    const span = (size - 1) * view.stride[axis]!;
    lowest += Math.min(span, 0);
    highest += Math.max(span, 0);
  });
  const inside = lowest >= 0 && highest < view.data.length;
  demand(inside, site, 'T4', `indices within ${view.data.length} entries`, `${lowest} to ${highest}`);
}

/** A new array of zeros, row-major. At most 2³¹ − 1 entries (T10). */
export function zeros(site: Site, dtype: Dtype, shape: readonly number[]): FloatArray {
  const size = demandEntries(site, shape);
  const data = dtype === 'float32' ? new Float32Array(size) : new Float64Array(size);
  return ndarray<FloatData>(data, [...shape]);
}

/** The number of entries of a new array; throws where it is 2³¹ or more (T10). */
export function demandEntries(site: Site, shape: readonly number[]): number {
  const size = shape.reduce((entries, extent) => entries * extent, 1);
  demand(size < entryLimit, site, 'T10', 'fewer than 2³¹ entries', `[${shape.join(', ')}], ${size} entries`);
  return size;
}

/** The same array with a header that nothing can change; its data stays writable. */
export function freeze(array: FloatArray): FloatArray {
  Object.freeze(array.shape);
  Object.freeze(array.stride);
  return Object.freeze(array);
}
