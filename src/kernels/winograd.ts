/**
 * The Winograd strategy: 3×3 convolutions of stride 1 in tiles of 4×4 outputs, with 36 products a tile and channel in place
 * of 144. The transforms cost as much as the products where a group has few channels.
 */
import { isEven } from './chunks.ts';
import { designOf } from './design.ts';
import type { Geometry } from './geometry.ts';
import type { Design, Refusal, Strategy, Target } from './strategy.ts';
import { floatBytes, lanes, roundUp, vectorBytes } from './wasm/layout.ts';
import { blockingOf } from './wasm/winograd/blocking.ts';
import { emitWinograd, points } from './wasm/winograd/emit.ts';
import { layoutOf, type Rows, single, tileProducts, tileSize } from './wasm/winograd/layout.ts';
import { packWinograd } from './wasm/winograd/pack.ts';

/** Fewer channels than these, and the transforms outweigh the products that are saved. */
const fewest = 8;
/** More padding than a kernel reaches over would make tiles of nothing but zeros. */
const mostPadding = 2;
/** Bytes of a band's transformed tiles that stay in a core's first-level cache, and of a strip's panels in its second. */
const nearest = 2 ** 15;
const cached = 2 ** 20;
/** What a band costs more for each of its vectors where its tiles fall out of that cache. */
const farther = 1.04;
/**
 * Strips of a thread where nothing bounds them: the caller, whose cache has x, is sooner done with one than another thread,
 * and takes one more.
 */
const perThread = 2;
/** Vectors of tiles of a band, beyond which nothing is gained. */
const mostVectors = 4;

export const winograd: Strategy = {
  name: 'winograd',
  design(geometry: Geometry, target: Target): Design | Refusal {
    const refused = refusal(geometry, target);
    if (refused) return { refused };
    const rows = rowsOf(geometry, target.threads);
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
    return designOf(geometry, primary, target);
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
 * Rows of a band: so many rows of tiles that few lanes are left over, and that the products find the tiles in the nearest
 * cache. And of a strip, which the secondary mixes: as many as it finds in a cache, the strips shared out evenly among the
 * threads where each has enough tiles to fill vectors.
 */
function rowsOf(geometry: Geometry, threads: number): Rows {
  const { rows, columns, mixed, groups, outputs } = geometry;
  const across = Math.ceil(columns / tileSize);
  const down = Math.ceil(rows / tileSize);
  const band = bandOf(geometry, across, down);
  const panelBytes = groups * outputs * columns * tileSize * floatBytes;
  const most = mixed === undefined ? down : Math.max(1, Math.floor(cached / panelBytes));
  const heightOf = (multiple: number) => Math.ceil(down / roundUp(Math.ceil(down / most), multiple));
  const isShared = (multiple: number) => {
    const height = heightOf(multiple);
    return height * across >= 2 * lanes && isEven(Math.ceil(down / height), threads);
  };
  const wanted = mixed === undefined && threads > 1 ? threads * perThread : threads;
  const even = heightOf([wanted, threads].find(isShared) ?? 1);
  const strip = Math.min(rows, (threads === 1 ? roundUp(even, band) : even) * tileSize);
  return { strip, band: Math.min(strip, band * tileSize) };
}

/** Rows of tiles of a band: of those that cost least the fewest. */
function bandOf({ inputs }: Geometry, across: number, down: number): number {
  const vectorsOf = (tileRows: number) => Math.ceil((tileRows * across) / lanes);
  const price = (vectors: number) => {
    const bytes = inputs * tileProducts * vectors * vectorBytes;
    return vectors * (vectors === 1 ? single : 1) * (bytes > nearest ? farther : 1);
  };
  const costOf = (band: number) =>
    Math.floor(down / band) * price(vectorsOf(band)) + price(vectorsOf(down % band));
  const most = Math.min(down, Math.ceil((mostVectors * lanes) / across));
  const candidates = Array.from({ length: most }, (_, fewer) => fewer + 1);
  return candidates.reduce((best, next) => (costOf(next) < costOf(best) ? next : best));
}
