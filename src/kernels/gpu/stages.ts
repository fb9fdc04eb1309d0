/** A geometry as programs on an engine. */

import { demand } from '../errors.ts';
import { type Geometry, outputChannels, taps } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import { volume } from './arguments.ts';
import type { Device } from './device.ts';
import type { Engine, GpuArray } from './engine.ts';
import {
  convolutionSource,
  isPackedConvolution,
  isPackedSecondary,
  secondarySource,
  vectors,
} from './sources.ts';
import type { FeatureShape } from './types.ts';

/** Weights and biases on the GPU. */
export interface ResidentWeights {
  readonly primary: readonly GpuArray[];
  readonly secondary: readonly GpuArray[];
}

/** The most channels of all images: a device has no more workgroups along an axis, and quotients are exact below. */
const mostChannels = 2 ** 16 - 1;

export function inputShape({ N, groups, inputs, height, width }: Geometry): FeatureShape {
  return [N, groups * inputs, height, width];
}

export function outputShape(geometry: Geometry): FeatureShape {
  return [geometry.N, outputChannels(geometry), geometry.rows, geometry.columns];
}

/** Throws a KernelError where the device can't hold an array (G1), or there are too many channels (G2). */
export function demandFits(operation: string, geometry: Geometry, { entries, side, ran }: Device): void {
  const { N, groups, outputs, mixed, rows, columns } = geometry;
  const site = (argument: string) => ({ operation, argument });
  const most = (argument: string, size: number) =>
    demand(size <= entries, site(argument), 'G1', `at most ${entries} on ${ran.adapter}`, `${size}`);
  most('shape (the input)', volume(inputShape(geometry)));
  most('shape (the primary result)', N * groups * outputs * rows * columns);
  most('shape (the output)', volume(outputShape(geometry)));
  // Packed, a row of weights is as much as four times as long.
  most('parameters (the spatial weights)', 4 * groups * outputs * taps(geometry));
  if (mixed !== undefined) most('parameters.secondaryWeight', 4 * outputs * mixed * groups);
  if (N * groups * outputs === 1 || N * outputChannels(geometry) === 1) {
    const longest = Math.max(rows, columns);
    demand(longest <= side, site('shape'), 'G1', `at most ${side} pixels along one channel`, `${longest}`);
  }
  const channels = N * Math.max(groups * outputs, outputChannels(geometry));
  demand(
    channels <= mostChannels,
    site('shape'),
    'G2',
    `at most ${mostChannels}: fewer images`,
    `${channels}`,
  );
}

/** Weights as the sources read them: packed into vectors of four, where the device has those. */
export async function uploadWeights(
  engine: Engine,
  geometry: Geometry,
  { primary, primaryBias, secondary, secondaryBias }: Weights,
): Promise<ResidentWeights> {
  const { kernel, groups } = geometry;
  const { lanes } = engine.device;
  const made: GpuArray[] = [];
  const upload = async (numbers: Float32Array | undefined, row: number, packed: boolean) => {
    if (numbers === undefined) return [];
    const array = await (packed ? engine.uploadPacked(paddedRows(numbers, row)) : engine.upload(numbers));
    made.push(array);
    return [array];
  };
  try {
    return {
      primary: [
        ...(await upload(primary, kernel[0] * kernel[1], isPackedConvolution(geometry, lanes))),
        ...(await upload(primaryBias, 1, false)),
      ],
      secondary: [
        ...(await upload(secondary, groups, isPackedSecondary(geometry, lanes))),
        ...(await upload(secondaryBias, 1, false)),
      ],
    };
  } catch (error) {
    for (const array of made) array.dispose();
    throw error;
  }
}

/** Every row filled up with zeros to a multiple of four. */
function paddedRows(numbers: Float32Array, row: number): Float32Array {
  const width = 4 * vectors(row);
  const padded = new Float32Array((numbers.length / row) * width);
  for (let from = 0, to = 0; from < numbers.length; from += row, to += width) {
    padded.set(numbers.subarray(from, from + row), to);
  }
  return padded;
}

/** What is done with the last program: kept on the GPU, or read. */
export type Last<T> = (source: string, grid: readonly number[], inputs: readonly GpuArray[]) => Promise<T>;

/** Computes; what comes of the last program is the caller's. */
export async function compute<T>(
  engine: Engine,
  geometry: Geometry,
  weights: ResidentWeights,
  { x, residual }: { readonly x: GpuArray; readonly residual?: GpuArray | undefined },
  end: Last<T>,
): Promise<T> {
  const { N, groups, outputs, mixed, rows, columns, bias, relu, primaryBias } = geometry;
  const last = { bias, residual: residual !== undefined, relu };
  const added = residual ? [residual] : [];
  const grid = (channels: number) => [columns, rows, N * channels];
  const lanes = engine.device.lanes;
  if (mixed === undefined) {
    const source = convolutionSource(geometry, last, lanes);
    return end(source, grid(groups * outputs), [x, ...weights.primary, ...added]);
  }
  const first = convolutionSource(geometry, { bias: primaryBias, residual: false, relu: false }, lanes);
  const y = await engine.compute(first, grid(groups * outputs), [x, ...weights.primary]);
  try {
    const source = secondarySource(geometry, last, lanes);
    return await end(source, grid(mixed * outputs), [y, ...weights.secondary, ...added]);
  } finally {
    y.dispose();
  }
}
