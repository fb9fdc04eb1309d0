import type { Window } from '../../spec/00-notation.ts';
import type { PrecisionName } from '../algebras/precision.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';

/** How an implementation fared. Only PASS is good. */
export const verdictKinds = [
  'PASS',
  'FAIL',
  'CRASH',
  'TIMEOUT',
  'GARBAGE',
  'UNSUPPORTED',
  'MISTRUSTED',
] as const;

export type VerdictKind = (typeof verdictKinds)[number];

/** The verdicts that speak against an implementation, however little was asked. */
export const bad: readonly VerdictKind[] = ['FAIL', 'CRASH', 'TIMEOUT', 'GARBAGE'];

/** How many of these there are. */
export function countBad(counts: Readonly<Record<VerdictKind, number>>): number {
  return bad.reduce((total, kind) => total + counts[kind], 0);
}

/** What is judged: the block, or one of its parts alone. */
export type OperationName = 'block' | 'group-convolution' | 'interleave';

/** The operations whose gradients can be asked for; that of the interleave is the deinterleave. */
export const differentiable = ['block', 'group-convolution'] as const satisfies readonly OperationName[];

export type Differentiable = (typeof differentiable)[number];

/** Where a block can go wrong, in order; then its gradients by name. 'output' where only the output is known. */
export type Stage = 'primary' | 'interleave' | 'secondary' | 'deinterleave' | 'output' | `grad_${string}`;

/** What the numbers of an array were rounded to when they were stored. */
export type StoredAs = PrecisionName | 'integer';

/** An array that was given or computed: as it was recorded, its shape unchecked. */
export interface Recorded {
  /** Feature maps NCHW, kernels OIHW, biases C. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: ArrayLike<number>;
  readonly stored: StoredAs;
}

/** What an implementation was given and what it gave, in its own numbers. */
export interface Evidence {
  readonly operation: OperationName;
  /** By the names of recordings: x, primary_weight, … y. What was given fits together; what was computed may not. */
  readonly arrays: ReadonlyMap<string, Recorded>;
  readonly window: Window;
  /** Of the interleave alone; elsewhere it follows from the shapes. */
  readonly partition?: { readonly L: number; readonly M: number } | undefined;
  /** The coarsest precision of a sum or a product. */
  readonly precision: PrecisionName;
  /** Whether subnormal numbers may have been replaced by zero, anywhere. */
  readonly flushesSubnormals: boolean;
  /** Whether the block was computed as one convolution with the composite kernel. */
  readonly composed: boolean;
  /**
   * The points ±a, ±b of Winograd's F(4×4, 3×3), where a 3×3 convolution of stride and dilation 1 may have been computed
   * with it, its transforms with these; absent: all convolutions were sums of products. Gradients always are.
   */
  readonly winograd?: WinogradPoints | undefined;
  /**
   * Whether pointwise convolutions may have been computed by Strassen's algorithm, in Winograd's form and one level deep:
   * the outputs and the inputs of a group in halves, of which the first is the larger, and any two pixels paired.
   */
  readonly strassen?: boolean | undefined;
  /**
   * Inputs that the implementation computed itself before: it may have gone on with the numbers from before they were
   * rounded to what was recorded.
   */
  readonly unrounded?: readonly string[];
  /** Whether zeros of its own may have met infinities and NaN; as in `Abilities`. */
  readonly multipliesZeros?: boolean;
}

/** One element that isn't what it should be. */
export interface Difference {
  /** Position in words: 'n 0, l 1, m 0, h 2, w 3 (channel 2)'. */
  readonly where: string;
  readonly index: readonly number[];
  /** The exact value, rounded to double. */
  readonly expected: number;
  readonly got: number;
  /** How far a correct implementation can be from the exact value; 0: bit for bit. */
  readonly bound: number;
}

/** The judgement of one recorded array. */
export interface ArrayVerdict {
  readonly array: string;
  readonly stage: Stage;
  /** What it was computed from, as 'interleaved, secondary_weight'. */
  readonly from: string;
  readonly kind: 'PASS' | 'FAIL' | 'GARBAGE' | 'UNSUPPORTED';
  /** 'none' where it wasn't compared: `problem` says why. */
  readonly comparison: 'bit for bit' | 'rounding bound' | 'none';
  readonly elements: number;
  /** Elements beyond their bound. */
  readonly wrong: number;
  /** The largest |got − exact| / bound among elements with a bound; 0 where all are bit for bit. */
  readonly worstRatio: number;
  /** The first wrong element, a value that is no number before others; undefined where all are right. */
  readonly first?: Difference;
  /**
   * Where the wrong elements are, as 'in all 6 channels, only in the last row'; where some are no numbers, these. Empty of
   * an array of one element.
   */
  readonly pattern?: string;
  /** What is wrong where no single element is, such as a shape. */
  readonly problem?: string;
  /** Of the first wrong array: a coarser precision than the declared one, in which it would be right. */
  readonly within?: PrecisionName;
}

/** The judgement of an implementation on one piece of evidence. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** The first wrong stage. */
  readonly stage?: Stage;
  /** In one sentence. */
  readonly reason: string;
  /** The coarsest precision that a sum or a product was allowed. */
  readonly precision: PrecisionName;
  readonly arrays: readonly ArrayVerdict[];
}
