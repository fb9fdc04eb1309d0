/** A geometry as programs on an engine. */

import { demand } from '../errors.ts';
import { type Geometry, outputChannels, taps } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import type { Device } from './device.ts';
import type { Engine, GpuArray } from './engine.ts';
import { convolutionSource, secondarySource } from './sources.ts';
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
  const volume = (shape: FeatureShape) => shape.reduce((product, n) => product * n, 1);
  most('shape (the input)', volume(inputShape(geometry)));
  most('shape (the primary result)', N * groups * outputs * rows * columns);
  most('shape (the output)', volume(outputShape(geometry)));
  most('parameters (the spatial weights)', groups * outputs * taps(geometry));
  if (mixed !== undefined) most('parameters.secondaryWeight', outputs * mixed * groups);
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

export async function uploadWeights(engine: Engine, weights: Weights): Promise<ResidentWeights> {
  const made: GpuArray[] = [];
  const upload = async (arrays: readonly (Float32Array | undefined)[]) => {
    const uploaded: GpuArray[] = [];
    for (const numbers of arrays) {
      if (numbers === undefined) continue;
      const array = await engine.upload(numbers);
      made.push(array);
      uploaded.push(array);
    }
    return uploaded;
  };
  try {
    return {
      primary: await upload([weights.primary, weights.primaryBias]),
      secondary: await upload([weights.secondary, weights.secondaryBias]),
    };
  } catch (error) {
    for (const array of made) array.dispose();
    throw error;
  }
}

/** Computes; the result is the caller's to dispose of. */
export async function compute(
  engine: Engine,
  geometry: Geometry,
  weights: ResidentWeights,
  x: GpuArray,
  residual: GpuArray | undefined,
): Promise<GpuArray> {
  const { N, groups, outputs, mixed, rows, columns, bias, relu, primaryBias } = geometry;
  const last = { bias, residual: residual !== undefined, relu };
  const added = residual ? [residual] : [];
  const grid = (channels: number) => [columns, rows, N * channels];
  if (mixed === undefined) {
    const source = convolutionSource(geometry, last);
    return engine.compute(source, grid(groups * outputs), [x, ...weights.primary, ...added]);
  }
  const first = convolutionSource(geometry, { bias: primaryBias, residual: false, relu: false });
  const y = await engine.compute(first, grid(groups * outputs), [x, ...weights.primary]);
  try {
    const source = secondarySource(geometry, last);
    return await engine.compute(source, grid(mixed * outputs), [y, ...weights.secondary, ...added]);
  } finally {
    y.dispose();
  }
}
