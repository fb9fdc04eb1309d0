/**
 * A strategy knows one way to compute. It looks at a geometry and either says why it doesn't take it, or lays out memory
 * and promises code; the planner asks the strategies in turn.
 */
import type { Geometry } from './geometry.ts';
import type { FunctionBuilder } from './wasm/assembler.ts';
import { fusedInOrder, loadingFirst, type TileModel } from './wasm/best-tile.ts';

/** What the code is made for. */
export interface Target {
  /** Whether a multiply-add may be one instruction. */
  readonly relaxed: boolean;
  /** Whether the engine loads vectors where the code says so, not all that a loop needs at its beginning. */
  readonly inOrder: boolean;
  /** Whether these may be taken, whose errors are within bounds of their own. */
  readonly winograd: boolean;
  readonly strassen: boolean;
  readonly threads: number;
  /** Why there is one thread where more were asked for. */
  readonly alone?: string;
}

/** What tiles cost there. */
export function tileModel({ relaxed, inOrder }: Target): TileModel {
  return relaxed && inOrder ? fusedInOrder : loadingFirst;
}

/** Why a strategy doesn't take a shape. */
export interface Refusal {
  readonly refused: string;
}

/** Weights and biases of both convolutions, the normalisation folded into the last. */
export interface Weights {
  readonly primary: Float32Array;
  readonly primaryBias: Float32Array | undefined;
  readonly secondary: Float32Array | undefined;
  /** Of the secondary; where there is none, undefined: the primary's is then `primaryBias`. */
  readonly secondaryBias: Float32Array | undefined;
}

/** The same bytes of memory, as floats and as integers. */
export interface PackedWeights {
  readonly floats: Float32Array;
  readonly ints: Int32Array;
}

/**
 * One half of the work on a strip of rows: the primary convolution of groups first, …, first + count − 1 of `groups`, or
 * the secondary. A later phase needs all groups of an earlier one; groups of one phase may be shared out among threads.
 */
export interface Phase {
  /** The name under which the module exports it. */
  readonly name: string;
  readonly groups: number;
}

/** The parameters of every exported phase, all i32: addresses in bytes, then numbers. */
export const phaseParameters = [
  /** Of the image in the input, in the output and in the residual. */
  'input',
  'output',
  'residual',
  'weights',
  /** This thread's own bytes. */
  'scratch',
  /** What a phase hands to the next; a strip's own. */
  'panels',
  /** The strip: its first row of the output, a multiple of stripRows, and how many. */
  'row',
  'rows',
  'first',
  'count',
] as const;

/** What is rounded, other than sums in some order: the primary by Winograd's, or the secondary by Strassen's. */
export type Algorithm = 'sum' | 'winograd' | 'strassen';

export interface Design {
  readonly strategy: string;
  readonly why: string;
  readonly algorithm: Algorithm;
  readonly stripRows: number;
  readonly phases: readonly Phase[];
  readonly weightBytes: number;
  readonly scratchBytes: number;
  readonly panelBytes: number;
  /** The function of each phase, by its name. */
  emit(): Readonly<Record<string, FunctionBuilder>>;
  /** Writes the weights as the code reads them, and its tables and constants. */
  pack(weights: Weights, into: PackedWeights): void;
}

export interface Strategy {
  readonly name: string;
  design(geometry: Geometry, target: Target): Design | Refusal;
}
