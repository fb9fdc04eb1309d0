/**
 * The kernels: the block and its convolutions as WebAssembly, emitted for a shape when it is asked for. No native code,
 * no dependency, the same in Node and in a browser.
 */
export { type KernelConstraintId, KernelError, kernelConstraints } from './errors.ts';
export { createKernels } from './kernels.ts';
export type {
  BlockParameters,
  BlockShape,
  ConvolutionParameters,
  ConvolutionShape,
  Epilogue,
  KernelOptions,
  Kernels,
  Normalisation,
  Plan,
  Prepared,
  Statistics,
} from './types.ts';
