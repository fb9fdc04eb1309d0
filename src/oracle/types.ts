import type { Tensor, Window } from '../../spec/00-notation.ts';
import type { PrecisionName } from '../algebras/precision.ts';

/** How an implementation fared. Only PASS is good. */
export type VerdictKind = 'PASS' | 'FAIL' | 'CRASH' | 'TIMEOUT' | 'GARBAGE' | 'UNSUPPORTED' | 'MISTRUSTED';

/** What is judged: the block, or one of its parts alone. */
export type OperationName = 'block' | 'group-convolution' | 'interleave';

/** Where a block can go wrong, in order; then its gradients by name. 'output' where only the output is known. */
export type Stage = 'primary' | 'interleave' | 'secondary' | 'deinterleave' | 'output' | `grad_${string}`;

/** What an implementation was given and what it gave, in its own numbers. */
export interface Evidence {
  readonly operation: OperationName;
  /** By the names of recordings: x, primary_weight, … y. A bias has shape (1, C, 1, 1). */
  readonly arrays: ReadonlyMap<string, Tensor<number>>;
  readonly window: Window;
  /** Of the interleave alone; elsewhere it follows from the shapes. */
  readonly partition?: { readonly L: number; readonly M: number } | undefined;
  /** What sums and products are rounded to. */
  readonly precision: PrecisionName;
  /** Whether the block was computed as one convolution with the composite kernel. */
  readonly composed: boolean;
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
  readonly comparison: 'bit for bit' | 'rounding bound';
  readonly elements: number;
  /** Elements beyond their bound. */
  readonly wrong: number;
  /** The largest |got − exact| / bound among elements with a bound; 0 where all are bit for bit. */
  readonly worstRatio: number;
  /** The first wrong element; undefined where all are right. */
  readonly first?: Difference;
  /** What is wrong where no single element is, such as a shape. */
  readonly problem?: string;
}

/** The judgement of an implementation on one piece of evidence. */
export interface Verdict {
  readonly kind: VerdictKind;
  /** The first wrong stage. */
  readonly stage?: Stage;
  /** In one sentence. */
  readonly reason: string;
  readonly arrays: readonly ArrayVerdict[];
}
