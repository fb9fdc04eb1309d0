/**
 * gpu.js behind an interface of our own: nothing else in this project knows its types.
 */
import { GpuError } from './errors.ts';
import type { Backend } from './types.ts';

/** An array that stays on the GPU: the result of a kernel with `pipeline`. */
export interface Resident {
  delete(): void;
}

/** A compiled kernel. Called, it gives a Resident, or with `pipeline: false` its numbers, in rows. */
export interface LibraryKernel {
  (...values: readonly unknown[]): Promise<unknown>;
  /** What computes in the end: gpu.js may have put another in the place of the one that was asked for. */
  readonly kernel: { readonly constructor: unknown; readonly context: unknown };
  destroy(): void;
}

export interface KernelSettings {
  readonly output: readonly number[];
  readonly pipeline: boolean;
  readonly immutable: boolean;
  readonly precision: 'single';
  readonly tactic: 'precision';
  readonly asyncMode: true;
}

/** Of every kernel here. `pipeline`: whether its result stays on the GPU. */
export function settingsFor(output: readonly number[], pipeline: boolean): KernelSettings {
  return {
    output,
    pipeline,
    // Else the next result of a kernel is written over the last.
    immutable: pipeline,
    precision: 'single',
    // Else small arrays are computed with fewer bits where that is faster.
    tactic: 'precision',
    asyncMode: true,
  };
}

export interface LibraryGpu {
  createKernel(source: string, settings: KernelSettings): LibraryKernel;
  destroy(): Promise<void> | undefined;
}

export interface Library {
  readonly GPU: new (settings: { readonly mode: Backend }) => LibraryGpu;
  input(data: Float32Array, size: readonly number[]): unknown;
  /** The constructors of kernels, by backend. */
  readonly WebGPUKernel: unknown;
  readonly WebGL2Kernel: unknown;
  readonly HeadlessGLKernel: unknown;
}

/** The constructor of the kernels of a backend. */
export function constructorOf(library: Library, backend: Backend): unknown {
  const { WebGPUKernel, WebGL2Kernel, HeadlessGLKernel } = library;
  return { webgpu: WebGPUKernel, webgl2: WebGL2Kernel, headlessgl: HeadlessGLKernel }[backend];
}

/** What gpu.js exports, loaded by someone else. Throws a GpuError where it isn't that. */
export function asLibrary(given: unknown): Library {
  const exports = [given, member(given, 'default')].find((value) => isFunction(member(value, 'GPU')));
  const needed = ['GPU', 'input', 'WebGPUKernel', 'WebGL2Kernel', 'HeadlessGLKernel'];
  const missing = needed.find((name) => !isFunction(member(exports, name)));
  if (missing !== undefined) {
    throw new GpuError(
      'unavailable',
      `expected the exports of gpu.js 2.24.1 or newer, got none called ${missing}`,
    );
  }
  return exports as Library;
}

const isFunction = (value: unknown) => typeof value === 'function';

function member(value: unknown, name: string): unknown {
  const has = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return has ? (value as Record<string, unknown>)[name] : undefined;
}
