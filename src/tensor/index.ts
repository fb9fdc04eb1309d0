/**
 * The tensor core: ndarrays in, ndarrays out, every shape, stride, offset and index checked.
 *
 * At the edge `feature` and `groupKernel` take ndarrays of rank 4 in any of the usual layouts, as views; inside, the
 * channel axis is factored, c = major · minorSize + minor, in the array and in the type. The interleave is then one
 * transposition, and a swapped kernel or a forgotten interleave doesn't compile:
 *
 *     const x = feature(array, { channels: [24, 2] });
 *     const primary = groupKernel(wp, { groups: 24, inputs: 2, outputs: 2 });
 *     const secondary = groupKernel(wd, { groups: 2, inputs: 24, outputs: 24 });
 *     const y = toNdarray(block(x, primary, secondary, { padding: 1 }));
 *
 * Errors are TensorErrors: which function and argument, which constraint (C1…, T1…), what was expected, what came.
 */
export type { Bias } from './bias.ts';
export { type BlockBiases, block } from './block.ts';
export { type Site, type TensorConstraintId, TensorError, tensorConstraints } from './constraints.ts';
export { contiguous, regroup, toNdarray } from './contiguous.ts';
export { groupConvolution } from './convolution.ts';
export { at, type Channels, type Feature, type FeatureOptions, feature, withChannels } from './feature.ts';
export { type GroupKernel, type GroupKernelOptions, groupKernel } from './group-kernel.ts';
export { interleave, interleaveView } from './interleave.ts';
export type { FeatureLayout, KernelLayout } from './layout.ts';
export { type Size, size } from './size.ts';
export { fromSpec, kernelFromSpec, kernelToSpec, toSpec } from './spec-bridge.ts';
export type { Dtype, FloatArray, FloatData } from './view.ts';
export {
  type PaddingOption,
  type Pair,
  resolvePadding,
  tensorWindow,
  type WindowOptions,
  type WindowSizes,
} from './window.ts';
