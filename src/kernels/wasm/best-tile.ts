/** Which tile covers an area at the least cost, by a model of what the steps of its loops cost. */
import { lanes } from './layout.ts';
import type { Tile } from './tile.ts';

/** What tiles have to cover: channels by rows by columns of pixels. */
export interface Area {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Engines have sixteen vector registers, and load all that a step needs before they multiply: the sums, the pixels, the
 * weights and two products have to fit.
 */
const registers = 16;
const products = 2;

/** What a step costs beside its multiply-adds, in multiply-adds of vectors: for itself, and for each channel's weight. */
const stepCost = 3.5;
const weightCost = 0.25;

const candidates: readonly Tile[] = [1, 2, 3, 4].flatMap((channels) =>
  [1, 2, 3, 4].flatMap((rows) =>
    [1, 2, 3, 4]
      .filter((vectors) => channels + (channels + 1) * rows * vectors <= registers - products)
      .map((vectors) => ({ channels, rows, vectors })),
  ),
);

/** The tile that covers an area at the least cost. */
export function bestTile(area: Area): Tile {
  let best = candidates[0]!;
  let least = costOf(best, area);
  for (const tile of candidates) {
    const cost = costOf(tile, area);
    if (cost < least) [best, least] = [tile, cost];
  }
  return best;
}

/**
 * What covering an area with a tile costs, in multiply-adds of vectors for a step of the reduction. Rows that are left
 * over are computed one at a time, channels and vectors that are left over by smaller tiles; so that the multiply-adds
 * are always the same, and the tiles are what differs.
 */
export function costOf(tile: Tile, { channels, rows, columns }: Area): number {
  const vectors = Math.ceil(columns / lanes);
  const down = Math.floor(rows / tile.rows) + (rows % tile.rows);
  const tiles = Math.ceil(channels / tile.channels) * down * Math.ceil(vectors / tile.vectors);
  return channels * rows * vectors + tiles * (stepCost + weightCost * tile.channels);
}
