/**
 * What the type checker catches; `npm run typecheck` runs this file. Each @ts-expect-error names a mistake that must
 * not compile: where it compiles, the checker reports the unused directive.
 */
import type { NdArray } from 'ndarray';
import {
  block,
  type Feature,
  feature,
  type GroupKernel,
  groupConvolution,
  groupKernel,
  interleaveView,
  regroup,
  type Size,
  size,
  toNdarray,
  withChannels,
} from '../../src/tensor/index.ts';

declare const x: Feature<24, 2>;
declare const primary: GroupKernel<24, 2, 2>;
declare const secondary: GroupKernel<2, 24, 24>;

// Right: the block keeps the factors, and so do its four steps.
export const right: Feature<24, 2> = block(x, primary, secondary);
export const steps: Feature<24, 2> = interleaveView(
  groupConvolution(interleaveView(groupConvolution(x, primary)), secondary),
);
// Right: the interleave is undone by itself.
export const twice: Feature<24, 2> = interleaveView(interleaveView(x));
// Right: Min ≠ Mout and Lout ≠ L.
declare const doubling: GroupKernel<24, 2, 4>;
declare const narrowing: GroupKernel<4, 24, 5>;
export const general: Feature<5, 4> = block(x, doubling, narrowing, { stride: 2 });
// Right: a block after a block, with other factors.
export const next: Feature<5, 3> = block(
  regroup(general, [10, 2]),
  {} as GroupKernel<10, 2, 3>,
  {} as GroupKernel<3, 10, 5>,
);
// Right: the constructors infer the sizes, also inside another call.
declare const array: NdArray;
export const constructed: Feature<24, 2> = block(
  feature(array, { channels: [24, 2] }),
  groupKernel(array, { groups: 24, inputs: 2, outputs: 2 }),
  groupKernel(array, { groups: 2, inputs: 24, outputs: 24, layout: 'HWIO' }),
);
// Right: sizes that are known only at run time.
declare const dynamic: Feature;
declare const kernel: GroupKernel;
export const checkedLater: Feature = block(dynamic, kernel, kernel);
export const known: Feature<24, 2> = block(withChannels(dynamic, [24, 2]), primary, secondary);
// Right: an array of any feature map.
export const arrays = [toNdarray(x), toNdarray(dynamic)];

// @ts-expect-error the weights are swapped
block(x, secondary, primary);
block(
  // @ts-expect-error the weights are swapped, and the feature map fits neither's factors
  feature(array, { channels: [24, 2] }),
  groupKernel(array, { groups: 2, inputs: 24, outputs: 24 }),
  groupKernel(array, { groups: 24, inputs: 2, outputs: 2 }),
);
// @ts-expect-error the first interleave is forgotten
groupConvolution(groupConvolution(x, primary), secondary);
// @ts-expect-error the deinterleave is forgotten: the result is Feature<2, 24>
export const left: Feature<24, 2> = groupConvolution(interleaveView(groupConvolution(x, primary)), secondary);
// @ts-expect-error the interleave comes before the primary convolution
groupConvolution(interleaveView(x), primary);
// @ts-expect-error the input is in the secondary order
block(interleaveView(x), primary, secondary);
// @ts-expect-error the primary kernel changes M from 2 to 4 and the secondary has 2 groups still
block(x, doubling, secondary);
// @ts-expect-error a kernel of one group, as a regular convolution has it
groupConvolution(x, {} as GroupKernel<1, 48, 48>);
// @ts-expect-error known and unknown sizes meet only through withChannels, which checks them
block(dynamic, primary, secondary);
// @ts-expect-error an ndarray is no feature map: feature() checks it first
interleaveView(toNdarray(x));
// @ts-expect-error an object of the same fields is no feature map either
interleaveView({ array: x.array, batch: 1, major: 1, minor: 1, height: 1, width: 1, dtype: 'float64' });

// A function of the user's is held to the same, without a word about it in its signature.
function mine<L extends number, M extends number>(_x: Feature<L, M>, _kernel: GroupKernel<L, M, M>): void {}
mine(x, primary);
// @ts-expect-error the weights are swapped: L isn't 24 | 2
mine(x, secondary);

// L = M: with literal sizes a forgotten interleave goes unseen …
declare const square: Feature<8, 8>;
declare const weights: GroupKernel<8, 8, 8>;
export const unseen: Feature<8, 8> = groupConvolution(groupConvolution(square, weights), weights);

// … and with named sizes it doesn't.
type L = Size<'L'>;
type M = Size<'M'>;
const sizes = { L: size('L', 8), M: size('M', 8) };
const named: Feature<L, M> = feature(array, { channels: [sizes.L, sizes.M] });
const namedPrimary = groupKernel(array, { groups: sizes.L, inputs: sizes.M, outputs: sizes.M });
declare const namedSecondary: GroupKernel<M, L, L>;
export const namedRight: Feature<L, M> = block(named, namedPrimary, namedSecondary);
// @ts-expect-error named sizes: the weights are swapped
block(named, namedSecondary, namedPrimary);
// @ts-expect-error named sizes: the first interleave is forgotten
groupConvolution(groupConvolution(named, namedPrimary), namedSecondary);
// @ts-expect-error named sizes: the deinterleave is forgotten
export const namedLeft: Feature<L, M> = groupConvolution(
  interleaveView(groupConvolution(named, namedPrimary)),
  namedSecondary,
);
// @ts-expect-error a named size doesn't come from a plain number
export const unnamed: L = 8;
