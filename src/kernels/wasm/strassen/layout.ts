/**
 * A secondary partition by Strassen's algorithm: its weights in 2 × 2 blocks, halves of its outputs by halves of its inputs,
 * times pixels in 2 × 2 blocks, halves of its inputs by halves of a strip. An odd half is the first; the second has zeros.
 */
import { strassenProducts } from '../../../algebras/strassen.ts';
import type { Geometry } from '../../geometry.ts';
import { bestTile, type TileModel } from '../best-tile.ts';
import { cut } from '../cut.ts';
import { floatBytes, lanes, type Panels, spread, vectorBytes } from '../layout.ts';
import type { Tile } from '../tile.ts';

export interface StrassenPlan {
  readonly geometry: Geometry & { readonly mixed: number };
  readonly panels: Panels;
  readonly stripRows: number;
  /** Of a block of the output; one row, for a strip's pixels are one sequence. */
  readonly tile: Tile;
  /** Where the packed weights begin, and what is kept in the scratch memory, behind those of the primary. */
  readonly weightsOffset: number;
  readonly scratchOffset: number;
  readonly relaxed: boolean;
}

/** Of an odd number the first half is the larger. */
export interface Halves {
  readonly first: number;
  readonly second: number;
}

export function halvesOf(count: number): Halves {
  return { first: Math.ceil(count / 2), second: Math.floor(count / 2) };
}

/**
 * Vectors of half a strip. The second half ends where the strip ends, and so begins before the first one ends, where there
 * aren't as many pixels; those in both are computed twice. Then all vectors of both are whole.
 */
export function halfVectors(pixels: number): number {
  return Math.ceil(pixels / (2 * lanes));
}

/** The tile of a block. */
export function strassenTile({ mixed = 1, columns }: Geometry, stripRows: number, model: TileModel): Tile {
  const along = halfVectors(stripRows * columns) * lanes;
  return bestTile({ channels: halvesOf(mixed).first, rows: 1, columns: along }, model);
}

/** Rows of the blocks of outputs that a tile has. */
export interface Rows {
  readonly count: number;
  /** Whether the lower blocks have such rows too: of an odd number of outputs they lack one, the last, which is a piece. */
  readonly hasLower: boolean;
}

/** The rows of a block in pieces of a tile's, how often each comes. */
export function rowPieces({ geometry, tile }: StrassenPlan): readonly (Rows & { readonly times: number })[] {
  const { first, second } = halvesOf(geometry.mixed);
  const { size, full, rest } = cut(second, tile.channels);
  return [
    { count: size, hasLower: true, times: full },
    { count: rest, hasLower: true, times: rest > 0 ? 1 : 0 },
    { count: 1, hasLower: false, times: first - second },
  ].filter(({ times }) => times > 0);
}

/** Steps of the reduction of a product: as many as the first half of inputs has, or the second, where it is of that alone. */
export function stepsOf(product: number, { groups }: Pick<Geometry, 'groups'>): number {
  const { first, second } = halvesOf(groups);
  const { left, right } = strassenProducts[product]!;
  const ofSecond = (left[0] === 0 && left[2] === 0) || (right[0] === 0 && right[1] === 0);
  return ofSecond ? second : first;
}

/** Whose biases, or which product's weights. */
export type Part = number | 'upper' | 'lower';

/**
 * In which order a tile's weights are read: passes over all its rows of blocks, of which each needs no more pixels in the
 * cache than a secondary of sums does.
 */
export const passes: readonly (readonly Part[])[] = [
  [0, 'upper', 1],
  [5],
  [6, 'lower', 3],
  [4, 'lower', 'upper', 2],
];

/** What the packed weights of a partition take. */
export function strassenWeightBytes({ mixed, groups, bias }: StrassenPlan['geometry']): number {
  const perRow = passes
    .flat()
    .map((part) => (typeof part === 'number' ? stepsOf(part, { groups }) : bias ? 1 : 0));
  return halvesOf(mixed).first * perRow.reduce((sum, count) => sum + count, 0) * floatBytes;
}

/** In the scratch memory: the sums of pixels of a tile, and the two sums of products that are kept, U and V. */
export interface StrassenScratch {
  /** From one sum of pixels to the next. */
  readonly sum: number;
  /** Where U begins, and how far V is from it. */
  readonly kept: number;
  readonly keptBytes: number;
  readonly bytes: number;
}

/** How many sums of pixels there are. */
const pixelSums = 4;

export function strassenScratch({
  geometry,
  tile,
}: Pick<StrassenPlan, 'geometry' | 'tile'>): StrassenScratch {
  const row = tile.vectors * vectorBytes;
  const sum = spread(halvesOf(geometry.groups).first * row);
  const keptBytes = spread(halvesOf(geometry.mixed).first * row);
  const kept = pixelSums * sum;
  return { sum, kept, keptBytes, bytes: kept + 2 * keptBytes };
}
