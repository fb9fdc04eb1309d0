/** The interleaved group convolution, Eq. 1 to 5: two group convolutions with two interleaves. */
import { unitWindow } from '../../spec/00-notation.ts';
import type { Bias } from './bias.ts';
import { demand } from './constraints.ts';
import { convolve } from './convolution.ts';
import type { Feature } from './feature.ts';
import { demandKernel, type GroupKernel } from './group-kernel.ts';
import { interleaveView } from './interleave.ts';
import type { WindowOptions } from './window.ts';

/** Biases of the two convolutions, each in its own convolution's output order. */
export interface BlockBiases {
  /** L·Mout entries, index l·Mout + m′. */
  readonly primary?: Bias | undefined;
  /** Mout·Lout entries, index m′·Lout + l′. */
  readonly secondary?: Bias | undefined;
}

/**
 * The block. Shapes: x (N, L·Min, H, W), primary (L·Mout, Min, kh, kw), secondary (Mout·Lout, L, 1, 1), result
 * (N, Lout·Mout, H′, W′), channel l′·Mout + m′, in new memory, row-major.
 * The window is the primary convolution's. Throws a TensorError as `groupConvolution` does, and where the kernels
 * don't fit together (C9, C10). On float32 data each of the two convolutions rounds its outputs once.
 *
 * @paper Eq. 5: x′ = P Wᵈ Pᵀ Wᵖ x
 */
export function block<L extends number, Min extends number, Mout extends number, Lout extends number>(
  x: Feature<L, Min>,
  primary: GroupKernel<L, Min, Mout>,
  secondary: GroupKernel<Mout, L, Lout>,
  window: WindowOptions = {},
  biases: BlockBiases = {},
): Feature<Lout, Mout> {
  demandKernels(primary, secondary);
  const primaryNames = { operation: 'block', x: 'x', kernel: 'primary', bias: 'biases.primary' };
  const secondaryNames = { operation: 'block', x: 'x', kernel: 'secondary', bias: 'biases.secondary' };

  const y = convolve(primaryNames, x, primary, window, biases.primary);
  const interleaved = interleaveView(y);
  const z = convolve(
    secondaryNames,
    interleaved,
    secondary,
    unitWindow,
    biases.secondary,
    'interleaved result',
  );
  return interleaveView(z);
}

/** The secondary kernel is 1 × 1 (C9), has one group for each output and one input for each group of the primary (C10). */
function demandKernels<L extends number, Min extends number, Mout extends number, Lout extends number>(
  primary: GroupKernel<L, Min, Mout>,
  secondary: GroupKernel<Mout, L, Lout>,
): void {
  const site = { operation: 'block', argument: 'secondary' };
  demandKernel({ operation: 'block', argument: 'primary' }, primary);
  demandKernel(site, secondary);
  const pointwise = secondary.height === 1 && secondary.width === 1;
  demand(pointwise, site, 'C9', '1 × 1', `${secondary.height} × ${secondary.width}`);
  const fits = secondary.groups === primary.outputs && secondary.inputs === primary.groups;
  const expected = `${primary.outputs} groups of ${primary.groups} inputs`;
  demand(fits, site, 'C10', expected, `${secondary.groups} groups of ${secondary.inputs} inputs`);
}
