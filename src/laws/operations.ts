import type { Biases, Partition, Semiring, Tensor, Window } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import { block } from '../../spec/03-igc-block.ts';
import {
  type BlockGradients,
  biasAdjoint,
  blockAdjoint,
  groupInputAdjoint,
  groupKernelAdjoint,
} from '../../spec/08-adjoint.ts';

type Eventually<T> = T | Promise<T>;

/** The gradients of a group convolution. */
export interface ConvolutionGradients<T> {
  readonly x: Tensor<T>;
  readonly kernel: Tensor<T>;
  readonly bias: readonly T[];
}

/** What a law asks of an implementation. Feature maps are NCHW, kernels OIHW, shapes as in the specification. */
export interface Operations<T> {
  convolution(x: Tensor<T>, kernel: Tensor<T>, window: Window, bias?: readonly T[]): Eventually<Tensor<T>>;
  groupConvolution(
    x: Tensor<T>,
    kernel: Tensor<T>,
    groups: number,
    window: Window,
    bias?: readonly T[],
  ): Eventually<Tensor<T>>;
  interleave(x: Tensor<T>, partition: Partition): Eventually<Tensor<T>>;
  block(
    x: Tensor<T>,
    primary: Tensor<T>,
    secondary: Tensor<T>,
    window: Window,
    bias?: Biases<T>,
  ): Eventually<Tensor<T>>;
  groupConvolutionGradients(
    g: Tensor<T>,
    x: Tensor<T>,
    kernel: Tensor<T>,
    groups: number,
    window: Window,
    bias?: readonly T[],
  ): Eventually<ConvolutionGradients<T>>;
  blockGradients(
    g: Tensor<T>,
    x: Tensor<T>,
    primary: Tensor<T>,
    secondary: Tensor<T>,
    window: Window,
    bias?: Biases<T>,
  ): Eventually<BlockGradients<T>>;
}

/** The name of something that an implementation may have. */
export type Operation = keyof Operations<unknown>;

/** The specification's own operations, on an algebra. */
export function specOperations<T>(A: Semiring<T>): Operations<T> {
  return {
    convolution: (x, kernel, window, bias) => addBias(A, convolution(A, x, kernel, window), bias),
    groupConvolution: (x, kernel, groups, window, bias) =>
      addBias(A, groupConvolution(A, x, kernel, groups, window), bias),
    interleave: (x, partition) => interleave(x, partition),
    block: (x, primary, secondary, window, bias) => block(A, x, primary, secondary, window, bias),
    groupConvolutionGradients: (g, x, kernel, groups, window) => ({
      x: groupInputAdjoint(A, g, kernel, groups, window, [x.shape[2], x.shape[3]]),
      kernel: groupKernelAdjoint(A, g, x, groups, window, [kernel.shape[2], kernel.shape[3]]),
      bias: biasAdjoint(A, g),
    }),
    blockGradients: (g, x, primary, secondary, window, bias) =>
      blockAdjoint(A, g, x, primary, secondary, window, bias),
  };
}
