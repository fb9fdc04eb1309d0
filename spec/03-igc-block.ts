/**
 * The block, Eq. 1 to 5: primary group convolution, interleave, secondary group convolution, deinterleave.
 * There is no activation, normalisation or (in the paper) bias between the two convolutions: that they compose
 * to one regular convolution depends on it.
 */
import {
  type Biases,
  constrain,
  type Semiring,
  type Tensor,
  unitWindow,
  type Window,
} from './00-notation.ts';
import { addBias, groupConvolution } from './01-group-convolution.ts';
import { deinterleave, interleave } from './02-interleave.ts';

/**
 * The sizes of a block. In the paper Lout = L and, but for down-sampling, Mout = Min = M. Mout ≠ Min doubles the
 * width where a stage begins; Lout ≠ L gives the depthwise separable convolution its free number of outputs.
 */
export interface BlockShape {
  /** Primary partitions. */
  readonly L: number;
  /** Input channels of a primary partition. */
  readonly Min: number;
  /** Output channels of a primary partition: also the number of secondary partitions. */
  readonly Mout: number;
  /** Output channels of a secondary partition. */
  readonly Lout: number;
}

/**
 * The sizes that two group convolutions in a row make: L and Min are the input channels of one partition of each.
 * Shapes: primary (L·Mout, Min, kh, kw), secondary (Mout·Lout, L, any, any) (C10).
 *
 * @paper Section 3: L primary partitions of M channels, M secondary partitions of L channels
 */
export function partitionShape<T>(primary: Tensor<T>, secondary: Tensor<T>): BlockShape {
  const L = secondary.shape[1];
  const Min = primary.shape[1];
  const Mout = primary.shape[0] / L;
  const Lout = secondary.shape[0] / Mout;
  const whole = Number.isInteger(Mout) && Number.isInteger(Lout);
  const given = `primary [${primary.shape.join(', ')}] and secondary [${secondary.shape.join(', ')}]`;
  constrain(whole, 'block', 'C10', 'kernels (L·Mout, Min, …) and (Mout·Lout, L, …)', given);
  return { L, Min, Mout, Lout };
}

/**
 * The sizes of a block: as `partitionShape`, and the secondary kernel is 1 × 1 (C9, C10).
 *
 * @paper Section 3: the primary group convolution is spatial, the secondary is point-wise
 */
export function blockShape<T>(primary: Tensor<T>, secondary: Tensor<T>): BlockShape {
  const [, , kh, kw] = secondary.shape;
  constrain(kh === 1 && kw === 1, 'block', 'C9', 'a secondary kernel of 1 × 1', `${kh} × ${kw}`);
  return partitionShape(primary, secondary);
}

/** What each step of the block hands to the next. */
export interface Stages<T> {
  /** y = Wᵖ x: (N, L·Mout, H′, W′), channel l·Mout + m′. */
  readonly primary: Tensor<T>;
  /** ȳ = Pᵀ y: channel m′·L + l. */
  readonly interleaved: Tensor<T>;
  /** z̄ = Wᵈ ȳ: (N, Mout·Lout, H′, W′), channel m′·Lout + l′. */
  readonly secondary: Tensor<T>;
  /** x′ = P z̄: channel l′·Mout + m′. */
  readonly output: Tensor<T>;
}

/**
 * The block, step by step. Shapes as in `blockShape`; the window is the primary convolution's.
 *
 * @paper Eq. 1 to 4: y = Wᵖ x, ȳ = Pᵀ y, z̄ = Wᵈ ȳ, x′ = P z̄
 */
export function blockStages<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  window: Window,
  bias: Biases<T> = {},
): Stages<T> {
  const { L, Mout, Lout } = blockShape(primaryKernel, secondaryKernel);
  const primary = addBias(A, groupConvolution(A, x, primaryKernel, L, window), bias.primary);
  const interleaved = interleave(primary, { L, M: Mout });
  const mixed = groupConvolution(A, interleaved, secondaryKernel, Mout, unitWindow);
  const secondary = addBias(A, mixed, bias.secondary);
  const output = deinterleave(secondary, { L: Lout, M: Mout });
  return { primary, interleaved, secondary, output };
}

/**
 * The interleaved group convolution. Shapes: x (N, L·Min, H, W), result (N, Lout·Mout, H′, W′).
 *
 * @paper Eq. 5: x′ = P Wᵈ Pᵀ Wᵖ x
 */
export function block<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  window: Window,
  bias: Biases<T> = {},
): Tensor<T> {
  return blockStages(A, x, primaryKernel, secondaryKernel, window, bias).output;
}
