/**
 * The steps of the block, each the specification's own, so that a bug can take the place of one. Nothing here defines a
 * step: `right` hands each to spec/.
 */
import { type Biases, Tensor, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { addBias, groupConvolution } from '../../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../../spec/02-interleave.ts';
import { type BlockShape, blockShape } from '../../../spec/03-igc-block.ts';
import {
  type BlockGradients,
  biasAdjoint,
  blockAdjoint,
  groupInputAdjoint,
  groupKernelAdjoint,
} from '../../../spec/08-adjoint.ts';
import { type Lookup, outline } from '../lookup.ts';
import type { Evidence } from '../types.ts';
import type { Scalars } from './scalars.ts';

/** One of the two convolutions, as a step is asked for it. */
export interface Convolving<T> {
  readonly x: Tensor<T>;
  readonly kernel: Tensor<T>;
  readonly bias: readonly T[] | undefined;
  readonly groups: number;
  readonly window: Window;
  /** Of the block that it belongs to: sizes, and the window of the spatial convolution. */
  readonly sizes: BlockShape;
  readonly spatial: Window;
}

/** What the gradients are worked out from. */
export interface Backward<T> {
  readonly g: Tensor<T>;
  readonly x: Tensor<T>;
  readonly primaryKernel: Tensor<T>;
  readonly secondaryKernel: Tensor<T>;
  readonly window: Window;
  readonly bias: Biases<T>;
  readonly sizes: BlockShape;
}

/** What the gradients of a group convolution alone are worked out from. */
export interface ConvolutionBackward<T> {
  readonly g: Tensor<T>;
  readonly x: Tensor<T>;
  readonly kernel: Tensor<T>;
  readonly window: Window;
  readonly sizes: BlockShape;
}

/** The gradients of a group convolution with respect to everything that went in. */
export interface ConvolutionGradients<T> {
  readonly x: Tensor<T>;
  readonly kernel: Tensor<T>;
  readonly bias: readonly T[];
}

/** What a block does, step by step. */
export interface Steps {
  readonly primary: <T>(A: Scalars<T>, asked: Convolving<T>) => Tensor<T>;
  readonly interleave: <T>(A: Scalars<T>, y: Tensor<T>, sizes: BlockShape) => Tensor<T>;
  readonly secondary: <T>(A: Scalars<T>, asked: Convolving<T>) => Tensor<T>;
  readonly deinterleave: <T>(A: Scalars<T>, z: Tensor<T>, sizes: BlockShape) => Tensor<T>;
  /** The output as it is written to memory. */
  readonly write: <T>(A: Scalars<T>, y: Tensor<T>, sizes: BlockShape) => Tensor<T>;
  readonly gradients: <T>(A: Scalars<T>, asked: Backward<T>) => BlockGradients<T>;
  /** Of a group convolution alone; those of a block are `gradients`. */
  readonly convolutionGradients: <T>(A: Scalars<T>, asked: ConvolutionBackward<T>) => ConvolutionGradients<T>;
}

const convolve: Steps['primary'] = (A, { x, kernel, bias, groups, window }) =>
  addBias(A, groupConvolution(A, x, kernel, groups, window), bias);

/** The specification, step by step. */
export const right: Steps = {
  primary: convolve,
  interleave: (_, y, { L, Mout }) => interleave(y, { L, M: Mout }),
  secondary: convolve,
  deinterleave: (_, z, { Lout, Mout }) => deinterleave(z, { L: Lout, M: Mout }),
  write: (_, y) => y,
  gradients: (A, { g, x, primaryKernel, secondaryKernel, window, bias }) =>
    blockAdjoint(A, g, x, primaryKernel, secondaryKernel, window, bias),
  convolutionGradients: (A, { g, x, kernel, window, sizes: { L } }) => ({
    x: groupInputAdjoint(A, g, kernel, L, window, [x.shape[2], x.shape[3]]),
    kernel: groupKernelAdjoint(A, g, x, L, window, [kernel.shape[2], kernel.shape[3]]),
    bias: biasAdjoint(A, g),
  }),
};

/** What is asked: the operation and what it is given, as in evidence. */
export type Question = Pick<Evidence, 'operation' | 'arrays' | 'window' | 'partition'>;

/** The sizes of the block in question; of a part alone, those of a block that it could belong to. */
export function sizesOf({ operation, arrays, partition }: Question): BlockShape {
  if (operation === 'interleave') {
    const { L, M } = partition!;
    return { L, Min: M, Mout: M, Lout: L };
  }
  if (operation === 'block') {
    return blockShape(outline(arrays.get('primary_weight')!), outline(arrays.get('secondary_weight')!));
  }
  const [O, Min] = arrays.get('weight')!.shape as [number, number];
  const L = arrays.get('x')!.shape[1]! / Min;
  return { L, Min, Mout: O / L, Lout: L };
}

/** The outputs by the names of recordings; the gradients where grad_y is given. A bias of C entries is (1, C, 1, 1). */
export function answer<T>(
  A: Scalars<T>,
  steps: Steps,
  question: Question,
  get: Lookup<T>,
): Readonly<Record<string, Tensor<T>>> {
  const { operation, arrays, window } = question;
  const sizes = sizesOf(question);
  const bias = (name: string) => (arrays.has(name) ? get(name).data : undefined);
  const { L, Mout } = sizes;
  const common = { sizes, spatial: window };
  const first = (kernel: string, name: string): Tensor<T> =>
    steps.primary(A, {
      ...common,
      x: get('x'),
      kernel: get(kernel),
      bias: bias(name),
      groups: L,
      window,
    });
  if (operation === 'group-convolution') {
    const y = steps.write(A, first('weight', 'bias'), sizes);
    return arrays.has('grad_y') ? { y, ...convolutionBackward(A, steps, question, get) } : { y };
  }
  if (operation === 'interleave') return { y: steps.write(A, steps.interleave(A, get('x'), sizes), sizes) };

  const primary = first('primary_weight', 'primary_bias');
  const interleaved = steps.interleave(A, primary, sizes);
  const secondary = steps.secondary(A, {
    ...common,
    x: interleaved,
    kernel: get('secondary_weight'),
    bias: bias('secondary_bias'),
    groups: Mout,
    window: unitWindow,
  });
  const y = steps.write(A, steps.deinterleave(A, secondary, sizes), sizes);
  const forward = { primary, interleaved, secondary, y };
  return arrays.has('grad_y') ? { ...forward, ...backward(A, steps, question, get) } : forward;
}

function backward<T>(A: Scalars<T>, steps: Steps, question: Question, get: Lookup<T>) {
  const { arrays, window } = question;
  const has = (name: string) => arrays.has(name);
  const found = steps.gradients(A, {
    g: get('grad_y'),
    x: get('x'),
    primaryKernel: get('primary_weight'),
    secondaryKernel: get('secondary_weight'),
    window,
    bias: {
      primary: has('primary_bias') ? get('primary_bias').data : undefined,
      secondary: has('secondary_bias') ? get('secondary_bias').data : undefined,
    },
    sizes: sizesOf(question),
  });
  return {
    grad_x: found.x,
    grad_primary_weight: found.primaryKernel,
    grad_secondary_weight: found.secondaryKernel,
    ...(has('primary_bias') ? { grad_primary_bias: column(found.primaryBias) } : {}),
    ...(has('secondary_bias') ? { grad_secondary_bias: column(found.secondaryBias) } : {}),
  };
}

function convolutionBackward<T>(A: Scalars<T>, steps: Steps, question: Question, get: Lookup<T>) {
  const { arrays, window } = question;
  const found = steps.convolutionGradients(A, {
    g: get('grad_y'),
    x: get('x'),
    kernel: get('weight'),
    window,
    sizes: sizesOf(question),
  });
  return {
    grad_x: found.x,
    grad_weight: found.kernel,
    ...(arrays.has('bias') ? { grad_bias: column(found.bias) } : {}),
  };
}

const column = <T>(values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);
