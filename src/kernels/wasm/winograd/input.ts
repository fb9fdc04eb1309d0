/**
 * Tiles of a group's input, transformed: V = Bᵀ d B. First down the columns, four columns to a vector, straight from the
 * input: a row of tiles takes six rows of it, zeros where they are above or below the picture. Then along the rows, four
 * tiles to a vector.
 */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { floatBytes, lanes, vectorBytes } from '../layout.ts';
import { loadLanes, transpose } from '../vectors.ts';
import { type Band, tableEntry, tileReach, tileSize, type WinogradLayout } from './layout.ts';
import { caseByCase, type RowsSeen, rowsSeen } from './rows-seen.ts';
import type { Transforms } from './transforms.ts';

export interface InputPlace {
  /** Address of the pixel that the group's first tile begins with, were there no padding to its left. */
  readonly input: Local;
  /** Row of the input that it is in; negative in the padding. */
  readonly row: Local;
  readonly scratch: Local;
  /** Address of the band's table. */
  readonly table: Local;
}

export interface InputRegisters {
  readonly tile: readonly Local[];
  readonly loaded: readonly Local[];
  readonly corner: readonly Local[];
  readonly places: readonly Local[];
  readonly counters: readonly Local[];
}

/** Registers for all bands. */
export function inputRegisters(f: FunctionBuilder, layout: WinogradLayout): InputRegisters {
  return {
    tile: f.several('v128', tileReach),
    loaded: f.several('v128', lanes),
    corner: f.several('v128', layout.lanes === 'adjacent' ? 1 : lanes),
    places: f.several('i32', layout.lanes === 'adjacent' ? 1 : lanes),
    counters: f.several('i32', 8),
  };
}

/** Emits the transform of all channels of a group. */
export function transformInput(
  f: FunctionBuilder,
  geometry: Geometry,
  layout: WinogradLayout,
  band: Band,
  place: InputPlace,
  registers: InputRegisters,
  transforms: Transforms,
): void {
  const { inputs, height, width } = geometry;
  const [channel, source, to] = registers.counters as [Local, Local, Local];
  f.get(place.input).set(source);
  f.get(place.scratch).i32Const(layout.tiles.at).i32Add().set(to);
  f.countUp(channel, 0, inputs, 1, () => {
    transformDown(f, geometry, layout, band, { ...place, input: source }, registers, transforms);
    transformAlong(f, layout, band, place, to, registers, transforms);
    f.advance(source, height * width * floatBytes);
    f.advance(to, layout.tiles.channel - band.vectors * vectorBytes);
  });
}

/** Down the columns of one channel, for each row of tiles. `place.input` is left as it is. */
function transformDown(
  f: FunctionBuilder,
  geometry: Geometry,
  { down }: WinogradLayout,
  { tileRows }: Band,
  place: InputPlace,
  { tile, counters }: InputRegisters,
  transforms: Transforms,
): void {
  const { width, window } = geometry;
  const [, , , y, x, row, to, from] = counters as [Local, Local, Local, Local, Local, Local, Local, Local];
  const rowBytes = width * floatBytes;
  const vector = (seen: RowsSeen, count: number) => {
    for (const [r, register] of tile.entries()) {
      if (r >= seen.first && r < seen.end) loadLanes(f, from, count, (r - seen.first) * rowBytes);
      else f.v128Zero();
      f.set(register);
    }
    transforms.input(tile, (k, push) => {
      f.get(to);
      push().v128Store(k * down.pitch);
    });
    f.advance(from, vectorBytes).advance(to, vectorBytes);
  };
  const tileRow = (seen: RowsSeen) => {
    f.get(place.input).get(y).i32Const(seen.first).i32Add().i32Const(rowBytes).i32Mul().i32Add().set(from);
    const full = Math.floor(width / lanes);
    if (full > 0) f.countUp(x, 0, full, 1, () => vector(seen, lanes));
    if (width % lanes > 0) vector(seen, width % lanes);
  };
  f.get(place.row).set(row);
  f.get(place.scratch)
    .i32Const(down.at + window.padding.left * floatBytes)
    .i32Add()
    .set(to);
  f.countUp(y, 0, tileRows * tileSize, tileSize, () => {
    caseByCase(f, row, rowsSeen(geometry), tileRow);
    f.advance(to, down.tileRow - Math.ceil(width / lanes) * vectorBytes);
    f.advance(row, tileSize);
  });
}

/** Along the rows of one channel, for each vector of tiles; `to` goes on to the next. */
function transformAlong(
  f: FunctionBuilder,
  layout: WinogradLayout,
  { vectors }: Band,
  place: InputPlace,
  to: Local,
  { tile, loaded, corner, places, counters }: InputRegisters,
  transforms: Transforms,
): void {
  const [, , , v, u, table, product] = counters as [Local, Local, Local, Local, Local, Local, Local];
  const { down, tiles } = layout;
  const adjacent = layout.lanes === 'adjacent';
  f.get(place.table).set(table);
  f.countUp(v, 0, vectors, 1, () => {
    for (const [c, at] of places.entries()) {
      f.get(table)
        .i32Load(c * tableEntry)
        .get(place.scratch)
        .i32Add()
        .i32Const(down.at)
        .i32Add()
        .set(at);
    }
    f.get(to).set(product);
    f.countUp(u, 0, tileReach, 1, () => {
      for (let c = 0; c < lanes; c++) {
        if (adjacent) f.get(places[0]!).v128Load(c * vectorBytes);
        else f.get(places[c]!).v128Load();
        f.set(loaded[c]!);
      }
      transpose(f, loaded, tile);
      if (adjacent) lastOfAdjacent(f, places[0]!, tile, corner[0]!);
      else lastOfScattered(f, places, tile, loaded, corner);
      transforms.input(tile, (k, push) => {
        f.get(product);
        push().v128Store(k * tiles.product);
      });
      f.advance(product, tileReach * tiles.product);
      for (const at of places) f.advance(at, down.pitch);
    });
    f.advance(to, vectorBytes);
    f.advance(table, places.length * tableEntry);
  });
}

/** Columns 4 and 5 of each tile are columns 0 and 1 of the next; of the last one they are loaded. */
function lastOfAdjacent(f: FunctionBuilder, at: Local, tile: readonly Local[], corner: Local): void {
  for (const column of [0, 1]) {
    f.get(at)
      .v128Load32Zero(lanes * vectorBytes + column * floatBytes)
      .set(corner);
    f.get(tile[column]!)
      .get(corner)
      .f32x4Shuffle(1, 2, 3, 4)
      .set(tile[lanes + column]!);
  }
}

function lastOfScattered(
  f: FunctionBuilder,
  places: readonly Local[],
  tile: readonly Local[],
  [left, right]: readonly Local[],
  corner: readonly Local[],
): void {
  for (const [c, at] of places.entries()) f.get(at).v128Load64Zero(vectorBytes).set(corner[c]!);
  f.get(corner[0]!).get(corner[1]!).f32x4Shuffle(0, 4, 1, 5).set(left!);
  f.get(corner[2]!).get(corner[3]!).f32x4Shuffle(0, 4, 1, 5).set(right!);
  f.get(left!).get(right!).f32x4Shuffle(0, 1, 4, 5).set(tile[4]!);
  f.get(left!).get(right!).f32x4Shuffle(2, 3, 6, 7).set(tile[5]!);
}
