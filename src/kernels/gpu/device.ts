/** One device: gpu.js on one backend, its context watched. */

import { KernelError } from '../errors.ts';
import { GpuError, inWords } from './errors.ts';
import { identifyWebGl, identifyWebGpu, type WebGlContext, type WebGpuContext } from './identity.ts';
import type { Lanes } from './layout.ts';
import { constructorOf, type Library, type LibraryGpu, type LibraryKernel, settingsFor } from './library.ts';
import type { Backend, Ran } from './types.ts';

/** Indices are float32 in gpu.js's kernels: beyond, neighbours are one. */
const exactIndices = 2 ** 24;

type Context =
  | { readonly kind: 'webgpu'; readonly of: WebGpuContext }
  | { readonly kind: 'webgl'; readonly of: WebGlContext };

export class Device {
  readonly ran: Ran;
  /** The most numbers that one array may have. */
  readonly entries: number;
  /** The longest side of a single channel, which WebGL keeps as the texture that it is. */
  readonly side: number;
  /** How many numbers the entries of its arrays have: gpu.js's WebGPU takes no vectors. */
  readonly lanes: Lanes;
  readonly library: Library;
  readonly #gpu: LibraryGpu;
  readonly #context: Context;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `probe` has run on `gpu`: whose context is its, is what computes. */
  constructor(library: Library, backend: Backend, gpu: LibraryGpu, probe: LibraryKernel) {
    this.library = library;
    this.#gpu = gpu;
    demandBackend(library, backend, probe);
    const { context } = probe.kernel;
    this.lanes = backend === 'webgpu' ? 1 : 4;
    if (backend === 'webgpu') {
      const of = context as WebGpuContext;
      const { maxStorageBufferBindingSize = 2 ** 27 } = of.device.limits;
      this.#context = { kind: 'webgpu', of };
      this.ran = { backend, ...identifyWebGpu(of) };
      this.entries = Math.min(exactIndices, Math.floor(maxStorageBufferBindingSize / 4));
      this.side = this.entries;
    } else {
      const of = context as WebGlContext;
      this.#context = { kind: 'webgl', of };
      this.ran = { backend, ...identifyWebGl(of) };
      this.side = Number(of.getParameter(of.MAX_TEXTURE_SIZE));
      this.entries = Math.min(exactIndices, this.side ** 2);
    }
  }

  compile(source: string, output: readonly number[], pipeline: boolean): LibraryKernel {
    return this.#gpu.createKernel(source, settingsFor(output, pipeline));
  }

  /** What a kernel ran on. Throws a GpuError where that isn't this device: gpu.js falls back silently. */
  ranOn(kernel: LibraryKernel): Ran {
    demandBackend(this.library, this.ran.backend as Backend, kernel);
    if (kernel.kernel.context !== this.#context.of) {
      throw new GpuError('failed', 'a kernel ran on another context than the one that was opened');
    }
    return this.ran;
  }

  get isLost(): boolean {
    return this.#context.kind === 'webgpu' ? this.#context.of.isLost : this.#context.of.isContextLost();
  }

  /**
   * Does work when what was begun before is done. Rejects with a GpuError where the device is lost, before or while, or
   * reports an error: gpu.js would give zeros.
   */
  turn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(() => this.#watched(work));
    this.#last = result.catch(() => {});
    return result;
  }

  /** Ends it, when what was begun is done; also twice. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#last;
    await this.#gpu.destroy();
  }

  async #watched<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new GpuError('unavailable', 'the device was closed');
    this.#demandAlive();
    this.#listen();
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    const reported = await this.#heard();
    this.#demandAlive();
    if (reported !== undefined) throw new GpuError('failed', `${this.ran.backend} reports: ${reported}`);
    if ('value' in outcome) return outcome.value;
    const { error } = outcome;
    if (error instanceof GpuError || error instanceof KernelError) throw error;
    throw new GpuError('failed', `${this.ran.backend}: ${inWords(error)}`, { cause: error });
  }

  #demandAlive(): void {
    if (this.isLost)
      throw new GpuError('lost', `the ${this.ran.backend} device is lost: ${this.ran.adapter}`);
  }

  #listen(): void {
    if (this.#context.kind !== 'webgpu') return;
    for (const filter of scopes) this.#context.of.device.pushErrorScope(filter);
  }

  /** What the device has to say of what was done since `listen`. */
  async #heard(): Promise<string | undefined> {
    if (this.#context.kind === 'webgl') {
      const code = this.#context.of.getError();
      return code === 0 ? undefined : `error ${code}`;
    }
    const { device } = this.#context.of;
    const errors = await Promise.all(scopes.map(() => device.popErrorScope().catch(() => null)));
    return errors.find((error) => error !== null)?.message;
  }
}

const scopes = ['out-of-memory', 'validation'] as const;

function demandBackend(library: Library, backend: Backend, { kernel }: LibraryKernel): void {
  if (kernel.constructor === constructorOf(library, backend)) return;
  const name = (kernel.constructor as { readonly name?: string } | undefined)?.name ?? 'something unknown';
  throw new GpuError('failed', `${backend} was asked for, and gpu.js computed with ${name}`);
}
