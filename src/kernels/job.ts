/** All that computing needs, in numbers that can be sent to a worker; and computing it on one thread. */
import type { Phase } from './strategy.ts';
import type { WasmInstance } from './wasm/assembler.ts';

/** Code that can be run in one thread. */
export interface RunnableCode {
  readonly instance: WasmInstance;
}

/** What a thread needs to run. */
export interface Runnable {
  /** One number for each job. */
  readonly id: number;
  readonly code: RunnableCode;
  /** The code as it was emitted, in the memory, for threads that compile it themselves; bytes 0: it isn't there. */
  readonly text: { readonly id: number; readonly address: number; readonly bytes: number };
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

/** And what the caller knows of it. */
export interface Job extends Runnable {
  /** Multiply-adds in all. */
  readonly work: number;
}

/** Computes a job; returns when the output is there. */
export type Execute = (job: Job) => void;

/** Strip after strip, on the caller's thread. */
export function runHere(job: Job): void {
  for (let image = 0; image < job.images; image++)
    for (let row = 0; row < job.rows; row += job.stripRows) runStrip(job, image, row, 0);
}

/** All phases of the strip that begins at a row, with the buffers of a thread. */
export function runStrip(job: Runnable, image: number, row: number, thread: number): void {
  for (const { name, groups } of job.phases) {
    runPhase(job, name, { image, row, thread, panels: thread, first: 0, count: groups });
  }
}

/** Some groups of a phase of a strip: which, and in whose scratch memory and panels. */
export interface Part {
  readonly image: number;
  readonly row: number;
  readonly thread: number;
  readonly panels: number;
  readonly first: number;
  readonly count: number;
}

export function runPhase(job: Runnable, name: string, part: Part): void {
  const { image, row } = part;
  job.code.instance.exports[name]!(
    job.input + image * job.inputBytes,
    job.output + image * job.outputBytes,
    job.residual + image * job.outputBytes,
    job.weights,
    job.scratch[part.thread]!,
    job.panels[part.panels]!,
    row,
    Math.min(job.stripRows, job.rows - row),
    part.first,
    part.count,
  );
}
