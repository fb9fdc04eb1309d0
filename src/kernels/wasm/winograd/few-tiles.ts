/**
 * The products where a band has no more than four tiles: there a vector of tiles would need a weight loaded for each
 * product. So the lanes are output channels, four weights are one vector, and what goes into all lanes are the tiles.
 */
import type { Geometry } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { cut, eachPiece } from '../cut.ts';
import { floatBytes, lanes, vectorBytes } from '../layout.ts';
import { type Registers, reduce, type Tile } from '../tile.ts';
import { type Blocking, type ProductsPlace, tilesAtOnce } from './blocking.ts';
import { type Band, tileProducts, type WinogradLayout } from './layout.ts';

/** Emits the products of a group. */
export function multiplyFewTiles(
  f: FunctionBuilder,
  { inputs }: Geometry,
  { tiles, products, weightChannels }: WinogradLayout,
  band: Band,
  { vectors }: Blocking,
  { scratch, weights }: ProductsPlace,
  registers: Registers,
  counters: readonly Local[],
  relaxed: boolean,
): void {
  const [k, block, from, pair, to, target] = counters as [Local, Local, Local, Local, Local, Local];
  const sums = (first: number, tile: Tile) => {
    f.get(from)
      .i32Const(first * floatBytes)
      .i32Add()
      .set(pair);
    reduce(f, tile, registers, {
      steps: inputs,
      base: weights,
      weights: pair,
      weightStride: tiles.channel,
      start: 'zero',
      stride: tile.vectors * vectorBytes,
      rowPitch: 0,
      relaxed,
    });
    for (let j = 0; j < tile.channels; j++)
      for (let v = 0; v < tile.vectors; v++)
        f.get(target)
          .get(registers.sums[j]![v]!)
          .v128Store(v * products.channel + (first + j) * tileProducts * vectorBytes);
  };
  f.get(scratch).i32Const(tiles.at).i32Add().set(from);
  f.get(scratch).i32Const(products.at).i32Add().set(to);
  f.countUp(k, 0, tileProducts, 1, () => {
    f.get(to).set(target);
    eachPiece(f, cut(weightChannels / lanes, vectors), block, (count) => {
      for (let first = 0; first < band.tiles; first += tilesAtOnce) {
        const channels = Math.min(tilesAtOnce, band.tiles - first);
        sums(first, { channels, rows: 1, vectors: count });
      }
      f.advance(weights, inputs * count * vectorBytes);
      f.advance(target, count * products.channel);
    });
    f.advance(from, tiles.product);
    f.advance(to, vectorBytes);
  });
}
