/** Sums of products between one product and the next: kept in memory, taken up again, and with their biases. */
import type { FunctionBuilder, Local } from '../assembler.ts';
import { floatBytes, vectorBytes } from '../layout.ts';
import { type Destination, finish } from '../store.ts';
import type { Registers, Tile } from '../tile.ts';

/** Calls `body` for each sum of a tile, told where it is kept, in bytes from the tile's first. */
function eachSum(
  { channels, vectors }: Tile,
  { sums }: Registers,
  body: (sum: Local, offset: number, channel: number, vector: number) => void,
): void {
  for (let j = 0; j < channels; j++)
    for (let v = 0; v < vectors; v++) body(sums[j]![v]!, (j * vectors + v) * vectorBytes, j, v);
}

export function keep(f: FunctionBuilder, shape: Tile, registers: Registers, at: Local): void {
  eachSum(shape, registers, (sum, offset) => f.get(at).get(sum).v128Store(offset));
}

export function restore(f: FunctionBuilder, shape: Tile, registers: Registers, at: Local): void {
  eachSum(shape, registers, (sum, offset) => f.get(at).v128Load(offset).set(sum));
}

export function addKept(f: FunctionBuilder, shape: Tile, registers: Registers, at: Local): void {
  eachSum(shape, registers, (sum, offset) => f.get(sum).get(at).v128Load(offset).f32x4Add().set(sum));
}

/** Each channel's bias, from `biases`, which is left behind them. */
export function addBiases(f: FunctionBuilder, shape: Tile, registers: Registers, biases: Local): void {
  eachSum(shape, registers, (sum, _, channel, vector) => {
    const bias = registers.weights[channel]!;
    if (vector === 0)
      f.get(biases)
        .v128Load32Splat(channel * floatBytes)
        .set(bias);
    f.get(sum).get(bias).f32x4Add().set(sum);
  });
  f.advance(biases, shape.channels * floatBytes);
}

/** Stores the sums plus those that are kept, and their biases if they have any; the sums stay as they are. */
export function storeWithKept(
  f: FunctionBuilder,
  shape: Tile,
  registers: Registers,
  kept: Local,
  biases: Local | undefined,
  { at, channelStep, epilogue }: Destination,
): void {
  const { pixels: finished } = registers;
  eachSum(shape, registers, (sum, offset, channel, vector) => {
    f.get(sum).get(kept).v128Load(offset).f32x4Add();
    if (biases)
      f.get(biases)
        .v128Load32Splat(channel * floatBytes)
        .f32x4Add();
    f.set(finished);
    const place = channel * channelStep + vector * vectorBytes;
    finish(f, at, finished, place, epilogue);
    f.get(at).get(finished).v128Store(place);
  });
}
