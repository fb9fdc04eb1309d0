import { type Biases, type Shape, type Tensor, tensor, type Window } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { type BlockShape, blockStages } from '../../spec/03-igc-block.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { integers } from '../algebras/integer.ts';

/** The integers of a named array, always the same ones. */
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
  /** The largest Σ|w||x| of any entry: every partial sum, in any order, is an integer of at most this size. */
  readonly largest: bigint;
}

/** The products and the entries of one array that a case of this shape takes; its gradients take three times more. */
export function effortOf({ N, L, Min, Mout, Lout, size, kernel, window }: GeneratedShape) {
  const [kh, kw] = kernel;
  const x: Shape = [N, L * Min, ...size];
  const [rows, columns] = outputExtent(x, [L * Mout, Min, kh, kw], window);
  const positions = N * rows * columns;
  return {
    products: positions * L * Mout * (Min * kh * kw + Lout),
    entries: Math.max(
      N * L * Min * size[0] * size[1],
      positions * Mout * Math.max(L, Lout),
      L * Mout * Min * kh * kw,
      Mout * Lout * L,
    ),
  };
}

/** A block on drawn integers, every step and gradient exact: the specification on the integers. */
export function generateBlock(shape: GeneratedShape, draw: Draw): GeneratedCase {
  const given = drawn(shape, draw);
  const arrays = complete(shape, given);
  const magnitudes = complete(shape, new Map([...given].map(([name, t]) => [name, mapped(t, magnitude)])));
  const entries = [...magnitudes.values()].flatMap((t) => t.data);
  return {
    arrays: new Map([...arrays].map(([name, t]) => [name, plain(name, t)])),
    largest: entries.reduce((a, b) => (a > b ? a : b), 0n),
  };
}

type Arrays = ReadonlyMap<string, Tensor<bigint>>;

function drawn(
  { N, L, Min, Mout, Lout, size, kernel, window, ...wanted }: GeneratedShape,
  draw: Draw,
): Arrays {
  const extent = outputExtent([N, L * Min, ...size], [L * Mout, Min, ...kernel], window);
  const shapes: [string, Shape, boolean][] = [
    ['x', [N, L * Min, ...size], true],
    ['primary_weight', [L * Mout, Min, ...kernel], true],
    ['primary_bias', [1, L * Mout, 1, 1], wanted.bias],
    ['secondary_weight', [Mout * Lout, L, 1, 1], true],
    ['secondary_bias', [1, Mout * Lout, 1, 1], wanted.bias],
    ['grad_y', [N, Mout * Lout, ...extent], wanted.gradients],
  ];
  return new Map(
    shapes
      .filter(([, , isWanted]) => isWanted)
      .map(([name, shape]) => {
        const numbers = draw(name, shape[0] * shape[1] * shape[2] * shape[3]);
        let i = 0;
        return [name, tensor(shape, () => BigInt(numbers[i++]!))];
      }),
  );
}

/** What was given, and everything that follows from it, in the order of a recording. */
function complete({ window, ...wanted }: GeneratedShape, given: Arrays): Arrays {
  const get = (name: string) => given.get(name)!;
  const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')];
  const bias: Biases<bigint> = {
    primary: given.get('primary_bias')?.data,
    secondary: given.get('secondary_bias')?.data,
  };
  const { primary, interleaved, secondary, output } = blockStages(integers, x, wp, wd, window, bias);
  const { grad_y, ...inputs } = Object.fromEntries(given);
  const forward = Object.entries({ ...inputs, primary, interleaved, secondary, y: output }) as [
    string,
    Tensor<bigint>,
  ][];
  if (!grad_y) return new Map(forward);
  const found = blockAdjoint(integers, grad_y, x, wp, wd, window, bias);
  const column = (values: readonly bigint[]) => tensor([1, values.length, 1, 1], (_, c) => values[c]!);
  const backward: [string, Tensor<bigint>][] = [
    ['grad_y', grad_y],
    ['grad_x', found.x],
    ['grad_primary_weight', found.primaryKernel],
    ['grad_secondary_weight', found.secondaryKernel],
  ];
  if (wanted.bias) {
    backward.push(['grad_primary_bias', column(found.primaryBias)]);
    backward.push(['grad_secondary_bias', column(found.secondaryBias)]);
  }
  return new Map([...forward, ...backward]);
}

function mapped(t: Tensor<bigint>, f: (n: bigint) => bigint): Tensor<bigint> {
  return tensor(t.shape, (...at) => f(t.at(...at)));
}

/** A bias has one axis in a recording. */
function plain(name: string, { shape, data }: Tensor<bigint>) {
  return { shape: name.endsWith('_bias') ? [shape[1]] : shape, data: data.map(Number) };
}

function magnitude(n: bigint): bigint {
  return n < 0n ? -n : n;
}
