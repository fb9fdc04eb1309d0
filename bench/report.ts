/** What a benchmark found, as data and as text. */
import type { Machine } from '../src/bench/machine.ts';
import { type Spread, spread } from '../src/bench/spread.ts';
import type { Bench, Limit, Peer } from './bench.ts';
import { type Rounds, ratio } from './timing.ts';

export interface Finding {
  readonly bench: string;
  readonly title: string;
  readonly rounds: number;
  /** Milliseconds of processor time of one run. */
  readonly peers: readonly (Spread & { readonly name: string; readonly about: string })[];
  readonly limits: readonly (Spread & Limit & { readonly verdict: 'PASS' | 'over' })[];
  readonly notes: readonly string[];
}

export function finding(bench: Bench, peers: readonly Peer[], times: Rounds): Finding {
  return {
    bench: bench.name,
    title: bench.title,
    rounds: times.get(peers[0]!.name)!.length,
    peers: peers.map(({ name, about }) => ({ name, about, ...spread(times.get(name)!) })),
    limits: bench.limits.map((limit) => {
      const measured = ratio(times, limit.peer, limit.against);
      return { ...limit, ...measured, verdict: measured.median <= limit.atMost ? 'PASS' : 'over' };
    }),
    notes: bench.notes?.() ?? [],
  };
}

export function machineText({ node, platform, cpu, cores }: Machine): string {
  return `node ${node}, ${platform}, ${cpu}, ${cores} cores\n`;
}

export function findingText({ bench, title, rounds, peers, limits, notes }: Finding): string {
  const lines = [
    '',
    `${bench}: ${title}`,
    `  ${peers.map(({ name }) => name).join(', ')} agree on every entry`,
    `  milliseconds of processor time a run, ${rounds} interleaved rounds: median [least, most]`,
    ...peers.map((peer) => `    ${peer.name.padEnd(14)}${figures(peer)}  ${peer.about}`),
    '  ratio within a round: median [least, most]',
    ...limits.map((limit) => {
      const name = `${limit.peer} / ${limit.against}`;
      return `    ${name.padEnd(14)}${figures(limit)}  ${limit.verdict} (at most ${limit.atMost})`;
    }),
    ...notes.map((note) => `  ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}

function figures({ median, min, max }: Spread): string {
  return `${median.toFixed(2).padStart(7)}  [${min.toFixed(2)}, ${max.toFixed(2)}]`.padEnd(28);
}
