/**
 * The block on a GPU, through gpu.js (an optional peer, imported when `createGpuKernels` is called).
 *
 *     const gpu = await createGpuKernels();
 *     const layer = await gpu.block({ L: 24, Min: 2, height: 32, width: 32, kernel: [3, 3], window }, weights);
 *     const { y, ran } = await layer.run(x);
 *
 * `ran` says what computed: backend, adapter, and whether that is software. docs/gpu.md says what to install.
 */
export { type KernelConstraintId, KernelError, kernelConstraints } from '../errors.ts';
export type {
  BlockParameters,
  BlockShape,
  ConvolutionParameters,
  ConvolutionShape,
  Epilogue,
  Normalisation,
} from '../types.ts';
export { createGpuKernels } from './create.ts';
export { GpuError, type GpuErrorKind } from './errors.ts';
export type {
  Backend,
  FeatureShape,
  GpuDevice,
  GpuKernels,
  GpuLayer,
  GpuOptions,
  GpuResult,
  GpuStatistics,
  GpuTensor,
  Ran,
} from './types.ts';
