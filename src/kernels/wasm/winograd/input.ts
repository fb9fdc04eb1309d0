/**
 * Tiles of a group's input, transformed: V = Bᵀ d B. First down the columns, four columns to a vector, straight from the
 * input: a row of tiles takes six rows of it, those above and below the picture from a row of zeros. Then along the rows,
 * four tiles to a vector.
 */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { floatBytes, lanes, vectorBytes } from '../layout.ts';
import { loadLanes, transpose } from '../vectors.ts';
import { type Band, tableEntry, tileReach, tileSize, type WinogradLayout } from './layout.ts';
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
  readonly rows: readonly Local[];
  readonly counters: readonly Local[];
}

/** Registers for all bands. */
export function inputRegisters(f: FunctionBuilder, layout: WinogradLayout): InputRegisters {
  return {
    tile: f.several('v128', tileReach),
    loaded: f.several('v128', lanes),
    corner: f.several('v128', layout.lanes === 'adjacent' ? 1 : lanes),
    rows: f.several('i32', tileReach),
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
  { height, width, window }: Geometry,
  { down, zeros }: WinogradLayout,
  { tileRows }: Band,
  place: InputPlace,
  { tile, rows, counters }: InputRegisters,
  transforms: Transforms,
): void {
  const [, , , y, x, row, to, from] = counters as [Local, Local, Local, Local, Local, Local, Local, Local];
  const rowBytes = width * floatBytes;
  /** All vectors of a row; `load(r, count)` leaves that of row r, of which so many columns are the picture's. */
  const along = (load: (r: number, count: number) => void, advance: () => void) => {
    const vector = (count: number) => {
      for (let r = 0; r < tileReach; r++) {
        load(r, count);
        f.set(tile[r]!);
      }
      transforms.input(tile, (k, push) => {
        f.get(to);
        push().v128Store(k * down.pitch);
      });
      advance();
      f.advance(to, vectorBytes);
    };
    const full = Math.floor(width / lanes);
    if (full > 0) f.countUp(x, 0, full, 1, () => vector(lanes));
    if (width % lanes > 0) vector(width % lanes);
    f.advance(to, down.tileRow - Math.ceil(width / lanes) * vectorBytes);
  };
  const inside = () => {
    f.get(place.input).get(y).i32Const(rowBytes).i32Mul().i32Add().set(from);
    along(
      (r, count) => loadLanes(f, from, count, r * rowBytes),
      () => f.advance(from, vectorBytes),
    );
  };
  const acrossBorder = () => {
    for (const [r, at] of rows.entries()) {
      f.get(place.input).get(y).i32Const(r).i32Add().i32Const(rowBytes).i32Mul().i32Add();
      f.get(place.scratch).i32Const(zeros.at).i32Add();
      f.get(row).i32Const(r).i32Add().i32Const(height).i32LtU().select().set(at);
    }
    along(
      (r, count) => loadLanes(f, rows[r]!, count, 0),
      () => {
        for (const at of rows) f.advance(at, vectorBytes);
      },
    );
  };
  f.get(place.row).set(row);
  f.get(place.scratch)
    .i32Const(down.at + window.padding.left * floatBytes)
    .i32Add()
    .set(to);
  f.countUp(y, 0, tileRows * tileSize, tileSize, () => {
    if (height < tileReach) acrossBorder();
    else
      f.get(row)
        .i32Const(height - tileReach + 1)
        .i32LtU()
        .if(inside, acrossBorder);
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
  { tile, loaded, corner, rows, counters }: InputRegisters,
  transforms: Transforms,
): void {
  const [, , , v, u, table, product] = counters as [Local, Local, Local, Local, Local, Local, Local];
  const { down, tiles } = layout;
  const adjacent = layout.lanes === 'adjacent';
  const places = rows.slice(0, adjacent ? 1 : lanes);
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
  f.get(at)
    .v128Load64Zero(lanes * vectorBytes)
    .set(corner);
  f.get(tile[0]!).get(corner).f32x4Shuffle(1, 2, 3, 4).set(tile[4]!);
  f.get(tile[1]!).get(corner).f32x4Shuffle(1, 2, 3, 5).set(tile[5]!);
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
