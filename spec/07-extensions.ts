/**
 * Extensions of the block: spatial kernels in both convolutions, 1 × 3 with 3 × 1, the 1 × 1 convolution first, a
 * linear or a regular 1 × 1 secondary, and the IGCV2 chain (arXiv 1804.06202). Each says when it still is one
 * regular convolution.
 */
import {
  constrain,
  Matrix,
  product,
  type Semiring,
  sum,
  type Tensor,
  tensor,
  unitWindow,
  type Window,
} from './00-notation.ts';
import {
  blockDiagonal,
  convolution,
  groupConvolution,
  kernelMatrix,
  partition,
} from './01-group-convolution.ts';
import { deinterleave, interleave, interleaveIndex } from './02-interleave.ts';
import { partitionShape } from './03-igc-block.ts';

/** The windows of the two convolutions. */
export interface TwoWindows {
  readonly primary: Window;
  readonly secondary: Window;
}

/**
 * The block with a spatial secondary. Shapes: x (N, L·Min, H, W), primary (L·Mout, Min, kh, kw), secondary
 * (Mout·Lout, L, kh′, kw′), result (N, Lout·Mout, H″, W″) (C6, C7, C10).
 *
 * @paper extension: x′ = P Wᵈ Pᵀ Wᵖ x with Wᵈ spatial too
 */
export function spatialBlock<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  windows: TwoWindows,
): Tensor<T> {
  const { L, Mout, Lout } = partitionShape(primaryKernel, secondaryKernel);
  const y = groupConvolution(A, x, primaryKernel, L, windows.primary);
  const z = groupConvolution(A, interleave(y, { L, M: Mout }), secondaryKernel, Mout, windows.secondary);
  return deinterleave(z, { L: Lout, M: Mout });
}

/** A regular convolution: a kernel and how it moves. */
export interface Convolution<T> {
  readonly kernel: Tensor<T>;
  readonly window: Window;
}

/**
 * The regular convolution that a spatial block is where its secondary window has no padding. (With padding there,
 * block and composite differ at the borders: the block pads y with zeros, the composite sees y go on outside. In a
 * swapped or a separated block y is zero there anyway.)
 * The taps lie at u·dh + u′·dh′·sh, so the kernel has size (kh − 1)·dh + (kh′ − 1)·dh′·sh + 1 and dilation 1.
 * Shapes: primary (L·Mout, Min, kh, kw), secondary (Mout·Lout, L, kh′, kw′), kernel (Lout·Mout, L·Min, …) (C10).
 *
 * @paper extension of Eq. 6: W[l′·Mout + m′, l·Min + m, p, q] = Σ_{u′,v′} Wᵈ[m′·Lout + l′, l, u′, v′] · Wᵖ[l·Mout + m′, m, u, v], where u·dh + u′·dh′·sh = p and v·dw + v′·dw′·sw = q
 */
export function spatialComposite<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  windows: TwoWindows,
): Convolution<T> {
  const { L, Min, Mout, Lout } = partitionShape(primaryKernel, secondaryKernel);
  const [, , kh, kw] = primaryKernel.shape;
  const [, , kh2, kw2] = secondaryKernel.shape;
  const { stride, dilation, padding } = windows.primary;
  const step = [
    stride[0] * windows.secondary.dilation[0],
    stride[1] * windows.secondary.dilation[1],
  ] as const;
  const rows = (kh - 1) * dilation[0] + (kh2 - 1) * step[0] + 1;
  const columns = (kw - 1) * dilation[1] + (kw2 - 1) * step[1] + 1;
  const kernel = tensor([Lout * Mout, L * Min, rows, columns], (out, input, p, q) => {
    const l2 = Math.floor(out / Mout);
    const m2 = out % Mout;
    const l = Math.floor(input / Min);
    const m = input % Min;
    return sum(A, [kh2, kw2], (u2, v2) => {
      const u = (p - u2 * step[0]) / dilation[0];
      const v = (q - v2 * step[1]) / dilation[1];
      const tap = isIndex(u, kh) && isIndex(v, kw);
      return tap
        ? A.mul(secondaryKernel.at(m2 * Lout + l2, l, u2, v2), primaryKernel.at(l * Mout + m2, m, u, v))
        : A.zero;
    });
  });
  const strides = [stride[0] * windows.secondary.stride[0], stride[1] * windows.secondary.stride[1]] as const;
  return { kernel, window: { stride: strides, dilation: [1, 1], padding } };
}

function isIndex(i: number, size: number): boolean {
  return Number.isInteger(i) && i >= 0 && i < size;
}

/**
 * The swapped block: 1 × 1 first, spatial second. Shapes: x (N, L·Min, H, W), primary (L·Mout, Min, 1, 1),
 * secondary (Mout·Lout, L, kh, kw), result (N, Lout·Mout, H′, W′) (C7, C9, C10).
 *
 * @paper extension: x′ = P Wᵈ Pᵀ Wᵖ x with Wᵖ point-wise and Wᵈ spatial
 */
export function swappedBlock<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  window: Window,
): Tensor<T> {
  pointwise('swappedBlock', 'primary', primaryKernel);
  return spatialBlock(A, x, primaryKernel, secondaryKernel, { primary: unitWindow, secondary: window });
}

function pointwise<T>(operation: string, name: string, { shape: [, , kh, kw] }: Tensor<T>): void {
  constrain(kh === 1 && kw === 1, operation, 'C9', `a ${name} kernel of 1 × 1`, `${kh} × ${kw}`);
}

/**
 * The kernel of the regular convolution that a swapped block is; for every window, padding included, because a
 * 1 × 1 convolution without bias keeps zeros zero. Shapes: primary (L·Mout, Min, 1, 1), secondary
 * (Mout·Lout, L, kh, kw), result (Lout·Mout, L·Min, kh, kw) (C9, C10).
 *
 * @paper extension of Eq. 6: W[l′·Mout + m′, l·Min + m, u, v] = Wᵈ[m′·Lout + l′, l, u, v] · Wᵖ[l·Mout + m′, m]
 */
export function swappedComposite<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
): Tensor<T> {
  pointwise('swappedComposite', 'primary', primaryKernel);
  return spatialComposite(A, primaryKernel, secondaryKernel, { primary: unitWindow, secondary: unitWindow })
    .kernel;
}

/**
 * The separated block: a primary of 1 × kw and a secondary of kh × 1, for example 1 × 3 and 3 × 1. The window is that
 * of the kh × kw convolution which it is: its columns are the primary's, its rows the secondary's. Shapes: x
 * (N, L·Min, H, W), primary (L·Mout, Min, 1, kw), secondary (Mout·Lout, L, kh, 1), result (N, Lout·Mout, H′, W′)
 * (C7, C10, C18).
 *
 * @paper extension: x′ = P Wᵈ Pᵀ Wᵖ x with Wᵖ along the rows and Wᵈ along the columns
 */
export function separatedBlock<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  { stride, dilation, padding }: Window,
): Tensor<T> {
  rowAndColumn('separatedBlock', primaryKernel, secondaryKernel);
  const columns: Window = {
    stride: [1, stride[1]],
    dilation: [1, dilation[1]],
    padding: { ...padding, top: 0, bottom: 0 },
  };
  const rows: Window = {
    stride: [stride[0], 1],
    dilation: [dilation[0], 1],
    padding: { ...padding, left: 0, right: 0 },
  };
  return spatialBlock(A, x, primaryKernel, secondaryKernel, { primary: columns, secondary: rows });
}

/**
 * The kernel of the regular convolution that a separated block is; for every window, padding included, because rows of
 * zeros above and below give zeros along the rows. Shapes: primary (L·Mout, Min, 1, kw), secondary
 * (Mout·Lout, L, kh, 1), result (Lout·Mout, L·Min, kh, kw) (C10, C18).
 *
 * @paper extension of Eq. 6: W[l′·Mout + m′, l·Min + m, u, v] = Wᵈ[m′·Lout + l′, l, u] · Wᵖ[l·Mout + m′, m, v]
 */
export function separatedComposite<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
): Tensor<T> {
  rowAndColumn('separatedComposite', primaryKernel, secondaryKernel);
  return spatialComposite(A, primaryKernel, secondaryKernel, { primary: unitWindow, secondary: unitWindow })
    .kernel;
}

function rowAndColumn<T>(operation: string, primaryKernel: Tensor<T>, secondaryKernel: Tensor<T>): void {
  const [, , height, kw] = primaryKernel.shape;
  const [, , kh, width] = secondaryKernel.shape;
  const given = `${height} × ${kw} and ${kh} × ${width}`;
  constrain(height === 1 && width === 1, operation, 'C18', 'kernels of 1 × kw and kh × 1', given);
}

/**
 * The block with a linear secondary: one L × L matrix Λ mixes whole partitions, the same for every channel of a
 * partition. (Our reading of "linear projection"; the paper's print of this variant was not seen.) Summation
 * fusion is the Λ of ones, and no interleave is needed. Shapes: x (N, L·Min, H, W), primary (L·Mout, Min, kh, kw), Λ
 * Lout × L, result (N, Lout·Mout, H′, W′) (C6, C7).
 *
 * @paper extension: x′_l′ = Σ_l Λ[l′, l] · W_ll z_l
 */
export function linearSecondaryBlock<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  lambda: Matrix<T>,
  window: Window,
): Tensor<T> {
  const L = lambda.columns;
  const y = groupConvolution(A, x, primaryKernel, L, window);
  const parts = Array.from({ length: L }, (_, l) => partition(y, 1, L, l));
  const [N, Mout, H, W] = parts[0]!.shape;
  return tensor([N, lambda.rows * Mout, H, W], (n, c, h, w) => {
    const l2 = Math.floor(c / Mout);
    const m2 = c % Mout;
    return sum(A, [L], (l) => A.mul(lambda.at(l2, l), parts[l]!.at(n, m2, h, w)));
  });
}

/**
 * The secondary kernel of a linear secondary: Λ for every secondary partition. Shape: (Mout·Lout, L, 1, 1).
 *
 * @paper extension: W^d_mm = Λ for all m
 */
export function linearSecondaryKernel<T>(lambda: Matrix<T>, Mout: number): Tensor<T> {
  return tensor([Mout * lambda.rows, lambda.columns, 1, 1], (row, l) => lambda.at(row % lambda.rows, l));
}

/**
 * The block with a regular 1 × 1 convolution as its secondary: one secondary partition that holds all channels,
 * as in ResNeXt. Dense, but with Mout paths between each pair of channels instead of one. Shapes: x
 * (N, L·Min, H, W), primary (L·Mout, Min, kh, kw), mixing V (O, L·Mout, 1, 1), result (N, O, H′, W′) (C6, C7, C9).
 *
 * @paper extension: x′ = V Wᵖ x with a dense 1 × 1 kernel V
 */
export function regularSecondaryBlock<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  mixing: Tensor<T>,
  L: number,
  window: Window,
): Tensor<T> {
  pointwise('regularSecondaryBlock', 'secondary', mixing);
  return convolution(A, groupConvolution(A, x, primaryKernel, L, window), mixing, unitWindow);
}

/**
 * The kernel of the regular convolution that `regularSecondaryBlock` is. Shape: (O, L·Min, kh, kw) (C6, C9, C13).
 *
 * @paper extension of Eq. 6: W[o, l·Min + m, u, v] = Σ_m′ V[o, l·Mout + m′] · Wᵖ[l·Mout + m′, m, u, v]
 */
export function regularSecondaryComposite<T>(
  A: Semiring<T>,
  primaryKernel: Tensor<T>,
  mixing: Tensor<T>,
  L: number,
): Tensor<T> {
  pointwise('regularSecondaryComposite', 'secondary', mixing);
  const wide = blockDiagonal(A, primaryKernel, L);
  const [rows, columns, kh, kw] = wide.shape;
  const [O, inputs] = mixing.shape;
  constrain(inputs === rows, 'regularSecondaryComposite', 'C13', `${rows} input channels`, `${inputs}`);
  return tensor([O, columns, kh, kw], (o, c, u, v) =>
    sum(A, [rows], (r) => A.mul(mixing.at(o, r, 0, 0), wide.at(r, c, u, v))),
  );
}

/** One group convolution of an IGCV2 chain and the permutation after it. */
export interface Link<T> {
  /** (C, K, kh, kw): C/K partitions of K channels. */
  readonly kernel: Tensor<T>;
  readonly window: Window;
  /** Channel c moves to permutation[c]. */
  readonly permutation: readonly number[];
}

/**
 * The IGCV2 block: any number of group convolutions, each followed by a permutation. Shapes: x (N, C, H, W), each
 * kernel (C, K_i, kh, kw), result (N, C, H′, W′) (C15, C16). IGCV1 is the chain of two with K = (M, L).
 *
 * @paper IGCV2: y = P_N W_N … P_2 W_2 P_1 W_1 x
 */
export function chain<T>(A: Semiring<T>, x: Tensor<T>, links: readonly Link<T>[]): Tensor<T> {
  let y = x;
  for (const { kernel, window, permutation } of links) {
    const C = y.shape[1];
    const K = kernel.shape[1];
    constrain(
      C % K === 0 && kernel.shape[0] === C,
      'chain',
      'C15',
      `a (${C}, K, …) kernel`,
      `${kernel.shape}`,
    );
    y = permute(groupConvolution(A, y, kernel, C / K, window), permutation);
  }
  return y;
}

/**
 * Channel c of x becomes channel π(c). Shapes: x (N, C, H, W), π a permutation of 0 … C − 1 (C16).
 *
 * @paper IGCV2: P_i, (P x)[π(c)] = x[c]
 */
export function permute<T>(x: Tensor<T>, permutation: readonly number[]): Tensor<T> {
  const source = inverse(permutation, x.shape[1]);
  return tensor(x.shape, (n, c, h, w) => x.at(n, source[c]!, h, w));
}

function inverse(permutation: readonly number[], C: number): readonly number[] {
  const source = Array.from({ length: C }, (_, c) => permutation.indexOf(c));
  const whole = permutation.length === C && source.every((c) => c >= 0);
  constrain(whole, 'permute', 'C16', `each of 0 … ${C - 1} once`, `[${permutation.join(', ')}]`);
  return source;
}

/**
 * The permutations that make a chain with partitions of K_1, …, K_N channels strictly complementary, ∏K = C: read
 * the channel as N digits of sizes K_1 (lowest) … K_N, then each permutation is an interleave that moves the
 * lowest digit to the top, so that each convolution mixes another digit and the last permutation restores the
 * order.
 *
 * @paper IGCV2: the strict complementary condition; for two convolutions P_1 = Pᵀ and P_2 = P of Eq. 5
 */
export function complementaryPermutations(K: readonly number[]): readonly (readonly number[])[] {
  const C = K.reduce((product, k) => product * k, 1);
  return K.map((k) => Array.from({ length: C }, (_, c) => interleaveIndex({ L: C / k, M: k }, c)));
}

/**
 * The chain as one matrix, to multiply a patch of x: C × (C·S), where the first convolution has S taps and the others
 * are 1 × 1, with unit windows (C9, C13, C15, C16). On path counts (all weights 1 over the natural numbers) its entries are the
 * numbers of paths from each input, through each tap, to each output channel: a chain is strictly complementary iff
 * every entry is 1.
 *
 * @paper IGCV2: P_N W_N … P_1 W_1; strict complementarity: one and only one path joins each pair of channels
 */
export function chainMatrix<T>(A: Semiring<T>, links: readonly Link<T>[]): Matrix<T> {
  const steps = links.map(({ kernel, permutation }, i) => {
    const [C, K] = kernel.shape;
    if (i > 0) pointwise('chainMatrix', 'later', kernel);
    constrain(C % K === 0, 'chainMatrix', 'C15', `a K that divides ${C}`, `${K}`);
    const source = inverse(permutation, C);
    const W = kernelMatrix(blockDiagonal(A, kernel, C / K));
    return new Matrix(C, W.columns, (row, column) => W.at(source[row]!, column));
  });
  return steps.reduce((earlier, step) => product(A, step, earlier));
}

/**
 * Whether path counts say that exactly one path joins each pair of channels.
 *
 * @paper Section 3: the two group convolutions are complementary
 */
export function isStrictlyComplementary(paths: Matrix<number>): boolean {
  for (let i = 0; i < paths.rows; i++)
    for (let j = 0; j < paths.columns; j++) if (paths.at(i, j) !== 1) return false;
  return true;
}
