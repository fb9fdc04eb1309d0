/** Programs on a device, compiled once for each source and shape, and the arrays that they make there. */

import { volume } from './arguments.ts';
import type { Device } from './device.ts';
import { GpuError } from './errors.ts';
import type { LibraryKernel, Resident } from './library.ts';
import { copySource, packSource } from './sources.ts';
import type { Ran } from './types.ts';

/** An array on the GPU; nothing changes it. */
export class GpuArray {
  /** The threads that made it, one number each: WebGL lays out its texture by this. */
  readonly grid: readonly number[];
  readonly ran: Ran;
  readonly resident: Resident;
  readonly #released: () => void;
  #gone = false;

  constructor(grid: readonly number[], ran: Ran, resident: Resident, released: () => void) {
    this.grid = grid;
    this.ran = ran;
    this.resident = resident;
    this.#released = released;
  }

  /** Also twice. */
  dispose(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.resident.delete();
    this.#released();
  }
}

/** A compiled kernel. gpu.js frees a result through the kernel that made it: so it lives as long as its results. */
class Program {
  readonly kernel: LibraryKernel;
  #results = 0;
  #isUsed = true;

  constructor(kernel: LibraryKernel) {
    this.kernel = kernel;
  }

  made(): void {
    this.#results++;
  }

  released(): void {
    this.#results--;
    this.#end();
  }

  drop(): void {
    this.#isUsed = false;
    this.#end();
  }

  #end(): void {
    if (!this.#isUsed && this.#results === 0) this.kernel.destroy();
  }
}

export interface EngineStatistics {
  compiled: number;
  reused: number;
  evicted: number;
  resident: number;
}

export interface Computed {
  readonly numbers: Float32Array;
  readonly ran: Ran;
}

/** gpu.js gives arrays of arrays of rows, some of them views of a whole texture. Gives where the next number goes. */
function gather(rows: unknown, into: Float32Array, at: number): number {
  if (Array.isArray(rows)) return rows.reduce((next: number, row) => gather(row, into, next), at);
  if (!(rows instanceof Float32Array)) throw new GpuError('failed', 'expected numbers, got something else');
  const row = rows.subarray(0, into.length - at);
  into.set(row, at);
  return at + row.length;
}

/** Small arrays are rounded up to a power of two, so that a few programs copy them all. */
const roundedUp = (length: number) => (length > 4096 ? length : 2 ** Math.ceil(Math.log2(length)));

/** Everything here is for `Device.turn`. */
export class Engine {
  readonly device: Device;
  readonly statistics: EngineStatistics = { compiled: 0, reused: 0, evicted: 0, resident: 0 };
  readonly #capacity: number;
  /** The longest unused first. */
  readonly #programs = new Map<string, Program>();

  constructor(device: Device, capacity: number) {
    this.device = device;
    this.#capacity = capacity;
  }

  /** Takes numbers to the GPU. What is there may be longer; nothing reads beyond. */
  upload(numbers: Float32Array): Promise<GpuArray> {
    const length = roundedUp(numbers.length);
    const padded = length === numbers.length ? numbers : new Float32Array(length);
    if (padded !== numbers) padded.set(numbers);
    return this.#make(copySource, [length], [[length]], [this.device.library.input(padded, [length])]);
  }

  /** Takes vectors of four to a GPU that has them. */
  async uploadPacked(numbers: Float32Array): Promise<GpuArray> {
    const flat = await this.upload(numbers);
    try {
      return await this.compute(packSource, [numbers.length / 4], [flat]);
    } finally {
      flat.dispose();
    }
  }

  /** Runs a source over a grid of threads; one number of each. */
  compute(source: string, grid: readonly number[], inputs: readonly GpuArray[]): Promise<GpuArray> {
    const grids = inputs.map((input) => input.grid);
    const residents = inputs.map(({ resident }) => resident);
    return this.#make(source, grid, grids, residents);
  }

  /** The same, its numbers read. */
  async read(source: string, grid: readonly number[], inputs: readonly GpuArray[]): Promise<Computed> {
    const program = this.#program(
      source,
      grid,
      inputs.map((input) => input.grid),
      false,
    );
    const rows = await program.kernel(...inputs.map(({ resident }) => resident));
    const ran = this.device.ranOn(program.kernel);
    const numbers = new Float32Array(volume(grid));
    const count = gather(rows, numbers, 0);
    if (count !== numbers.length) {
      throw new GpuError('failed', `expected ${numbers.length} numbers, got ${count}`);
    }
    return { numbers, ran };
  }

  /** The first numbers of an array. What computed it, not what copies it, is what ran. */
  async download(array: GpuArray, length: number): Promise<Computed> {
    const { numbers } = await this.read(copySource, [length], [array]);
    return { numbers, ran: array.ran };
  }

  /** Drops all programs. */
  dispose(): void {
    for (const program of this.#programs.values()) program.drop();
    this.#programs.clear();
  }

  async #make(
    source: string,
    grid: readonly number[],
    inputs: readonly (readonly number[])[],
    values: readonly unknown[],
  ): Promise<GpuArray> {
    const program = this.#program(source, grid, inputs, true);
    const resident = (await program.kernel(...values)) as Resident;
    const ran = this.device.ranOn(program.kernel);
    program.made();
    this.statistics.resident++;
    return new GpuArray(grid, ran, resident, () => {
      this.statistics.resident--;
      program.released();
    });
  }

  /** The key is everything that gpu.js fixes in a kernel when it is first called. */
  #program(
    source: string,
    grid: readonly number[],
    inputs: readonly (readonly number[])[],
    pipeline: boolean,
  ): Program {
    const key = [pipeline, grid.join(), ...inputs.map((sizes) => sizes.join()), source].join('|');
    const found = this.#programs.get(key);
    if (found) {
      this.statistics.reused++;
      this.#programs.delete(key);
      this.#programs.set(key, found);
      return found;
    }
    const program = new Program(this.device.compile(source, grid, pipeline));
    this.statistics.compiled++;
    this.#programs.set(key, program);
    const [oldest] = this.#programs.keys();
    if (this.#programs.size > this.#capacity && oldest !== undefined) {
      this.#programs.get(oldest)!.drop();
      this.#programs.delete(oldest);
      this.statistics.evicted++;
    }
    return program;
  }
}
