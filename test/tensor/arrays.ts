/** Strided arrays for the tests: the same entries, kept in memory in every way that strides allow. */
import fc from 'fast-check';
import ndarray, { type NdArray } from 'ndarray';
import type { Dtype, FloatData } from '../../src/tensor/index.ts';

/** How the four axes of an array lie in memory. */
export interface Embedding {
  /** The axes from the outermost to the innermost. */
  readonly order: readonly number[];
  /** For each axis, whether memory runs backwards. */
  readonly reversed: readonly boolean[];
  /** For each axis, of how many entries only one is used. */
  readonly step: readonly number[];
  /** Unused entries before the first. */
  readonly margin: number;
}

/** Row-major, nothing unused; what shrinking ends at. */
export const rowMajor: Embedding = {
  order: [0, 1, 2, 3],
  reversed: [false, false, false, false],
  step: [1, 1, 1, 1],
  margin: 0,
};

const fourOf = <T>(element: fc.Arbitrary<T>) => fc.array(element, { minLength: 4, maxLength: 4 });

export const embeddings: fc.Arbitrary<Embedding> = fc.oneof(
  fc.constant(rowMajor),
  fc.record({
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
    reversed: fourOf(fc.boolean()),
    step: fourOf(fc.integer({ min: 1, max: 2 })),
    margin: fc.integer({ min: 0, max: 3 }),
  }),
);

/** New data of the given element type. */
export function allocate(dtype: Dtype, length: number): FloatData {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/**
 * The row-major entries as an array of rank 4 that lies in memory as the embedding says. What is unused there is
 * NaN, so that a stray read shows.
 */
export function embed(
  entries: readonly number[],
  shape: readonly number[],
  dtype: Dtype = 'float64',
  { order, reversed, step, margin }: Embedding = rowMajor,
): NdArray<FloatData> {
  const stride = [0, 0, 0, 0];
  let length = 1;
  for (const axis of order.toReversed()) {
    stride[axis] = length * step[axis]! * (reversed[axis]! ? -1 : 1);
    length *= shape[axis]! * step[axis]!;
  }
  const start = stride.reduce((sum, s, axis) => sum + (s < 0 ? -s * (shape[axis]! - 1) : 0), margin);
  const array = ndarray<FloatData>(
    allocate(dtype, margin + length).fill(Number.NaN),
    [...shape],
    stride,
    start,
  );
  entries.forEach((entry, index) => {
    const [, B, C, D] = shape as [number, number, number, number];
    const place = [
      Math.floor(index / (B * C * D)),
      Math.floor(index / (C * D)) % B,
      Math.floor(index / D) % C,
    ];
    array.set(...place, index % D, entry);
  });
  return array;
}

/** The numbers 0, 1, 2, … in an array of this shape, row-major. */
export function counting(shape: readonly number[], dtype: Dtype = 'float64'): NdArray<FloatData> {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return embed(
    Array.from({ length: size }, (_, index) => index),
    shape,
    dtype,
  );
}
