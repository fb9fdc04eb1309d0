/** All that computing needs, in numbers that can be sent to a worker; and computing it on one thread. */
import type { Code } from './code.ts';
import type { Phase } from './strategy.ts';

export interface Job {
  readonly code: Code;
  readonly phases: readonly Phase[];
  readonly images: number;
  /** Rows of the output, and of a strip. */
  readonly rows: number;
  readonly stripRows: number;
  /** Addresses in bytes. */
  readonly input: number;
  readonly output: number;
  readonly residual: number;
  readonly weights: number;
  /** Each thread's own. */
  readonly scratch: readonly number[];
  readonly panels: readonly number[];
  /** From one image to the next. */
  readonly inputBytes: number;
  readonly outputBytes: number;
}

/** Computes a job; returns when the output is there. */
export type Execute = (job: Job) => void;

/** Strip after strip, on the caller's thread. */
export function runHere(job: Job): void {
  for (let n = 0; n < job.images; n++)
    for (let row = 0; row < job.rows; row += job.stripRows) runStrip(job, n, row, 0);
}

/** All phases of the strip that begins at a row, with the buffers of a thread. */
export function runStrip(job: Job, image: number, row: number, thread: number): void {
  for (const phase of job.phases) runPhase(job, phase, image, row, thread, 0, phase.groups);
}

/** Some groups of a phase. */
export function runPhase(
  job: Job,
  { name }: Phase,
  image: number,
  row: number,
  thread: number,
  first: number,
  count: number,
): void {
  job.code.instance.exports[name]!(
    job.input + image * job.inputBytes,
    job.output + image * job.outputBytes,
    job.residual + image * job.outputBytes,
    job.weights,
    job.scratch[thread]!,
    job.panels[thread]!,
    row,
    Math.min(job.stripRows, job.rows - row),
    first,
    count,
  );
}
