/** The products of tiles, summed over input channels: 36 small matrix products, one for each place in a tile. */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { cut, eachPiece } from '../cut.ts';
import { floatBytes, vectorBytes } from '../layout.ts';
import { type Registers, reduce, type Tile } from '../tile.ts';
import type { Blocking, ProductsPlace } from './blocking.ts';
import { type Band, tileProducts, type WinogradLayout } from './layout.ts';

/** Emits the products of a group. */
export function multiplyTiles(
  f: FunctionBuilder,
  { inputs, outputs }: Geometry,
  { tiles, products }: WinogradLayout,
  { vectors }: Band,
  blocking: Blocking,
  { scratch, weights }: ProductsPlace,
  registers: Registers,
  counters: readonly Local[],
  relaxed: boolean,
): void {
  const [k, block, from, base, to, target, start] = counters as [
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
    Local,
  ];
  const channels = cut(outputs, blocking.channels);
  const parts = cut(vectors, blocking.vectors);
  f.get(scratch).i32Const(tiles.at).i32Add().set(from);
  f.get(scratch).i32Const(products.at).i32Add().set(to);
  const sums = (tile: Tile) => {
    reduce(f, tile, registers, {
      steps: inputs,
      base,
      weights,
      start: 'zero',
      stride: tiles.channel,
      rowPitch: 0,
      relaxed,
    });
    for (let j = 0; j < tile.channels; j++)
      for (let v = 0; v < tile.vectors; v++)
        f.get(target)
          .get(registers.sums[j]![v]!)
          .v128Store(j * products.channel + v * tileProducts * vectorBytes);
    f.advance(target, tile.channels * products.channel);
  };
  const part = (first: number, count: number) => {
    f.get(from)
      .i32Const(first * vectorBytes)
      .i32Add()
      .set(base);
    f.get(to)
      .i32Const(first * tileProducts * vectorBytes)
      .i32Add()
      .set(target);
    f.get(start).set(weights);
    eachPiece(f, channels, block, (size) => sums({ channels: size, rows: 1, vectors: count }));
  };
  f.get(weights).set(start);
  f.countUp(k, 0, tileProducts, 1, () => {
    for (let p = 0; p < parts.full; p++) part(p * parts.size, parts.size);
    if (parts.rest > 0) part(parts.full * parts.size, parts.rest);
    f.advance(start, inputs * outputs * floatBytes);
    f.advance(from, tiles.product);
    f.advance(to, vectorBytes);
  });
  f.get(start).set(weights);
}
