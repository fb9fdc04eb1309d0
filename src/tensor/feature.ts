/** Feature maps whose channel axis is factored, in the array and in the type: channel c = major · (minor size) + minor. */
import type { NdArray } from 'ndarray';
import { demand, isIntegerFrom, type Site } from './constraints.ts';
import { axes, demandFeatureLayout, type FeatureLayout, splitAxis } from './layout.ts';
import { checkedView, type Dtype, demandReach, dtypeOf, type FloatArray } from './view.ts';

declare const factors: unique symbol;

/** Sizes of the channel axis: channel c = major · minorSize + minor. */
export type Channels<Major extends number, Minor extends number> = readonly [major: Major, minor: Minor];

/**
 * A feature map of Major × Minor channels. Before the primary convolution Major is L and Minor is M; after the
 * interleave Major is M and Minor is L. Sizes that the type checker knows, as literals or as named sizes, must
 * agree; sizes that are plain numbers are checked at run time alone. Made by `feature`, never by hand.
 */
export class Feature<Major extends number = number, Minor extends number = number> {
  /** In types only. A function of the sizes, so that sizes have to be equal: 24 is neither number nor 24 | 2. */
  declare readonly [factors]: (sizes: Channels<Major, Minor>) => Channels<Major, Minor>;

  /** (N, Major, Minor, H, W), any strides. The header is frozen, the data is shared with whoever passed it. */
  readonly array: FloatArray;

  /** For the tensor core alone: the array must have been checked. */
  constructor(array: FloatArray) {
    this.array = array;
  }

  get batch(): number {
    return this.array.shape[0]!;
  }
  get major(): Major {
    return this.array.shape[1] as Major;
  }
  get minor(): Minor {
    return this.array.shape[2] as Minor;
  }
  get height(): number {
    return this.array.shape[3]!;
  }
  get width(): number {
    return this.array.shape[4]!;
  }
  get dtype(): Dtype {
    return dtypeOf(this.array.data)!;
  }
}

export interface FeatureOptions<Major extends number, Minor extends number> {
  readonly channels: Channels<Major, Minor>;
  /** The order of the array's axes; NCHW where it isn't said. */
  readonly layout?: FeatureLayout | undefined;
}

/**
 * The array as a feature map; a view, nothing is copied. Shapes: (N, Major·Minor, H, W), or (N, H, W, Major·Minor)
 * in NHWC, any strides. Throws a TensorError for a wrong array (T1–T4, C2), channels (C2, T5) or layout (T9).
 */
export function feature<const Major extends number, const Minor extends number>(
  array: NdArray,
  options: FeatureOptions<Major, Minor>,
): Feature<Major, Minor> {
  const { channels, layout = 'NCHW' } = options;
  const view = checkedView({ operation: 'feature', argument: 'array' }, array, 4);
  demandFeatureLayout({ operation: 'feature', argument: 'layout' }, layout);
  const nchw = view.transpose(...axes(layout, 'NCHW'));
  demandChannels({ operation: 'feature', argument: 'channels' }, channels, nchw.shape[1]!);
  return new Feature(splitAxis(nchw, 1, ...channels));
}

/** Throws where the two sizes aren't positive integers (C2) whose product is the number of channels (T5). */
export function demandChannels(site: Site, [major, minor]: Channels<number, number>, channels: number): void {
  const positive = isIntegerFrom(1, major) && isIntegerFrom(1, minor);
  demand(positive, site, 'C2', 'two integers of at least 1', `[${major}, ${minor}]`);
  demand(major * minor === channels, site, 'T5', `a product of ${channels}`, `${major} × ${minor}`);
}

/** Throws where x isn't a feature map (T11), or its data is no longer there (T4). */
export function demandFeature<Major extends number, Minor extends number>(
  site: Site,
  x: Feature<Major, Minor>,
): void {
  demand(x instanceof Feature, site, 'T11', 'a feature map made by feature', typeof x);
  demandReach(site, x.array);
}

/**
 * The same feature map with sizes that the type checker knows; nothing is copied, and nothing is regrouped:
 * throws a TensorError where the feature map has other sizes (T5).
 */
export function withChannels<
  const Major extends number,
  const Minor extends number,
  A extends number,
  B extends number,
>(x: Feature<A, B>, channels: Channels<Major, Minor>): Feature<Major, Minor> {
  const site = { operation: 'withChannels', argument: 'x' };
  demandFeature(site, x);
  const same = x.major === (channels[0] as number) && x.minor === (channels[1] as number);
  demand(same, site, 'T5', `${channels[0]} × ${channels[1]} channels`, `${x.major} × ${x.minor}`);
  return new Feature(x.array);
}

/** The entry at (n, c, h, w), c = major · minorSize + minor. Each index is an integer within the shape (C1). */
export function at<Major extends number, Minor extends number>(
  x: Feature<Major, Minor>,
  n: number,
  c: number,
  h: number,
  w: number,
): number {
  const site = { operation: 'at', argument: 'index' };
  demandFeature({ operation: 'at', argument: 'x' }, x);
  const sizes = [x.batch, x.major * x.minor, x.height, x.width];
  const inside = [n, c, h, w].every((index, axis) => isIntegerFrom(0, index) && index < sizes[axis]!);
  demand(inside, site, 'C1', `an index within [${sizes.join(', ')}]`, `(${n}, ${c}, ${h}, ${w})`);
  return x.array.get(n, Math.floor(c / x.minor), c % x.minor, h, w);
}
