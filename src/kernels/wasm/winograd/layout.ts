/** Where Winograd's algorithm keeps what it works on, and which tiles a band has. */
import { type Geometry, primaryHasBias } from '../../geometry.ts';
import { floatBytes, lanes, lineBytes, panelsOf, roundUp, spread, vectorBytes } from '../layout.ts';

/** Outputs of a tile along each axis, and the pixels that they need. */
export const tileSize = 4;
export const tileReach = 6;
/** The products of a tile. */
export const tileProducts = tileReach * tileReach;

/** What a product costs more where its weight is loaded for it alone. */
export const single = 7 / 6;

/**
 * What the lanes of products are: four tiles side by side, or wherever a table says; or four output channels of one tile,
 * where a band has no more than four tiles, so that a weight isn't loaded for each product.
 */
export type Lanes = 'adjacent' | 'scattered' | 'channels';

/** Rows that are transformed at a time. */
export interface Band {
  readonly rows: number;
  /** Tiles of four rows, the last perhaps cut off. */
  readonly tileRows: number;
  readonly tiles: number;
  readonly vectors: number;
  /** Of its table, from where the tables begin. */
  readonly table: number;
}

export interface WinogradLayout {
  /** Tiles along a row of the output. */
  readonly across: number;
  readonly lanes: Lanes;
  /** Those that a strip is cut into, then what may be left over of a strip, each with tables of its own. */
  readonly bands: readonly [Band, ...Band[]];
  /** Of the tables, behind the weights. */
  readonly tables: number;
  readonly weightBytes: number;
  /** Of the weights of one group, which has weights, maybe zeros, for so many output channels. */
  readonly groupBytes: number;
  readonly weightChannels: number;
  /** In the scratch memory: rows that were transformed down, tiles, products, half-transformed products. */
  readonly down: Region & { readonly pitch: number; readonly tileRow: number };
  readonly tiles: Region & { readonly product: number; readonly channel: number };
  /** From one channel to the next, or from four to the next four. */
  readonly products: Region & { readonly channel: number };
  readonly half: Region;
  readonly scratchBytes: number;
  /** Of what is written: from one channel of a group to the next, from a group to the next, from a row to the next. */
  readonly target: { readonly channel: number; readonly group: number; readonly row: number };
}

interface Region {
  readonly at: number;
  readonly bytes: number;
}

/**
 * What a table has for each tile, or for four that lie side by side: where it begins in `down` and in the target, and how
 * many rows and columns of it, or of the last of the four, exist.
 */
export const tableEntry = 4 * 4;

/** How many rows are computed at a time; all but `strip`'s last rows are multiples of a tile's. */
export interface Rows {
  /** Of a strip, at most those of the output. */
  readonly strip: number;
  /** Of a band, at most those of a strip. */
  readonly band: number;
}

export function layoutOf(geometry: Geometry, { strip, band }: Rows): WinogradLayout {
  const { groups, inputs, outputs, mixed, width, rows, columns, window } = geometry;
  const across = Math.ceil(columns / tileSize);
  const arrangement = lanesOf(geometry, across, band);
  const tableBytesOf = ({ vectors }: Band) =>
    vectors * (arrangement === 'adjacent' ? tableEntry : lanes * tableEntry);
  const bandOf = (count: number, table: number): Band => {
    const tileRows = Math.ceil(count / tileSize);
    const tiles = tileRows * across;
    return { rows: count, tileRows, tiles, vectors: Math.ceil(tiles / lanes), table };
  };
  const full = bandOf(band, 0);
  const bands: [Band, ...Band[]] = [full];
  let tableBytes = tableBytesOf(full);
  for (const rest of restsOf(rows, strip, band)) {
    const next = bandOf(rest, tableBytes);
    bands.push(next);
    tableBytes += tableBytesOf(next);
  }

  const weightChannels = arrangement === 'channels' ? roundUp(outputs, lanes) : outputs;
  const biases = primaryHasBias(geometry) ? weightChannels : 0;
  const groupBytes = (tileProducts * inputs * weightChannels + biases) * floatBytes;
  const tables = roundUp(groups * groupBytes, lineBytes);
  const weightBytes = tables + tableBytes;

  let end = 0;
  const region = (bytes: number): Region => {
    const at = end;
    end = roundUp(at + bytes, lineBytes);
    return { at, bytes };
  };
  // A row also takes what no tile reaches, whole vectors of it, and what the last tiles read past it.
  const pitch =
    roundUp(
      Math.max(window.padding.left + width + lanes, tileSize * roundUp(across, lanes) + 2 * lanes),
      lanes,
    ) * floatBytes;
  const tileRow = tileReach * pitch;
  const down = { ...region(full.tileRows * tileRow), pitch, tileRow };
  const channel = full.vectors * vectorBytes;
  const product = spread(inputs * channel);
  const tiles = { ...region(tileProducts * product), product, channel };
  const ofChannel = tileProducts * vectorBytes * (arrangement === 'channels' ? full.tiles : full.vectors);
  const products = {
    ...region((arrangement === 'channels' ? weightChannels / lanes : outputs) * spread(ofChannel)),
    channel: spread(ofChannel),
  };
  const half = region(tileSize * tileReach * vectorBytes);
  const panels = panelsOf(geometry, strip);
  const target =
    mixed === undefined
      ? { channel: rows * columns * floatBytes, group: outputs * rows * columns * floatBytes }
      : { channel: panels.plane, group: panels.pitch };
  return {
    across,
    lanes: arrangement,
    bands,
    tables,
    weightBytes,
    groupBytes,
    weightChannels,
    down,
    tiles,
    products,
    half,
    scratchBytes: end,
    target: { ...target, row: columns * floatBytes },
  };
}

/** The lanes for which the products cost least. */
function lanesOf({ outputs }: Geometry, across: number, band: number): Lanes {
  const tiles = Math.ceil(band / tileSize) * across;
  if (tiles <= lanes && Math.ceil(outputs / lanes) * tiles < outputs * single) return 'channels';
  return across % lanes === 0 ? 'adjacent' : 'scattered';
}

/** What bands leave over of a strip, and of the last strip, which may be shorter. */
function restsOf(rows: number, strip: number, band: number): readonly number[] {
  const rests = [strip, rows % strip].map((count) => count % band);
  return [...new Set(rests)].filter((rest) => rest > 0);
}

/** The table of a band: tiles in their order, the last one again where a vector has lanes to spare. */
export function entriesOf(
  { tileRows, vectors, rows }: Band,
  { across, down, target, lanes: arrangement }: WinogradLayout,
  columns: number,
): readonly (readonly [source: number, target: number, rows: number, columns: number])[] {
  const [step, last] = arrangement === 'adjacent' ? [lanes, lanes - 1] : [1, 0];
  return Array.from({ length: (vectors * lanes) / step }, (_, t) => {
    const tile = Math.min(t * step, tileRows * across - 1);
    const [y, x] = [Math.floor(tile / across) * tileSize, (tile % across) * tileSize];
    return [
      (y / tileSize) * down.tileRow + x * floatBytes,
      y * target.row + x * floatBytes,
      Math.min(tileSize, rows - y),
      Math.min(tileSize, columns - x - last * tileSize),
    ];
  });
}
