/** Programs on a device, compiled once for each source and shape, and the arrays that they make there. */

import { volume } from './arguments.ts';
import type { Device } from './device.ts';
import { GpuError } from './errors.ts';
import { entriesOf } from './layout.ts';
import type { LibraryKernel, Resident } from './library.ts';
import { packSource } from './sources.ts';
import type { Ran } from './types.ts';

/** An array on the GPU; nothing changes it. */
export class GpuArray {
  /** The threads that made it, one entry each: WebGL lays out its texture by this. */
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

/** An array on the GPU, or numbers that are taken there for one program. */
export type Operand = GpuArray | Float32Array;

export interface Computed {
  readonly numbers: Float32Array;
  readonly ran: Ran;
}

/** The first `width` numbers of every row. gpu.js gives planes of rows, a row being numbers or vectors of four. */
function gather(planes: unknown, width: number, into: Float32Array): void {
  let at = 0;
  for (const row of (planes as unknown[]).flat() as (Float32Array | Float32Array[])[]) {
    if (row instanceof Float32Array) into.set(row.subarray(0, width), at);
    else for (let i = 0; i < width; i++) into[at + i] = row[i >> 2]![i & 3]!;
    at += width;
  }
  if (at !== into.length) throw new GpuError('failed', `expected ${into.length} numbers, got ${at}`);
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

  /** Takes entries to the GPU. There may be more of them there; nothing reads beyond. */
  upload(numbers: Float32Array): Promise<GpuArray> {
    const { lanes } = this.device;
    const length = roundedUp(numbers.length);
    const padded = length === numbers.length ? numbers : new Float32Array(length);
    if (padded !== numbers) padded.set(numbers);
    return this.compute(packSource(lanes), [entriesOf(length, lanes)], [padded]);
  }

  /** Runs a source over a grid of threads; one entry of each. */
  async compute(source: string, grid: readonly number[], inputs: readonly Operand[]): Promise<GpuArray> {
    const program = this.#program(source, grid, inputs, true);
    const resident = (await program.kernel(...inputs.map(this.#argument))) as Resident;
    const ran = this.device.ranOn(program.kernel);
    program.made();
    this.statistics.resident++;
    return new GpuArray(grid, ran, resident, () => {
      this.statistics.resident--;
      program.released();
    });
  }

  /** The same over the grid of a feature map, its numbers read: the first `width` of every row. */
  async read(
    source: string,
    grid: readonly number[],
    inputs: readonly Operand[],
    width: number,
  ): Promise<Computed> {
    const program = this.#program(source, grid, inputs, false);
    const planes = await program.kernel(...inputs.map(this.#argument));
    const ran = this.device.ranOn(program.kernel);
    const numbers = new Float32Array(width * volume(grid.slice(1)));
    gather(planes, width, numbers);
    return { numbers, ran };
  }

  /** Drops all programs. */
  dispose(): void {
    for (const program of this.#programs.values()) program.drop();
    this.#programs.clear();
  }

  readonly #argument = (input: Operand): unknown =>
    input instanceof GpuArray ? input.resident : this.device.library.input(input, [input.length]);

  /** The key is everything that gpu.js fixes in a kernel when it is first called. */
  #program(source: string, grid: readonly number[], inputs: readonly Operand[], pipeline: boolean): Program {
    const sizes = inputs.map((input) => (input instanceof GpuArray ? input.grid.join() : input.length));
    const key = [pipeline, grid.join(), ...sizes, source].join('|');
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
