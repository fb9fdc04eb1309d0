/**
 * Strassen's algorithm: the product of two matrices of 2 × 2 blocks with seven products of blocks in place of eight. In
 * Winograd's form, whose sums have partial sums in common: four sums of blocks on the right and, block after block, three
 * running sums of products. Sources: Strassen, Gaussian elimination is not optimal, 1969; Winograd's form: Knuth, The Art
 * of Computer Programming 2, 4.6.4, exercise. test/oracle/strassen.test.ts proves the identity for this table.
 */

/** What each of the blocks 11, 12, 21, 22 counts for in a sum. */
export type Blocks = readonly [number, number, number, number];

/** A product of a sum of blocks on the left and a sum of blocks on the right. */
export interface StrassenProduct {
  readonly left: Blocks;
  readonly right: Blocks;
}

export const strassenProducts: readonly StrassenProduct[] = [
  { left: [1, 0, 0, 0], right: [1, 0, 0, 0] },
  { left: [0, 1, 0, 0], right: [0, 0, 1, 0] },
  { left: [1, 1, -1, -1], right: [0, 0, 0, 1] },
  { left: [0, 0, 0, -1], right: [1, -1, -1, 1] },
  { left: [0, 0, 1, 1], right: [-1, 1, 0, 0] },
  { left: [-1, 0, 1, 1], right: [1, -1, 0, 1] },
  { left: [1, 0, -1, 0], right: [0, -1, 0, 1] },
];

/** The products whose sums are the blocks 11, 12, 21 and 22 of the result, in the order in which they can be added up. */
export const strassenSums: readonly (readonly number[])[] = [
  [0, 1],
  [0, 5, 4, 2],
  [0, 5, 6, 3],
  [0, 5, 6, 4],
];
