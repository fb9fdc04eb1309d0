/** All that computing needs, in numbers that can be sent to a worker; and computing it on one thread. */
import type { Chunk, Cut, Whole } from './chunks.ts';
import type { Phase } from './strategy.ts';
import type { WasmInstance } from './wasm/assembler.ts';

/** Code that can be run in one thread. */
export interface RunnableCode {
  readonly instance: WasmInstance;
}

/** Addresses in bytes at which tensors begin; or would begin, if all of them lay where a part of them lies. */
export interface Places {
  readonly input: number;
  readonly output: number;
  readonly residual: number;
}

/** What a thread needs to run. Its places are those of tensors that aren't copied. */
export interface Runnable extends Places, Whole {
  /** One number for each job. */
  readonly id: number;
  readonly code: RunnableCode;
  /** The code as it was emitted, in the memory, for threads that compile it themselves; bytes 0: it isn't there. */
  readonly text: { readonly id: number; readonly address: number; readonly bytes: number };
  readonly phases: readonly Phase[];
  readonly cut: Cut;
  readonly chunks: readonly Chunk[];
  /** Rows of the output, and of a strip. */
  readonly rows: number;
  readonly stripRows: number;
  readonly weights: number;
  /** Each thread's own. */
  readonly scratch: readonly number[];
  readonly panels: readonly number[];
}

/** Which of the caller's tensors pass through the memory; the others lie there from the beginning. */
export interface Copied {
  readonly x: boolean;
  readonly y: boolean;
  readonly residual: boolean;
}

/** Their copying. */
export interface Copies {
  readonly copied: Copied;
  /** Copies a chunk's part of x, and of the residual, to a slot. */
  in(chunk: Chunk, slot: number): void;
  /** Copies a chunk's part of y from a slot. */
  out(chunk: Chunk, slot: number): void;
}

/** Computes a job; returns when the output is there. */
export type Execute = (job: Runnable, copies: Copies) => void;

/** On the caller's thread: chunk after chunk, or all at once where nothing is copied. */
export const runHere: Execute = (job, copies) => {
  if (isInPlace(copies)) runImages(job, { image: 0, images: job.images, groups: undefined }, job, 0);
  else for (const chunk of job.chunks) runCopied(job, chunk, copies);
};

/** A chunk, copied in and out by the caller. */
export function runCopied(job: Runnable, chunk: Chunk, copies: Copies): void {
  copies.in(chunk, 0);
  runChunk(job, chunk, { copied: copies.copied, slot: 0, thread: 0 });
  copies.out(chunk, 0);
}

/** Whether all tensors lie in the memory from the beginning. */
export function isInPlace({ copied: { x, y, residual } }: Copies): boolean {
  return !x && !y && !residual;
}

/** How a chunk is computed: in which slot those tensors are that are copied, and with whose buffers. */
export interface Way {
  readonly copied: Copied;
  readonly slot: number;
  readonly thread: number;
}

export function runChunk(job: Runnable, chunk: Chunk, { copied, slot, thread }: Way): void {
  // What is copied lies in the slot, as though all of the tensor lay around it.
  const input = slot * job.cut.inputSlot - chunk.input.begin;
  const output = slot * job.cut.outputSlot - chunk.output.begin;
  const places = {
    input: job.input + (copied.x ? input : 0),
    output: job.output + (copied.y ? output : 0),
    residual: job.residual + (copied.residual ? output : 0),
  };
  runImages(job, chunk, places, thread);
}

function runImages(
  job: Runnable,
  { image: begin, images, groups }: Pick<Chunk, 'image' | 'images' | 'groups'>,
  places: Places,
  thread: number,
): void {
  for (let image = begin; image < begin + images; image++)
    for (let row = 0; row < job.rows; row += job.stripRows)
      runStrip(job, { places, image, row, thread }, groups);
}

/** A strip of rows of an image: where, and in whose scratch memory. */
export interface Strip {
  readonly places: Places;
  readonly image: number;
  readonly row: number;
  readonly thread: number;
}

/** Groups first, …, first + count − 1 of a phase. */
export interface Groups {
  readonly first: number;
  readonly count: number;
}

/** All phases of a strip, with the panels of a thread; of a lone convolution it may be some groups. */
export function runStrip(job: Runnable, strip: Strip, groups?: Groups): void {
  for (const { name, groups: count } of job.phases) {
    runPhase(job, name, strip, strip.thread, groups ?? { first: 0, count });
  }
}

/** Some groups of a phase of a strip, with the panels of that number. */
export function runPhase(
  job: Runnable,
  name: string,
  { places, image, row, thread }: Strip,
  panels: number,
  { first, count }: Groups,
): void {
  job.code.instance.exports[name]!(
    places.input + image * job.inputBytes,
    places.output + image * job.outputBytes,
    places.residual + image * job.outputBytes,
    job.weights,
    job.scratch[thread]!,
    job.panels[panels]!,
    row,
    Math.min(job.stripRows, job.rows - row),
    first,
    count,
  );
}
