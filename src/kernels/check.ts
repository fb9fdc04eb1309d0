/** From what a caller says to a geometry: every size and array checked, with the caller's own names in the errors. */
import { unitWindow, type Window } from '../../spec/00-notation.ts';
import { demand, type KernelConstraintId } from './errors.ts';
import type { Geometry } from './geometry.ts';
import type {
  BlockParameters,
  BlockShape,
  ConvolutionParameters,
  ConvolutionShape,
  Epilogue,
  Normalisation,
} from './types.ts';

/** The geometry of a block with these parameters. Throws a KernelError. */
export function blockGeometry(shape: BlockShape, parameters: BlockParameters): Geometry {
  const operation = 'block';
  const { N = 1, L, Min, Mout = Min, Lout = L, height, width, kernel, window = unitWindow } = shape;
  demandSizes(operation, { N, L, Min, Mout, Lout, height, width });
  const [rows, columns] = outputSize(operation, [height, width], kernel, window);
  const { primaryWeight, secondaryWeight, primaryBias, secondaryBias } = parameters;
  const array = (name: string, value: unknown, length: number, id: KernelConstraintId = 'C3') =>
    demandArray(operation, `parameters.${name}`, value, length, id);
  array('primaryWeight', primaryWeight, L * Mout * Min * kernel[0] * kernel[1]);
  array('secondaryWeight', secondaryWeight, Mout * Lout * L);
  if (primaryBias) array('primaryBias', primaryBias, L * Mout, 'C11');
  if (secondaryBias) array('secondaryBias', secondaryBias, Mout * Lout, 'C11');
  return {
    ...{ N, groups: L, inputs: Min, outputs: Mout, mixed: Lout },
    ...{ height, width, kernel, window, rows, columns },
    primaryBias: primaryBias !== undefined,
    ...epilogueOf(operation, parameters, secondaryBias, Mout * Lout),
  };
}

/** The geometry of a convolution with these parameters. Throws a KernelError. */
export function convolutionGeometry(shape: ConvolutionShape, parameters: ConvolutionParameters): Geometry {
  const operation = 'convolution';
  const { N = 1, groups, inputs, outputs, height, width, kernel, window = unitWindow } = shape;
  demandSizes(operation, { N, groups, inputs, outputs, height, width });
  const [rows, columns] = outputSize(operation, [height, width], kernel, window);
  const { weight, bias } = parameters;
  const entries = groups * outputs * inputs * kernel[0] * kernel[1];
  demandArray(operation, 'parameters.weight', weight, entries, 'C3');
  if (bias) demandArray(operation, 'parameters.bias', bias, groups * outputs, 'C11');
  return {
    ...{ N, groups, inputs, outputs, mixed: undefined },
    ...{ height, width, kernel, window, rows, columns },
    primaryBias: false,
    ...epilogueOf(operation, parameters, bias, groups * outputs),
  };
}

/** Throws where an array isn't a Float32Array (K3) of so many entries. */
export function demandArray(
  operation: string,
  argument: string,
  value: unknown,
  length: number,
  id: KernelConstraintId,
): void {
  const site = { operation, argument };
  const kind = Object.prototype.toString.call(value).slice(8, -1);
  demand(value instanceof Float32Array, site, 'K3', 'a Float32Array', kind);
  demand(value.length === length, site, id, `${length} entries`, `${value.length}`);
}

function epilogueOf(
  operation: string,
  { normalisation, residual = false, relu = false }: Epilogue,
  bias: Float32Array | undefined,
  channels: number,
) {
  if (normalisation) demandNormalisation(operation, normalisation, channels);
  return { bias: bias !== undefined || normalisation !== undefined, residual, relu };
}

function demandNormalisation(operation: string, given: Normalisation, channels: number): void {
  for (const name of ['mean', 'variance', 'gamma', 'beta'] as const) {
    demandArray(operation, `parameters.normalisation.${name}`, given[name], channels, 'C11');
  }
  const { variance, epsilon } = given;
  const site = { operation, argument: 'parameters.normalisation.epsilon' };
  const positive = Number.isFinite(epsilon) && variance.every((entry) => !(entry + epsilon <= 0));
  demand(positive, site, 'K6', 'variance + epsilon > 0 everywhere', `epsilon ${epsilon}`);
}

function demandSizes(operation: string, sizes: Readonly<Record<string, number>>): void {
  for (const [name, size] of Object.entries(sizes)) {
    const site = { operation, argument: `shape.${name}` };
    demand(Number.isSafeInteger(size) && size > 0, site, 'C2', 'an integer of at least 1', `${size}`);
  }
}

/** (H′, W′). */
function outputSize(
  operation: string,
  image: readonly [number, number],
  kernel: readonly [number, number],
  { stride, dilation, padding }: Window,
): readonly [number, number] {
  demandSizes(operation, { 'kernel[0]': kernel?.[0], 'kernel[1]': kernel?.[1] });
  const { top, bottom, left, right } = padding;
  const least = (name: string, values: readonly number[], minimum: number) => {
    const site = { operation, argument: `shape.window.${name}` };
    const whole = values.every((value) => Number.isSafeInteger(value) && value >= minimum);
    demand(whole, site, 'C4', `integers of at least ${minimum}`, `[${values.join(', ')}]`);
  };
  least('stride', [stride[0], stride[1]], 1);
  least('dilation', [dilation[0], dilation[1]], 1);
  least('padding', [top, bottom, left, right], 0);
  const padded = [image[0] + top + bottom, image[1] + left + right] as const;
  const span = [0, 1].map((axis) => dilation[axis]! * (kernel[axis]! - 1) + 1) as [number, number];
  const site = { operation, argument: 'shape' };
  const fits = padded[0] >= span[0] && padded[1] >= span[1];
  demand(fits, site, 'C5', `at least ${span.join(' × ')} padded pixels`, padded.join(' × '));
  const count = (axis: 0 | 1) => Math.floor((padded[axis] - span[axis]) / stride[axis]) + 1;
  return [count(0), count(1)];
}
