/** A design from its primary phase: what all strategies share is the secondary behind it, if there is one. */
import type { Geometry } from './geometry.ts';
import { type Design, type PackedWeights, type Target, tileModel, type Weights } from './strategy.ts';
import type { FunctionBuilder } from './wasm/assembler.ts';
import { floatBytes, lineBytes, panelsOf, roundUp } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase, secondaryTile } from './wasm/secondary.ts';

/** What a strategy says of itself. */
export interface PrimaryDesign extends Pick<Design, 'strategy' | 'why' | 'algorithm' | 'stripRows'> {
  readonly weightBytes: number;
  readonly scratchBytes: number;
  emit(): FunctionBuilder;
  /** Writes its weights to the beginning of `into`. */
  pack(weights: Weights, into: PackedWeights): void;
}

/** The whole design. The primary writes to `panelsOf(geometry, stripRows)` where the geometry has a secondary. */
export function designOf(geometry: Geometry, primary: PrimaryDesign, target: Target): Design {
  const { stripRows, strategy, why, algorithm, scratchBytes } = primary;
  const phase = { name: 'primary', groups: geometry.groups };
  const facts = { strategy, why, algorithm, stripRows, scratchBytes };
  if (!hasSecondary(geometry)) {
    return {
      ...facts,
      phases: [phase],
      weightBytes: primary.weightBytes,
      panelBytes: 0,
      emit: () => ({ primary: primary.emit() }),
      pack: primary.pack,
    };
  }
  const weightsOffset = roundUp(primary.weightBytes, lineBytes);
  const panels = panelsOf(geometry, stripRows);
  const plan: SecondaryPlan = {
    ...{ geometry, panels, stripRows, weightsOffset, relaxed: target.relaxed },
    tile: secondaryTile(geometry, stripRows, tileModel(target)),
  };
  const packing = secondaryPacking(plan);
  return {
    ...facts,
    phases: [phase, { name: 'secondary', groups: geometry.outputs }],
    weightBytes: weightsOffset + geometry.outputs * groupBytes(packing),
    panelBytes: panels.bytes,
    emit: () => ({ primary: primary.emit(), secondary: secondaryPhase(plan) }),
    pack(weights, into) {
      primary.pack(weights, into);
      const { secondary, secondaryBias } = weights;
      packGroups(packing, geometry.outputs, secondary!, secondaryBias, into, weightsOffset / floatBytes);
    },
  };
}

function hasSecondary(geometry: Geometry): geometry is SecondaryPlan['geometry'] {
  return geometry.mixed !== undefined;
}
