/**
 * A tile: what one innermost loop computes, some channels of the output by some pixels, kept in registers. Each step of
 * the loop is one step of the reduction: it splats a weight for each channel, loads a vector for each four pixels, and
 * multiplies and adds every weight with every vector. Unrolling further makes engines spill registers.
 */
import type { FunctionBuilder, Local } from './assembler.ts';
import { floatBytes, vectorBytes } from './layout.ts';

export interface Tile {
  readonly channels: number;
  readonly rows: number;
  /** Vectors of four pixels along a row. */
  readonly vectors: number;
}

/** The registers of tiles, the same for all that a function computes. */
export interface Registers {
  /** By channel, then row, then vector. */
  readonly sums: readonly (readonly Local[])[];
  readonly weights: readonly Local[];
  readonly pixels: Local;
  /** Address of the step's first pixel, and of the end of the weights. */
  readonly at: Local;
  readonly end: Local;
}

/** Registers for the largest of these tiles. */
export function registersFor(f: FunctionBuilder, tiles: readonly Tile[]): Registers {
  const channels = Math.max(...tiles.map((tile) => tile.channels));
  const vectors = Math.max(...tiles.map(({ rows, vectors }) => rows * vectors));
  return {
    sums: Array.from({ length: channels }, () => f.several('v128', vectors)),
    weights: f.several('v128', channels),
    pixels: f.local('v128'),
    at: f.local('i32'),
    end: f.local('i32'),
  };
}

/** How a tile's loop finds its numbers. */
export interface Reduction {
  readonly steps: number;
  /** Address of the tile's first pixel; left as it is. */
  readonly base: Local;
  /**
   * Address of the tile's packed weights; left behind them. First, where there is a bias, one for each channel; then for
   * each step one for each channel, with the step's offset from the base in front, where the offsets are in a table.
   */
  readonly weights: Local;
  readonly bias: boolean;
  /** From one step to the next, in bytes; or 'table'. */
  readonly stride: number | 'table';
  /** From one row of pixels to the next. */
  readonly rowPitch: number;
  readonly relaxed: boolean;
}

/** The bytes that a step, and all steps, take among the packed weights. */
export function stepBytes(channels: number, { stride }: Pick<Reduction, 'stride'>): number {
  return (channels + (stride === 'table' ? 1 : 0)) * floatBytes;
}

/** sums = bias + Σ weight · pixels. */
export function reduce(f: FunctionBuilder, tile: Tile, registers: Registers, reduction: Reduction): void {
  const { channels, rows, vectors } = tile;
  const { sums, weights, pixels, at, end } = registers;
  const { steps, base, stride, bias, rowPitch, relaxed } = reduction;
  const table = stride === 'table';
  const step = stepBytes(channels, reduction);
  for (let j = 0; j < channels; j++)
    for (let v = 0; v < rows * vectors; v++) {
      if (!bias) f.v128Zero().set(sums[j]![v]!);
      else if (v === 0)
        f.get(reduction.weights)
          .v128Load32Splat(j * floatBytes)
          .set(sums[j]![v]!);
      else f.get(sums[j]![0]!).set(sums[j]![v]!);
    }
  if (bias) f.advance(reduction.weights, channels * floatBytes);
  f.get(reduction.weights)
    .i32Const(steps * step)
    .i32Add()
    .set(end);
  if (!table) f.get(base).set(at);
  f.loop(() => {
    if (table) f.get(base).get(reduction.weights).i32Load().i32Add().set(at);
    for (let j = 0; j < channels; j++) {
      f.get(reduction.weights)
        .v128Load32Splat((j + (table ? 1 : 0)) * floatBytes)
        .set(weights[j]!);
    }
    for (let r = 0; r < rows; r++)
      for (let v = 0; v < vectors; v++) {
        f.get(at)
          .v128Load(r * rowPitch + v * vectorBytes)
          .set(pixels);
        for (let j = 0; j < channels; j++)
          multiplyAdd(f, sums[j]![r * vectors + v]!, pixels, weights[j]!, relaxed);
      }
    if (!table) f.advance(at, stride);
    f.get(reduction.weights).i32Const(step).i32Add().tee(reduction.weights).get(end).i32LtU().brIf(0);
  });
}

/** sum += pixels · weight. */
export function multiplyAdd(
  f: FunctionBuilder,
  sum: Local,
  pixels: Local,
  weight: Local,
  relaxed: boolean,
): void {
  if (relaxed) f.get(pixels).get(weight).get(sum).f32x4RelaxedMadd().set(sum);
  else f.get(sum).get(pixels).get(weight).f32x4Mul().f32x4Add().set(sum);
}
