/** What operations on arrays are made of, for one kind of array: bounds, doubles, pairs of doubles, exact numbers. */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Operations } from '../operations.ts';
import type { Geometry, Role } from './geometry.ts';

export interface Shaped {
  readonly shape: Shape;
}

/** The two arrays that are given, by their roles. */
export type Factors<V> = Readonly<Partial<Record<Role, V>>>;

export interface Kit<V extends Shaped> {
  /** The array of this role: for each of its entries the sum, over the triples it is in, of the product of the others. */
  multiply(role: Role, geometry: Geometry, shape: Shape, factors: Factors<V>): V;
  /** y + b, channel by channel. Shapes: y (N, C, H, W), b (1, C, 1, 1). */
  addBias(y: V, bias: V): V;
  /** The sum over all samples and positions. Shapes: g (N, C, H, W), result (1, C, 1, 1). */
  sumPositions(g: V): V;
  /** Moves whole planes of an array of (N, C, H, W): plane p of the result is plane `from(p)`. */
  movePlanes(v: V, from: (p: number) => number): V;
  /** The group convolution, where it can be computed in other ways than as sums of products. */
  otherWays?(sums: Pick<Operations<V>, 'groupConvolution' | 'interleave'>): Operations<V>['groupConvolution'];
}

/** The two factors of a product, and their roles, in the order input, kernel, output. */
export function factorsOf<V>(
  role: Role,
  factors: Factors<V>,
): readonly [a: V, b: V, roleOfA: Role, roleOfB: Role] {
  const [first, second] = (['input', 'kernel', 'output'] as const).filter((name) => name !== role) as [
    Role,
    Role,
  ];
  return [factors[first]!, factors[second]!, first, second];
}

/** The planes of (N, C, H, W) data in another order. */
export function movedPlanes(
  data: Float64Array,
  [N, C, H, W]: Shape,
  from: (p: number) => number,
): Float64Array {
  const size = H * W;
  const moved = new Float64Array(data.length);
  for (let p = 0; p < N * C; p++) {
    const start = from(p) * size;
    moved.set(data.subarray(start, start + size), p * size);
  }
  return moved;
}

/** The channel of the i-th entry of (N, C, H, W). */
export function channelOf([, C, H, W]: Shape, i: number): number {
  return Math.floor(i / (H * W)) % C;
}

/** Data as doubles, which nobody changes: the same array where it is one. */
export function asDoubles(data: ArrayLike<number>): Float64Array {
  return data instanceof Float64Array ? data : Float64Array.from(data);
}
