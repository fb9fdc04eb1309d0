/** Ways to compute the secondary of a strip, behind a primary. */
import type { SecondaryDesign, SecondaryGeometry, SecondaryPlace } from './secondary-design.ts';
import { strassen } from './strassen.ts';
import { type Target, tileModel } from './strategy.ts';
import { floatBytes, panelsOf } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase, secondaryTile } from './wasm/secondary.ts';

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
