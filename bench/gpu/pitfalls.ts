/**
 * What gpu.js gets wrong without a word, tried on a device: once as one would write it, once as the GPU path does. Runs in
 * Node and in a page.
 */
import { GpuError } from '../../src/kernels/gpu/errors.ts';
import { kernelsOf } from '../../src/kernels/gpu/kernels.ts';
import type { KernelSettings, Library, LibraryKernel } from '../../src/kernels/gpu/library.ts';
import type { Backend, GpuKernels } from '../../src/kernels/gpu/types.ts';

/** One way to do it, and what came of it. */
export interface Seen {
  readonly expected: string;
  readonly got: string;
}

export interface Tried {
  readonly id: string;
  readonly title: string;
  /** As one would write it. */
  readonly plain: Seen;
  /** As the GPU path does. */
  readonly ours: Seen;
}

export const isRight = ({ expected, got }: Seen): boolean => expected === got;

interface Bench {
  readonly library: Library;
  readonly backend: Backend;
  /** Makes a kernel, as gpu.js makes it where nothing more is said. */
  kernel(source: string, settings: Partial<KernelSettings> & Pick<KernelSettings, 'output'>): LibraryKernel;
  read(result: unknown): Promise<readonly number[]>;
  readonly gpu: GpuKernels;
}

interface Pitfall {
  readonly id: string;
  readonly title: string;
  plain(bench: Bench): Promise<Seen>;
  ours(bench: Bench): Promise<Seen>;
}

/** Tries all of them. The device is lost in the end. */
export async function tryPitfalls(library: Library, backend: Backend): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  // Held, so that the device isn't opened and checked again each time.
  const keeper = await kernelsOf(library, { backend, allowSoftware: true, require: true });
  for (const { id, title, plain, ours } of pitfalls) {
    const gpu = await kernelsOf(library, { backend, allowSoftware: true, require: true });
    const raw = new library.GPU({ mode: backend });
    const made: LibraryKernel[] = [];
    const bench: Bench = {
      library,
      backend,
      gpu,
      kernel: (source, settings) => {
        const kernel = raw.createKernel(source, { precision: 'single', ...settings } as KernelSettings);
        made.push(kernel);
        return kernel;
      },
      read: numbersOf,
    };
    tried.push({ id, title, plain: await outcome(plain(bench)), ours: await outcome(ours(bench)) });
    for (const kernel of made) kernel.destroy();
    await raw.destroy();
    await gpu.dispose();
  }
  await keeper.dispose();
  return tried;
}

/** An error is an outcome too. */
async function outcome(attempt: Promise<Seen>): Promise<Seen> {
  try {
    return await attempt;
  } catch (error) {
    return {
      expected: 'no error',
      got: error instanceof Error ? error.message.slice(0, 200) : String(error),
    };
  }
}

/** The numbers of whatever a kernel gave. */
async function numbersOf(result: unknown): Promise<readonly number[]> {
  const came = (await result) as ArrayLike<number> | { toArray(): Promise<ArrayLike<number>> };
  return Array.from('toArray' in came ? await came.toArray() : came);
}

/** gpu.js, and the kernels that are made with it. */
function watched(library: Library): { readonly library: Library; readonly kernels: LibraryKernel[] } {
  const kernels: LibraryKernel[] = [];
  class GPU extends library.GPU {
    override createKernel(source: string, settings: KernelSettings): LibraryKernel {
      const kernel = super.createKernel(source, settings);
      kernels.push(kernel);
      return kernel;
    }
  }
  return { library: { ...library, GPU }, kernels };
}

/** Takes the device away, as a driver does that is restarted. */
async function lose({ kernel }: LibraryKernel): Promise<void> {
  const context = kernel.context as {
    readonly device?: { destroy(): void; readonly lost: Promise<unknown> };
    getExtension?(name: 'WEBGL_lose_context'): { loseContext(): void };
  };
  context.getExtension?.('WEBGL_lose_context').loseContext();
  context.device?.destroy();
  await context.device?.lost;
}

const list = (numbers: Iterable<number>) =>
  Array.from(numbers, (n) => (Object.is(n, -0) ? '0' : `${n}`)).join(' ');
const upTo = (n: number) => Float32Array.from({ length: n }, (_, i) => i);

/** What is refused, as it should be. */
async function refused(attempt: Promise<unknown>, by: (error: unknown) => boolean): Promise<Seen> {
  const got = await attempt.then(
    () => 'a result',
    (error: unknown) => (by(error) ? 'an error that says so' : `another error: ${error}`),
  );
  return { expected: 'an error that says so', got };
}

const copySource = 'function copy(values) { return values[this.thread.x]; }';

const divisors = [41, 47, 55, 82, 94, 97];

function wrongQuotients(source: (divisor: number) => string): Pitfall['plain'] {
  return async ({ kernel, read }) => {
    const wrong: number[] = [];
    for (const divisor of divisors) {
      const quotients = await read(kernel(source(divisor), { output: [4096] })());
      if (quotients.some((quotient, i) => quotient !== Math.floor(i / divisor))) wrong.push(divisor);
    }
    return { expected: 'wrong for no divisor', got: `wrong for ${wrong.join(', ') || 'no divisor'}` };
  };
}

const identity = { groups: 1, inputs: 1, outputs: 1, kernel: [1, 1] } as const;
const one = { weight: Float32Array.of(1) };

const pitfalls: readonly Pitfall[] = [
  {
    id: 'division',
    title: '⌊i / d⌋ as an index',
    plain: wrongQuotients((d) => `function f() { return Math.floor(this.thread.x / ${d}); }`),
    ours: wrongQuotients((d) => `function f() { return Math.floor((this.thread.x + 0.5) / ${d}); }`),
  },
  {
    id: 'loop',
    title: 'a loop of 1500 steps',
    plain: async ({ kernel, read }) => {
      const source = 'function f(n) { let s = 0; for (let i = 0; i < n; i++) { s += 1; } return s; }';
      return { expected: '1500', got: list(await read(kernel(source, { output: [1] })(1500))) };
    },
    ours: async ({ gpu }) => {
      const layer = await gpu.convolution(
        { ...identity, inputs: 1500, height: 1, width: 1 },
        { weight: new Float32Array(1500).fill(1) },
      );
      return { expected: '1500', got: list((await layer.run(new Float32Array(1500).fill(1))).y) };
    },
  },
  {
    id: 'index',
    title: 'an index of 2²⁴ and more',
    plain: async ({ kernel, read }) => {
      const source = 'function f(far) { const i = this.thread.x + far; return i - far; }';
      return { expected: list(upTo(8)), got: list(await read(kernel(source, { output: [8] })(2 ** 24))) };
    },
    ours: ({ gpu }) =>
      refused(
        gpu.convolution({ ...identity, height: 2 ** 12, width: 2 ** 12 + 1 }, one),
        (error) => (error as { constraint?: string }).constraint === 'G1',
      ),
  },
  {
    id: 'shape',
    title: 'a compiled kernel with as many numbers in another shape',
    plain: async ({ kernel, read }) => {
      const settings = { pipeline: true, immutable: true } as const;
      const source = 'function f() { return this.thread.y * 2 + this.thread.x; }';
      const tall = kernel(source, { ...settings, output: [2, 8] });
      const square = kernel('function f() { return this.thread.y * 4 + this.thread.x; }', {
        ...settings,
        output: [4, 4],
      });
      const copy = kernel(copySource, { output: [16] });
      await read(copy(await tall()));
      return { expected: list(upTo(16)), got: list(await read(copy(await square()))) };
    },
    ours: async ({ gpu }) => {
      const got: string[] = [];
      for (const [height, width] of [
        [8, 2],
        [4, 4],
      ] as const) {
        const layer = await gpu.convolution({ ...identity, height, width }, one);
        const result = await layer.apply(await gpu.upload(upTo(16), layer.inputShape));
        got.push(list((await result.read()).y));
      }
      return { expected: list(upTo(16)), got: got.find((numbers) => numbers !== list(upTo(16))) ?? got[0]! };
    },
  },
  {
    id: 'alias',
    title: 'the first of two results that stay on the GPU',
    plain: async ({ library, kernel, read }) => {
      const twice = kernel('function f(a) { return 2 * a[this.thread.x]; }', { output: [4], pipeline: true });
      const first = await twice(library.input(Float32Array.of(1, 2, 3, 4), [4]));
      await twice(library.input(Float32Array.of(10, 20, 30, 40), [4]));
      return { expected: '2 4 6 8', got: list(await read(first)) };
    },
    ours: async ({ gpu }) => {
      const layer = await gpu.convolution(
        { ...identity, height: 1, width: 4 },
        { weight: Float32Array.of(2) },
      );
      const first = await layer.apply(await gpu.upload(Float32Array.of(1, 2, 3, 4), [1, 1, 1, 4]));
      await layer.apply(await gpu.upload(Float32Array.of(10, 20, 30, 40), [1, 1, 1, 4]));
      return { expected: '2 4 6 8', got: list((await first.read()).y) };
    },
  },
  {
    id: 'nan',
    title: 'NaN through a rectifier',
    plain: async ({ library, kernel, read }) => {
      const source = 'function f(a) { return Math.max(a[this.thread.x], 0); }';
      const input = library.input(Float32Array.of(Number.NaN, -1, 2), [3]);
      return { expected: 'NaN 0 2', got: list(await read(kernel(source, { output: [3] })(input))) };
    },
    ours: async ({ gpu }) => {
      const layer = await gpu.convolution({ ...identity, height: 1, width: 3 }, { ...one, relu: true });
      return { expected: 'NaN 0 2', got: list((await layer.run(Float32Array.of(Number.NaN, -1, 2))).y) };
    },
  },
  {
    id: 'instances',
    title: 'the first of twenty GPUs',
    plain: async ({ library, backend, read }) => {
      const settings = { precision: 'single', output: [3] } as unknown as KernelSettings;
      const gpus = Array.from({ length: 20 }, () => new library.GPU({ mode: backend }));
      const kernels = gpus.map((gpu) => gpu.createKernel(copySource, settings));
      const input = () => library.input(Float32Array.of(1, 2, 3), [3]);
      try {
        for (const kernel of kernels) await read(kernel(input()));
        return { expected: '1 2 3', got: list(await read(kernels[0]!(input()))) };
      } finally {
        for (const gpu of gpus) await gpu.destroy();
      }
    },
    ours: async ({ library, backend }) => {
      const options = { backend, allowSoftware: true, require: true } as const;
      const all: GpuKernels[] = [];
      for (let i = 0; i < 20; i++) all.push(await kernelsOf(library, options));
      const layer = await all[0]!.convolution({ ...identity, height: 1, width: 3 }, one);
      for (const gpu of all.slice(1)) await gpu.upload(upTo(3), [1, 1, 1, 3]);
      const got = list((await layer.run(Float32Array.of(1, 2, 3))).y);
      for (const gpu of all) await gpu.dispose();
      return { expected: '1 2 3', got };
    },
  },
  {
    id: 'lost',
    title: 'a context that was lost',
    plain: async ({ library, kernel, read }) => {
      const copy = kernel(copySource, { output: [3] });
      const input = () => library.input(Float32Array.of(1, 2, 3), [3]);
      await read(copy(input()));
      await lose(copy);
      return await outcome(
        read(copy(input())).then((numbers) => ({ expected: '1 2 3', got: list(numbers) })),
      );
    },
    ours: async ({ library, backend }) => {
      const own = watched(library);
      const gpu = await kernelsOf(own.library, { backend, allowSoftware: true, require: true });
      const layer = await gpu.convolution({ ...identity, height: 1, width: 3 }, one);
      await layer.run(upTo(3));
      await lose(own.kernels.at(-1)!);
      const seen = await refused(
        layer.run(upTo(3)),
        (error) => error instanceof GpuError && error.kind === 'lost',
      );
      await gpu.dispose();
      return seen;
    },
  },
];
