/** What a strategy sees of a shape: every size worked out, a convolution being a block without a secondary. */
import type { Window } from '../../spec/00-notation.ts';

export interface Geometry {
  readonly N: number;
  /** L: the groups of the primary convolution. */
  readonly groups: number;
  /** Min and Mout: the channels of a group. */
  readonly inputs: number;
  readonly outputs: number;
  /** Lout: the outputs of each of the Mout secondary partitions; undefined where there is no secondary. */
  readonly mixed: number | undefined;
  readonly height: number;
  readonly width: number;
  readonly kernel: readonly [number, number];
  readonly window: Window;
  /** H′ and W′. */
  readonly rows: number;
  readonly columns: number;
  readonly primaryBias: boolean;
  /** Of the last convolution, with the shift of a normalisation. */
  readonly bias: boolean;
  readonly residual: boolean;
  readonly relu: boolean;
}

/** Channels of the output: L·Mout of a convolution, Lout·Mout of a block. */
export function outputChannels({ groups, outputs, mixed }: Geometry): number {
  return (mixed ?? groups) * outputs;
}

/** Floats of an image of the input, and of the output. */
export function inputImage({ groups, inputs, height, width }: Geometry): number {
  return groups * inputs * height * width;
}

export function outputImage(geometry: Geometry): number {
  return outputChannels(geometry) * geometry.rows * geometry.columns;
}

/** Steps of the primary's reduction: Min·kh·kw. */
export function taps({ inputs, kernel }: Geometry): number {
  return inputs * kernel[0] * kernel[1];
}

/** Multiply-adds of one image, counting the zeros of the padding. */
export function multiplyAdds(geometry: Geometry): number {
  const { groups, outputs, mixed = 0, rows, columns } = geometry;
  return (groups * outputs * taps(geometry) + outputs * groups * mixed) * rows * columns;
}

/** Whether the primary adds biases; of a lone convolution it is the last, which has those of a normalisation too. */
export function primaryHasBias({ mixed, primaryBias, bias }: Geometry): boolean {
  return mixed === undefined ? bias : primaryBias;
}
