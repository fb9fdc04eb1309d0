/** Kernels of group convolutions, their groups factored out of the output channels in the array and in the type. */
import type { NdArray } from 'ndarray';
import { demand, isIntegerFrom, type Site } from './constraints.ts';
import { axes, demandKernelLayout, type KernelLayout, splitAxis } from './layout.ts';
import { checkedView, type Dtype, demandReach, dtypeOf, type FloatArray } from './view.ts';

declare const factors: unique symbol;

type Sizes<Groups, Inputs, Outputs> = readonly [groups: Groups, inputs: Inputs, outputs: Outputs];

/**
 * The kernel of a group convolution that takes Feature<Groups, Inputs> to Feature<Groups, Outputs>. The primary
 * kernel is GroupKernel<L, Min, Mout>, the secondary GroupKernel<Mout, L, Lout>; a regular convolution has one
 * group. Made by `groupKernel`, never by hand.
 */
export class GroupKernel<
  Groups extends number = number,
  Inputs extends number = number,
  Outputs extends number = number,
> {
  /** In types only: the sizes have to be equal (see Feature). */
  declare readonly [factors]: (sizes: Sizes<Groups, Inputs, Outputs>) => Sizes<Groups, Inputs, Outputs>;

  /** (Groups, Outputs, Inputs, kh, kw), any strides. The header is frozen, the data is shared. */
  readonly array: FloatArray;

  /** For the tensor core alone: the array must have been checked. */
  constructor(array: FloatArray) {
    this.array = array;
  }

  get groups(): Groups {
    return this.array.shape[0] as Groups;
  }
  /** Output channels of one group. */
  get outputs(): Outputs {
    return this.array.shape[1] as Outputs;
  }
  /** Input channels of one group. */
  get inputs(): Inputs {
    return this.array.shape[2] as Inputs;
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

export interface GroupKernelOptions<Groups extends number, Inputs extends number, Outputs extends number> {
  readonly groups: Groups;
  /** Input channels of one group: said for the type checker, and checked. */
  readonly inputs?: Inputs | undefined;
  /** Output channels of one group: said for the type checker, and checked. */
  readonly outputs?: Outputs | undefined;
  /** The order of the array's axes; OIHW where it isn't said. */
  readonly layout?: KernelLayout | undefined;
}

/**
 * The array as the kernel of a group convolution; a view, nothing is copied. Shapes: (groups·outputs, inputs, kh,
 * kw) in OIHW, (groups·outputs, kh, kw, inputs) in OHWI, (kh, kw, inputs, groups·outputs) in HWIO, any strides.
 * Throws a TensorError for a wrong array (T1–T4, C2), number of groups (C6), sizes (T6) or layout (T9).
 */
export function groupKernel<
  const Groups extends number,
  const Inputs extends number = number,
  const Outputs extends number = number,
>(
  array: NdArray,
  options: GroupKernelOptions<Groups, Inputs, Outputs>,
): GroupKernel<Groups, Inputs, Outputs> {
  const { groups, layout = 'OIHW' } = options;
  const site = { operation: 'groupKernel', argument: 'array' };
  const view = checkedView(site, array, 4);
  demandKernelLayout({ operation: 'groupKernel', argument: 'layout' }, layout);
  const oihw = view.transpose(...axes(layout, 'OIHW'));
  const [O, I] = oihw.shape as [number, number];
  const divides = isIntegerFrom(1, groups) && O % groups === 0;
  demand(divides, { operation: 'groupKernel', argument: 'groups' }, 'C6', `a divisor of ${O}`, `${groups}`);
  const { inputs = I, outputs = O / groups } = options;
  const stated = inputs === I && outputs === O / groups;
  const got = `${groups} × ${O / groups} outputs, ${I} inputs`;
  demand(stated, site, 'T6', `${groups} × ${outputs} outputs, ${inputs} inputs`, got);
  return new GroupKernel(splitAxis(oihw, 0, groups, O / groups));
}

/** Throws where a value isn't a kernel (T11), or its data is no longer there (T4). */
export function demandKernel<Groups extends number, Inputs extends number, Outputs extends number>(
  site: Site,
  kernel: GroupKernel<Groups, Inputs, Outputs>,
): void {
  demand(kernel instanceof GroupKernel, site, 'T11', 'a kernel made by groupKernel', typeof kernel);
  demandReach(site, kernel.array);
}
