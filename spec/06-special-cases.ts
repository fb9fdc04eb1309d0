/**
 * Section 4: regular convolution, summation fusion and Xception are blocks with particular kernels. Each case
 * has the operation as it stands alone, and the kernels that make the block equal to it.
 */
import {
  constrain,
  type Partition,
  type Semiring,
  sum,
  type Tensor,
  tensor,
  unitWindow,
  type Window,
} from './00-notation.ts';
import { convolution, groupConvolution, partition } from './01-group-convolution.ts';
import { blockShape } from './03-igc-block.ts';

/** The two kernels of a block. */
export interface BlockKernels<T> {
  readonly primary: Tensor<T>;
  readonly secondary: Tensor<T>;
}

/**
 * x repeated K times along the channels: what the block of `regularAsBlock` takes and gives, so that such blocks
 * stack. Shapes: x (N, C, H, W), result (N, K·C, H, W).
 *
 * @paper Section 4, Fig. 2: (x_1, …, x_K, x_1, …, x_K, …), that is x̂[n, r·C + c] = x[n, c]
 */
export function repeatChannels<T>(x: Tensor<T>, K: number): Tensor<T> {
  const [N, C, H, W] = x.shape;
  return tensor([N, K * C, H, W], (n, c, h, w) => x.at(n, c % C, h, w));
}

/**
 * A regular convolution as a block, for any number K of splits: L = K² primary partitions, one for each block
 * W_ab of the kernel, a the output split and b the input split. On x repeated K times the block gives the
 * convolution's result repeated K times. Shapes: kernel (O, C, kh, kw), result primary (K²·O/K, C/K, kh, kw) and
 * secondary (O/K·K², K², 1, 1) (C14).
 *
 * @paper Section 4, Fig. 2: Wᵖ = diag(W_11, W_12, W_21, W_22), partition l = a·K + b holds W_ab
 */
export function regularAsBlock<T>(A: Semiring<T>, kernel: Tensor<T>, K: number): BlockKernels<T> {
  const [O, C, kh, kw] = kernel.shape;
  const whole = Number.isSafeInteger(K) && K > 0 && O % K === 0 && C % K === 0;
  constrain(whole, 'regularAsBlock', 'C14', `a K that divides ${C} and ${O}`, `${K}`);
  const Min = C / K;
  const Mout = O / K;
  const primary = tensor([K * K * Mout, Min, kh, kw], (row, m, u, v) => {
    const l = Math.floor(row / Mout);
    const a = Math.floor(l / K);
    const b = l % K;
    return kernel.at(a * Mout + (row % Mout), b * Min + m, u, v);
  });
  return { primary, secondary: crossSummation(A, K, Mout) };
}

/**
 * The secondary kernel that adds up the K input splits of each output split, and repeats the result K times.
 * Shape: (M·K², K², 1, 1).
 *
 * @paper Section 4, Fig. 2: o_1 = y_1 + y_2, o_2 = y_3 + y_4; Wᵈ_mm[l′, l] = 1 iff ⌊l/K⌋ = l′ mod K
 */
export function crossSummation<T>(A: Semiring<T>, K: number, M: number): Tensor<T> {
  const L = K * K;
  return tensor([M * L, L, 1, 1], (row, l) => (Math.floor(l / K) === (row % L) % K ? A.one : A.zero));
}

/**
 * Summation fusion alone: the sum of the partitions of a group convolution. Shapes: x (N, L·Min, H, W), primary
 * (L·Mout, Min, kh, kw), result (N, Mout, H′, W′) (C6, C7).
 *
 * @paper Section 4: group convolution with summation fusion, Σ_l W_ll z_l
 */
export function summationFusion<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primary: Tensor<T>,
  L: number,
  window: Window,
): Tensor<T> {
  const y = groupConvolution(A, x, primary, L, window);
  const parts = Array.from({ length: L }, (_, l) => partition(y, 1, L, l));
  return tensor(parts[0]!.shape, (n, m, h, w) => sum(A, [L], (l) => parts[l]!.at(n, m, h, w)));
}

/**
 * The secondary kernel of summation fusion: the block then gives the sum, L times. Shape: (M·L, L, 1, 1).
 *
 * @paper Section 4: every W^d_mm is the L × L matrix of ones
 */
export function summationKernel<T>(A: Semiring<T>, { L, M }: Partition): Tensor<T> {
  return tensor([M * L, L, 1, 1], () => A.one);
}

/**
 * The depthwise separable convolution alone (the Xception block): channel-wise spatial, then dense 1 × 1. It is
 * the block with the same kernels, M = 1. Shapes: x (N, C, H, W), depthwise (C, 1, kh, kw), pointwise
 * (O, C, 1, 1), result (N, O, H′, W′); O ≠ C is allowed (C7, C9, C10).
 *
 * @paper Section 4: Xception is the extreme M = 1
 */
export function depthwiseSeparable<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  depthwise: Tensor<T>,
  pointwise: Tensor<T>,
  window: Window,
): Tensor<T> {
  const { L, Mout } = blockShape(depthwise, pointwise);
  const given = `depthwise [${depthwise.shape.join(', ')}], pointwise [${pointwise.shape.join(', ')}]`;
  constrain(Mout === 1, 'depthwiseSeparable', 'C10', 'kernels (C, 1, kh, kw) and (O, C, 1, 1)', given);
  return convolution(A, groupConvolution(A, x, depthwise, L, window), pointwise, unitWindow);
}

/**
 * The other extreme alone: a regular convolution, then a factor for each output channel. It is the block with the
 * same kernels, L = 1. Shapes: x (N, C, H, W), kernel (O, C, kh, kw), factors (O, 1, 1, 1), result (N, O, H′, W′)
 * (C7, C9, C10).
 *
 * @paper Section 4: L = 1, the secondary convolution scales channels
 */
export function scaledConvolution<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  kernel: Tensor<T>,
  factors: Tensor<T>,
  window: Window,
): Tensor<T> {
  const { L, Lout } = blockShape(kernel, factors);
  const given = `kernel [${kernel.shape.join(', ')}], factors [${factors.shape.join(', ')}]`;
  constrain(L * Lout === 1, 'scaledConvolution', 'C10', 'kernels (O, C, kh, kw) and (O, 1, 1, 1)', given);
  const y = convolution(A, x, kernel, window);
  return tensor(y.shape, (n, o, h, w) => A.mul(factors.at(o, 0, 0, 0), y.at(n, o, h, w)));
}
