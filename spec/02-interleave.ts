/**
 * The interleave Pᵀ and the deinterleave P, Eq. 2 and 4: as maps of indices, on feature maps, and as
 * permutation matrices.
 */
import { constrain, Matrix, type Partition, type Semiring, type Tensor, tensor } from './00-notation.ts';

/**
 * Where the interleave sends channel c = l·M + m.
 *
 * @paper Eq. 2: l·M + m ↦ m·L + l
 */
export function interleaveIndex({ L, M }: Partition, c: number): number {
  const l = Math.floor(c / M);
  const m = c % M;
  return m * L + l;
}

/**
 * Where the deinterleave sends channel c = m·L + l: the inverse of `interleaveIndex`.
 *
 * @paper Eq. 4: m·L + l ↦ l·M + m
 */
export function deinterleaveIndex({ L, M }: Partition, c: number): number {
  const m = Math.floor(c / L);
  const l = c % L;
  return l * M + m;
}

/**
 * The interleave ȳ = Pᵀ y: secondary partition m collects the m-th channel of every primary partition.
 * Shapes: y (N, L·M, H, W), result the same (C8).
 *
 * @paper Eq. 2: ȳ_m = [y_1m, y_2m, …, y_Lm], that is (Pᵀ y)[m·L + l] = y[l·M + m]
 */
export function interleave<T>(y: Tensor<T>, { L, M }: Partition): Tensor<T> {
  constrain(y.shape[1] === L * M, 'interleave', 'C8', `${L} × ${M} channels`, `${y.shape[1]}`);
  return tensor(y.shape, (n, c, h, w) => {
    const m = Math.floor(c / L);
    const l = c % L;
    return y.at(n, l * M + m, h, w);
  });
}

/**
 * The deinterleave x′ = P z̄: channels go back to the primary order.
 * Shapes: z (N, L·M, H, W), result the same (C8).
 *
 * @paper Eq. 4: (P z̄)[l·M + m] = z̄[m·L + l]
 */
export function deinterleave<T>(z: Tensor<T>, { L, M }: Partition): Tensor<T> {
  constrain(z.shape[1] === L * M, 'deinterleave', 'C8', `${L} × ${M} channels`, `${z.shape[1]}`);
  return tensor(z.shape, (n, c, h, w) => {
    const l = Math.floor(c / M);
    const m = c % M;
    return z.at(n, m * L + l, h, w);
  });
}

/**
 * The interleave as a permutation matrix, G × G.
 *
 * @paper Eq. 2: Pᵀ, with a one in row m·L + l and column l·M + m
 */
export function interleaveMatrix<T>(A: Semiring<T>, { L, M }: Partition): Matrix<T> {
  return new Matrix(L * M, L * M, (row, column) =>
    row === interleaveIndex({ L, M }, column) ? A.one : A.zero,
  );
}

/**
 * The deinterleave as a permutation matrix, G × G: the transpose of `interleaveMatrix`.
 *
 * @paper Eq. 4: P, with a one in row l·M + m and column m·L + l
 */
export function deinterleaveMatrix<T>(A: Semiring<T>, { L, M }: Partition): Matrix<T> {
  return new Matrix(L * M, L * M, (row, column) =>
    row === deinterleaveIndex({ L, M }, column) ? A.one : A.zero,
  );
}
