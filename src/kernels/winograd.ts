/**
 * The Winograd strategy: 3×3 convolutions of stride 1 in tiles of 4×4 outputs, with 36 products a tile and channel in place
 * of 144. The transforms cost as much as the products where a group has few channels.
 */
import { designOf } from './design.ts';
import type { Geometry } from './geometry.ts';
import type { Design, Refusal, Strategy, Target } from './strategy.ts';
import { floatBytes, roundUp } from './wasm/layout.ts';
import { emitWinograd, points } from './wasm/winograd/emit.ts';
import { layoutOf, tileProducts, tileSize } from './wasm/winograd/layout.ts';
import { packWinograd } from './wasm/winograd/pack.ts';
import { blockingOf } from './wasm/winograd/products.ts';

/** Fewer channels than these, and the transforms outweigh the products that are saved. */
const fewest = 8;
/** More padding than a kernel reaches over would make tiles of nothing but zeros. */
const mostPadding = 2;
/** Bytes of weights that stay in a core's own cache, and of panels that may be outside it. */
const cached = 2 ** 19;
const mostPanels = 2 ** 21;

export const winograd: Strategy = {
  name: 'winograd',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const refused = refusal(geometry, target);
    if (refused) return { refused };
    const rows = rowsOf(geometry);
    const layout = layoutOf(geometry, rows);
    const blocking = blockingOf(geometry, layout);
    const primary = {
      strategy: 'winograd',
      why: `F(4×4, 3×3): a quarter of the products, and ${geometry.inputs} channels a group to make up for its transforms`,
      algorithm: 'winograd' as const,
      stripRows: rows.strip,
      weightBytes: layout.weightBytes,
      scratchBytes: layout.scratchBytes,
      emit: () => emitWinograd(geometry, layout, blocking, target.relaxed),
      pack: (...[weights, into]: Parameters<Design['pack']>) =>
        packWinograd(geometry, layout, blocking, points, weights, into),
    };
    return designOf(geometry, primary, target.relaxed);
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
  const { top, bottom, left, right } = window.padding;
  const padding = Math.max(top, bottom, left, right);
  if (padding > mostPadding) return `padding of ${padding} is more than its kernel reaches`;
  if (Math.min(inputs, outputs) < fewest) {
    return `${Math.min(inputs, outputs)} channels a group are fewer than ${fewest}`;
  }
  return undefined;
}

/**
 * Rows of a band, which is transformed at a time: so many tiles that a vector of four is full, four times. And of a strip,
 * which the secondary mixes: one band, where the weights stay in the cache from strip to strip; otherwise several, so that
 * each group's weights serve several bands when they are there.
 */
function rowsOf(geometry: Geometry): { readonly strip: number; readonly band: number } {
  const { rows, columns, mixed, groups, inputs, outputs } = geometry;
  const across = Math.ceil(columns / tileSize);
  const band = Math.min(roundUp(rows, tileSize), Math.ceil(16 / across) * tileSize);
  const weights = groups * inputs * outputs * tileProducts * floatBytes;
  if (mixed === undefined || weights <= cached) return { strip: band, band };
  const row = groups * outputs * columns * floatBytes;
  const bands = Math.floor(mostPanels / (row * band));
  return { strip: Math.min(roundUp(rows, band), Math.max(1, bands) * band), band };
}
