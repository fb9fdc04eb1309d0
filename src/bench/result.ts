/** What a bench found: the numbers as they were measured. Ratios are worked out in analysis.ts. */

import type { Candidate } from './candidates.ts';
import type { BenchCase } from './case.ts';
import type { Machine } from './machine.ts';
import type { Way } from './program.ts';

export const schema = 'igc-oracle/bench/1';

/** The object that `igc bench --json` prints, documented in docs/bench-json.md. */
export interface BenchReport {
  readonly schema: typeof schema;
  /** As 2026-11-24. */
  readonly date: string;
  readonly machine: Machine;
  /** Rounds, and milliseconds of a sample. */
  readonly rounds: number;
  readonly sample: number;
  readonly candidates: readonly Participant[];
  readonly cases: readonly CaseResult[];
  /** The smallest block there is: what a call costs. Absent where it wasn't asked. */
  readonly call?: CaseResult;
}

/** A candidate, and either what it is or why it takes no part. */
export interface Participant extends Omit<Candidate, 'argv'> {
  readonly about?: string;
  readonly skipped?: string;
}

export interface CaseResult extends BenchCase {
  readonly multiplyAdds: number;
  readonly results: readonly Result[];
  readonly refused: readonly { readonly candidate: string; readonly way: Way; readonly reason: string }[];
}

/** One way of one candidate on one case. */
export interface Result {
  readonly candidate: string;
  readonly way: Way;
  /** Milliseconds a run, by round; a single one where it is far behind. Of a limit: for this case's multiply-adds. */
  readonly times: readonly number[];
  /** Milliseconds from weights to the first output. */
  readonly first: number;
  /** The largest error, as a part of what rounding can do; absent of a limit. */
  readonly worstRatio?: number;
  readonly rounding?: string;
  readonly plan?: string;
  readonly spent?: string;
}

/** An output that is wrong: timings mean nothing then. */
export class Disagreement extends Error {
  override readonly name = 'Disagreement';
}
