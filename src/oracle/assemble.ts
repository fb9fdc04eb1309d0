/** The block, and all gradients, put together from convolutions, their adjoints and moves. */
import { type Shape, unitWindow, type Window } from '../../spec/00-notation.ts';
import type { BlockInputs, Operations } from './operations.ts';

/** What they are made of; shapes as in the specification's functions of the same names. */
export interface Parts<V>
  extends Pick<Operations<V>, 'groupConvolution' | 'addBias' | 'interleave' | 'deinterleave'> {
  shape(x: V): Shape;
  /** The gradients with respect to the input and the kernel of a group convolution, of these shapes. */
  inputAdjoint(g: V, kernel: V, groups: number, window: Window, shape: Shape): V;
  kernelAdjoint(g: V, x: V, groups: number, window: Window, shape: Shape): V;
  /** The sum over samples and positions, (1, C, 1, 1). */
  sumPositions(g: V): V;
}

export function assembled<V>(parts: Parts<V>): Operations<V> {
  const { groupConvolution, addBias, interleave, deinterleave, inputAdjoint, kernelAdjoint } = parts;
  const sizesOf = ({ primary, secondary }: BlockInputs<V>) => {
    const [outputs, L] = parts.shape(secondary);
    const Mout = parts.shape(primary)[0] / L;
    return { L, Mout, Lout: outputs / Mout };
  };
  const toInterleaved = (inputs: BlockInputs<V>): V => {
    const { x, primary, primaryBias, window } = inputs;
    const { L, Mout } = sizesOf(inputs);
    const y = addBias(groupConvolution(x, primary, L, window), primaryBias);
    return interleave(y, { L, M: Mout });
  };
  return {
    groupConvolution,
    addBias,
    interleave,
    deinterleave,
    block: (inputs) => {
      const { secondary, secondaryBias } = inputs;
      const { Mout, Lout } = sizesOf(inputs);
      const mixed = groupConvolution(toInterleaved(inputs), secondary, Mout, unitWindow);
      return deinterleave(addBias(mixed, secondaryBias), { L: Lout, M: Mout });
    },
    gradients: (g, inputs) => {
      const { x, primary, secondary, window } = inputs;
      const { L, Mout, Lout } = sizesOf(inputs);
      const interleaved = toInterleaved(inputs);
      const [gSecondary, shape] = [interleave(g, { L: Lout, M: Mout }), parts.shape(interleaved)];
      const gInterleaved = inputAdjoint(gSecondary, secondary, Mout, unitWindow, shape);
      const gPrimary = deinterleave(gInterleaved, { L, M: Mout });
      return {
        grad_x: inputAdjoint(gPrimary, primary, L, window, parts.shape(x)),
        grad_primary_weight: kernelAdjoint(gPrimary, x, L, window, parts.shape(primary)),
        grad_secondary_weight: kernelAdjoint(
          gSecondary,
          interleaved,
          Mout,
          unitWindow,
          parts.shape(secondary),
        ),
        grad_primary_bias: parts.sumPositions(gPrimary),
        grad_secondary_bias: parts.sumPositions(gSecondary),
      };
    },
    convolutionGradients: (g, { x, kernel, groups, window }) => ({
      grad_x: inputAdjoint(g, kernel, groups, window, parts.shape(x)),
      grad_weight: kernelAdjoint(g, x, groups, window, parts.shape(kernel)),
      grad_bias: parts.sumPositions(g),
    }),
  };
}
