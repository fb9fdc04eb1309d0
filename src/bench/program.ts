/** What a candidate's own process does: a program that opens cases and runs them. */
import type { BenchCase } from './case.ts';
import type { BenchInputs } from './inputs.ts';

/** A way to compute a case, as a graph or a memory format; of several the fastest counts. */
export type Way = string;

export interface Program {
  /** Package and version, for reports. */
  readonly about: string;
  /** The ways of a case. Throws a Refusal where it isn't done. */
  ways(question: BenchCase): readonly Way[];
  /** Gets a case ready: weights packed, code compiled. Rejects with a Refusal where this case can't be done. */
  open(question: BenchCase, inputs: BenchInputs, way: Way): Promise<Opened>;
}

export interface Opened {
  /** Does the work once, from x to y. */
  run(): void | Promise<void>;
  /** y of the last run, row-major; absent where the work has no result but its time. */
  output?(): Float32Array;
  close(): void | Promise<void>;
  /** How rounding works in it; default: that of the two convolutions. */
  readonly rounding?: RoundingName;
  /** What was decided for this case, in a few words. */
  readonly plan?: string;
  /** What getting ready took, part by part. */
  readonly spent?: string;
  /** Runs until its times are what they will be; default 1. */
  readonly settles?: number;
  /** Multiply-adds of one run, where it isn't the case's work that is done. */
  readonly multiplyAdds?: number;
}

/** Which bound a result is judged by. */
export type RoundingName = 'convolutions' | 'composed' | 'Winograd' | 'Strassen';
