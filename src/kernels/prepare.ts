/** A shape made ready: memory laid out and taken, code compiled, weights packed. */
import type { Arena } from './arena.ts';
import { demandArray } from './check.ts';
import type { Code, CodeCache } from './code.ts';
import { demand } from './errors.ts';
import { type Geometry, multiplyAdds, outputChannels } from './geometry.ts';
import type { Execute, Job } from './job.ts';
import { plan } from './planner.ts';
import type { Design, Target, Weights } from './strategy.ts';
import type { Plan, Prepared } from './types.ts';
import { floatBytes, spread } from './wasm/layout.ts';

/** What the kernels share among all that they prepare. */
export interface Shared {
  readonly arena: Arena;
  readonly codes: CodeCache;
  readonly target: Target;
  readonly execute: Execute;
}

/**
 * Prepares a geometry. `weights` is asked for when it is clear that they fit; `onDispose` is told when all is given
 * back. Throws a KernelError (K2) where the memory can't hold it; nothing is taken then.
 */
export function prepare(
  operation: string,
  geometry: Geometry,
  weights: () => Weights,
  { arena, codes, target, execute }: Shared,
  onDispose: (prepared: Prepared) => void,
): Prepared {
  const design = plan(geometry, target);
  const places = layOut(geometry, design, target.threads);
  const regions: ReturnType<Arena['allocate']>[] = [];
  const take = (bytes: number) => {
    const region = arena.allocate(operation, bytes);
    regions.push(region);
    return region;
  };
  const region = take(places.bytes);
  try {
    const { code, compileMs } = codes.get(design, geometry, target);
    const text = textOf(code, target.threads > 1 ? take(code.bytes.length) : undefined, arena);
    const begin = performance.now();
    packInto(arena, design, weights(), region.at + places.weights);
    clear(arena, region.at + places.scratch[0]!, region.at + places.bytes);
    const packMs = performance.now() - begin;
    const from = (at: number) => region.at + at;
    const job: Job = {
      ...{ id: ++jobs, code, text, work: geometry.N * multiplyAdds(geometry) },
      ...{ phases: design.phases, images: geometry.N, rows: geometry.rows },
      stripRows: design.stripRows,
      input: region.at,
      output: from(places.output),
      residual: from(places.residual),
      weights: from(places.weights),
      scratch: places.scratch.map(from),
      panels: places.panels.map(from),
      inputBytes: inputImage(geometry) * floatBytes,
      outputBytes: outputImage(geometry) * floatBytes,
    };
    const { strategy, why, algorithm, stripRows } = design;
    const described: Plan = {
      ...{ strategy, why, algorithm, stripRows, threads: target.threads },
      ...{ memoryBytes: region.bytes, codeBytes: code.bytes.length, compileMs, packMs },
    };
    const release = (prepared: Prepared) => {
      for (const each of regions) arena.release(each);
      onDispose(prepared);
    };
    return new Ready(operation, described, geometry, job, arena, execute, release);
  } catch (error) {
    for (const each of regions) arena.release(each);
    throw error;
  }
}

let jobs = 0;

/** The code as it was emitted: in the memory, where other threads find it. */
function textOf({ id, bytes }: Code, region: { readonly at: number } | undefined, { memory }: Arena) {
  if (region === undefined) return { id, address: 0, bytes: 0 };
  new Uint8Array(memory.buffer).set(bytes, region.at);
  return { id, address: region.at, bytes: bytes.length };
}

/** Floats of an image. */
function inputImage({ groups, inputs, height, width }: Geometry): number {
  return groups * inputs * height * width;
}

function outputImage(geometry: Geometry): number {
  return outputChannels(geometry) * geometry.rows * geometry.columns;
}

/** Where in the region everything lies, in bytes. The input is at its beginning, the scratch memory at its end. */
function layOut(geometry: Geometry, design: Design, threads: number) {
  let bytes = 0;
  const take = (wanted: number) => {
    const at = bytes;
    bytes += spread(wanted);
    return at;
  };
  take(geometry.N * inputImage(geometry) * floatBytes);
  const outputBytes = geometry.N * outputImage(geometry) * floatBytes;
  const output = take(outputBytes);
  const residual = take(geometry.residual ? outputBytes : 0);
  const weights = take(design.weightBytes);
  const each = Array.from({ length: threads }, () => [take(design.scratchBytes), take(design.panelBytes)]);
  const scratch = each.map(([at]) => at!);
  const panels = each.map(([, at]) => at!);
  return { output, residual, weights, scratch, panels, bytes };
}

function packInto({ memory }: Arena, design: Design, weights: Weights, at: number): void {
  const length = Math.ceil(design.weightBytes / floatBytes);
  const floats = new Float32Array(memory.buffer, at, length);
  design.pack(weights, { floats, ints: new Int32Array(memory.buffer, at, length) });
}

/** Zeros: the borders of the padded input stay so, and no lane that isn't used holds a number that slows it down. */
function clear({ memory }: Arena, begin: number, end: number): void {
  new Uint8Array(memory.buffer, begin, end - begin).fill(0);
}

class Ready implements Prepared {
  readonly plan: Plan;
  readonly outputShape: readonly [number, number, number, number];
  readonly #operation: string;
  readonly #geometry: Geometry;
  readonly #job: Job;
  readonly #arena: Arena;
  readonly #execute: Execute;
  #release: ((self: Prepared) => void) | undefined;
  #views: Views | undefined;

  constructor(
    operation: string,
    described: Plan,
    geometry: Geometry,
    job: Job,
    arena: Arena,
    execute: Execute,
    release: (self: Prepared) => void,
  ) {
    this.plan = described;
    this.outputShape = [geometry.N, outputChannels(geometry), geometry.rows, geometry.columns];
    this.#operation = operation;
    this.#geometry = geometry;
    this.#job = job;
    this.#arena = arena;
    this.#execute = execute;
    this.#release = release;
  }

  get input(): Float32Array {
    return this.#current().input;
  }

  get output(): Float32Array {
    return this.#current().output;
  }

  get residual(): Float32Array | undefined {
    const { residual } = this.#current();
    return this.#geometry.residual ? residual : undefined;
  }

  run(x?: Float32Array, y?: Float32Array, residual?: Float32Array): Float32Array {
    const views = this.#current();
    const site = (argument: string) => ({ operation: `${this.#operation}.run`, argument });
    if (x) this.#check('x', x, views.input.length);
    if (y) this.#check('y', y, views.output.length);
    if (residual) {
      demand(this.#geometry.residual, site('residual'), 'K4', 'none, as the parameters say', 'one');
      this.#check('residual', residual, views.residual.length);
      views.residual.set(residual);
    }
    if (x) views.input.set(x);
    this.#execute(this.#job);
    if (!y) return views.output;
    y.set(views.output);
    return y;
  }

  dispose(): void {
    this.#release?.(this);
    this.#release = undefined;
    this.#views = undefined;
  }

  #check(argument: string, value: Float32Array, length: number): void {
    demandArray(`${this.#operation}.run`, argument, value, length, 'C3');
  }

  /** Views of the memory as it is now: growing gives it another buffer. */
  #current(): Views {
    const site = { operation: this.#operation, argument: 'this' };
    demand(this.#release !== undefined, site, 'K1', 'one that is in use', 'one that was disposed of');
    const { buffer } = this.#arena.memory;
    if (this.#views?.buffer !== buffer) this.#views = viewsOf(buffer, this.#geometry, this.#job);
    return this.#views;
  }
}

interface Views {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  readonly input: Float32Array;
  readonly output: Float32Array;
  /** Empty where there is none. */
  readonly residual: Float32Array;
}

function viewsOf(buffer: ArrayBuffer | SharedArrayBuffer, geometry: Geometry, job: Job): Views {
  const length = geometry.N * outputImage(geometry);
  return {
    buffer,
    input: new Float32Array(buffer, job.input, geometry.N * inputImage(geometry)),
    output: new Float32Array(buffer, job.output, length),
    residual: new Float32Array(buffer, job.residual, geometry.residual ? length : 0),
  };
}
