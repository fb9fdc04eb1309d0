/** A design from its primary phase: what all strategies share is the secondary behind it, if there is one. */
import type { Geometry } from './geometry.ts';
import { secondaryOf } from './secondary.ts';
import type { SecondaryGeometry } from './secondary-design.ts';
import type { Design, PackedWeights, Target, Weights } from './strategy.ts';
import type { FunctionBuilder } from './wasm/assembler.ts';
import { lineBytes, panelsOf, roundUp } from './wasm/layout.ts';

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
  const { stripRows, strategy, why, algorithm } = primary;
  const phase = { name: 'primary', groups: geometry.groups };
  if (!hasSecondary(geometry)) {
    return {
      ...{ strategy, why, algorithm, stripRows },
      phases: [phase],
      weightBytes: primary.weightBytes,
      scratchBytes: primary.scratchBytes,
      panelBytes: 0,
      emit: () => ({ primary: primary.emit() }),
      pack: primary.pack,
    };
  }
  const weightsOffset = roundUp(primary.weightBytes, lineBytes);
  const scratchOffset = roundUp(primary.scratchBytes, lineBytes);
  const place = { algorithm, stripRows, weightsOffset, scratchOffset };
  const secondary = secondaryOf(geometry, place, target);
  return {
    ...{ strategy, stripRows, algorithm: secondary.algorithm },
    why: `${why}; ${secondary.why}`,
    phases: [phase, { name: 'secondary', groups: geometry.outputs }],
    weightBytes: weightsOffset + secondary.weightBytes,
    scratchBytes: scratchOffset + secondary.scratchBytes,
    panelBytes: panelsOf(geometry, stripRows).bytes,
    emit: () => ({ primary: primary.emit(), secondary: secondary.emit() }),
    pack(weights, into) {
      primary.pack(weights, into);
      secondary.pack(weights, into);
    },
  };
}

function hasSecondary(geometry: Geometry): geometry is SecondaryGeometry {
  return geometry.mixed !== undefined;
}
