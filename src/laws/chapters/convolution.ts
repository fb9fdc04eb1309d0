import { product, type Shape, tensor } from '../../../spec/00-notation.ts';
import {
  blockDiagonal,
  convolution,
  groupConvolution,
  kernelMatrix,
  outputSize,
  partition,
  patch,
  samePadding,
} from '../../../spec/01-group-convolution.ts';
import { type BlockCase, blockCases, type ConvolutionCase, convolutionCases } from '../cases.ts';
import { all, equal, equalNumbers, type Law, type LawOn } from '../law.ts';

const shapes = (c: ConvolutionCase): { x: Shape; kernel: Shape } => ({
  x: [c.N, c.groups * c.I, ...c.size],
  kernel: [c.groups * c.O, c.I, ...c.kernel],
});

/** y_l = W_ll z_l for each partition l. */
const groupDefinition: LawOn<ConvolutionCase> = {
  id: 'group-convolution-definition',
  equation: 'Eq. 1',
  statement: 'y_l = W_ll z_l: a group convolution convolves each partition with its own kernel',
  domain: 'every stride, dilation, padding, kernel size and batch size',
  functions: ['groupConvolution', 'convolution', 'partition', 'concatenate'],
  tests: ['groupConvolution'],
  cases: convolutionCases,
  async sides({ A, ops, tensor }, c) {
    const x = tensor('x', shapes(c).x);
    const kernel = tensor('kernel', shapes(c).kernel);
    const y = await ops.groupConvolution(x, kernel, c.groups, c.window);
    const right = groupConvolution(A, x, kernel, c.groups, c.window);
    const parts = Array.from({ length: c.groups }, (_, l) =>
      convolution(A, partition(x, 1, c.groups, l), partition(kernel, 0, c.groups, l), c.window),
    );
    return all([
      equal(A, y, right),
      ...parts.map((part, l) => equal(A, partition(right, 1, c.groups, l), part)),
    ]);
  },
};

/** groupConvolution(x, W, L) = convolution(x, blockdiag(W_11 … W_LL)). */
const groupIsBlockDiagonal: LawOn<ConvolutionCase> = {
  id: 'group-convolution-is-block-diagonal',
  equation: 'Eq. 1',
  statement: 'a group convolution equals the regular convolution with blockdiag(W_11, …, W_LL)',
  domain: 'every stride, dilation, padding, kernel size and batch size',
  functions: ['groupConvolution', 'blockDiagonal', 'convolution'],
  tests: ['groupConvolution', 'convolution'],
  cases: convolutionCases,
  async sides({ A, ops, tensor }, c) {
    const x = tensor('x', shapes(c).x);
    const kernel = tensor('kernel', shapes(c).kernel);
    return equal(
      A,
      await ops.groupConvolution(x, kernel, c.groups, c.window),
      await ops.convolution(x, blockDiagonal(A, kernel, c.groups), c.window),
    );
  },
};

/** groupConvolution(x, W, 1) = convolution(x, W). */
const oneGroupIsRegular: LawOn<ConvolutionCase> = {
  id: 'one-group-is-regular',
  equation: 'Eq. 1, L = 1',
  statement: 'a group convolution with one group is a regular convolution',
  domain: 'every stride, dilation, padding, kernel size and batch size',
  functions: ['groupConvolution', 'convolution'],
  tests: ['groupConvolution'],
  cases: (limits) => convolutionCases(limits).map((c) => ({ ...c, groups: 1 })),
  async sides({ A, ops, tensor }, c) {
    const x = tensor('x', shapes(c).x);
    const kernel = tensor('kernel', shapes(c).kernel);
    const left = await ops.groupConvolution(x, kernel, 1, c.window);
    return equal(A, left, convolution(A, x, kernel, c.window));
  },
};

/** (W x)[n, :, i, j] = kernelMatrix(W) · patch(x, n, i, j). */
const convolutionIsMatrix: LawOn<ConvolutionCase> = {
  id: 'convolution-is-a-matrix-on-patches',
  equation: 'Eq. 1',
  statement: 'at each position a convolution multiplies the patch, a (CS)-vector, by an O × CS matrix',
  domain: 'every stride, dilation, padding, kernel size and batch size',
  functions: ['convolution', 'kernelMatrix', 'patch', 'padded', 'outputExtent'],
  tests: [],
  cases: convolutionCases,
  sides({ A, tensor: draw }, c) {
    const x = draw('x', [c.N, c.I, ...c.size]);
    const kernel = draw('kernel', [c.O, c.I, ...c.kernel]);
    const y = convolution(A, x, kernel, c.window);
    const W = kernelMatrix(kernel);
    const right = tensor(y.shape, (n, o, i, j) =>
      product(A, W, patch(A, x, c.kernel, c.window, n, i, j)).at(o, 0),
    );
    return equal(A, y, right);
  },
};

/** The bias is added to every position of its own output channel. */
const biasDefinition: LawOn<ConvolutionCase> = {
  id: 'bias-definition',
  equation: 'not in the paper',
  statement: 'a bias is added to every position of its own output channel: y[n, o, i, j] + b[o]',
  domain: 'every stride, dilation, padding, kernel size and batch size',
  functions: ['addBias'],
  tests: ['groupConvolution'],
  needsBias: true,
  cases: convolutionCases,
  async sides({ A, ops, tensor: draw, vector }, c) {
    const x = draw('x', shapes(c).x);
    const kernel = draw('kernel', shapes(c).kernel);
    const bias = vector('bias', c.groups * c.O);
    const y = await ops.groupConvolution(x, kernel, c.groups, c.window);
    return equal(
      A,
      await ops.groupConvolution(x, kernel, c.groups, c.window, bias),
      tensor(y.shape, (n, o, i, j) => A.add(y.at(n, o, i, j), bias[o]!)),
    );
  },
};

/** SAME padding keeps the size at stride 1, and a stride divides it, rounded up. */
const samePaddingKeepsSize: LawOn<BlockCase> = {
  id: 'same-padding-keeps-the-size',
  equation: 'Section 5 (networks)',
  statement: 'with the padding of samePadding a size n becomes ⌈n / stride⌉',
  domain: 'every kernel size, dilation and stride; the pads do not depend on the stride',
  functions: ['samePadding', 'outputSize'],
  tests: [],
  cases: blockCases,
  sides(_, { size, kernel, window }) {
    const { stride, dilation } = window;
    const { top, bottom, left, right } = samePadding(kernel, dilation);
    return equalNumbers(
      [
        outputSize(size[0], kernel[0], stride[0], dilation[0], top, bottom),
        outputSize(size[1], kernel[1], stride[1], dilation[1], left, right),
      ],
      [Math.ceil(size[0] / stride[0]), Math.ceil(size[1] / stride[1])],
    );
  },
};

export const convolutionLaws: readonly Law[] = [
  groupDefinition,
  groupIsBlockDiagonal,
  oneGroupIsRegular,
  convolutionIsMatrix,
  biasDefinition,
  samePaddingKeepsSize,
];
