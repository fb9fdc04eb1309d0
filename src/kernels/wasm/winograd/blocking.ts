/** What of the products at one place is kept in registers at a time. */
import type { Geometry } from '../../geometry.ts';
import type { Local } from '../assembler.ts';
import { cut, pieces } from '../cut.ts';
import { lanes } from '../layout.ts';
import type { Tile } from '../tile.ts';
import type { Band, WinogradLayout } from './layout.ts';

export interface Blocking {
  /** Of tiles; or of channels, where these are the lanes. */
  readonly vectors: number;
  /** Output channels, whose weights lie together. */
  readonly channels: number;
}

/** Where the products find what they multiply. */
export interface ProductsPlace {
  readonly scratch: Local;
  /** Address of the group's weights; left behind them. */
  readonly weights: Local;
}

/** Where the lanes are channels: tiles in registers at a time. */
export const tilesAtOnce = 2;

/** Vectors in pieces of about one size. Few vectors of tiles leave room for more channels. */
export function blockingOf({ outputs }: Geometry, layout: WinogradLayout): Blocking {
  if (layout.lanes === 'channels') {
    const vectors = evenly(layout.weightChannels / lanes);
    return { vectors, channels: vectors * lanes };
  }
  const vectors = evenly(Math.max(...layout.bands.map((band) => band.vectors)));
  return { vectors, channels: Math.min(outputs, { 1: 6, 2: 4, 3: 3 }[vectors] ?? 2) };
}

/** At most four. */
function evenly(vectors: number): number {
  return Math.min(4, Math.ceil(vectors / Math.ceil(vectors / 4)));
}

/** The tiles of registers that a band takes; what is loaded into all lanes is a tile's channel. */
export function tilesFor(
  { outputs }: Geometry,
  layout: WinogradLayout,
  band: Band,
  blocking: Blocking,
): readonly Tile[] {
  const [splat, loaded] =
    layout.lanes === 'channels'
      ? [cut(band.tiles, tilesAtOnce), cut(layout.weightChannels / lanes, blocking.vectors)]
      : [cut(outputs, blocking.channels), cut(band.vectors, blocking.vectors)];
  return pieces(splat).flatMap((channels) =>
    pieces(loaded).map((vectors) => ({ channels, rows: 1, vectors })),
  );
}
