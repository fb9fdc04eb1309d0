/** A geometry as programs on an engine. */

import { type Geometry, primaryHasBias } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import { type Engine, GpuArray } from './engine.ts';
import {
  type InputPlanes,
  inputPlanes,
  inputShape,
  outputShape,
  type Planes,
  packed,
  planesOf,
  type WeightRows,
  weightRows,
} from './layout.ts';
import { convolutionSource, placeSource, secondarySource } from './sources.ts';
import type { FeatureShape } from './types.ts';

/** A feature map on the GPU, or row-major NCHW on the CPU. */
export type Features = GpuArray | Float32Array;

/** Weights and biases on the GPU. */
export interface ResidentWeights {
  readonly primary: readonly GpuArray[];
  readonly secondary: readonly GpuArray[];
}

export async function uploadWeights(
  engine: Engine,
  { inputs, groups, kernel }: Geometry,
  { primary, primaryBias, secondary, secondaryBias }: Weights,
): Promise<ResidentWeights> {
  const made: GpuArray[] = [];
  const upload = async (numbers: Float32Array | undefined, rows: WeightRows) => {
    if (numbers === undefined) return [];
    const array = await engine.upload(packed(numbers, rows, engine.device.lanes));
    made.push(array);
    return [array];
  };
  const single = weightRows(1, [1, 1]);
  const mixing = weightRows(groups, [1, 1]);
  try {
    return {
      primary: [
        ...(await upload(primary, weightRows(inputs, kernel))),
        ...(await upload(primaryBias, single)),
      ],
      secondary: [...(await upload(secondary, mixing)), ...(await upload(secondaryBias, single))],
    };
  } catch (error) {
    for (const array of made) array.dispose();
    throw error;
  }
}

/** Takes a feature map to the GPU. */
export function uploadFeatures(engine: Engine, x: Float32Array, shape: FeatureShape): Promise<GpuArray> {
  const [, , height, width] = shape;
  return place(engine, x, shape, planesOf(height, width, engine.device.lanes), { top: 0, left: 0 });
}

/** What is done with the last program: kept on the GPU, or read. */
export type Last<T> = (source: string, grid: readonly number[], inputs: readonly GpuArray[]) => Promise<T>;

/** Computes; what comes of the last program is the caller's. */
export async function compute<T>(
  engine: Engine,
  geometry: Geometry,
  weights: ResidentWeights,
  { x, residual }: { readonly x: Features; readonly residual?: Features | undefined },
  end: Last<T>,
): Promise<T> {
  const { groups, outputs, mixed, rows, columns, bias, relu } = geometry;
  const { lanes } = engine.device;
  const [N, channels] = outputShape(geometry);
  const planes = planesOf(rows, columns, lanes);
  const made: GpuArray[] = [];
  const kept = async (making: Promise<GpuArray>) => {
    const array = await making;
    made.push(array);
    return array;
  };
  try {
    const input = inputPlanes(geometry, lanes);
    const from =
      x instanceof GpuArray && !input.isPadded ? x : await kept(placeInput(engine, x, geometry, input));
    const added =
      residual instanceof Float32Array
        ? await kept(uploadFeatures(engine, residual, outputShape(geometry)))
        : residual;
    const finish = { bias, residual: added !== undefined, relu };
    const last = added ? [added] : [];
    const grid = gridOf(N * channels, planes);
    if (mixed === undefined) {
      return await end(convolutionSource(geometry, finish, lanes), grid, [from, ...weights.primary, ...last]);
    }
    const plain = { bias: primaryHasBias(geometry), residual: false, relu: false };
    const source = convolutionSource(geometry, plain, lanes);
    const y = await kept(
      engine.compute(source, gridOf(N * groups * outputs, planes), [from, ...weights.primary]),
    );
    return await end(secondarySource(geometry, finish, lanes), grid, [y, ...weights.secondary, ...last]);
  } finally {
    for (const array of made) array.dispose();
  }
}

/** Threads of a feature map. */
const gridOf = (count: number, { height, pitch }: Planes) => [pitch, height, count];

function placeInput(engine: Engine, x: Features, geometry: Geometry, planes: InputPlanes): Promise<GpuArray> {
  return place(engine, x, inputShape(geometry), planes, geometry.window.padding);
}

function place(
  engine: Engine,
  x: Features,
  [N, channels, height, width]: FeatureShape,
  planes: Planes,
  { top, left }: { readonly top: number; readonly left: number },
): Promise<GpuArray> {
  const { lanes } = engine.device;
  const from = x instanceof GpuArray ? lanes : 1;
  const source = placeSource({ count: N * channels, height, width, lanes: from, top, left }, lanes);
  return engine.compute(source, gridOf(N * channels, planes), [x]);
}
