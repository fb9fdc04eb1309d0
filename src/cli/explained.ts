/** What `igc explain` tells of a block: the specification run on booleans and on path counts, and what it costs. */
import { type Matrix, tensor } from '../../spec/00-notation.ts';
import { blockDiagonal, kernelMatrix } from '../../spec/01-group-convolution.ts';
import { deinterleaveMatrix, interleaveIndex, interleaveMatrix } from '../../spec/02-interleave.ts';
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { compositeKernel, compositeMatrix } from '../../spec/04-composite-kernel.ts';
import {
  attainsWidthBound,
  blockParameters,
  equalParameterWidth,
  igcParameters,
  widerThanRegularInIntegers,
  widthBound,
} from '../../spec/05-complexity.ts';
import { booleans } from '../algebras/boolean.ts';
import { naturals } from '../algebras/natural.ts';

/** The matrices of x′ = P Wᵈ Pᵀ Wᵖ x for a 1 × 1 primary kernel: which entries can be nonzero. */
export interface Patterns {
  /** Path counts: how many ways lead from an input channel to an output channel. */
  readonly W: Matrix<number>;
  readonly P: Matrix<boolean>;
  readonly Wd: Matrix<boolean>;
  readonly Pt: Matrix<boolean>;
  readonly Wp: Matrix<boolean>;
}

export interface Explained {
  readonly block: BlockShape;
  readonly kernel: readonly [number, number];
  readonly S: number;
  readonly patterns: Patterns;
  readonly nonzeros: { readonly Wp: number; readonly Wd: number; readonly W: number };
  readonly paths: { readonly fewest: number; readonly most: number };
  readonly T: number;
  /** Of the input: its channels, the width of the regular convolution of T parameters with the same ratio of
   *  output to input channels, and the bound of Eq. 15 for a block of M to M channels. */
  readonly width: number;
  readonly regularWidth: number;
  readonly wider: boolean;
  readonly widthBound: number;
  readonly attained: boolean;
}

/** Beyond this width the product of the four matrices takes seconds; the entries of W then come from Eq. 6. */
const widestProduct = 64;

export function patternsOf({ L, Min, Mout, Lout }: BlockShape): Patterns {
  const primary = <T>(one: T) => tensor([L * Mout, Min, 1, 1], () => one);
  const secondary = <T>(one: T) => tensor([Mout * Lout, L, 1, 1], () => one);
  const kernels = [primary(1), secondary(1)] as const;
  const small = L * Math.max(Min, Mout) <= widestProduct;
  return {
    W: small ? compositeMatrix(naturals, ...kernels) : kernelMatrix(compositeKernel(naturals, ...kernels)),
    P: deinterleaveMatrix(booleans, { L: Lout, M: Mout }),
    Wd: kernelMatrix(blockDiagonal(booleans, secondary(true), Mout)),
    Pt: interleaveMatrix(booleans, { L, M: Mout }),
    Wp: kernelMatrix(blockDiagonal(booleans, primary(true), L)),
  };
}

export function explain(block: BlockShape, kernel: readonly [number, number]): Explained {
  const { L, Min } = block;
  const S = kernel[0] * kernel[1];
  const patterns = patternsOf(block);
  const counts = entries(patterns.W);
  const partition = { L, M: Min };
  // With Mout ≠ Min, T·Min/Mout is the cost of the block from Min to Min channels.
  const square = igcParameters(partition, S);
  return {
    block,
    kernel,
    S,
    patterns,
    nonzeros: {
      Wp: entries(patterns.Wp).filter(Boolean).length * S,
      Wd: entries(patterns.Wd).filter(Boolean).length,
      W: counts.filter((paths) => paths > 0).length * S,
    },
    paths: {
      fewest: counts.reduce((least, n) => Math.min(least, n)),
      most: counts.reduce((most, n) => Math.max(most, n)),
    },
    T: blockParameters(block, S),
    width: L * Min,
    regularWidth: equalParameterWidth(square, S),
    wider: widerThanRegularInIntegers(partition, S),
    widthBound: widthBound(square, S),
    attained: attainsWidthBound(partition, S),
  };
}

export function entries<T>(matrix: Matrix<T>): T[] {
  const all: T[] = [];
  for (let i = 0; i < matrix.rows; i++) for (let j = 0; j < matrix.columns; j++) all.push(matrix.at(i, j));
  return all;
}

/** The channels of the primary partitions, in order, and those that each secondary partition collects. */
export function partitionsOf({ L, Mout }: BlockShape): { primary: number[][]; secondary: number[][] } {
  const channels = { L, M: Mout };
  const primary = Array.from({ length: L }, (_, l) => Array.from({ length: Mout }, (_, m) => l * Mout + m));
  const secondary = Array.from({ length: Mout }, () => new Array<number>(L));
  for (const c of primary.flat()) {
    const position = interleaveIndex(channels, c);
    secondary[Math.floor(position / L)]![position % L] = c;
  }
  return { primary, secondary };
}
