/**
 * The secondary by Strassen's algorithm: seven products of blocks in place of eight, and sums of blocks, which cost more than
 * that where a partition has few channels.
 */

import { strassenProducts } from '../algebras/strassen.ts';
import type { Geometry } from './geometry.ts';
import type { SecondaryDesign, SecondaryGeometry, SecondaryPlace } from './secondary-design.ts';
import { type Refusal, type Target, tileModel } from './strategy.ts';
import { bestTile, costOf } from './wasm/best-tile.ts';
import { floatBytes, lanes, panelsOf } from './wasm/layout.ts';
import { strassenPhase } from './wasm/strassen/emit.ts';
import {
  halfVectors,
  halvesOf,
  type StrassenPlan,
  stepsOf,
  strassenScratch,
  strassenTile,
  strassenWeightBytes,
} from './wasm/strassen/layout.ts';
import { packStrassen } from './wasm/strassen/pack.ts';

/** Fewer inputs or outputs than these, and the sums of blocks outweigh what is saved. */
const fewest = 48;
/** What it must save of the time of sums. */
const leastGain = 1 / 18;

/** What a vector of sums of pixels costs, and one of sums of products that are kept and added, in multiply-adds. */
const pixelSum = 6;
const productSum = 8;

/** The design, or why it isn't taken. */
export function strassen(
  geometry: SecondaryGeometry,
  { stripRows, algorithm, weightsOffset, scratchOffset }: SecondaryPlace,
  target: Target,
): SecondaryDesign | Refusal {
  if (!target.strassen) return { refused: 'the caller asked for sums' };
  // Which pixels meet in a sum depends on the strips, and those of Winograd's on how many threads there are.
  if (algorithm !== 'sum') return { refused: 'strips of threads would round differently' };
  const channels = Math.min(geometry.groups, geometry.mixed);
  if (channels < fewest) return { refused: `${channels} channels are fewer than ${fewest}` };
  const last = geometry.rows % stripRows || stripRows;
  if (last * geometry.columns < 2 * lanes) return { refused: 'a strip has no two vectors of pixels' };
  const gain = gainOf(geometry, stripRows, target);
  const percent = (part: number) => `${Math.round(100 * part)} %`;
  if (gain < leastGain)
    return { refused: `it would save ${percent(Math.max(0, gain))}, not ${percent(leastGain)}` };
  const tile = strassenTile(geometry, stripRows, tileModel(target));
  const panels = panelsOf(geometry, stripRows);
  const { relaxed } = target;
  const plan: StrassenPlan = { geometry, panels, stripRows, tile, weightsOffset, scratchOffset, relaxed };
  return {
    algorithm: 'strassen',
    why: `its secondary by Strassen's algorithm, which saves about ${percent(gain)}`,
    weightBytes: geometry.outputs * strassenWeightBytes(geometry),
    scratchBytes: strassenScratch(plan).bytes,
    emit: () => strassenPhase(plan),
    pack: ({ secondary, secondaryBias }, into) =>
      packStrassen(plan, secondary!, secondaryBias, into, weightsOffset / floatBytes),
  };
}

/** The part of the time of sums that it saves, by the model of tiles. */
function gainOf(geometry: Geometry & { readonly mixed: number }, stripRows: number, target: Target): number {
  const { groups, mixed, columns } = geometry;
  const model = tileModel(target);
  const whole = { channels: mixed, rows: 1, columns: stripRows * columns };
  const sums = groups * costOf(bestTile(whole, model), whole, model);
  const vectors = halfVectors(stripRows * columns);
  const [rows, inputs] = [halvesOf(mixed).first, halvesOf(groups).first];
  const block = { channels: rows, rows: 1, columns: vectors * lanes };
  const steps = strassenProducts.reduce((total, _, k) => total + stepsOf(k, geometry), 0);
  const products = steps * costOf(strassenTile(geometry, stripRows, model), block, model);
  return 1 - (products + vectors * (inputs * pixelSum + rows * productSum)) / sums;
}
