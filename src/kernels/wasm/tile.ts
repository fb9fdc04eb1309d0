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
   * Address of the tile's packed weights; left behind them. First, where sums start with a bias, one for each channel; then for
   * each step one for each channel, with the step's offset from the base in front, where the offsets are in a table.
   */
  readonly weights: Local;
  /** What the sums start with: zero, each channel's bias, or what they are. */
  readonly start: 'zero' | 'bias' | 'sums';
  /** From one step's weights to the next's, in bytes, where they don't follow each other. */
  readonly weightStride?: number;
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

/** sums = start + Σ weight · pixels. Where they start with zero the first step is taken out of the loop: its products are the sums. */
export function reduce(f: FunctionBuilder, tile: Tile, registers: Registers, reduction: Reduction): void {
  const { channels } = tile;
  const { at, end } = registers;
  const { steps, base, stride, weights, start } = reduction;
  const table = stride === 'table';
  const bytes = reduction.weightStride ?? stepBytes(channels, reduction);
  if (start === 'bias') loadBias(f, tile, registers, weights);
  f.get(weights)
    .i32Const(steps * bytes)
    .i32Add()
    .set(end);
  if (!table) f.get(base).set(at);
  const step = (first: boolean) => {
    if (table) f.get(base).get(weights).i32Load().i32Add().set(at);
    multiplyTile(f, tile, registers, reduction, first);
    if (!table) f.advance(at, stride);
    f.advance(weights, bytes);
  };
  if (start === 'zero') step(true);
  if (start === 'zero' && steps === 1) return;
  f.loop(() => {
    step(false);
    f.get(weights).get(end).i32LtU().brIf(0);
  });
}

/** Each channel's sums begin with its bias. */
function loadBias(
  f: FunctionBuilder,
  { channels, rows, vectors }: Tile,
  { sums }: Registers,
  weights: Local,
): void {
  for (let j = 0; j < channels; j++) {
    f.get(weights)
      .v128Load32Splat(j * floatBytes)
      .set(sums[j]![0]!);
    for (let v = 1; v < rows * vectors; v++) f.get(sums[j]![0]!).set(sums[j]![v]!);
  }
  f.advance(weights, channels * floatBytes);
}

/** One step: each weight times each vector, added to the sums; or being the sums, where it is the first. */
function multiplyTile(
  f: FunctionBuilder,
  { channels, rows, vectors }: Tile,
  { sums, weights, pixels, at }: Registers,
  reduction: Reduction,
  first: boolean,
): void {
  const { stride, rowPitch, relaxed } = reduction;
  for (let j = 0; j < channels; j++) {
    f.get(reduction.weights).v128Load32Splat((j + (stride === 'table' ? 1 : 0)) * floatBytes);
    f.set(weights[j]!);
  }
  for (let r = 0; r < rows; r++)
    for (let v = 0; v < vectors; v++) {
      f.get(at)
        .v128Load(r * rowPitch + v * vectorBytes)
        .set(pixels);
      for (let j = 0; j < channels; j++) {
        const sum = sums[j]![r * vectors + v]!;
        if (first) f.get(pixels).get(weights[j]!).f32x4Mul().set(sum);
        else multiplyAdd(f, sum, pixels, weights[j]!, relaxed);
      }
    }
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
