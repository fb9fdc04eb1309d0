/**
 * Timing by interleaved rounds: what slows the machine down for a while slows every peer of that round. Times are this
 * process's processor time, so that other programs' work isn't counted.
 */
import { ratios, type Spread } from '../src/bench/spread.ts';
import type { Peer } from './bench.ts';

/** Milliseconds of processor time of one run, by peer, round by round. */
export type Rounds = ReadonlyMap<string, readonly number[]>;

const warmUpMilliseconds = 300;
const sampleMilliseconds = 60;

/** Times every peer in every round, in turn; `progress` hears of each round. */
export function timeRounds(peers: readonly Peer[], rounds: number, progress: (text: string) => void): Rounds {
  const runs = peers.map((peer) => runsPerSample(peer));
  const times = new Map(peers.map((peer) => [peer.name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    peers.forEach((_, turn) => {
      // Another peer begins each round, so that none always runs after the same one.
      const index = (turn + round) % peers.length;
      const peer = peers[index]!;
      times.get(peer.name)!.push(sample(peer, runs[index]!));
    });
  }
  return times;
}

/** How many times as long as `against` a peer takes, round by round. */
export function ratio(times: Rounds, peer: string, against: string): Spread {
  return ratios(times.get(peer)!, times.get(against)!);
}

/** Warms a peer up, until its code is compiled, and says how many runs make a sample that the clock resolves. */
function runsPerSample(peer: Peer): number {
  const start = processorTime();
  let runs = 0;
  while (runs < 3 || processorTime() - start < warmUpMilliseconds) {
    peer.run();
    runs++;
  }
  return Math.max(1, Math.round((sampleMilliseconds * runs) / (processorTime() - start)));
}

function sample(peer: Peer, runs: number): number {
  const start = processorTime();
  for (let i = 0; i < runs; i++) peer.run();
  return (processorTime() - start) / runs;
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
