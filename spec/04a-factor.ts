/**
 * Eq. 6 backwards: which regular kernels are composite, and the two kernels that they come from. An entry of a
 * kernel belongs to one slice (l, m′) only, and Eq. 6 says that a slice is a column times a row.
 */
import {
  constrain,
  Matrix,
  type OrderedField,
  type Semiring,
  sizes,
  type Tensor,
  tensor,
} from './00-notation.ts';
import type { BlockShape } from './03-igc-block.ts';
import { compositeKernel } from './04-composite-kernel.ts';

/** What decides whether two scalars are the same. */
export interface Equality<T> {
  equals(a: T, b: T): boolean;
}

/** The kernels of a block whose composite kernel is given. */
export interface Factors<T> {
  readonly primary: Tensor<T>;
  readonly secondary: Tensor<T>;
}

/** What a kernel's shape leaves open: how its input channels and its output channels are split. */
export type Split = Pick<BlockShape, 'L' | 'Mout'>;

/**
 * The sizes of the block that a kernel would be the composite of. Shape: W (Lout·Mout, L·Min, kh, kw) (C6).
 *
 * @paper Eq. 6, its sizes: Min = (input channels)/L, Lout = (output channels)/Mout
 */
export function splitShape<T>(W: Tensor<T>, { L, Mout }: Split): BlockShape {
  const [O, I] = W.shape;
  const divides = (n: number, size: number) => Number.isSafeInteger(n) && n > 0 && size % n === 0;
  const whole = divides(L, I) && divides(Mout, O);
  constrain(whole, 'factor', 'C6', `L to divide ${I} and Mout to divide ${O}`, `L ${L}, Mout ${Mout}`);
  return { L, Min: I / L, Mout, Lout: O / Mout };
}

/**
 * A slice of a kernel: what joins primary partition l to secondary partition m′. Size: Lout × (Min·S), row l′,
 * column (m·kh + u)·kw + v (C1, C6).
 *
 * @paper Eq. 6, for one l and one m′: the matrix W[l′·Mout + m′, l·Min + m, u, v] of l′ by (m, u, v)
 */
export function kernelSlice<T>(W: Tensor<T>, split: Split, l: number, m2: number): Matrix<T> {
  const { Min, Mout, Lout } = splitShape(W, split);
  const [, , kh, kw] = W.shape;
  return new Matrix(Lout, Min * kh * kw, (l2, column) => {
    const m = Math.floor(column / (kh * kw));
    const u = Math.floor(column / kw) % kh;
    return W.at(l2 * Mout + m2, l * Min + m, u, column % kw);
  });
}

/**
 * Whether a matrix has rank at most 1: both products of every 2 × 2 minor are equal, so that no ring is needed.
 *
 * @paper Eq. 6: (a_i·b_j)·(a_i′·b_j′) = (a_i·b_j′)·(a_i′·b_j)
 */
export function hasRankAtMostOne<T>(A: Semiring<T> & Equality<T>, a: Matrix<T>): boolean {
  const rows = Array.from({ length: a.rows }, (_, i) => i);
  const columns = Array.from({ length: a.columns }, (_, j) => j);
  const minorVanishes = (i: number, i2: number, j: number, j2: number) =>
    A.equals(A.mul(a.at(i, j), a.at(i2, j2)), A.mul(a.at(i, j2), a.at(i2, j)));
  return rows.every((i) =>
    rows
      .slice(0, i)
      .every((i2) => columns.every((j) => columns.slice(0, j).every((j2) => minorVanishes(i, i2, j, j2)))),
  );
}

/**
 * Whether W is the composite kernel of a block with these L and Mout. Exact over a field, where `factor` finds the
 * block; over a semiring every composite kernel passes. One row (Lout = 1) or one column (Min·S = 1) always does.
 * Shape: W (Lout·Mout, L·Min, kh, kw) (C6).
 *
 * @paper Eq. 6, when it can be solved: iff every slice (l, m′) has rank at most 1
 */
export function isComposite<T>(A: Semiring<T> & Equality<T>, W: Tensor<T>, split: Split): boolean {
  return slices(split).every(({ l, m2 }) => hasRankAtMostOne(A, kernelSlice(W, split, l, m2)));
}

function slices({ L, Mout }: Split): readonly { readonly l: number; readonly m2: number }[] {
  return Array.from({ length: L }, (_, l) => Array.from({ length: Mout }, (_, m2) => ({ l, m2 }))).flat();
}

/**
 * The kernels of the block that W is the composite of; undefined where there is none. Shapes: W
 * (Lout·Mout, L·Min, kh, kw), result primary (L·Mout, Min, kh, kw) and secondary (Mout·Lout, L, 1, 1) (C6).
 *
 * They are not unique: in each slice any scale c ≠ 0 can move between the factors, c·Wᵈ and Wᵖ/c. Taken is the one
 * in which the secondary entry is 1 in the first row that isn't zero, so that Wᵖ holds that row of W itself. In a
 * slice of zeros both factors are zero.
 *
 * @paper Eq. 6, solved in each slice, with a pivot p = W[i, j] ≠ 0: Wᵖ[j′] = W[i, j′], Wᵈ[i′] = W[i′, j]/p
 */
export function factor<T>(
  F: OrderedField<T> & Equality<T>,
  W: Tensor<T>,
  split: Split,
): Factors<T> | undefined {
  const { L, Min, Mout, Lout } = splitShape(W, split);
  const [, , kh, kw] = W.shape;
  const factors = slices(split).map(({ l, m2 }) => sliceFactors(F, kernelSlice(W, split, l, m2)));
  const of = (l: number, m2: number) => factors[l * Mout + m2]!;
  const primary = tensor([L * Mout, Min, kh, kw], (out, m, u, v) =>
    of(Math.floor(out / Mout), out % Mout).row((m * kh + u) * kw + v),
  );
  const secondary = tensor([Mout * Lout, L, 1, 1], (out, l) =>
    of(l, Math.floor(out / Lout)).column(out % Lout),
  );
  const recomposed = compositeKernel(F, primary, secondary);
  const same = W.data.every((entry, k) => F.equals(entry, recomposed.data[k]!));
  return same ? { primary, secondary } : undefined;
}

interface SliceFactors<T> {
  /** Of Wᵈ, by l′. */
  column(i: number): T;
  /** Of Wᵖ, by (m, u, v). */
  row(j: number): T;
}

function sliceFactors<T>(F: OrderedField<T> & Equality<T>, a: Matrix<T>): SliceFactors<T> {
  const places = Array.from({ length: a.rows * a.columns }, (_, k) => ({
    i: Math.floor(k / a.columns),
    j: k % a.columns,
  }));
  const pivot = places.find(({ i, j }) => !F.equals(a.at(i, j), F.zero));
  if (pivot === undefined) return { column: () => F.zero, row: () => F.zero };
  const p = a.at(pivot.i, pivot.j);
  return { column: (i) => F.div(a.at(i, pivot.j), p), row: (j) => a.at(pivot.i, j) };
}

/**
 * How many entries of the block-diagonal primary matrix aren't zero, where no weight is; S = kh·kw (C2).
 *
 * @paper Section 3, after Eq. 15, with Min and Mout: nnz(Wᵖ) = L·Mout·Min·S, which is G·M·S for Min = Mout = M
 */
export function primaryNonZeros({ L, Min, Mout }: Omit<BlockShape, 'Lout'>, S: number): number {
  sizes('primaryNonZeros', { L, Min, Mout, S });
  return L * Mout * (Min * S);
}

/**
 * How many entries of the block-diagonal secondary matrix aren't zero, where no weight is (C2).
 *
 * @paper Section 3, after Eq. 15, with Mout and Lout: nnz(Wᵈ) = Mout·Lout·L, which is G·L for Mout = M, Lout = L
 */
export function secondaryNonZeros({ L, Mout, Lout }: Omit<BlockShape, 'Min'>): number {
  sizes('secondaryNonZeros', { L, Mout, Lout });
  return Mout * Lout * L;
}

/**
 * How many numbers a composite kernel can be chosen by, where no slice is zero: the weights of both kernels, less one
 * scale for each slice (C2).
 *
 * @paper not in the paper: T − L·Mout; for the paper's block G·(M·S + L − 1), against G²·S for any kernel
 */
export function compositeDegreesOfFreedom({ L, Min, Mout, Lout }: BlockShape, S: number): number {
  return primaryNonZeros({ L, Min, Mout }, S) + secondaryNonZeros({ L, Mout, Lout }) - L * Mout;
}
