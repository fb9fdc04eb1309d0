/** The general strategy: one product after the other, no memory beside weights and panels. It takes every shape. */
import { designOf, type PrimaryDesign } from './design.ts';
import { type Geometry, outputChannels } from './geometry.ts';
import type { Design, Strategy, Target } from './strategy.ts';
import { generalPacking, generalPrimaryPhase } from './wasm/general-primary.ts';
import { floatBytes, panelsFor } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';

/** What the panels of a strip may take. */
const stripBudget = 192 * 1024;

export const general: Strategy = {
  name: 'general',
  design(geometry: Geometry, target: Target): Design {
    const row = outputChannels(geometry) * geometry.columns * floatBytes;
    const stripRows = Math.min(Math.max(Math.floor(stripBudget / row), 1), geometry.rows);
    const packing = generalPacking(geometry);
    const primary: PrimaryDesign = {
      strategy: 'general',
      why: 'one product after the other',
      algorithm: 'sum',
      stripRows,
      weightBytes: geometry.groups * groupBytes(packing),
      scratchBytes: 0,
      emit: () => generalPrimaryPhase(geometry, panelsFor(geometry, stripRows)),
      pack(weights, into) {
        packGroups(packing, geometry.groups, weights.primary, weights.primaryBias, into, 0);
      },
    };
    return designOf(geometry, primary, target);
  },
};
