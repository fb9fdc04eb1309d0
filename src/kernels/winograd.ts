/**
 * The Winograd strategy: 3×3 convolutions of stride 1 in tiles of 4×4 outputs, with 36 products a tile and channel in place
 * of 144. The transforms cost as much as the products where a group has few channels.
 */
import type { Geometry } from './geometry.ts';
import type { Design, PackedWeights, Refusal, Strategy, Target, Weights } from './strategy.ts';
import { floatBytes, lineBytes, panelsOf, roundUp } from './wasm/layout.ts';
import { groupBytes, packGroups } from './wasm/packing.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase } from './wasm/secondary.ts';
import { emitWinograd, points } from './wasm/winograd/emit.ts';
import { layoutOf, tileSize } from './wasm/winograd/layout.ts';
import { packWinograd } from './wasm/winograd/pack.ts';
import { blockingOf } from './wasm/winograd/products.ts';

/** Fewer channels than these, and the transforms outweigh the products that are saved. */
const fewest = 8;

export const winograd: Strategy = {
  name: 'winograd',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const refused = refusal(geometry, target);
    if (refused) return { refused };
    const stripRows = rowsOfStrip(geometry);
    const layout = layoutOf(geometry, stripRows);
    const blocking = blockingOf(geometry, layout);
    const panels = geometry.mixed === undefined ? undefined : panelsOf(geometry, stripRows);
    const secondary: SecondaryPlan | undefined = panels && {
      geometry: geometry as SecondaryPlan['geometry'],
      panels,
      stripRows,
      tile: { channels: Math.min(geometry.mixed!, 2), rows: 1, vectors: 4 },
      weightsOffset: roundUp(layout.weightBytes, lineBytes),
      relaxed: target.relaxed,
    };
    return {
      strategy: 'winograd',
      why: `F(4×4, 3×3): a quarter of the products, ${geometry.inputs} channels a group to make up for its transforms`,
      algorithm: 'winograd',
      stripRows,
      phases: [
        { name: 'primary', groups: geometry.groups },
        ...(secondary ? [{ name: 'secondary', groups: geometry.outputs }] : []),
      ],
      weightBytes: secondary
        ? secondary.weightsOffset + geometry.outputs * groupBytes(secondaryPacking(secondary))
        : layout.weightBytes,
      scratchBytes: layout.scratchBytes,
      panelBytes: panels?.bytes ?? 0,
      emit: () => ({
        primary: emitWinograd(geometry, layout, blocking, target.relaxed),
        ...(secondary ? { secondary: secondaryPhase(secondary) } : {}),
      }),
      pack(weights: Weights, into: PackedWeights) {
        packWinograd(geometry, layout, blocking, points, weights, into);
        if (!secondary) return;
        const begin = secondary.weightsOffset / floatBytes;
        const packing = secondaryPacking(secondary);
        packGroups(packing, geometry.outputs, weights.secondary!, weights.secondaryBias, into, begin);
      },
    };
  },
};

function refusal(
  { kernel, window, inputs, outputs }: Geometry,
  { winograd: allowed }: Target,
): string | undefined {
  if (!allowed) return 'the caller asked for sums alone';
  if (kernel[0] !== 3 || kernel[1] !== 3) return `its kernel is ${kernel.join('×')}, not 3×3`;
  const steps = [...window.stride, ...window.dilation];
  if (steps.some((n) => n !== 1)) return 'its stride or dilation is not 1';
  if (Math.min(inputs, outputs) < fewest) {
    return `${Math.min(inputs, outputs)} channels a group are fewer than ${fewest}`;
  }
  return undefined;
}

/** Rows of tiles, so many that a vector of four tiles is full. */
function rowsOfStrip({ rows, columns }: Geometry): number {
  const across = Math.ceil(columns / tileSize);
  const wanted = Math.ceil(16 / across);
  return Math.min(roundUp(rows, tileSize), wanted * tileSize);
}
