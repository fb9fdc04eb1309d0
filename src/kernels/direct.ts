/** The direct strategy: every product of a weight and a pixel, in tiles, strip by strip. It takes every shape. */
import { type Geometry, outputChannels } from './geometry.ts';
import type { Design, PackedWeights, Refusal, Strategy, Target, Weights } from './strategy.ts';
import { floatBytes, lanes, panelsOf, roundUp, sourceOf } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { type PrimaryPlan, primaryPacking, primaryPhase } from './wasm/primary.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase } from './wasm/secondary.ts';
import type { Tile } from './wasm/tile.ts';

/** What a strip may take, so that it stays in a core's own cache. */
const stripBudget = 192 * 1024;

export const direct: Strategy = {
  name: 'direct',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const stripRows = rowsOfStrip(geometry);
    const source = sourceOf(geometry, stripRows);
    const panels = geometry.mixed === undefined ? undefined : panelsOf(geometry, stripRows);
    const primary: PrimaryPlan = {
      geometry,
      source,
      panels,
      tile: primaryTile(geometry, stripRows),
      relaxed: target.relaxed,
    };
    const primaryBytes = geometry.groups * groupBytes(primaryPacking(primary));
    const secondary = panels && {
      geometry: geometry as SecondaryPlan['geometry'],
      panels,
      stripRows,
      tile: secondaryTile(geometry),
      weightsOffset: roundUp(primaryBytes, 64),
      relaxed: target.relaxed,
    };
    return {
      strategy: 'direct',
      why: 'every product of a weight and a pixel, in tiles',
      algorithm: 'sum',
      stripRows,
      phases: [
        { name: 'primary', groups: geometry.groups },
        ...(secondary ? [{ name: 'secondary', groups: geometry.outputs }] : []),
      ],
      weightBytes: secondary
        ? secondary.weightsOffset + geometry.outputs * groupBytes(secondaryPacking(secondary))
        : primaryBytes,
      scratchBytes: source.bytes,
      panelBytes: panels?.bytes ?? 0,
      emit: () => ({
        primary: primaryPhase(primary),
        ...(secondary ? { secondary: secondaryPhase(secondary) } : {}),
      }),
      pack(weights: Weights, into: PackedWeights) {
        packGroups(primaryPacking(primary), geometry.groups, weights.primary, weights.primaryBias, into, 0);
        if (!secondary) return;
        const begin = secondary.weightsOffset / floatBytes;
        const packing = secondaryPacking(secondary);
        packGroups(packing, geometry.outputs, weights.secondary!, weights.secondaryBias, into, begin);
      },
    };
  },
};

function rowsOfStrip(geometry: Geometry): number {
  const { rows, columns } = geometry;
  const row = outputChannels(geometry) * columns * floatBytes;
  const strips = Math.ceil((rows * row) / stripBudget);
  return Math.min(Math.max(Math.ceil(rows / strips), 1), rows);
}

function primaryTile({ outputs, columns }: Geometry, stripRows: number): Tile {
  const vectors = Math.min(Math.ceil(columns / lanes), 4);
  const rows = Math.min(Math.floor(4 / vectors), stripRows);
  return { channels: Math.min(outputs, 2), rows, vectors };
}

function secondaryTile({ mixed = 1 }: Geometry): Tile {
  return { channels: Math.min(mixed, 2), rows: 1, vectors: 4 };
}
