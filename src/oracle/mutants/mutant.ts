import type { OperationName, Stage } from '../types.ts';
import type { CaseShape } from './shape.ts';
import type { Steps } from './steps.ts';

/** A bug that people have, as a value: the specification with one thing changed. */
export interface Mutant {
  readonly id: string;
  /** In plain words, to follow "this is what you get when". */
  readonly name: string;
  /** What to change. */
  readonly advice: string;
  /** Where it was seen; 'nowhere yet' for those that follow from the others. */
  readonly seen: string;
  /** The first stage that it makes wrong. */
  readonly stage: Stage;
  /** Where it can occur. */
  readonly operations: readonly OperationName[];
  /** The steps that aren't the specification's. */
  readonly steps: Partial<Steps>;
  /** Whether it is the same function as the specification on this shape: the same y and gradients for all numbers. */
  readonly invisible: (shape: CaseShape) => boolean;
  /** What numbers must be like for it to show, where not any will do: more bits than this. */
  readonly bits?: number;
  /** Its results are no sums of products: none is exact. */
  readonly inexact?: true;
  /** Wrong only in its gradients. */
  readonly backward?: true;
}

/** Where the primary convolution can be wrong. */
export const convolutions: readonly OperationName[] = ['block', 'group-convolution'];
export const everywhere: readonly OperationName[] = ['block', 'group-convolution', 'interleave'];
export const blocks: readonly OperationName[] = ['block'];
