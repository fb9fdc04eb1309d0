/** The direct strategy: every product of a weight and a pixel, in tiles, strip by strip. */
import { designOf, type PrimaryDesign } from './design.ts';
import { type Geometry, outputChannels } from './geometry.ts';
import type { Design, Refusal, Strategy, Target } from './strategy.ts';
import { floatBytes, lanes, panelsOf, sourceOf } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { primaryPacking, primaryPhase } from './wasm/primary.ts';
import type { Tile } from './wasm/tile.ts';

/** What a strip may take, so that it stays in a core's own cache. */
const stripBudget = 192 * 1024;

/** Beyond so many bytes a padded group shouldn't be many times as large as what is in it. */
const paddedFree = 2 ** 20;
const paddedTimes = 8;

export const direct: Strategy = {
  name: 'direct',
  design(geometry: Geometry, { relaxed }: Target): Design | Refusal {
    const stripRows = rowsOfStrip(geometry);
    const source = sourceOf(geometry, stripRows);
    const image = geometry.inputs * geometry.height * geometry.width * floatBytes;
    if (source.bytes > Math.max(paddedFree, paddedTimes * image)) {
      return { refused: `with its padding a group of ${image} bytes takes ${source.bytes}` };
    }
    const panels = geometry.mixed === undefined ? undefined : panelsOf(geometry, stripRows);
    const tile = tileOf(geometry, stripRows);
    const packing = primaryPacking(geometry, source, tile);
    const primary: PrimaryDesign = {
      strategy: 'direct',
      why: `every product of a weight and a pixel, in tiles of ${tile.channels} channels by ${tile.rows} × ${
        tile.vectors * lanes
      } pixels`,
      algorithm: 'sum',
      stripRows,
      weightBytes: geometry.groups * groupBytes(packing),
      scratchBytes: source.bytes,
      emit: () => primaryPhase({ geometry, source, panels, tile, packing, relaxed }),
      pack(weights, into) {
        packGroups(packing, geometry.groups, weights.primary, weights.primaryBias, into, 0);
      },
    };
    return designOf(geometry, primary, relaxed);
  },
};

/** Rows of a strip that stays within the budget. */
export function rowsOfStrip(geometry: Geometry): number {
  const { rows, columns } = geometry;
  const row = outputChannels(geometry) * columns * floatBytes;
  const strips = Math.ceil((rows * row) / stripBudget);
  return Math.min(Math.max(Math.ceil(rows / strips), 1), rows);
}

/** Eight sums, fewer where there are fewer channels or pixels. */
function tileOf({ outputs, columns }: Geometry, stripRows: number): Tile {
  const vectors = Math.min(Math.ceil(columns / lanes), 4);
  const rows = Math.min(Math.floor(4 / vectors), stripRows);
  return { channels: Math.min(outputs, 2), rows, vectors };
}
