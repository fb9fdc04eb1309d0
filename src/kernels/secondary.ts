/** Ways to compute the secondary of a strip, behind a primary. */
import type { Geometry } from './geometry.ts';
import { strassen } from './strassen.ts';
import type { Algorithm, Design, Target } from './strategy.ts';
import { tileModel } from './strategy.ts';
import type { FunctionBuilder } from './wasm/assembler.ts';
import { floatBytes, panelsOf } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase, secondaryTile } from './wasm/secondary.ts';

export type SecondaryGeometry = Geometry & { readonly mixed: number };

/** What is known of the primary. */
export interface SecondaryPlace {
  readonly algorithm: Algorithm;
  readonly stripRows: number;
  /** Where the secondary's weights and its part of the scratch memory begin, in bytes. */
  readonly weightsOffset: number;
  readonly scratchOffset: number;
}

export interface SecondaryDesign {
  readonly algorithm: Algorithm;
  readonly why: string;
  /** Of its own. */
  readonly weightBytes: number;
  readonly scratchBytes: number;
  emit(): FunctionBuilder;
  pack: Design['pack'];
}

/** Strassen's where it pays and may be taken, otherwise sums; `why` says why. */
export function secondaryOf(
  geometry: SecondaryGeometry,
  place: SecondaryPlace,
  target: Target,
): SecondaryDesign {
  const design = strassen(geometry, place, target);
  return 'refused' in design ? sums(geometry, place, target, design.refused) : design;
}

/** Every product of a weight and a pixel of a panel. */
function sums(
  geometry: SecondaryGeometry,
  { algorithm, stripRows, weightsOffset }: SecondaryPlace,
  target: Target,
  refused: string,
): SecondaryDesign {
  const plan: SecondaryPlan = {
    ...{ geometry, stripRows, weightsOffset, relaxed: target.relaxed },
    panels: panelsOf(geometry, stripRows),
    tile: secondaryTile(geometry, stripRows, tileModel(target)),
  };
  const packing = secondaryPacking(plan);
  return {
    algorithm,
    why: `its secondary not by Strassen's: ${refused}`,
    weightBytes: geometry.outputs * groupBytes(packing),
    scratchBytes: 0,
    emit: () => secondaryPhase(plan),
    pack: ({ secondary, secondaryBias }, into) =>
      packGroups(packing, geometry.outputs, secondary!, secondaryBias, into, weightsOffset / floatBytes),
  };
}
