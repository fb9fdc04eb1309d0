/**
 * Regular and group convolution, Eq. 1. As in every framework, a "convolution" is a correlation: the kernel
 * isn't flipped.
 */
import {
  constrain,
  Matrix,
  type Padding,
  type Semiring,
  type Shape,
  sum,
  type Tensor,
  tensor,
  type Window,
} from './00-notation.ts';

/**
 * The number of output positions along one axis.
 * Sizes in pixels; a window that leaves the padded input is not counted (C4, C5).
 *
 * @paper notation: ⌊(size + before + after − dilation·(kernel − 1) − 1) / stride⌋ + 1
 */
export function outputSize(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
): number {
  const steps = [stride, dilation].every((n) => Number.isSafeInteger(n) && n >= 1);
  const zeros = [before, after].every((n) => Number.isSafeInteger(n) && n >= 0);
  const given = `stride ${stride}, dilation ${dilation}, padding ${before} and ${after}`;
  constrain(steps && zeros, 'outputSize', 'C4', 'stride, dilation ≥ 1 and padding ≥ 0', given);
  const span = dilation * (kernel - 1) + 1;
  const padded = size + before + after;
  constrain(padded >= span, 'outputSize', 'C5', `at least ${span} padded pixels`, `${padded}`);
  return Math.floor((padded - span) / stride) + 1;
}

/**
 * The padding that keeps the size at stride 1, for one axis: the pads depend on the kernel alone, whatever the
 * stride. The paper's networks pad 3 × 3 kernels by (1, 1), also where they down-sample.
 *
 * @paper Section 5 (networks): ⌊d(k − 1)/2⌋ before, the rest of d(k − 1) after
 */
export function samePadding(kernel: readonly [number, number], dilation: readonly [number, number]): Padding {
  const total = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)] as const;
  const top = Math.floor(total[0] / 2);
  const left = Math.floor(total[1] / 2);
  return { top, bottom: total[0] - top, left, right: total[1] - left };
}

/**
 * The feature map with zeros around it: x̃[n, c, h, w] = x[n, c, h, w] inside the picture, zero outside.
 *
 * @paper notation: zero padding
 */
export function padded<T>(A: Semiring<T>, x: Tensor<T>, n: number, c: number, h: number, w: number): T {
  const inside = h >= 0 && h < x.shape[2] && w >= 0 && w < x.shape[3];
  return inside ? x.at(n, c, h, w) : A.zero;
}

/**
 * Regular convolution. Shapes: x (N, C, H, W), kernel W (O, C, kh, kw), result (N, O, H′, W′) (C4, C5, C7).
 *
 * @paper Eq. 1, one partition: y[n, o, i, j] = Σ_{c,u,v} W[o, c, u, v] · x̃[n, c, i·sh + u·dh − top, j·sw + v·dw − left]
 */
export function convolution<T>(A: Semiring<T>, x: Tensor<T>, kernel: Tensor<T>, window: Window): Tensor<T> {
  const [N, C] = x.shape;
  const [O, I, kh, kw] = kernel.shape;
  constrain(C === I, 'convolution', 'C7', `${I} input channels`, `${C}`);
  const [rows, columns] = outputExtent(x.shape, kernel.shape, window);
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  return tensor([N, O, rows, columns], (n, o, i, j) =>
    sum(A, [I, kh, kw], (c, u, v) =>
      A.mul(kernel.at(o, c, u, v), padded(A, x, n, c, i * sh + u * dh - top, j * sw + v * dw - left)),
    ),
  );
}

/**
 * (H′, W′) of a convolution of x (N, C, H, W) with a kernel (O, I, kh, kw).
 *
 * @paper notation: output size along both axes
 */
export function outputExtent(x: Shape, kernel: Shape, window: Window): readonly [number, number] {
  const { stride, dilation, padding } = window;
  return [
    outputSize(x[2], kernel[2], stride[0], dilation[0], padding.top, padding.bottom),
    outputSize(x[3], kernel[3], stride[1], dilation[1], padding.left, padding.right),
  ];
}

/**
 * The l-th of `groups` equal parts of axis 0 (of a kernel: its W_ll) or axis 1 (of a feature map: its z_l).
 *
 * @paper Eq. 1: z_l, the channels of the l-th partition; W_ll, the kernel that convolves them
 */
export function partition<T>(t: Tensor<T>, axis: 0 | 1, groups: number, l: number): Tensor<T> {
  const size = t.shape[axis];
  const whole = Number.isSafeInteger(groups) && groups > 0 && size % groups === 0;
  constrain(whole, 'partition', 'C6', `a number of groups that divides ${size}`, `${groups}`);
  const part = size / groups;
  const [a, b, c, d] = t.shape;
  return axis === 0
    ? tensor([part, b, c, d], (o, i, u, v) => t.at(l * part + o, i, u, v))
    : tensor([a, part, c, d], (n, m, h, w) => t.at(n, l * part + m, h, w));
}

/**
 * Group convolution: the channels are cut into `groups` partitions and each is convolved with a kernel of its
 * own. Shapes: x (N, groups·I, H, W), kernel (groups·O, I, kh, kw) holding W_11 … W_LL on top of each other,
 * result (N, groups·O, H′, W′) (C6, C7).
 *
 * @paper Eq. 1: [y_1; …; y_L] = blockdiag(W_11, …, W_LL) [z_1; …; z_L]
 */
export function groupConvolution<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  kernel: Tensor<T>,
  groups: number,
  window: Window,
): Tensor<T> {
  const I = kernel.shape[1];
  constrain(
    x.shape[1] === groups * I,
    'groupConvolution',
    'C7',
    `${groups} × ${I} channels`,
    `${x.shape[1]}`,
  );
  const parts = Array.from({ length: groups }, (_, l) =>
    convolution(A, partition(x, 1, groups, l), partition(kernel, 0, groups, l), window),
  );
  return concatenate(parts, 1);
}

/**
 * The inverse of `partition`: the parts on top of each other, along axis 0 (kernels) or 1 (feature maps). The
 * other sizes are equal (C12).
 *
 * @paper Eq. 1: [y_1; …; y_L]
 */
export function concatenate<T>(parts: readonly Tensor<T>[], axis: 0 | 1): Tensor<T> {
  const shapes = parts.map((part) => part.shape);
  const [first = [0, 0, 0, 0] as const] = shapes;
  const same = shapes.every((shape) => shape.every((size, a) => a === axis || size === first[a]));
  const given = shapes.map((shape) => `[${shape.join(', ')}]`).join(' ');
  constrain(same, 'concatenate', 'C12', `equal sizes but for axis ${axis}`, given);
  const rows = parts.flatMap((part) => Array.from({ length: part.shape[axis] }, (_, i) => ({ part, i })));
  const [a, b, c, d] = first;
  return axis === 0
    ? tensor([rows.length, b, c, d], (o, i, u, v) => rows[o]!.part.at(rows[o]!.i, i, u, v))
    : tensor([a, rows.length, c, d], (n, m, h, w) => rows[m]!.part.at(n, rows[m]!.i, h, w));
}

/**
 * The kernel of the regular convolution that a group convolution is: blocks on the diagonal, zeros elsewhere.
 * Shapes: kernel (groups·O, I, kh, kw), result (groups·O, groups·I, kh, kw).
 *
 * @paper Eq. 1: blockdiag(W_11, …, W_LL)
 */
export function blockDiagonal<T>(A: Semiring<T>, kernel: Tensor<T>, groups: number): Tensor<T> {
  const [out, I, kh, kw] = kernel.shape;
  constrain(out % groups === 0, 'blockDiagonal', 'C6', `a number of groups that divides ${out}`, `${groups}`);
  const O = out / groups;
  return tensor([out, groups * I, kh, kw], (o, c, u, v) => {
    const sameGroup = Math.floor(o / O) === Math.floor(c / I);
    return sameGroup ? kernel.at(o, c % I, u, v) : A.zero;
  });
}

/**
 * y + b, channel by channel; makes a convolution affine. Shapes: y (N, C, H, W), bias C entries (C11).
 *
 * @paper not in the paper: y[n, c, i, j] + b[c], as frameworks define a convolution's bias
 */
export function addBias<T>(A: Semiring<T>, y: Tensor<T>, bias: readonly T[] | undefined): Tensor<T> {
  if (bias === undefined) return y;
  constrain(bias.length === y.shape[1], 'addBias', 'C11', `${y.shape[1]} entries`, `${bias.length}`);
  return tensor(y.shape, (n, c, h, w) => A.add(y.at(n, c, h, w), bias[c]!));
}

/**
 * The pixels under the kernel at one output position, as the column vector that Eq. 1 multiplies: entry
 * (c·kh + u)·kw + v is x̃[n, c, i·sh + u·dh − top, j·sw + v·dw − left]. Size: C·S × 1.
 *
 * @paper Eq. 1: z_l, an (MS)-vector; x, a (GS)-vector
 */
export function patch<T>(
  A: Semiring<T>,
  x: Tensor<T>,
  kernel: readonly [number, number],
  window: Window,
  n: number,
  i: number,
  j: number,
): Matrix<T> {
  const [kh, kw] = kernel;
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  const S = kh * kw;
  return new Matrix(x.shape[1] * S, 1, (row) => {
    const c = Math.floor(row / S);
    const u = Math.floor((row % S) / kw);
    const v = row % kw;
    return padded(A, x, n, c, i * sh + u * dh - top, j * sw + v * dw - left);
  });
}

/**
 * A kernel as the matrix that multiplies a patch. Shapes: kernel (O, I, kh, kw), result O × (I·S), column
 * (c·kh + u)·kw + v.
 *
 * @paper Eq. 1: W_ll, an M × (MS) matrix
 */
export function kernelMatrix<T>(kernel: Tensor<T>): Matrix<T> {
  const [O, I, kh, kw] = kernel.shape;
  const S = kh * kw;
  return new Matrix(O, I * S, (o, column) =>
    kernel.at(o, Math.floor(column / S), Math.floor((column % S) / kw), column % kw),
  );
}
