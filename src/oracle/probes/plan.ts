/** What a probe is like before it has numbers: sizes, how the kernel moves, what is asked. */
import type { Shape } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import type { PrecisionName } from '../../algebras/precision.ts';
import type { Geometry } from '../../laws/cases.ts';
import { type Abilities, type Case, gradientsOf } from '../adapter.ts';
import type { OperationName, Recorded, StoredAs } from '../types.ts';

/** One plan serves every operation: a group convolution has L groups of Min to Mout channels, an interleave L and Min. */
export interface Plan extends Geometry {
  readonly operation: OperationName;
  readonly L: number;
  readonly Min: number;
  readonly Mout: number;
  readonly Lout: number;
  readonly bias: boolean;
  readonly gradients: boolean;
}

/** The numbers of a named array of this shape, row-major. */
export type Fill = (name: string, shape: readonly number[]) => ArrayLike<number>;

/** The output positions (rows, columns) of a plan. */
export function extentOf({
  operation,
  N,
  L,
  Min,
  Mout,
  size,
  kernel,
  window,
}: Plan): readonly [number, number] {
  if (operation === 'interleave') return size;
  return outputExtent([N, L * Min, ...size], [L * Mout, Min, ...kernel], window);
}

/** The arrays that an implementation is given, and their shapes. */
export function shapesOf(plan: Plan): ReadonlyMap<string, readonly number[]> {
  const { operation, N, L, Min, Mout, Lout, size, kernel, bias, gradients } = plan;
  const x: Shape = [N, L * Min, ...size];
  const spatial: Shape = [L * Mout, Min, ...kernel];
  const shapes: [string, readonly number[], boolean][] = {
    interleave: [['x', x, true]] as [string, readonly number[], boolean][],
    'group-convolution': [
      ['x', x, true],
      ['weight', spatial, true],
      ['bias', [L * Mout], bias],
      ['grad_y', [N, L * Mout, ...extentOf(plan)], gradients],
    ] as [string, readonly number[], boolean][],
    block: [
      ['x', x, true],
      ['primary_weight', spatial, true],
      ['primary_bias', [L * Mout], bias],
      ['secondary_weight', [Mout * Lout, L, 1, 1], true],
      ['secondary_bias', [Mout * Lout], bias],
      ['grad_y', [N, Mout * Lout, ...extentOf(plan)], gradients],
    ] as [string, readonly number[], boolean][],
  }[operation];
  return new Map(shapes.filter(([, , asked]) => asked).map(([name, shape]) => [name, shape]));
}

/** How many products an output takes: of one convolution, and in all. */
export function productsOf(plan: Plan): { readonly longest: number; readonly all: number } {
  const { operation, N, L, Min, Mout, Lout, kernel } = plan;
  if (operation === 'interleave') return { longest: 0, all: 0 };
  const [rows, columns] = extentOf(plan);
  const longest = Min * kernel[0] * kernel[1];
  const secondary = operation === 'block' ? Lout : 0;
  return { longest, all: N * rows * columns * L * Mout * (longest + secondary) };
}

/** The plan as near as the abilities allow. */
export function within(abilities: Abilities, plan: Plan): Plan {
  const { padding = 'any', widening = true, outputs = false } = abilities;
  const most = (limit: number | undefined, n: number) => Math.min(limit ?? n, n);
  const pair = (limit: number | undefined, [a, b]: readonly [number, number]) =>
    [most(limit, a), most(limit, b)] as const;
  const part = (n: number) => most(abilities.partitions, n);
  const [L, Min] = [part(plan.L), part(plan.Min)];
  const kernel = pair(abilities.kernel, plan.kernel);
  const stride = pair(abilities.stride, plan.window.stride);
  const dilation = pair(abilities.dilation, plan.window.dilation);
  const asked = plan.window.padding;
  const [rows, columns] = [Math.max(asked.top, asked.bottom), Math.max(asked.left, asked.right)];
  const pads = {
    any: asked,
    symmetric: { top: rows, bottom: rows, left: columns, right: columns },
    none: { top: 0, bottom: 0, left: 0, right: 0 },
  }[padding];
  const least = (axis: 0 | 1, around: number) => dilation[axis] * (kernel[axis] - 1) + 1 - around;
  const size = [
    Math.max(plan.size[0], least(0, pads.top + pads.bottom)),
    Math.max(plan.size[1], least(1, pads.left + pads.right)),
  ] as const;
  return {
    ...plan,
    L,
    Min,
    Mout: widening || plan.operation !== 'block' ? part(plan.Mout) : Min,
    Lout: outputs ? part(plan.Lout) : L,
    kernel,
    size,
    window: { stride, dilation, padding: pads },
    bias: plan.bias && (abilities.bias ?? false),
    gradients: plan.gradients && gradientsOf(abilities).some((operation) => operation === plan.operation),
  };
}

/** What arrays are stored in that an implementation of this precision is given. */
export function storedFor(precision: PrecisionName): StoredAs & PrecisionName {
  return precision === 'tfloat32' ? 'float32' : precision;
}

/** The plan with numbers. */
export function caseOf(id: string, plan: Plan, precision: PrecisionName, fill: Fill): Case {
  const stored = storedFor(precision);
  const { operation, L, Min, window } = plan;
  const inputs = new Map(
    [...shapesOf(plan)].map(([name, shape]): [string, Recorded] => [
      name,
      { shape, data: fill(name, shape), stored },
    ]),
  );
  return {
    id,
    operation,
    inputs,
    window,
    ...(operation === 'interleave' ? { partition: { L, M: Min } } : {}),
  };
}
