/**
 * The one interface behind which everything that can be judged stands: a module, a command, a runtime, a recording,
 * our own kernels. An adapter knows how to ask; it never judges.
 */
import type { Window } from '../../spec/00-notation.ts';
import type { PrecisionName } from '../algebras/precision.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import { type Differentiable, differentiable, type OperationName, type Recorded } from './types.ts';

/** One question: what to compute, and on what. */
export interface Case {
  /** Names it in reports and replays, as 'integers/17'. */
  readonly id: string;
  readonly operation: OperationName;
  /**
   * By the names of recordings: x, primary_weight, secondary_weight and, where given, primary_bias, secondary_bias;
   * or x, weight, bias; or x. With grad_y the gradients are asked for too.
   */
  readonly inputs: ReadonlyMap<string, Recorded>;
  readonly window: Window;
  /** Of the interleave alone; elsewhere L and M follow from the shapes. */
  readonly partition?: { readonly L: number; readonly M: number } | undefined;
}

/** What came of asking. Only an answer can pass. */
export type Outcome =
  /** By the names of recordings: y and, if it likes, primary, interleaved, secondary; the gradients where asked for. */
  | { readonly kind: 'answer'; readonly arrays: ReadonlyMap<string, Recorded> }
  /** It says that it can't do this case. */
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'crash'; readonly reason: string }
  | { readonly kind: 'timeout'; readonly reason: string }
  /** It answered with something that isn't one: wrong format, missing y. */
  | { readonly kind: 'garbage'; readonly reason: string };

/** What an implementation can do; the probes ask for no more. */
export interface Abilities {
  readonly operations: readonly OperationName[];
  /** The coarsest precision of a sum or a product. */
  readonly precision: PrecisionName;
  readonly flushesSubnormals?: boolean;
  /** Whether the block is computed as one convolution with the composite kernel. */
  readonly composed?: boolean;
  /** The points, where 3×3 convolutions may be computed by Winograd's F(4×4, 3×3): `Evidence.winograd`. */
  readonly winograd?: WinogradPoints | undefined;
  /** Whether pointwise convolutions may be computed by Strassen's algorithm: `Evidence.strassen`. */
  readonly strassen?: boolean | undefined;
  /**
   * Whether it multiplies with zeros of its own (a kernel stored with more than its weights, lanes beyond a row), so that
   * infinities and NaN spread: a number that doesn't depend on one may become NaN too.
   */
  readonly multipliesZeros?: boolean;
  readonly bias?: boolean;
  /** Whether it has gradients: of every operation that it has (true), of these alone, or none (false, the default). */
  readonly gradients?: boolean | readonly Differentiable[];
  /** The largest stride and dilation; absent: any. */
  readonly stride?: number;
  readonly dilation?: number;
  /** 'any' four numbers (the default), 'symmetric' (top = bottom, left = right), or 'none'. */
  readonly padding?: 'any' | 'symmetric' | 'none';
  /** Whether its models can name a padding (ONNX's auto_pad) instead of giving four numbers; default false. */
  readonly autoPad?: boolean;
  /** Whether Mout ≠ Min is possible; default true. */
  readonly widening?: boolean;
  /** Whether a secondary partition may have another number of outputs than inputs, Lout ≠ L; default false. */
  readonly outputs?: boolean;
  /** The largest kernel height and width; absent: any. */
  readonly kernel?: number;
  /** The largest L, M, Mout and Lout; absent: any. */
  readonly partitions?: number;
}

/** The operations whose gradients an implementation can be asked for. */
export function gradientsOf({ operations, gradients = false }: Abilities): readonly Differentiable[] {
  const named = typeof gradients === 'boolean' ? (gradients ? differentiable : []) : gradients;
  return named.filter((operation) => operations.includes(operation));
}

/** An implementation under test. */
export interface Adapter extends Abilities {
  readonly name: string;
  /** Versions and the like, for reports. */
  readonly about?: string;
  /** Asks. Never rejects for what the implementation does: that is an outcome. */
  run(question: Case): Promise<Outcome>;
  /** Ends it and frees what it holds; also after a crash, also twice. */
  close(): Promise<void>;
}
