/**
 * Notation: what the equations of the paper are written in.
 *
 * Everything in this folder is generic over the scalar. A scalar is an algebra: a commutative semiring,
 * sometimes a ring or an ordered field. Run on numbers the equations compute an output, on polynomials they
 * prove an identity, on path counts they show complementarity (src/algebras has them all).
 *
 * Nothing here is clever: no caching, no layouts, no early exit. Read it beside arXiv 1707.02725.
 */

/** A commutative semiring: `add` and `mul` are associative and commutative, `mul` distributes, `zero` annihilates. */
export interface Semiring<T> {
  readonly zero: T;
  readonly one: T;
  add(a: T, b: T): T;
  mul(a: T, b: T): T;
}

/** A commutative ring: every element has a negative, a + neg(a) = zero. */
export interface Ring<T> extends Semiring<T> {
  neg(a: T): T;
}

/** An ordered field: what batch normalisation (division) and ReLU (comparison with zero) need. */
export interface OrderedField<T> extends Ring<T> {
  /** a / b; throws a RangeError where b is zero. */
  div(a: T, b: T): T;
  less(a: T, b: T): boolean;
}

/** The constraints, numbered once. A label stands at the check, in the message and in the test's name. */
export const constraints = {
  C1: 'an index is an integer within the shape',
  C2: 'a size is a positive integer',
  C3: 'the data holds exactly as many entries as the shape says',
  C4: 'strides and dilations are positive integers, paddings are non-negative integers',
  C5: 'the padded input is at least as large as the dilated kernel',
  C6: 'the number of groups divides the input and the output channels',
  C7: 'the input has groups × (input channels of the kernel) channels',
  C8: 'the interleaved tensor has L × M channels',
  C9: 'the point-wise kernel (the secondary; of a swapped block the primary) is 1 × 1',
  C10: 'the primary kernel has L × Mout output channels, the secondary kernel Mout × Lout, with L its input channels',
  C11: 'a bias has one entry for each output channel',
  C12: 'operands of an entry-wise operation have the same shape',
  C13: 'the inner sizes of a matrix product agree',
  C14: 'the number K of splits divides the input and the output channels',
  C15: 'a group convolution of a chain has partitions of K channels, and K divides the width',
  C16: 'a permutation holds every channel exactly once',
  C17: 'a name, a depth or an option is one that this network family has',
  C18: 'the kernels of a separated block are 1 × kw and kh × 1',
  C19: 'the gradient with respect to an output has the shape of the output',
} as const;

export type ConstraintId = keyof typeof constraints;

/** An argument broke a constraint: the caller's fault, never a failure inside the specification. */
export class ConstraintError extends RangeError {
  readonly constraint: ConstraintId;
  readonly operation: string;

  constructor(operation: string, constraint: ConstraintId, expected: string, got: string) {
    super(`${operation}: ${constraint} (${constraints[constraint]}): expected ${expected}, got ${got}`);
    this.name = 'ConstraintError';
    this.operation = operation;
    this.constraint = constraint;
  }
}

/** Throws a ConstraintError that names the operation and the constraint, what was expected and what came. */
export function constrain(
  holds: boolean,
  operation: string,
  constraint: ConstraintId,
  expected: string,
  got: string,
): void {
  if (!holds) throw new ConstraintError(operation, constraint, expected, got);
}

/** Throws where one of these sizes isn't a positive integer (C2). */
export function sizes(operation: string, named: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(named)) {
    constrain(Number.isSafeInteger(size) && size > 0, operation, 'C2', `${name} ≥ 1`, `${size}`);
  }
}

/** Sizes of a tensor: (N, C, H, W) for feature maps, (O, I, kh, kw) for kernels. */
export type Shape = readonly [number, number, number, number];

/** A tensor of four axes whose every index is checked. Feature maps are NCHW, kernels OIHW. */
export class Tensor<T> {
  readonly shape: Shape;
  /** The entries, row-major. */
  readonly data: readonly T[];

  constructor(shape: Shape, data: readonly T[]) {
    for (const size of shape) {
      constrain(
        Number.isSafeInteger(size) && size > 0,
        'tensor',
        'C2',
        'sizes of at least 1',
        `[${shape.join(', ')}]`,
      );
    }
    const size = shape[0] * shape[1] * shape[2] * shape[3];
    constrain(
      data.length === size,
      'tensor',
      'C3',
      `${size} entries for [${shape.join(', ')}]`,
      `${data.length}`,
    );
    this.shape = shape;
    this.data = data;
  }

  /** The entry at (n, c, h, w). */
  at(n: number, c: number, h: number, w: number): T {
    const { 0: N, 1: C, 2: H, 3: W } = this.shape;
    // A number that is its own unsigned 32-bit part is a non-negative integer.
    const inside = n >>> 0 === n && c >>> 0 === c && h >>> 0 === h && w >>> 0 === w;
    if (!inside || n >= N || c >= C || h >= H || w >= W) {
      throw new ConstraintError(
        'tensor',
        'C1',
        `an index within [${this.shape.join(', ')}]`,
        `(${n}, ${c}, ${h}, ${w})`,
      );
    }
    return this.data[((n * C + c) * H + h) * W + w] as T;
  }
}

/** The tensor whose entry at (a, b, c, d) is `entry(a, b, c, d)`. */
export function tensor<T>(shape: Shape, entry: (a: number, b: number, c: number, d: number) => T): Tensor<T> {
  const data: T[] = [];
  for (let a = 0; a < shape[0]; a++)
    for (let b = 0; b < shape[1]; b++)
      for (let c = 0; c < shape[2]; c++) for (let d = 0; d < shape[3]; d++) data.push(entry(a, b, c, d));
  return new Tensor(shape, data);
}

/** Σ term(i, j, k) over i < extents[0], j < extents[1], k < extents[2]; missing extents are 1. */
export function sum<T>(
  A: Semiring<T>,
  extents: readonly number[],
  term: (i: number, j: number, k: number) => T,
): T {
  const { 0: I = 1, 1: J = 1, 2: K = 1 } = extents;
  let total = A.zero;
  for (let i = 0; i < I; i++)
    for (let j = 0; j < J; j++) for (let k = 0; k < K; k++) total = A.add(total, term(i, j, k));
  return total;
}

/** The entry-wise sum a + b. Shapes: equal (C12). */
export function addTensors<T>(A: Semiring<T>, a: Tensor<T>, b: Tensor<T>): Tensor<T> {
  const same = a.shape.every((size, axis) => size === b.shape[axis]);
  constrain(same, 'addTensors', 'C12', `[${a.shape.join(', ')}]`, `[${b.shape.join(', ')}]`);
  return tensor(a.shape, (n, c, h, w) => A.add(a.at(n, c, h, w), b.at(n, c, h, w)));
}

/** ⟨a, b⟩ = Σ a·b over all entries. Shapes: equal (C12). */
export function inner<T>(A: Semiring<T>, a: Tensor<T>, b: Tensor<T>): T {
  const same = a.shape.every((size, axis) => size === b.shape[axis]);
  constrain(same, 'inner', 'C12', `[${a.shape.join(', ')}]`, `[${b.shape.join(', ')}]`);
  const [N, C, H, W] = a.shape;
  return sum(A, [N, C], (n, c) => sum(A, [H, W], (h, w) => A.mul(a.at(n, c, h, w), b.at(n, c, h, w))));
}

/** A matrix, for the equations that the paper writes at one spatial position. */
export class Matrix<T> {
  readonly rows: number;
  readonly columns: number;
  private readonly entries: Tensor<T>;

  constructor(rows: number, columns: number, entry: (i: number, j: number) => T) {
    this.rows = rows;
    this.columns = columns;
    this.entries = tensor([rows, columns, 1, 1], entry);
  }

  /** The entry in row i, column j. */
  at(i: number, j: number): T {
    return this.entries.at(i, j, 0, 0);
  }
}

/** (a b)[i, j] = Σ_k a[i, k] · b[k, j]. Sizes: (p, q) times (q, r) (C13). */
export function product<T>(A: Semiring<T>, a: Matrix<T>, b: Matrix<T>): Matrix<T> {
  constrain(a.columns === b.rows, 'product', 'C13', `${a.columns} rows`, `${b.rows}`);
  return new Matrix(a.rows, b.columns, (i, j) => sum(A, [a.columns], (k) => A.mul(a.at(i, k), b.at(k, j))));
}

/**
 * A partition of G = L·M channels into `L` primary partitions of `M` channels each; channel c = l·M + m. The
 * secondary partitions are the other way round: M of them, of L channels each; channel m·L + l.
 */
export interface Partition {
  readonly L: number;
  readonly M: number;
}

/** Zeros around the input, in pixels. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** How a kernel moves over its input: steps, spacing of the taps, zeros around the input; in pixels, (h, w). */
export interface Window {
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: Padding;
}

/** Stride 1, dilation 1, no padding: the window of every 1 × 1 convolution. */
export const unitWindow: Window = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: { top: 0, bottom: 0, left: 0, right: 0 },
};

/** Biases of the two convolutions; the paper has none, frameworks do. Each in its own convolution's order. */
export interface Biases<T> {
  /** L·Mout entries, index l·Mout + m′. */
  readonly primary?: readonly T[] | undefined;
  /** Mout·Lout entries, index m′·Lout + l′. */
  readonly secondary?: readonly T[] | undefined;
}
