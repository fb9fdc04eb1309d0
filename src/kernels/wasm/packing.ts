/**
 * Weights in the order in which tiles read them: channels in blocks of a tile's; of each block first the bias, if there
 * is one, then step by step one weight for each channel, with the step's offset in front where there is a table.
 */
import type { PackedWeights } from '../strategy.ts';
import type { Cut } from './cut.ts';
import { floatBytes } from './layout.ts';

export interface Packing {
  /** The output channels of a group, in blocks. */
  readonly channels: Cut;
  readonly steps: number;
  readonly bias: boolean;
  readonly table: Int32Array | undefined;
}

/** What a group's packed weights take. */
export function groupBytes({ channels, steps, bias, table }: Packing): number {
  const blocks = channels.full + (channels.rest > 0 ? 1 : 0);
  const total = channels.full * channels.size + channels.rest;
  return ((bias ? total : 0) + steps * (total + (table ? blocks : 0))) * floatBytes;
}

/**
 * Packs all groups, one after the other, from `begin`, in floats. `weights` is row-major: (groups·channels, steps);
 * `bias` has groups·channels entries.
 */
export function packGroups(
  packing: Packing,
  groups: number,
  weights: Float32Array,
  bias: Float32Array | undefined,
  { floats, ints }: PackedWeights,
  begin: number,
): void {
  const { channels, steps, table } = packing;
  const total = channels.full * channels.size + channels.rest;
  let at = begin;
  for (let g = 0; g < groups; g++)
    for (let first = g * total; first < (g + 1) * total; first += channels.size) {
      const count = Math.min(channels.size, (g + 1) * total - first);
      if (packing.bias) for (let j = 0; j < count; j++) floats[at++] = bias?.[first + j] ?? 0;
      for (let step = 0; step < steps; step++) {
        if (table) ints[at++] = table[step]!;
        for (let j = 0; j < count; j++) floats[at++] = weights[(first + j) * steps + step]!;
      }
    }
}
