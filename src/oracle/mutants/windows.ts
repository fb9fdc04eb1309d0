/** Strides, dilations and paddings that are mixed up: the right convolution with another window. */
import { type Padding, tensor, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { blocks, convolutions, type Mutant } from './mutant.ts';
import type { Wrong } from './rules.ts';
import { axesOf, type CaseShape, extentOf, sameReadings, sameWindow } from './shape.ts';
import { right } from './steps.ts';

type Sizes = Pick<CaseShape, 'size' | 'kernel'>;

/** The window that the bug makes of the right one. */
type Rule = (window: Window, sizes: Sizes) => Window;

function convolvedWith(rule: Rule): Wrong {
  return {
    steps: {
      primary: (A, c) => {
        const [, , H, W] = c.x.shape;
        const [, , kh, kw] = c.kernel.shape;
        return right.primary(A, { ...c, window: rule(c.window, { size: [H, W], kernel: [kh, kw] }) });
      },
    },
    invisible: (shape) => sameWindow(shape, rule(shape.window, shape)),
  };
}

/** The padding of an axis cut otherwise; the total is what it was. */
function paddedWith(rule: (total: number, before: number) => number): Wrong {
  return convolvedWith((window) => {
    const { top, bottom, left, right: end } = window.padding;
    const [first, second] = [rule(top + bottom, top), rule(left + end, left)];
    return {
      ...window,
      padding: { top: first, bottom: top + bottom - first, left: second, right: left + end - second },
    };
  });
}

/** Where the last window starts beyond the padded input, it is counted. */
function ceil(window: Window, { size, kernel }: Sizes): Window {
  const missing = (axis: 0 | 1, pads: number): number => {
    const stride = window.stride[axis];
    const span = window.dilation[axis] * (kernel[axis] - 1) + 1;
    const rest = (size[axis] + pads - span) % stride;
    return rest === 0 ? 0 : stride - rest;
  };
  const { top, bottom, left, right: end } = window.padding;
  const padding: Padding = {
    top,
    bottom: bottom + missing(0, top + bottom),
    left,
    right: end + missing(1, left + end),
  };
  return { ...window, padding };
}

/** As much padding as gives ⌈size / stride⌉ outputs, the odd pixel after. */
function tensorFlow(window: Window, { size, kernel }: Sizes): Window {
  const pads = (axis: 0 | 1): readonly [number, number] => {
    const stride = window.stride[axis];
    const span = window.dilation[axis] * (kernel[axis] - 1) + 1;
    const total = Math.max((Math.ceil(size[axis] / stride) - 1) * stride + span - size[axis], 0);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  };
  const [[top, bottom], [left, end]] = [pads(0), pads(1)];
  return { ...window, padding: { top, bottom, left, right: end } };
}

/** The taps side by side, as many outputs as with the dilation. */
const narrowTaps: Wrong = {
  steps: {
    primary: (A, c) => {
      const [rows, columns] = outputExtent(c.x.shape, c.kernel.shape, c.window);
      const y = right.primary(A, { ...c, window: { ...c.window, dilation: [1, 1] } });
      return tensor([y.shape[0], y.shape[1], rows, columns], (...at) => y.at(...at));
    },
  },
  invisible: (shape) => {
    const [rows, columns] = axesOf(shape, shape.window)!;
    return sameReadings(
      [rows, columns],
      [
        { ...rows, dilation: 1 },
        { ...columns, dilation: 1 },
      ],
    );
  },
};

const onlyStride = ({ stride }: Window): Window => ({ ...unitWindow, stride });

/** Whether taking every sh-th row and sw-th column of the output leaves it as it is. */
function strideDoesNothing(shape: CaseShape): boolean {
  return extentOf(shape).every((count, axis) => count === 1 || shape.window.stride[axis] === 1);
}

const strideTwice: Wrong = {
  steps: {
    secondary: (A, c) => right.secondary(A, { ...c, window: onlyStride(c.spatial) }),
  },
  invisible: strideDoesNothing,
};

/** Not a bug in what comes out: the secondary convolution looks at one pixel, so it may skip pixels as well. */
const strideLate: Wrong = {
  steps: {
    primary: (A, c) => right.primary(A, { ...c, window: { ...c.window, stride: [1, 1] } }),
    secondary: (A, c) => right.secondary(A, { ...c, window: onlyStride(c.spatial) }),
  },
  invisible: () => true,
};

const swapped = ([h, w]: readonly [number, number]): readonly [number, number] => [w, h];

export const windowMutants: readonly Mutant[] = [
  {
    id: 'padding-swapped',
    name: 'padding before and after are swapped: bottom for top, right for left',
    advice: 'pad top and left before, bottom and right after',
    seen: 'TensorFlow pads the odd pixel after, other frameworks before',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith((window) => {
      const { top, bottom, left, right: end } = window.padding;
      return { ...window, padding: { top: bottom, bottom: top, left: end, right: left } };
    }),
  },
  {
    id: 'padding-order',
    name: 'the paddings are in the order [left, right, top, bottom] where [top, bottom, left, right] is read',
    advice: "exchange the pads of the two axes (PyTorch's F.pad wants left, right, top, bottom)",
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith((window) => {
      const { top, bottom, left, right: end } = window.padding;
      return { ...window, padding: { top: left, bottom: end, left: top, right: bottom } };
    }),
  },
  {
    id: 'padding-same-lower',
    name: 'the padding is split evenly with the odd pixel before (same-lower), whatever was asked',
    advice: 'pad as asked; with same-upper the odd pixel is after: at the bottom and on the right',
    seen: 'differences between ONNX SAME_LOWER and SAME_UPPER',
    stage: 'primary',
    operations: convolutions,
    ...paddedWith((total) => Math.ceil(total / 2)),
  },
  {
    id: 'padding-same-upper',
    name: 'the padding is split evenly with the odd pixel after (same-upper), whatever was asked',
    advice: 'pad as asked; with same-lower the odd pixel is before: at the top and on the left',
    seen: 'differences between ONNX SAME_LOWER and SAME_UPPER',
    stage: 'primary',
    operations: convolutions,
    ...paddedWith((total) => Math.floor(total / 2)),
  },
  {
    id: 'padding-tensorflow',
    name: "the padding is TensorFlow's SAME, which depends on the size of the input and the stride",
    advice: 'pad explicitly with the given numbers and convolve without padding',
    seen: 'ports of 7x7 stride 2 and 3x3 stride 2 convolutions to and from TensorFlow',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith(tensorFlow),
  },
  {
    id: 'dilation-ignored',
    name: 'the dilation is ignored',
    advice: 'space the taps by the dilation, and count dilation*(k - 1) + 1 pixels for a kernel of k',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith((window) => ({ ...window, dilation: [1, 1] })),
  },
  {
    id: 'dilation-ignored-by-taps',
    name: 'the dilation counts for the size of the output but not for where the taps are',
    advice: 'read row i*sh + u*dh - top and column j*sw + v*dw - left',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...narrowTaps,
  },
  {
    id: 'dilation-swapped',
    name: 'the dilations of height and width are swapped',
    advice: 'the first is of the rows, the second of the columns',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith((window) => ({ ...window, dilation: swapped(window.dilation) })),
  },
  {
    id: 'stride-swapped',
    name: 'the strides of height and width are swapped',
    advice: 'the first is of the rows, the second of the columns',
    seen: 'NCHW strides kept in a port to NHWC',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith((window) => ({ ...window, stride: swapped(window.stride) })),
  },
  {
    id: 'stride-twice',
    name: 'the stride is in both convolutions: the output is smaller than it should be',
    advice: 'give the stride to the primary convolution alone',
    seen: 'a Keras port',
    stage: 'secondary',
    operations: blocks,
    ...strideTwice,
  },
  {
    id: 'stride-late',
    name: 'the stride is in the secondary convolution and not in the primary',
    advice: 'nothing, for the output is the same; in the primary it costs less',
    seen: 'nowhere yet',
    stage: 'primary',
    operations: blocks,
    ...strideLate,
  },
  {
    id: 'output-ceil',
    name: 'the size of the output is rounded up instead of down',
    advice: 'floor((size + pads - dilation*(k - 1) - 1) / stride) + 1 rows and columns',
    seen: 'Caffe pools that way; ceil_mode elsewhere',
    stage: 'primary',
    operations: convolutions,
    ...convolvedWith(ceil),
  },
];
