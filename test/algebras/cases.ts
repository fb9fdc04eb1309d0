/** Shapes and entries for running the block on an algebra. */
import { type Semiring, type Shape, type Tensor, tensor, type Window } from '../../spec/00-notation.ts';
import { convolution } from '../../spec/01-group-convolution.ts';
import { block } from '../../spec/03-igc-block.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';

/** What the block takes. */
export interface BlockCase<T> {
  readonly x: Tensor<T>;
  readonly primary: Tensor<T>;
  readonly secondary: Tensor<T>;
  readonly window: Window;
}

/** The sizes of a block that keeps its width. */
export interface Sizes {
  readonly N: number;
  readonly L: number;
  readonly M: number;
  readonly kernel: readonly [number, number];
  readonly image: readonly [number, number];
  readonly window: Window;
}

/** L ≠ M, kh ≠ kw, sh ≠ sw, H ≠ W, N > 1 and four different paddings: what is mixed up shows. */
export const asymmetric: Sizes = {
  N: 2,
  L: 3,
  M: 2,
  kernel: [2, 3],
  image: [3, 4],
  window: { stride: [1, 2], dilation: [1, 1], padding: { top: 1, bottom: 0, left: 2, right: 1 } },
};

/** A block whose i-th entry of each tensor is `entry(tensor, i)`. */
export function blockCase<T>(
  { N, L, M, kernel, image, window }: Sizes,
  entry: (name: 'x' | 'primary' | 'secondary', i: number) => T,
): BlockCase<T> {
  const fill = (name: 'x' | 'primary' | 'secondary', shape: Shape): Tensor<T> => {
    let i = 0;
    return tensor(shape, () => entry(name, i++));
  };
  return {
    x: fill('x', [N, L * M, ...image]),
    primary: fill('primary', [L * M, M, ...kernel]),
    secondary: fill('secondary', [M * L, L, 1, 1]),
    window,
  };
}

/** The case with every entry sent through f. */
export function mapCase<S, T>({ x, primary, secondary, window }: BlockCase<S>, f: (a: S) => T): BlockCase<T> {
  const map = (t: Tensor<S>): Tensor<T> => tensor(t.shape, (a, b, c, d) => f(t.at(a, b, c, d)));
  return { x: map(x), primary: map(primary), secondary: map(secondary), window };
}

/** The block of the case. */
export function run<T>(A: Semiring<T>, { x, primary, secondary, window }: BlockCase<T>): Tensor<T> {
  return block(A, x, primary, secondary, window);
}

/** The same by one regular convolution with the composite kernel. */
export function composed<T>(A: Semiring<T>, { x, primary, secondary, window }: BlockCase<T>): Tensor<T> {
  return convolution(A, x, compositeKernel(A, primary, secondary), window);
}

/** Numbers in [0, 1) that the seed decides (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
