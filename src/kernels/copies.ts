/** Copying a caller's tensors through the memory, chunk by chunk, each in its slot. */
import type { Chunk, Range } from './chunks.ts';
import { copyFloats } from './copy-floats.ts';
import type { Copied, Copies, Runnable } from './job.ts';
import { floatBytes } from './wasm/layout.ts';

/** The memory, and the tensors of a job in it, as floats. */
export interface Views {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly input: Float32Array;
  readonly output: Float32Array;
  /** Empty where there is none. */
  readonly residual: Float32Array;
}

/** The caller's arrays; what is undefined lies in the memory from the beginning, and stays there. */
export type Tensors = { readonly [Name in keyof Copied]: Float32Array | undefined };

export class TensorCopies implements Copies {
  readonly copied: Copied;
  readonly #job: Runnable;
  readonly #views: Views;
  readonly #tensors: Tensors;

  constructor(job: Runnable, views: Views, tensors: Tensors) {
    const { x, y, residual } = tensors;
    this.copied = { x: x !== undefined, y: y !== undefined, residual: residual !== undefined };
    this.#job = job;
    this.#views = views;
    this.#tensors = tensors;
  }

  in({ input, output }: Chunk, slot: number): void {
    const { x, residual } = this.#tensors;
    const { inputSlot, outputSlot } = this.#job.cut;
    if (x) copyFloats(this.#slot(this.#views.input, input, slot * inputSlot), this.#part(x, input));
    if (residual) {
      copyFloats(this.#slot(this.#views.residual, output, slot * outputSlot), this.#part(residual, output));
    }
  }

  out({ output }: Chunk, slot: number): void {
    const { y } = this.#tensors;
    const at = slot * this.#job.cut.outputSlot;
    if (y) copyFloats(this.#part(y, output), this.#slot(this.#views.output, output, at));
  }

  /** A chunk's part of a caller's tensor. */
  #part(tensor: Float32Array, { begin, end }: Range): Float32Array {
    return this.#isWhole ? tensor : tensor.subarray(begin / floatBytes, end / floatBytes);
  }

  /** As much of the tensor in the memory, from a byte on. */
  #slot(tensor: Float32Array, { begin, end }: Range, at: number): Float32Array {
    return this.#isWhole ? tensor : tensor.subarray(at / floatBytes, (at + end - begin) / floatBytes);
  }

  get #isWhole(): boolean {
    return this.#job.chunks.length === 1;
  }
}

/** No tensor is the caller's. */
export const nothing: Tensors = { x: undefined, y: undefined, residual: undefined };

/**
 * Whether tensors can be copied part by part: none lies where parts of others are written before all of it was read. The
 * output may be the very array of the residual, or of an input of its length.
 */
export function areApart({ x, y, residual }: Tensors, { input, output, residual: third }: Views): boolean {
  const given = [x, y, residual].filter((tensor) => tensor !== undefined);
  const own = [input, output, third];
  const foreign = given.every((tensor) => own.every((view) => !overlap(tensor, view)));
  return (
    foreign && [x, residual].every((tensor) => !tensor || !y || isSame(tensor, y) || !overlap(tensor, y))
  );
}

/** Copies all at once. */
export function copyIn({ x, residual }: Tensors, views: Views): void {
  if (residual) views.residual.set(residual);
  if (x) views.input.set(x);
}

function isSame(a: Float32Array, b: Float32Array): boolean {
  return a.buffer === b.buffer && a.byteOffset === b.byteOffset && a.length === b.length;
}

function overlap(a: Float32Array, b: Float32Array): boolean {
  const begins = (one: Float32Array, other: Float32Array) =>
    one.byteOffset < other.byteOffset + other.byteLength;
  return a.buffer === b.buffer && begins(a, b) && begins(b, a);
}
