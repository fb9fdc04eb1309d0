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
  /**
   * What a step of so many channels by vectors costs, in quarters of a multiply-add of vectors: an integer, since code that
   * no engine has optimized yet makes an object of each number that isn't.
   */
  stepOf(channels: number, vectors: number): number;
}

/** Vector registers that engines use; they keep the sixteenth to themselves. */
const registers = 15;

/**
 * For engines that load all that a step needs before they multiply: the sums, the pixels, the weights and a product have to
 * be in registers at once.
 */
export const loadingFirst: TileModel = {
  tiles: tilesWhere((tile) => tile.channels + (tile.channels + 1) * vectorsOf(tile) + 1 <= registers),
  stepOf: (channels, vectors) => 4 * channels * vectors + 14 + channels,
};

/**
 * For engines that load vectors one by one and multiply and add in one instruction: larger tiles fit. Smaller ones wait: a
 * core begins two such instructions or loads in a cycle, and a sum is there after four, so that a step of fewer than eight
 * sums is no shorter.
 */
export const fusedInOrder: TileModel = {
  tiles: tilesWhere((tile) => tile.channels + tile.channels * vectorsOf(tile) + 1 <= registers),
  stepOf: (channels, vectors) => 4 * (Math.max(channels * vectors, channels + vectors, 8) + 1),
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

/**
 * The tile that covers an area at the least cost. Every new shape asks for dozens, of code that no engine has optimized yet:
 * it makes no objects, and passes over tiles larger than the area, which are cut down to smaller ones.
 */
export function bestTile(area: Area, model: TileModel): Tile {
  const along = Math.ceil(area.columns / lanes);
  let best = model.tiles[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const tile of model.tiles) {
    if (tile.channels > area.channels || tile.rows > area.rows || tile.vectors > along) continue;
    const cost = costOf(tile, area, model);
    if (cost >= least) continue;
    best = tile;
    least = cost;
  }
  return best;
}

/**
 * What covering an area with a tile costs, in the unit of `stepOf`, for a step of the reduction. Rows that are left
 * over are computed one at a time, channels and vectors that are left over by smaller tiles.
 */
export function costOf(tile: Tile, area: Area, model: TileModel): number {
  const rest = area.channels % tile.channels;
  const whole = Math.floor(area.channels / tile.channels) * costOfChannels(tile.channels, tile, area, model);
  return rest === 0 ? whole : whole + costOfChannels(rest, tile, area, model);
}

/** The same of so many channels, with the rows and vectors of a tile. */
function costOfChannels(
  channels: number,
  { rows, vectors }: Tile,
  area: Area,
  { stepOf }: TileModel,
): number {
  const along = Math.ceil(area.columns / lanes);
  const tiles = Math.floor(along / vectors);
  const rest = along % vectors;
  const down = Math.floor(area.rows / rows);
  const single = area.rows % rows;
  let cost = 0;
  if (down > 0) cost += down * tiles * stepOf(channels, rows * vectors);
  if (down > 0 && rest > 0) cost += down * stepOf(channels, rows * rest);
  if (single > 0) cost += single * tiles * stepOf(channels, vectors);
  if (single > 0 && rest > 0) cost += single * stepOf(channels, rest);
  return cost;
}
