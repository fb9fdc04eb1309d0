/**
 * The block is one regular convolution, Eq. 5 and 6: its kernel entry by entry, and as the product of sparse
 * matrices that the paper prints.
 */
import {
  type Biases,
  constrain,
  type Matrix,
  product,
  type Semiring,
  sum,
  type Tensor,
  tensor,
} from './00-notation.ts';
import { blockDiagonal, kernelMatrix } from './01-group-convolution.ts';
import { deinterleaveMatrix, interleaveMatrix } from './02-interleave.ts';
import { blockShape } from './03-igc-block.ts';

/**
 * The composite kernel. Shapes: primary (L·Mout, Min, kh, kw), secondary (Mout·Lout, L, 1, 1), result
 * (Lout·Mout, L·Min, kh, kw) (C9, C10).
 *
 * @paper Eq. 6, entry by entry: W[l′·Mout + m′, l·Min + m, u, v] = Wᵈ[m′·Lout + l′, l] · Wᵖ[l·Mout + m′, m, u, v]
 */
export function compositeKernel<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
): Tensor<T> {
  const { L, Min, Mout, Lout } = blockShape(primaryKernel, secondaryKernel);
  const [, , kh, kw] = primaryKernel.shape;
  return tensor([Lout * Mout, L * Min, kh, kw], (out, input, u, v) => {
    const l2 = Math.floor(out / Mout);
    const m2 = out % Mout;
    const l = Math.floor(input / Min);
    const m = input % Min;
    return A.mul(secondaryKernel.at(m2 * Lout + l2, l, 0, 0), primaryKernel.at(l * Mout + m2, m, u, v));
  });
}

/**
 * The composite kernel as a product of four sparse matrices. Size: (Lout·Mout) × (L·Min·S), column
 * (c·kh + u)·kw + v, to multiply a patch of x.
 *
 * @paper Eq. 5 and 6: W = P Wᵈ Pᵀ Wᵖ
 */
export function compositeMatrix<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
): Matrix<T> {
  const { L, Mout, Lout } = blockShape(primaryKernel, secondaryKernel);
  const P = deinterleaveMatrix(A, { L: Lout, M: Mout });
  const Wd = kernelMatrix(blockDiagonal(A, secondaryKernel, Mout));
  const Pt = interleaveMatrix(A, { L, M: Mout });
  const Wp = kernelMatrix(blockDiagonal(A, primaryKernel, L));
  return product(A, P, product(A, Wd, product(A, Pt, Wp)));
}

/**
 * The bias of the composite convolution; valid because the secondary is 1 × 1 and unpadded. Lout·Mout entries,
 * index l′·Mout + m′; undefined where neither convolution has one (C11).
 *
 * @paper not in the paper: b = P (Wᵈ Pᵀ bᵖ + bᵈ)
 */
export function compositeBias<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  bias: Biases<T>,
): readonly T[] | undefined {
  const { L, Mout, Lout } = blockShape(primaryKernel, secondaryKernel);
  const { primary: bp, secondary: bd } = bias;
  if (bp === undefined && bd === undefined) return undefined;
  const lengths =
    (bp === undefined || bp.length === L * Mout) && (bd === undefined || bd.length === Mout * Lout);
  const given = `${bp?.length ?? 'none'} and ${bd?.length ?? 'none'}`;
  constrain(lengths, 'compositeBias', 'C11', `${L * Mout} and ${Mout * Lout} entries`, given);
  return Array.from({ length: Lout * Mout }, (_, out) => {
    const l2 = Math.floor(out / Mout);
    const m2 = out % Mout;
    const mixed = bp
      ? sum(A, [L], (l) => A.mul(secondaryKernel.at(m2 * Lout + l2, l, 0, 0), bp[l * Mout + m2]!))
      : A.zero;
    return bd ? A.add(mixed, bd[m2 * Lout + l2]!) : mixed;
  });
}
