/** The specification's operations, as what the quantities are made of. */
import { type Semiring, Tensor, type Window } from '../../spec/00-notation.ts';
import { addBias, groupConvolution } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { block } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { biasAdjoint, blockAdjoint, groupInputAdjoint, groupKernelAdjoint } from '../../spec/08-adjoint.ts';
import { assembled } from './assemble.ts';
import { compositeAdjoint } from './composite-adjoint.ts';
import type { BlockInputs, Operations } from './operations.ts';

/**
 * The specification's, in an algebra; `composed`: the block and its gradients as one convolution computes them.
 * `convolve`: instead of its group convolution, where sums are not the only way to compute one.
 */
export function specOperations<T>(
  A: Semiring<T>,
  composed: boolean,
  convolve?: Operations<Tensor<T>>['groupConvolution'],
): Operations<Tensor<T>> {
  const column = (values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);
  const biases = ({ primaryBias, secondaryBias }: BlockInputs<Tensor<T>>) => ({
    primary: primaryBias?.data,
    secondary: secondaryBias?.data,
  });
  const parts = {
    groupConvolution:
      convolve ??
      ((x: Tensor<T>, kernel: Tensor<T>, groups: number, window: Window) =>
        groupConvolution(A, x, kernel, groups, window)),
    addBias: (y: Tensor<T>, bias: Tensor<T> | undefined) => addBias(A, y, bias?.data),
    interleave,
    deinterleave,
  };
  if (convolve && !composed) {
    return assembled<Tensor<T>>({
      ...parts,
      shape: (x) => x.shape,
      inputAdjoint: (g, kernel, groups, window, [, , H, W]) =>
        groupInputAdjoint(A, g, kernel, groups, window, [H, W]),
      kernelAdjoint: (g, x, groups, window, [, , kh, kw]) =>
        groupKernelAdjoint(A, g, x, groups, window, [kh, kw]),
      sumPositions: (g) => column(biasAdjoint(A, g)),
    });
  }
  return {
    ...parts,
    block: (inputs) => {
      const { x, primary, secondary, window } = inputs;
      const bias = biases(inputs);
      if (!composed) return block(A, x, primary, secondary, window, bias);
      const y = parts.groupConvolution(x, compositeKernel(A, primary, secondary), 1, window);
      return addBias(A, y, compositeBias(A, primary, secondary, bias));
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
    convolutionGradients: (g, { x, kernel, groups, window }) => ({
      grad_x: groupInputAdjoint(A, g, kernel, groups, window, [x.shape[2], x.shape[3]]),
      grad_weight: groupKernelAdjoint(A, g, x, groups, window, [kernel.shape[2], kernel.shape[3]]),
      grad_bias: column(biasAdjoint(A, g)),
    }),
  };
}
