/** Tiles of a group's output: Y = Aᵀ m A, first down the columns, then along the rows; then each tile to its place. */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { cut, eachPiece } from '../cut.ts';
import { floatBytes, lanes, vectorBytes } from '../layout.ts';
import { finish, type StoreEpilogue, storeLanes } from '../store.ts';
import { transpose } from '../vectors.ts';
import { type Band, tableEntry, tileProducts, tileReach, tileSize, type WinogradLayout } from './layout.ts';
import type { Transforms } from './transforms.ts';

export interface OutputPlace {
  readonly scratch: Local;
  readonly table: Local;
  /** Address of the band's first row in the group's first channel, in the panels or in the output. */
  readonly target: Local;
  /** Address of the group's biases; undefined where there are none. */
  readonly biases: Local | undefined;
  readonly epilogue: StoreEpilogue | undefined;
}

export interface OutputRegisters {
  readonly products: readonly Local[];
  readonly finished: readonly Local[];
  readonly tiles: readonly Local[];
  readonly bias: Local;
  readonly places: readonly Local[];
  readonly counters: readonly Local[];
}

export function outputRegisters(f: FunctionBuilder, { lanes: arrangement }: WinogradLayout): OutputRegisters {
  return {
    products: f.several('v128', tileReach),
    finished: f.several('v128', lanes),
    tiles: f.several('v128', lanes),
    bias: f.local('v128'),
    places: f.several('i32', arrangement === 'scattered' ? lanes : 1),
    counters: f.several('i32', 7),
  };
}

/** Emits the transform of all channels of a group. */
export function transformOutput(
  f: FunctionBuilder,
  geometry: Geometry,
  layout: WinogradLayout,
  { vectors, tiles: count }: Band,
  place: OutputPlace,
  registers: OutputRegisters,
  transforms: Transforms,
): void {
  const { products, finished, tiles, bias, places, counters } = registers;
  const [o, v, u, from, half, to, table] = counters as [Local, Local, Local, Local, Local, Local, Local];
  const channel = f.local('i32');
  const ofChannels = layout.lanes === 'channels';
  /** Vectors of products, each with so many lanes in use. */
  const everyVector = (used: number) => {
    f.get(place.table).set(table);
    f.get(channel).set(from);
    if (place.biases) {
      f.get(place.biases);
      if (ofChannels) f.v128Load().set(bias);
      else f.v128Load32Splat().set(bias);
      f.advance(place.biases, ofChannels ? vectorBytes : floatBytes);
    }
    f.countUp(v, 0, ofChannels ? count : vectors, 1, () => {
      for (const [c, at] of places.entries()) {
        f.get(table)
          .i32Load(c * tableEntry + 4)
          .get(to)
          .i32Add()
          .set(at);
      }
      f.get(place.scratch).i32Const(layout.half.at).i32Add().set(half);
      f.countUp(u, 0, tileReach, 1, () => {
        for (let k = 0; k < tileReach; k++)
          f.get(from)
            .v128Load(k * tileReach * vectorBytes)
            .set(products[k]!);
        transforms.output(products, (i, push) => {
          f.get(half);
          push().v128Store(i * tileReach * vectorBytes);
        });
        f.advance(from, vectorBytes);
        f.advance(half, vectorBytes);
      });
      f.advance(half, -tileReach * vectorBytes);
      f.advance(from, (tileProducts - tileReach) * vectorBytes);
      for (let i = 0; i < tileSize; i++) {
        for (let k = 0; k < tileReach; k++)
          f.get(half)
            .v128Load((i * tileReach + k) * vectorBytes)
            .set(products[k]!);
        transforms.output(products, (j, push) => {
          push();
          if (place.biases) f.get(bias).f32x4Add();
          f.set(finished[j]!);
        });
        transpose(f, finished, tiles);
        storeRow(f, geometry, layout, i, used, table, registers, place.epilogue);
      }
      f.advance(table, places.length * tableEntry);
    });
    f.advance(channel, layout.products.channel);
    f.advance(to, (ofChannels ? lanes : 1) * layout.target.channel);
  };
  f.get(place.scratch).i32Const(layout.products.at).i32Add().set(channel);
  f.get(place.target).set(to);
  if (ofChannels) eachPiece(f, cut(geometry.outputs, lanes), o, everyVector);
  else f.countUp(o, 0, geometry.outputs, 1, () => everyVector(lanes));
}

/** Row i of the tiles in the lanes that are used, each as far as it exists. */
function storeRow(
  f: FunctionBuilder,
  { rows, columns }: Geometry,
  layout: WinogradLayout,
  i: number,
  used: number,
  table: Local,
  { tiles, places }: OutputRegisters,
  epilogue: StoreEpilogue | undefined,
): void {
  const { target } = layout;
  const rest = columns % tileSize;
  const scattered = layout.lanes === 'scattered';
  const laneStep = { adjacent: vectorBytes, scattered: 0, channels: target.channel }[layout.lanes];
  const store = (c: number) => {
    const at = places[scattered ? c : 0]!;
    const offset = i * target.row + c * laneStep;
    const tile = tiles[c]!;
    finish(f, at, tile, offset, epilogue);
    // Where four tiles lie side by side, the last of them alone can be cut off.
    const mayBeCut = rest > 0 && (layout.lanes !== 'adjacent' || c === lanes - 1);
    const whole = () => storeLanes(f, at, tile, offset, lanes);
    if (mayBeCut) {
      f.get(table)
        .i32Load(entry(c) + 12)
        .i32Const(lanes)
        .i32Eq()
        .if(whole, () => storeLanes(f, at, tile, offset, rest));
    } else whole();
  };
  const entry = (c: number) => (scattered ? c * tableEntry : 0);
  const isCut = rows % tileSize !== 0 && i >= rows % tileSize;
  for (let c = 0; c < used; c++) {
    if (!isCut) store(c);
    else {
      f.get(table)
        .i32Load(entry(c) + 8)
        .i32Const(i)
        .i32GtU()
        .if(() => store(c));
    }
  }
}
