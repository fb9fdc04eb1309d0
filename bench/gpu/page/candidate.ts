/** What is timed in the page: ways to compute one block, made ready once and then run. */
import type { BenchCase } from '../../../src/bench/case.ts';
import type { BenchInputs } from '../../../src/bench/inputs.ts';
import type { CandidateResult } from '../result.ts';

export interface Ready {
  /** From x to y, row-major NCHW in memory of this page. */
  run(): Promise<Float32Array>;
  /** Frees what it holds. */
  end(): Promise<void>;
}

export interface Candidate extends Pick<CandidateResult, 'name' | 'api' | 'isOurs'> {
  /** Rejects where it isn't there. */
  prepare(question: BenchCase, inputs: BenchInputs): Promise<Ready>;
}

/** Where the files of packages are, by package; each ends in a slash. */
export type Packages = Readonly<Record<string, string>>;
