/** Which tile covers an area at the least cost, by a model of what an engine makes of the steps of its loops. */
import { lanes } from './layout.ts';
import type { Tile } from './tile.ts';

/** What tiles have to cover: channels by rows by columns of pixels. */
export interface Area {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

export interface TileModel {
  /** Those whose steps find all that they need in registers. */
  readonly tiles: readonly Tile[];
  /** What a step costs, in multiply-adds of vectors. */
  stepOf(tile: Tile): number;
}

/** Vector registers that engines use; they keep the sixteenth to themselves. */
const registers = 15;

/**
 * For engines that load all that a step needs before they multiply: the sums, the pixels, the weights and a product have to
 * be in registers at once.
 */
export const loadingFirst: TileModel = {
  tiles: tilesWhere((tile) => tile.channels + (tile.channels + 1) * vectorsOf(tile) + 1 <= registers),
  stepOf: (tile) => tile.channels * vectorsOf(tile) + 3.5 + 0.25 * tile.channels,
};

/**
 * For engines that load vectors one by one and multiply and add in one instruction: larger tiles fit. Smaller ones wait: a
 * core begins two such instructions or loads in a cycle, and a sum is there after four, so that a step of fewer than eight
 * sums is no shorter.
 */
export const fusedInOrder: TileModel = {
  tiles: tilesWhere((tile) => tile.channels + tile.channels * vectorsOf(tile) + 1 <= registers),
  stepOf: (tile) => {
    const [sums, loads] = [tile.channels * vectorsOf(tile), tile.channels + vectorsOf(tile)];
    return Math.max(sums, loads, 8) + 1;
  },
};

function vectorsOf({ rows, vectors }: Tile): number {
  return rows * vectors;
}

function tilesWhere(fits: (tile: Tile) => boolean): readonly Tile[] {
  return [1, 2, 3, 4].flatMap((channels) =>
    [1, 2, 3, 4].flatMap((rows) =>
      [1, 2, 3, 4, 5, 6].map((vectors) => ({ channels, rows, vectors })).filter(fits),
    ),
  );
}

/** The tile that covers an area at the least cost. */
export function bestTile(area: Area, model: TileModel): Tile {
  return model.tiles
    .map((tile) => ({ tile, cost: costOf(tile, area, model) }))
    .reduce((best, next) => (next.cost < best.cost ? next : best)).tile;
}

/**
 * What covering an area with a tile costs, in multiply-adds of vectors for a step of the reduction. Rows that are left
 * over are computed one at a time, channels and vectors that are left over by smaller tiles.
 */
export function costOf(tile: Tile, area: Area, model: TileModel): number {
  let cost = 0;
  for (const [channels, across] of pieces(area.channels, tile.channels))
    for (const [rows, down] of rowPieces(area.rows, tile.rows))
      for (const [vectors, along] of pieces(Math.ceil(area.columns / lanes), tile.vectors))
        cost += across * down * along * model.stepOf({ channels, rows, vectors });
  return cost;
}

type Pieces = readonly (readonly [size: number, count: number])[];

function pieces(length: number, size: number): Pieces {
  return [[size, Math.floor(length / size)] as const, [length % size, 1] as const].filter(isThere);
}

function rowPieces(length: number, size: number): Pieces {
  return [[size, Math.floor(length / size)] as const, [1, length % size] as const].filter(isThere);
}

function isThere([size, count]: Pieces[number]): boolean {
  return size > 0 && count > 0;
}
