import type { Abilities } from './adapter.ts';

const names = {
  operations: true,
  precision: true,
  flushesSubnormals: true,
  composed: true,
  winograd: true,
  strassen: true,
  multipliesZeros: true,
  bias: true,
  gradients: true,
  stride: true,
  dilation: true,
  padding: true,
  autoPad: true,
  widening: true,
  outputs: true,
  kernel: true,
  partitions: true,
} as const satisfies Record<keyof Required<Abilities>, true>;

/** The abilities of an adapter alone, whatever else it is. */
export function abilitiesOf(adapter: Abilities): Abilities {
  const entries = Object.keys(names).map((name) => [name, adapter[name as keyof Abilities]] as const);
  const present = entries.filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as unknown as Abilities;
}
