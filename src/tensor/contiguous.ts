/** Leaving the factored form: copies in row-major order, other factors, and ndarrays of rank 4. */
import { type Channels, demandChannels, demandFeature, Feature } from './feature.ts';
import { axes, demandFeatureLayout, type FeatureLayout, mergeAxes, splitAxis } from './layout.ts';
import { type FloatArray, freeze, zeros } from './view.ts';

/** A copy of the feature map in new memory, row-major in NCHW. */
export function contiguous<Major extends number, Minor extends number>(
  x: Feature<Major, Minor>,
): Feature<Major, Minor> {
  const site = { operation: 'contiguous', argument: 'x' };
  demandFeature(site, x);
  const copy = zeros(site, x.dtype, x.array.shape);
  copyEntries(x.array, copy);
  return new Feature(freeze(copy));
}

/**
 * The same channels in the same order, cut into other factors: for the next block's L and M. A view where the
 * strides allow one, else a copy (after an interleaveView they seldom do). Shapes: major · minor is the number of
 * channels (C2, T5).
 */
export function regroup<
  const Major extends number,
  const Minor extends number,
  A extends number,
  B extends number,
>(x: Feature<A, B>, channels: Channels<Major, Minor>): Feature<Major, Minor> {
  demandFeature({ operation: 'regroup', argument: 'x' }, x);
  demandChannels({ operation: 'regroup', argument: 'channels' }, channels, x.major * x.minor);
  return new Feature(splitAxis(toNdarray(x), 1, ...channels));
}

/**
 * The feature map as an ndarray of rank 4. Shapes: (N, C, H, W) or, in NHWC, (N, H, W, C), channel
 * c = major · minorSize + minor. A view that shares the data where the strides allow one; else a copy, row-major
 * in that layout. Throws a TensorError for an unknown layout (T9).
 */
export function toNdarray<Major extends number, Minor extends number>(
  x: Feature<Major, Minor>,
  layout: FeatureLayout = 'NCHW',
): FloatArray {
  const site = { operation: 'toNdarray', argument: 'x' };
  demandFeature(site, x);
  demandFeatureLayout({ operation: 'toNdarray', argument: 'layout' }, layout);
  const order = axes('NCHW', layout);
  const view = mergeAxes(x.array, 1);
  if (view !== undefined) return view.transpose(...order);
  const nchw = [x.batch, x.major * x.minor, x.height, x.width];
  const copy = zeros(
    site,
    x.dtype,
    order.map((axis) => nchw[axis]!),
  );
  copyEntries(x.array, splitAxis(copy.transpose(...axes(layout, 'NCHW')), 1, x.major, x.minor));
  return copy;
}

/** Copies every entry. Shapes: both (N, major, minor, H, W), any strides. */
function copyEntries(from: FloatArray, to: FloatArray): void {
  const [N, major, minor, H, W] = from.shape as [number, number, number, number, number];
  const fromStride = from.stride as [number, number, number, number, number];
  const toStride = to.stride as [number, number, number, number, number];
  for (let n = 0; n < N; n++)
    for (let a = 0; a < major; a++)
      for (let b = 0; b < minor; b++) {
        const source = from.index(n, a, b, 0, 0);
        const target = to.index(n, a, b, 0, 0);
        for (let h = 0; h < H; h++) {
          const sourceRow = source + h * fromStride[3];
          const targetRow = target + h * toStride[3];
          for (let w = 0; w < W; w++)
            to.data[targetRow + w * toStride[4]] = from.data[sourceRow + w * fromStride[4]]!;
        }
      }
}
