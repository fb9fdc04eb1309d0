/** The weights as the code reads them: U = G g Gᵀ place by place, and the tables of tiles. */
import { type WinogradPoints, winogradTransforms } from '../../../algebras/winograd.ts';
import { type Geometry, primaryHasBias } from '../../geometry.ts';
import type { PackedWeights, Weights } from '../../strategy.ts';
import { floatBytes } from '../layout.ts';
import type { Blocking } from './blocking.ts';
import { entriesOf, tableEntry, tileProducts, tileReach, type WinogradLayout } from './layout.ts';

const taps = 3;

/**
 * G·g·Gᵀ of one kernel of nine taps, in double precision: the numerators of G are integers, so that nothing but the sums
 * and one division is rounded.
 */
export function transformKernel(points: WinogradPoints): (g: ArrayLike<number>, at: number) => Float64Array {
  const { kernel } = winogradTransforms(points);
  const denominator = kernel
    .flat()
    .reduce((least, { denominator: d }) => leastCommonMultiple(least, Number(d)), 1);
  const G = kernel.map((row) => row.map((c) => (Number(c.numerator) * denominator) / Number(c.denominator)));
  const half = new Float64Array(tileReach * taps);
  const U = new Float64Array(tileProducts);
  return (g, at) => {
    for (let u = 0; u < tileReach; u++) {
      const [a, b, c] = G[u] as [number, number, number];
      for (let w = 0; w < taps; w++) {
        half[u * taps + w] = a * g[at + w]! + b * g[at + taps + w]! + c * g[at + 2 * taps + w]!;
      }
    }
    for (let u = 0; u < tileReach; u++)
      for (let v = 0; v < tileReach; v++) {
        const [a, b, c] = G[v] as [number, number, number];
        const sum = a * half[u * taps]! + b * half[u * taps + 1]! + c * half[u * taps + 2]!;
        U[u * tileReach + v] = sum / (denominator * denominator);
      }
    return U;
  };
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a / divisor(a, b)) * b;
}

/** Writes the weights group by group: for each place its matrix, blocks of channels one after the other; then the biases. */
export function packWinograd(
  geometry: Geometry,
  layout: WinogradLayout,
  { channels }: Blocking,
  points: WinogradPoints,
  { primary, primaryBias }: Weights,
  { floats, ints }: PackedWeights,
): void {
  const { groups, inputs, outputs } = geometry;
  const { weightChannels } = layout;
  const transform = transformKernel(points);
  for (let l = 0; l < groups; l++) {
    const at = (l * layout.groupBytes) / floatBytes;
    if (weightChannels > outputs) floats.fill(0, at, at + layout.groupBytes / floatBytes);
    for (let o = 0; o < outputs; o++) {
      // Block, and channel within it: the last block may be smaller.
      const [first, j] = [o - (o % channels), o % channels];
      const size = Math.min(channels, weightChannels - first);
      for (let i = 0; i < inputs; i++) {
        const U = transform(primary, ((l * outputs + o) * inputs + i) * taps * taps);
        const to = at + first * inputs + i * size + j;
        for (let k = 0; k < tileProducts; k++) floats[to + k * inputs * weightChannels] = U[k]!;
      }
    }
    if (primaryHasBias(geometry)) {
      const biases = primaryBias!.subarray(l * outputs, (l + 1) * outputs);
      floats.set(biases, at + tileProducts * inputs * weightChannels);
    }
  }
  for (const band of layout.bands) {
    entriesOf(band, layout, geometry.columns).forEach((entry, t) => {
      ints.set(entry, (layout.tables + band.table + t * tableEntry) / floatBytes);
    });
  }
}
