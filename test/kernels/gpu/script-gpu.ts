/**
 * A gpu.js without a GPU: runs the kernels, which are JavaScript, thread by thread in float32. It keeps to what gpu.js
 * does (a kernel may not go before its results, a context can be lost), and can be told to go wrong.
 */
import type { KernelSettings, Library, LibraryKernel, Resident } from '../../../src/kernels/gpu/library.ts';

export interface Script {
  readonly library: Library;
  /** Instances of GPU that were made, and that were not destroyed. */
  readonly instances: { made: number; alive: number };
  /** Kernels that were called, with whether their result stayed. */
  readonly calls: { readonly source: string; readonly pipeline: boolean }[];
  /** Takes the device away; the next GPU has another. */
  lose(): void;
  /** What it is told to do wrong. */
  readonly faults: {
    /** What the device reports at the end of a turn. */
    report: string | undefined;
    /** Kernels that run on something else, as if gpu.js had fallen back. */
    otherKernel: boolean;
    /** Changes what a kernel gives. */
    corrupt: ((numbers: Float32Array, source: string) => void) | undefined;
    /** Arrays that a caller may have: the device's limit in bytes. */
    maxStorageBufferBindingSize: number;
  };
}

class GpuKernel {}
class CPUKernel {}

/** `adapter`: its name. On WebGL an entry of an array may be a vector. */
export function scriptGpu(adapter = 'a card', backend: 'webgpu' | 'webgl2' = 'webgpu'): Script {
  const instances = { made: 0, alive: 0 };
  const calls: Script['calls'] = [];
  const faults: Script['faults'] = {
    report: undefined,
    otherKernel: false,
    corrupt: undefined,
    maxStorageBufferBindingSize: 2 ** 27,
  };
  const contextOf = () => ({
    adapter: { info: { vendor: adapter } },
    device: {
      limits: { maxStorageBufferBindingSize: faults.maxStorageBufferBindingSize },
      pushErrorScope: () => {},
      popErrorScope: async () => (faults.report === undefined ? null : { message: faults.report }),
    },
    isLost: false,
    // The same as WebGL has it.
    ...{ RENDERER: 1, MAX_TEXTURE_SIZE: 2 },
    getExtension: () => null,
    getParameter: (name: number) => (name === 1 ? adapter : 8192),
    getError: () => (faults.report === undefined ? 0 : 1286),
    isContextLost(): boolean {
      return this.isLost;
    },
  });
  let context = contextOf();

  class GPU {
    constructor() {
      instances.made++;
      instances.alive++;
      if (instances.alive === 1 || context.isLost) context = contextOf();
    }
    createKernel(source: string, settings: KernelSettings): LibraryKernel {
      const { call, destroy } = kernelOf(source, settings);
      const own = context;
      const kernel = {
        get constructor() {
          return faults.otherKernel ? CPUKernel : GpuKernel;
        },
        context: own,
      };
      const run = async (...values: readonly unknown[]) => {
        calls.push({ source, pipeline: settings.pipeline });
        const numbers = call(values);
        if (numbers.data instanceof Float32Array) faults.corrupt?.(numbers.data, source);
        return settings.pipeline ? numbers : inRows(numbers.data, settings.output);
      };
      return Object.assign(run, { kernel, destroy });
    }
    async destroy() {
      instances.alive--;
    }
  }
  const library = {
    GPU,
    input: (data: Float32Array) => new Numbers(data.slice()),
    WebGPUKernel: backend === 'webgpu' ? GpuKernel : class {},
    WebGL2Kernel: backend === 'webgl2' ? GpuKernel : class {},
    HeadlessGLKernel: class {},
  };
  const lose = () => {
    context.isLost = true;
  };
  return { library, instances, calls, lose, faults };
}

/** As gpu.js gives numbers: arrays of arrays of rows, of numbers or of vectors. */
function inRows(numbers: Entries, output: readonly number[]): unknown {
  const [width, height = 1] = output as [number, number?];
  if (output.length === 1) return numbers;
  const rowAt = (i: number) =>
    numbers instanceof Float32Array
      ? numbers.subarray(i * width, (i + 1) * width)
      : numbers.slice(i * width, (i + 1) * width).map((vector) => Float32Array.from(vector));
  const rows = Array.from({ length: numbers.length / width }, (_, i) => rowAt(i));
  return Array.from({ length: rows.length / height }, (_, i) => rows.slice(i * height, (i + 1) * height));
}

type Entries = Float32Array | readonly number[][];

class Numbers implements Resident {
  readonly data: Entries;
  gone = false;
  constructor(data: Entries) {
    this.data = data;
  }
  delete(): void {
    this.gone = true;
  }
}

interface Threads {
  readonly thread: { x: number; y: number; z: number };
}

function kernelOf(source: string, { output, pipeline, immutable }: KernelSettings) {
  const compute = new Function(`return ${source}`)() as (
    this: Threads,
    ...values: readonly Entries[]
  ) => number | number[];
  const made: Numbers[] = [];
  const [width, height = 1, depth = 1] = output as [number, number?, number?];
  const call = (values: readonly unknown[]): Numbers => {
    const inputs = values.map((value) => {
      if (!(value instanceof Numbers)) throw new Error('an argument is no array of this GPU');
      if (value.gone) throw new Error('an argument was deleted');
      return value.data;
    });
    const reused = pipeline && !immutable ? made[0] : undefined;
    const entries: (number | number[])[] = [];
    const thread = { x: 0, y: 0, z: 0 };
    for (thread.z = 0; thread.z < depth; thread.z++)
      for (thread.y = 0; thread.y < height; thread.y++)
        for (thread.x = 0; thread.x < width; thread.x++) {
          entries.push(compute.apply({ thread }, inputs));
        }
    const areVectors = Array.isArray(entries[0]);
    const data = areVectors
      ? (entries as number[][]).map((one) => one.map(Math.fround))
      : Float32Array.from(entries as number[]);
    if (reused) (reused.data as Float32Array).set(data as Float32Array);
    const numbers = reused ?? new Numbers(data);
    made.push(numbers);
    return numbers;
  };
  // Stricter than gpu.js, which would never free them.
  const destroy = () => {
    for (const numbers of made) numbers.delete();
  };
  return { call, destroy };
}
