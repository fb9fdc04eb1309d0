/** The direct strategy: every product of a weight and a pixel, in tiles, strip by strip. */
import { designOf, type PrimaryDesign } from './design.ts';
import type { Geometry } from './geometry.ts';
import { type Design, type Refusal, type Strategy, type Target, tileModel } from './strategy.ts';
import { stripRowsOf } from './strip.ts';
import { bestTile } from './wasm/best-tile.ts';
import { floatBytes, lanes, panelsFor, sourceOf } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { primaryPacking, primaryPhase } from './wasm/primary.ts';

/** Beyond so many bytes a padded group shouldn't be many times as large as what is in it. */
const paddedFree = 2 ** 20;
const paddedTimes = 8;

export const direct: Strategy = {
  name: 'direct',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const model = tileModel(target);
    const stripRows = stripRowsOf(geometry, model);
    const source = sourceOf(geometry, stripRows);
    const image = geometry.inputs * geometry.height * geometry.width * floatBytes;
    if (source.bytes > Math.max(paddedFree, paddedTimes * image)) {
      return { refused: `with its padding a group of ${image} bytes takes ${source.bytes}` };
    }
    const panels = panelsFor(geometry, stripRows);
    const tile = bestTile({ channels: geometry.outputs, rows: stripRows, columns: geometry.columns }, model);
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
      emit: () => primaryPhase({ geometry, source, panels, tile, packing, relaxed: target.relaxed }),
      pack(weights, into) {
        packGroups(packing, geometry.groups, weights.primary, weights.primaryBias, into, 0);
      },
    };
    return designOf(geometry, primary, target);
  },
};
