/** What happens to a finished tile: the epilogue, and the way to memory. */
import type { FunctionBuilder, Local } from './assembler.ts';
import { floatBytes, lanes, vectorBytes } from './layout.ts';
import type { Registers, Tile } from './tile.ts';

export interface Destination {
  /** Address of the tile's first channel and pixel. */
  readonly at: Local;
  /** From one channel of the tile to the next, and from one row to the next. */
  readonly channelStep: number;
  readonly rowStep: number;
  /** Pixels of the last vector of a row that exist; nothing is written past them. */
  readonly lastLanes: number;
  /** What is done on the way, where this is the output. */
  readonly epilogue?: StoreEpilogue | undefined;
}

export interface StoreEpilogue {
  /** The residual's address less the output's, where there is a residual. */
  readonly residual?: Local | undefined;
  readonly relu: boolean;
}

/** Stores all sums of a tile. */
export function storeTile(
  f: FunctionBuilder,
  { channels, rows, vectors }: Tile,
  { sums }: Registers,
  { at, channelStep, rowStep, lastLanes, epilogue }: Destination,
): void {
  for (let j = 0; j < channels; j++)
    for (let r = 0; r < rows; r++)
      for (let v = 0; v < vectors; v++) {
        const sum = sums[j]![r * vectors + v]!;
        const offset = j * channelStep + r * rowStep + v * vectorBytes;
        finish(f, at, sum, offset, epilogue);
        storeLanes(f, at, sum, offset, v === vectors - 1 ? lastLanes : lanes);
      }
}

/** The epilogue of a vector that goes to this address. */
export function finish(
  f: FunctionBuilder,
  at: Local,
  vector: Local,
  offset: number,
  epilogue: StoreEpilogue | undefined,
): void {
  if (epilogue?.residual) {
    f.get(vector).get(at).get(epilogue.residual).i32Add().v128Load(offset).f32x4Add().set(vector);
  }
  if (epilogue?.relu) f.get(vector).v128Zero().f32x4Max().set(vector);
}

/** The first `count` floats of a vector. */
export function storeLanes(
  f: FunctionBuilder,
  at: Local,
  vector: Local,
  offset: number,
  count: number,
): void {
  if (count === lanes) {
    f.get(at).get(vector).v128Store(offset);
    return;
  }
  if (count >= 2) f.get(at).get(vector).v128Store64Lane(0, offset);
  if (count % 2 === 1)
    f.get(at)
      .get(vector)
      .v128Store32Lane(count - 1, offset + (count - 1) * floatBytes);
}
