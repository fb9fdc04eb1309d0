import { type Biases, type Semiring, sum, type Tensor, tensor, type Window } from '../../spec/00-notation.ts';
import { type BlockShape, blockShape } from '../../spec/03-igc-block.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import {
  type BlockGradients,
  biasAdjoint,
  convolutionInputAdjoint,
  convolutionKernelAdjoint,
} from '../../spec/08-adjoint.ts';

/**
 * The adjoint of the block as an implementation computes it that convolves once, with the composite kernel W: back
 * through the convolution, then through Eq. 6, W[l′·Mout + m′, l·Min + m] = Wᵈ[m′·Lout + l′, l] · Wᵖ[l·Mout + m′, m]. The
 * same numbers as `blockAdjoint`, by other sums, so with other rounding errors. Shapes as there.
 */
export function compositeAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  x: Tensor<T>,
  primary: Tensor<T>,
  secondary: Tensor<T>,
  window: Window,
  bias: Biases<T>,
): BlockGradients<T> {
  const shape: BlockShape = blockShape(primary, secondary);
  const { L, Min, Mout, Lout } = shape;
  const [, , kh, kw] = primary.shape;
  const gKernel = convolutionKernelAdjoint(A, g, x, window, [kh, kw]);
  const gBias = biasAdjoint(A, g);
  const row = (m2: number, l2: number) => m2 * Lout + l2;
  return {
    x: convolutionInputAdjoint(A, g, compositeKernel(A, primary, secondary), window, [
      x.shape[2],
      x.shape[3],
    ]),
    primaryKernel: tensor(primary.shape, (o, m, u, v) => {
      const [l, m2] = [Math.floor(o / Mout), o % Mout];
      return sum(A, [Lout], (l2) =>
        A.mul(secondary.at(row(m2, l2), l, 0, 0), gKernel.at(l2 * Mout + m2, l * Min + m, u, v)),
      );
    }),
    secondaryKernel: tensor(secondary.shape, (o, l) => {
      const [m2, l2] = [Math.floor(o / Lout), o % Lout];
      const mixed = sum(A, [Min, kh, kw], (m, u, v) =>
        A.mul(primary.at(l * Mout + m2, m, u, v), gKernel.at(l2 * Mout + m2, l * Min + m, u, v)),
      );
      const b = bias.primary?.[l * Mout + m2];
      return b === undefined ? mixed : A.add(mixed, A.mul(b, gBias[l2 * Mout + m2]!));
    }),
    primaryBias: Array.from({ length: L * Mout }, (_, o) => {
      const [l, m2] = [Math.floor(o / Mout), o % Mout];
      return sum(A, [Lout], (l2) => A.mul(secondary.at(row(m2, l2), l, 0, 0), gBias[l2 * Mout + m2]!));
    }),
    secondaryBias: Array.from(
      { length: Mout * Lout },
      (_, o) => gBias[(o % Lout) * Mout + Math.floor(o / Lout)]!,
    ),
  };
}
