import type { Peer } from './bench.ts';

/**
 * What is wrong with the peers' outputs: the first entry that differs from the reference's (the first peer's), or
 * undefined where all are equal. Timings of peers that disagree mean nothing.
 */
export function disagreement(peers: readonly Peer[]): string | undefined {
  const [reference, ...others] = peers.map((peer) => ({ name: peer.name, output: peer.run() }));
  for (const { name, output } of others) {
    const { name: expected, output: right } = reference!;
    if (output.length !== right.length)
      return `${name} has ${output.length} entries, ${expected} has ${right.length}`;
    for (let i = 0; i < right.length; i++)
      if (output[i] !== right[i]) return `entry ${i}: ${name} has ${output[i]}, ${expected} has ${right[i]}`;
  }
  return undefined;
}
