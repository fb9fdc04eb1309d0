/** To and from the specification's tensors: copies, so that neither side can change the other. */
import ndarray from 'ndarray';
import { type Tensor, tensor } from '../../spec/00-notation.ts';
import { type Channels, demandFeature, type Feature, feature } from './feature.ts';
import { demandKernel, type GroupKernel, type GroupKernelOptions, groupKernel } from './group-kernel.ts';
import type { Dtype } from './view.ts';

/** The feature map as the specification's tensor (N, Major·Minor, H, W). */
export function toSpec<Major extends number, Minor extends number>(x: Feature<Major, Minor>): Tensor<number> {
  demandFeature({ operation: 'toSpec', argument: 'x' }, x);
  const { minor } = x;
  return tensor([x.batch, x.major * minor, x.height, x.width], (n, c, h, w) =>
    x.array.get(n, Math.floor(c / minor), c % minor, h, w),
  );
}

/** The kernel as the specification's tensor (Groups·Outputs, Inputs, kh, kw). */
export function kernelToSpec<Groups extends number, Inputs extends number, Outputs extends number>(
  kernel: GroupKernel<Groups, Inputs, Outputs>,
): Tensor<number> {
  demandKernel({ operation: 'kernelToSpec', argument: 'kernel' }, kernel);
  const { groups, outputs, inputs, height, width } = kernel;
  return tensor([groups * outputs, inputs, height, width], (o, i, u, v) =>
    kernel.array.get(Math.floor(o / outputs), o % outputs, i, u, v),
  );
}

/**
 * A tensor of the specification (N, Major·Minor, H, W) as a feature map; float64 where no dtype is said, rounded to
 * nearest for float32. Throws a TensorError for wrong channels (C2, T5).
 */
export function fromSpec<const Major extends number, const Minor extends number>(
  t: Tensor<number>,
  options: { readonly channels: Channels<Major, Minor>; readonly dtype?: Dtype | undefined },
): Feature<Major, Minor> {
  return feature(typed(t, options.dtype), { channels: options.channels });
}

/**
 * A tensor of the specification (Groups·Outputs, Inputs, kh, kw) as a kernel; dtype as in `fromSpec`. Throws a
 * TensorError for wrong groups or sizes (C6, T6).
 */
export function kernelFromSpec<
  const Groups extends number,
  const Inputs extends number = number,
  const Outputs extends number = number,
>(
  t: Tensor<number>,
  options: Omit<GroupKernelOptions<Groups, Inputs, Outputs>, 'layout'> & {
    readonly dtype?: Dtype | undefined;
  },
): GroupKernel<Groups, Inputs, Outputs> {
  const { groups, inputs, outputs } = options;
  return groupKernel(typed(t, options.dtype), { groups, inputs, outputs });
}

function typed(t: Tensor<number>, dtype: Dtype = 'float64') {
  const data = dtype === 'float32' ? new Float32Array(t.data) : new Float64Array(t.data);
  return ndarray(data, [...t.shape]);
}
