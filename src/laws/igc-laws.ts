import { type Biases, Tensor } from '../../spec/00-notation.ts';
import type { BlockGradients } from '../../spec/08-adjoint.ts';
import { float32 } from '../algebras/float32.ts';
import { float64 } from '../algebras/float64.ts';
import { everything, type Limits } from './cases.ts';
import { laws } from './catalogue.ts';
import type { Law } from './law.ts';
import type { Operation, Operations } from './operations.ts';
import { defaultSeed, describeFailure, runLaw, type Sampling } from './runner.ts';

type Eventually<T> = T | Promise<T>;

/** A tensor at the edge: row-major data. */
export interface Array4 {
  /** Four sizes: (N, C, H, W) for feature maps, (O, I, kh, kw) for kernels; a bias has one. */
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array;
}

/** A tensor that an implementation returns; any array of numbers will do. */
export interface Result {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** How the (primary) convolution moves, in pixels. */
export interface Moves {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: {
    readonly top: number;
    readonly bottom: number;
    readonly left: number;
    readonly right: number;
  };
}

/** The arguments of a block. L and M follow from the shapes: L = secondaryWeight.shape[1]. */
export interface BlockArguments extends Moves {
  readonly x: Array4;
  /** (L·Mout, Min, kh, kw). */
  readonly primaryWeight: Array4;
  /** (Mout·L, L, 1, 1). */
  readonly secondaryWeight: Array4;
  readonly primaryBias?: Array4;
  readonly secondaryBias?: Array4;
}

/** Your implementation: any of these operations, synchronous or asynchronous. */
export interface Implementation {
  readonly name: string;
  /** What your tensors hold; the laws' numbers are small integers, exact in both. Default 'float32'. */
  readonly precision?: 'float32' | 'float64';
  /** y = W x with `groups` groups, weight (groups·O, I, kh, kw); groups = 1 is a regular convolution. */
  groupConvolution?(
    args: Moves & { x: Array4; weight: Array4; groups: number; bias?: Array4 },
  ): Eventually<Result>;
  /** Channel l·M + m of x becomes channel m·L + l. */
  interleave?(args: { x: Array4; L: number; M: number }): Eventually<Result>;
  /** x′ = P Wᵈ Pᵀ Wᵖ x. */
  block?(args: BlockArguments): Eventually<Result>;
  /** The gradients of a group convolution, from the gradient with respect to its output. */
  groupConvolutionGradients?(
    args: Moves & { gradOutput: Array4; x: Array4; weight: Array4; groups: number; bias?: Array4 },
  ): Eventually<{ x: Result; weight: Result; bias?: Result }>;
  /** The gradients of a block, from the gradient with respect to its output. */
  blockGradients?(args: BlockArguments & { gradOutput: Array4 }): Eventually<{
    x: Result;
    primaryWeight: Result;
    secondaryWeight: Result;
    primaryBias?: Result;
    secondaryBias?: Result;
  }>;
  /** What it can do, where that is less than everything: for example { dilation: 1, bias: false }. */
  readonly limits?: Partial<Limits>;
}

/** One law, ready for any test runner: `test(law.name, law.run)`. */
export interface RunnableLaw {
  readonly id: string;
  readonly name: string;
  readonly statement: string;
  readonly equation: string;
  /** Why it can't be run on this implementation; undefined where it can. */
  readonly skip: string | undefined;
  /** Resolves where the law holds; rejects with a LawError that replays it; a skipped law rejects too. */
  run(this: void): Promise<void>;
}

/** A law doesn't hold for an implementation. The message has the case, both sides, seed and path. */
export class LawError extends Error {
  override readonly name = 'LawError';
}

/** How the laws are run, and which. */
export interface LawOptions extends Sampling {
  /** Only these laws. */
  readonly only?: readonly string[];
}

/**
 * The laws of interleaved group convolution that an implementation with these operations must obey, each ready for
 * a test runner. Needs at least one operation; throws a TypeError that says what is wrong with the arguments.
 */
export function igcLaws(implementation: Implementation, options: LawOptions = {}): RunnableLaw[] {
  check(implementation, options);
  const present = operationsOf(implementation);
  const limits: Limits = { ...everything, outputs: false, ...implementation.limits };
  const wanted = laws.filter((law) => options.only?.includes(law.id) ?? law.tests.length > 0);
  return wanted.map((law) => {
    const skip = reasonToSkip(law, present, limits);
    return {
      id: law.id,
      name: `${law.id} (${law.equation})`,
      statement: law.statement,
      equation: law.equation,
      skip,
      async run() {
        if (skip) throw new LawError(`law '${law.id}' can't be run on ${implementation.name}: ${skip}`);
        const A = implementation.precision === 'float64' ? float64 : float32;
        const ops = adapt(implementation, present);
        const outcome = await runLaw(law, { A, embed: (n) => n, ops, limits }, options);
        if (outcome.holds) return;
        const { seed, path } = outcome.failure;
        const replay = `igcLaws(${implementation.name}, { only: ['${law.id}'], seed: ${seed}, path: '${path}' })`;
        throw new LawError(`${implementation.name}: ${describeFailure(outcome.failure, replay)}`);
      },
    };
  });
}

const names = [
  'groupConvolution',
  'interleave',
  'block',
  'groupConvolutionGradients',
  'blockGradients',
] as const;

function check(implementation: Implementation, options: LawOptions): void {
  const has = names.filter((name) => typeof implementation?.[name] === 'function');
  if (has.length === 0) {
    throw new TypeError(
      `igcLaws: expected an implementation with at least one of ${names.join(', ')}, got ${
        implementation === null || typeof implementation !== 'object'
          ? String(implementation)
          : `{ ${Object.keys(implementation).join(', ')} }`
      }`,
    );
  }
  const unknown = options.only?.filter((id) => !laws.some((law) => law.id === id)) ?? [];
  if (unknown.length > 0) {
    throw new TypeError(
      `igcLaws: no law is called ${unknown.join(', ')}; the laws: ${laws.map((l) => l.id).join(', ')}`,
    );
  }
  for (const [name, limit] of Object.entries(implementation.limits ?? {})) {
    const expected = expectedLimit(name);
    if (!expected.holds(limit)) {
      throw new TypeError(`igcLaws: limits: expected ${expected.words}, got ${name} ${String(limit)}`);
    }
  }
  const { seed = defaultSeed, runs = 1 } = options;
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(runs) || runs < 1) {
    throw new TypeError(
      `igcLaws: expected an integer seed and at least one run, got seed ${seed}, runs ${runs}`,
    );
  }
}

/** What a limit of this name may be. */
function expectedLimit(name: string): { readonly words: string; holds(value: unknown): boolean } {
  const paddings = ['any', 'symmetric', 'none'];
  switch (typeof everything[name as keyof Limits]) {
    case 'number':
      return { words: 'a positive integer', holds: (n) => Number.isSafeInteger(n) && (n as number) > 0 };
    case 'boolean':
      return { words: 'true or false', holds: (value) => typeof value === 'boolean' };
    case 'string':
      return { words: paddings.join(', '), holds: (value) => paddings.includes(value as string) };
    default:
      return { words: `one of ${Object.keys(everything).join(', ')}`, holds: () => false };
  }
}

function operationsOf(implementation: Implementation): ReadonlySet<Operation> {
  const present = new Set<Operation>(names.filter((name) => implementation[name] !== undefined));
  if (present.has('groupConvolution')) present.add('convolution');
  return present;
}

function reasonToSkip(law: Law, present: ReadonlySet<Operation>, limits: Limits): string | undefined {
  if (law.tests.length === 0) return 'it is about the specification alone';
  if (!law.tests.some((operation) => present.has(operation))) return `it needs ${law.tests.join(' or ')}`;
  // A law on gradients and outputs says nothing about the gradients where there are none.
  if (law.needsBias && !limits.bias) return 'it needs biases';
  return undefined;
}

/** The implementation behind the laws' interface. Missing operations are the specification's. */
function adapt(mine: Implementation, present: ReadonlySet<Operation>): Partial<Operations<number>> {
  const Typed = mine.precision === 'float64' ? Float64Array : Float32Array;
  const out = (t: Tensor<number>): Array4 => ({ shape: [...t.shape], data: Typed.from(t.data) });
  const vector = (v: readonly number[]): Array4 => ({ shape: [v.length], data: Typed.from(v) });
  const biases = (bias: Biases<number> | undefined) => ({
    ...(bias?.primary ? { primaryBias: vector(bias.primary) } : {}),
    ...(bias?.secondary ? { secondaryBias: vector(bias.secondary) } : {}),
  });
  const operations: Operations<number> = {
    async groupConvolution(x, weight, groups, window, bias) {
      const args = {
        x: out(x),
        weight: out(weight),
        groups,
        ...window,
        ...(bias ? { bias: vector(bias) } : {}),
      };
      return tensorOf('groupConvolution', await mine.groupConvolution!(args));
    },
    async convolution(x, weight, window, bias) {
      return operations.groupConvolution(x, weight, 1, window, bias);
    },
    async interleave(x, { L, M }) {
      return tensorOf('interleave', await mine.interleave!({ x: out(x), L, M }));
    },
    async block(x, primary, secondary, window, bias) {
      const kernels = { primaryWeight: out(primary), secondaryWeight: out(secondary), ...biases(bias) };
      return tensorOf('block', await mine.block!({ x: out(x), ...kernels, ...window }));
    },
    async groupConvolutionGradients(g, x, weight, groups, window, bias) {
      const args = { gradOutput: out(g), x: out(x), weight: out(weight), groups, ...window };
      const got = await mine.groupConvolutionGradients!({
        ...args,
        ...(bias ? { bias: vector(bias) } : {}),
      });
      return {
        x: tensorOf('groupConvolutionGradients.x', got.x),
        kernel: tensorOf('groupConvolutionGradients.weight', got.weight),
        bias: Array.from(got.bias?.data ?? [Number.NaN]),
      };
    },
    async blockGradients(g, x, primary, secondary, window, bias) {
      const kernels = { primaryWeight: out(primary), secondaryWeight: out(secondary), ...biases(bias) };
      const got = await mine.blockGradients!({ gradOutput: out(g), x: out(x), ...kernels, ...window });
      return gradientsOf(got);
    },
  };
  return Object.fromEntries([...present].map((name) => [name, operations[name]]));
}

function gradientsOf(got: {
  x: Result;
  primaryWeight: Result;
  secondaryWeight: Result;
  primaryBias?: Result;
  secondaryBias?: Result;
}): BlockGradients<number> {
  return {
    x: tensorOf('blockGradients.x', got.x),
    primaryKernel: tensorOf('blockGradients.primaryWeight', got.primaryWeight),
    secondaryKernel: tensorOf('blockGradients.secondaryWeight', got.secondaryWeight),
    primaryBias: Array.from(got.primaryBias?.data ?? [Number.NaN]),
    secondaryBias: Array.from(got.secondaryBias?.data ?? [Number.NaN]),
  };
}

/** What an implementation returned, checked: the implementation's fault, said so. */
function tensorOf(operation: string, got: Result): Tensor<number> {
  const shape = got?.shape;
  const data = got?.data;
  if (!Array.isArray(shape) || shape.length !== 4 || data === undefined || typeof data.length !== 'number') {
    throw new TypeError(`${operation} returned no { shape: [n, c, h, w], data }`);
  }
  const [n, c, h, w] = shape as [number, number, number, number];
  if (data.length !== n * c * h * w) {
    throw new TypeError(`${operation} returned ${data.length} numbers for the shape [${shape.join(', ')}]`);
  }
  return new Tensor([n, c, h, w], Array.from(data, Number));
}
