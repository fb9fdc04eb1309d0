/**
 * What the quantities are made of: operations on whole arrays. The specification has them, on any algebra; the fast
 * reference has them on doubles.
 */
import type { Window } from '../../spec/00-notation.ts';

/** L and M of an interleave. */
export interface Sides {
  readonly L: number;
  readonly M: number;
}

/** What a block is given. A bias of C entries is (1, C, 1, 1). */
export interface BlockInputs<V> {
  readonly x: V;
  readonly primary: V;
  readonly secondary: V;
  readonly primaryBias: V | undefined;
  readonly secondaryBias: V | undefined;
  readonly window: Window;
}

/** What a group convolution is given, but for its bias: no gradient depends on that. */
export interface ConvolutionInputs<V> {
  readonly x: V;
  readonly kernel: V;
  readonly groups: number;
  readonly window: Window;
}

/** Operations on arrays V; shapes as in the specification's functions of the same names. */
export interface Operations<V> {
  groupConvolution(x: V, kernel: V, groups: number, window: Window): V;
  addBias(y: V, bias: V | undefined): V;
  interleave(x: V, sides: Sides): V;
  deinterleave(x: V, sides: Sides): V;
  /** The block's output. */
  block(inputs: BlockInputs<V>): V;
  /** The gradients by the names of recordings, those with respect to biases as (1, C, 1, 1). */
  gradients(g: V, inputs: BlockInputs<V>): Readonly<Record<string, V>>;
  /** The same of a group convolution. */
  convolutionGradients(g: V, inputs: ConvolutionInputs<V>): Readonly<Record<string, V>>;
}
