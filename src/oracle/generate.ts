import { type Biases, type Shape, type Tensor, tensor, type Window } from '../../spec/00-notation.ts';
import { type BlockShape, block, blockStages } from '../../spec/03-igc-block.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { integers } from '../algebras/integer.ts';

/** Turns a position in a named array into an integer, deterministically. */
export type Draw = (name: string, length: number) => readonly number[];

/** What a generated case is like. */
export interface GeneratedShape extends BlockShape {
  readonly N: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly window: Window;
  readonly bias: boolean;
  readonly gradients: boolean;
}

/** A case with its exact outputs, under the names of recordings. */
export interface GeneratedCase {
  readonly arrays: ReadonlyMap<
    string,
    { readonly shape: readonly number[]; readonly data: readonly number[] }
  >;
  /** The largest Σ|w||x| of any output: every partial sum, in any order, is an integer of at most this size. */
  readonly largest: bigint;
}

/** A block on drawn integers, every step and gradient exact: the specification on the integers. */
export function generateBlock(shape: GeneratedShape, draw: Draw): GeneratedCase {
  const { N, L, Min, Mout, Lout } = shape;
  const numbers = (name: string, sizes: Shape) => {
    const drawn = draw(name, sizes[0] * sizes[1] * sizes[2] * sizes[3]);
    let i = 0;
    return tensor(sizes, () => BigInt(drawn[i++]!));
  };
  const x = numbers('x', [N, L * Min, ...shape.size]);
  const primary = numbers('primary_weight', [L * Mout, Min, ...shape.kernel]);
  const secondary = numbers('secondary_weight', [Mout * Lout, L, 1, 1]);
  const vector = (name: string, length: number) => draw(name, length).map(BigInt);
  const bias: Biases<bigint> = shape.bias
    ? { primary: vector('primary_bias', L * Mout), secondary: vector('secondary_bias', Mout * Lout) }
    : {};
  const stages = blockStages(integers, x, primary, secondary, shape.window, bias);
  const arrays = new Map<string, Tensor<bigint> | readonly bigint[] | undefined>([
    ['x', x],
    ['primary_weight', primary],
    ['primary_bias', bias.primary],
    ['secondary_weight', secondary],
    ['secondary_bias', bias.secondary],
    ['primary', stages.primary],
    ['interleaved', stages.interleaved],
    ['secondary', stages.secondary],
    ['y', stages.output],
  ]);
  const absolute = (t: Tensor<bigint>) => tensor(t.shape, (...at) => magnitude(t.at(...at)));
  const [ax, ap, ad] = [absolute(x), absolute(primary), absolute(secondary)];
  const absoluteBias = { primary: bias.primary?.map(magnitude), secondary: bias.secondary?.map(magnitude) };
  const sizes = [block(integers, ax, ap, ad, shape.window, absoluteBias).data];
  if (shape.gradients) {
    const g = numbers('grad_y', stages.output.shape);
    const gradients = blockAdjoint(integers, g, x, primary, secondary, shape.window, bias);
    arrays.set('grad_y', g);
    arrays.set('grad_x', gradients.x);
    arrays.set('grad_primary_weight', gradients.primaryKernel);
    arrays.set('grad_secondary_weight', gradients.secondaryKernel);
    if (shape.bias) arrays.set('grad_primary_bias', gradients.primaryBias);
    if (shape.bias) arrays.set('grad_secondary_bias', gradients.secondaryBias);
    const bounds = blockAdjoint(integers, absolute(g), ax, ap, ad, shape.window, absoluteBias);
    sizes.push(bounds.x.data, bounds.primaryKernel.data, bounds.secondaryKernel.data);
    sizes.push(bounds.primaryBias, bounds.secondaryBias);
  }
  return {
    arrays: new Map([...arrays].flatMap(([name, array]) => (array ? [[name, plain(array)]] : []))),
    largest: sizes.flat().reduce((a, b) => (a > b ? a : b), 0n),
  };
}

function plain(array: Tensor<bigint> | readonly bigint[]) {
  if ('shape' in array) return { shape: array.shape, data: array.data.map(Number) };
  return { shape: [array.length], data: array.map(Number) };
}

function magnitude(n: bigint): bigint {
  return n < 0n ? -n : n;
}
