/**
 * What the quantities are made of: operations on whole arrays. The specification has them, on any algebra; the fast
 * reference has them on doubles.
 */
import { type Semiring, Tensor, type Window } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { block } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { compositeAdjoint } from './composite-adjoint.ts';

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
}

/** The specification's, in an algebra; `composed`: the block and its gradients as one convolution computes them. */
export function specOperations<T>(A: Semiring<T>, composed: boolean): Operations<Tensor<T>> {
  const column = (values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);
  const biases = ({ primaryBias, secondaryBias }: BlockInputs<Tensor<T>>) => ({
    primary: primaryBias?.data,
    secondary: secondaryBias?.data,
  });
  return {
    groupConvolution: (x, kernel, groups, window) => groupConvolution(A, x, kernel, groups, window),
    addBias: (y, bias) => addBias(A, y, bias?.data),
    interleave,
    deinterleave,
    block: (inputs) => {
      const { x, primary, secondary, window } = inputs;
      const bias = biases(inputs);
      if (!composed) return block(A, x, primary, secondary, window, bias);
      const W = compositeKernel(A, primary, secondary);
      return addBias(A, convolution(A, x, W, window), compositeBias(A, primary, secondary, bias));
    },
    gradients: (g, inputs) => {
      const { x, primary, secondary, window } = inputs;
      const adjoint = composed ? compositeAdjoint : blockAdjoint;
      const found = adjoint(A, g, x, primary, secondary, window, biases(inputs));
      return {
        grad_x: found.x,
        grad_primary_weight: found.primaryKernel,
        grad_secondary_weight: found.secondaryKernel,
        grad_primary_bias: column(found.primaryBias),
        grad_secondary_bias: column(found.secondaryBias),
      };
    },
  };
}
