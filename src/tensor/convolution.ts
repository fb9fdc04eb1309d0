/**
 * Group convolution, Eq. 1. A "convolution" is a correlation, as in every framework and in the specification.
 *
 * Numbers: products and sums are float64, added in the order of the specification (input channel, row, column of
 * the kernel), so that on float64 data the result is the specification's to the last bit. On float32 data the sum
 * and the bias are float64 too, and each output is rounded once. The zeros of the padding take part, as in the
 * specification: a weight that isn't finite makes them NaN.
 */
import type { Window } from '../../spec/00-notation.ts';
import { type Bias, checkedBias } from './bias.ts';
import { demand } from './constraints.ts';
import { correlate } from './correlate.ts';
import { demandFeature, Feature } from './feature.ts';
import { demandKernel, type GroupKernel } from './group-kernel.ts';
import { type PaddedGroup, paddedGroup, paddedIndex, readGroup } from './padded-group.ts';
import { type FloatArray, freeze, zeros } from './view.ts';
import { outputExtent, tensorWindow, type WindowOptions } from './window.ts';

/** How errors name the arguments of a convolution: a block has two of them. */
export interface ConvolutionNames {
  readonly operation: string;
  readonly x: string;
  readonly kernel: string;
  readonly bias: string;
}

/**
 * Group convolution: partition g of x is convolved with kernel g. A regular convolution has one group.
 * Shapes: x (N, Groups·Inputs, H, W), kernel (Groups·Outputs, Inputs, kh, kw), bias Groups·Outputs entries, result
 * (N, Groups·Outputs, H′, W′) in new memory, row-major.
 * Throws a TensorError where the channels don't fit (C7), the element types differ (T7), the bias or the window is
 * wrong (C11, C4, C5, T8), or data was taken away since it was checked (T4).
 *
 * @paper Eq. 1: y_g = W_gg z_g
 */
export function groupConvolution<Groups extends number, Inputs extends number, Outputs extends number>(
  x: Feature<Groups, Inputs>,
  kernel: GroupKernel<Groups, Inputs, Outputs>,
  window: WindowOptions = {},
  bias?: Bias | undefined,
): Feature<Groups, Outputs> {
  const names = { operation: 'groupConvolution', x: 'x', kernel: 'kernel', bias: 'bias' };
  return convolve(names, x, kernel, window, bias);
}

/**
 * `groupConvolution`, with the names that its arguments have where they came in. The result is row-major in memory, or
 * its interleaveView is.
 */
export function convolve<Groups extends number, Inputs extends number, Outputs extends number>(
  names: ConvolutionNames,
  x: Feature<Groups, Inputs>,
  kernel: GroupKernel<Groups, Inputs, Outputs>,
  options: WindowOptions,
  givenBias: Bias | undefined,
  rowMajor: 'result' | 'interleaved result' = 'result',
): Feature<Groups, Outputs> {
  demandOperands(names, x, kernel);
  const { operation } = names;
  const { groups, inputs, outputs, dtype } = kernel;
  const sizes = { input: [x.height, x.width], kernel: [kernel.height, kernel.width] } as const;
  const window = tensorWindow(options, sizes, operation);
  const [rows, columns] = outputExtent(sizes, window, operation);
  const bias =
    givenBias && checkedBias({ operation, argument: names.bias }, givenBias, dtype, groups * outputs);
  const site = { operation, argument: names.x };
  const result =
    rowMajor === 'result'
      ? zeros(site, dtype, [x.batch, groups, outputs, rows, columns])
      : zeros(site, dtype, [x.batch, outputs, groups, rows, columns]).transpose(0, 2, 1, 3, 4);

  const group = paddedGroup(site, inputs, sizes.input, window);
  const taps = tapIndices([inputs, ...sizes.kernel], window, group);
  const weights = new Float64Array(taps.length);
  const plane = new Float64Array(rows * columns);
  const rowStep = window.stride[0] * group.pitch;
  for (let n = 0; n < x.batch; n++)
    for (let g = 0; g < groups; g++) {
      readGroup(x.array, n, g, window, group);
      for (let o = 0; o < outputs; o++) {
        readWeights(kernel.array, g, o, weights);
        correlate(group.entries, rowStep, taps, weights, bias?.get(g * outputs + o) ?? 0, columns, plane);
        result.data.set(plane, result.index(n, g, o, 0, 0));
      }
    }
  return new Feature(freeze(result));
}

/** Feature map and kernel are what they claim to be, of one element type, and fit (T11, T4, T7, C7). */
function demandOperands<Groups extends number, Inputs extends number, Outputs extends number>(
  { operation, ...names }: ConvolutionNames,
  x: Feature<Groups, Inputs>,
  kernel: GroupKernel<Groups, Inputs, Outputs>,
): void {
  demandFeature({ operation, argument: names.x }, x);
  demandKernel({ operation, argument: names.kernel }, kernel);
  demand(kernel.dtype === x.dtype, { operation, argument: names.kernel }, 'T7', x.dtype, kernel.dtype);
  const fits = x.major === kernel.groups && x.minor === kernel.inputs;
  const expected = `${kernel.groups} × ${kernel.inputs} channels`;
  demand(fits, { operation, argument: names.x }, 'C7', expected, `${x.major} × ${x.minor}`);
}

/** Where each tap of the first window lies in the padded group, in the order of the sum. */
function tapIndices(
  [I, kh, kw]: readonly [number, number, number],
  { dilation: [dh, dw] }: Window,
  group: PaddedGroup,
): Int32Array {
  const taps = new Int32Array(I * kh * kw);
  let t = 0;
  for (let c = 0; c < I; c++)
    for (let u = 0; u < kh; u++)
      for (let v = 0; v < kw; v++) taps[t++] = paddedIndex(group, c, u * dh, v * dw);
  return taps;
}

/** The weights of output channel o of group g, in the order of the sum: input channel, row, column. */
function readWeights(kernel: FloatArray, g: number, o: number, weights: Float64Array): void {
  const [, , I, kh, kw] = kernel.shape as [number, number, number, number, number];
  let t = 0;
  for (let c = 0; c < I; c++)
    for (let u = 0; u < kh; u++) for (let v = 0; v < kw; v++) weights[t++] = kernel.get(g, o, c, u, v);
}
