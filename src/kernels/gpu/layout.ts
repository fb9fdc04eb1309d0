/**
 * How numbers lie on a device. An array there has entries of one number, or of four where reading four costs as much as
 * reading one. A feature map's entries are neighbouring columns; a row that doesn't fill its last entry leaves the rest
 * of it undetermined.
 */
import { type Geometry, outputChannels } from '../geometry.ts';
import type { FeatureShape } from './types.ts';

/** How many numbers one entry has. */
export type Lanes = 1 | 4;

/** How many entries hold so many numbers. */
export const entriesOf = (count: number, lanes: Lanes): number => Math.ceil(count / lanes);

export function inputShape({ N, groups, inputs, height, width }: Geometry): FeatureShape {
  return [N, groups * inputs, height, width];
}

export function outputShape(geometry: Geometry): FeatureShape {
  return [geometry.N, outputChannels(geometry), geometry.rows, geometry.columns];
}

/** The planes of a feature map, one for each channel of each image: `height` rows of `pitch` entries. */
export interface Planes {
  readonly height: number;
  readonly pitch: number;
}

export function planesOf(height: number, width: number, lanes: Lanes): Planes {
  return { height, pitch: entriesOf(width, lanes) };
}

/** The input as the primary convolution reads it. */
export interface InputPlanes extends Planes {
  /** Whether it is more than the input: with its padding, so that every tap of every entry of the output lies inside. */
  readonly isPadded: boolean;
}

export function inputPlanes(geometry: Geometry, lanes: Lanes): InputPlanes {
  const { height, width, rows, columns, kernel, window } = geometry;
  const { stride, dilation, padding } = window;
  const reach = (outputs: number, axis: 0 | 1) =>
    (outputs - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  const needed = planesOf(reach(rows, 0), reach(lanes * entriesOf(columns, lanes), 1), lanes);
  const plain = planesOf(height, width, lanes);
  const isPadded =
    padding.top > 0 || padding.left > 0 || needed.height > plain.height || needed.pitch > plain.pitch;
  return { ...(isPadded ? needed : plain), isPadded };
}

/** How the sum over channels and taps is taken: what a source writes out at once, and loops over. */
export interface Steps {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
}

/** Taps that are written out: beyond, the compilers of shaders take long. A multiple of every number of lanes. */
const mostWrittenOut = 32;
/** The same of channels, where there are more of them than taps. */
const mostTogether = 8;

/** All taps of a small kernel, for some channels at once; of a larger one a row, or a part of a row. */
export function stepsOf([kh, kw]: readonly [number, number]): Steps {
  if (kh * kw > mostWrittenOut) return { channels: 1, rows: 1, columns: Math.min(kw, mostWrittenOut) };
  return { channels: Math.max(1, Math.floor(mostTogether / (kh * kw))), rows: kh, columns: kw };
}

/** Whether a step has all taps. */
export const areWhole = ({ rows, columns }: Steps, [kh, kw]: readonly [number, number]): boolean =>
  rows === kh && columns === kw;

/**
 * The weights of one output, in the order of the sum: `rows` of `length` numbers, each of them cut into steps of `step`
 * numbers, each of those filled up to whole entries.
 */
export interface WeightRows {
  readonly rows: number;
  readonly length: number;
  readonly step: number;
}

export function weightRows(channels: number, kernel: readonly [number, number]): WeightRows {
  const [kh, kw] = kernel;
  const steps = stepsOf(kernel);
  if (!areWhole(steps, kernel)) return { rows: channels * kh, length: kw, step: steps.columns };
  return { rows: 1, length: channels * kh * kw, step: steps.channels * kh * kw };
}

/** How many entries the weights of one output take. */
export function weightEntries({ rows, length, step }: WeightRows, lanes: Lanes): number {
  return rows * (Math.floor(length / step) * entriesOf(step, lanes) + entriesOf(length % step, lanes));
}

/** Weights of all outputs as entries, one after the other. */
export function packed(numbers: Float32Array, { length, step }: WeightRows, lanes: Lanes): Float32Array {
  if (lanes === 1) return numbers;
  const rowLength = lanes * weightEntries({ rows: 1, length, step }, lanes);
  const into = new Float32Array((numbers.length / length) * rowLength);
  for (let from = 0, to = 0; from < numbers.length; from += length, to += rowLength)
    for (let done = 0; done < length; done += step) {
      const at = (done / step) * lanes * entriesOf(step, lanes);
      into.set(numbers.subarray(from + done, from + Math.min(done + step, length)), to + at);
    }
  return into;
}
