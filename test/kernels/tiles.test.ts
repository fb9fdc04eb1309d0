/** Tiles: whatever their size, the numbers are the same; which one is taken depends on the engine. */
import { expect, test } from 'vitest';
import { blockGeometry } from '../../src/kernels/check.ts';
import { assemble, engine } from '../../src/kernels/wasm/assembler.ts';
import { bestTile, costOf, fusedInOrder, loadingFirst } from '../../src/kernels/wasm/best-tile.ts';
import { floatBytes, panelsOf, sourceOf } from '../../src/kernels/wasm/layout.ts';
import { groupBytes, packGroups } from '../../src/kernels/wasm/packing.ts';
import { primaryPacking, primaryPhase } from '../../src/kernels/wasm/primary.ts';
import { type SecondaryPlan, secondaryPacking, secondaryPhase } from '../../src/kernels/wasm/secondary.ts';
import type { Tile } from '../../src/kernels/wasm/tile.ts';

const [L, M, size] = [5, 3, 23];
const fractions = (length: number, scale: number) =>
  Float32Array.from({ length }, (_, i) => (((i * scale) % 89) - 44) / 7);
const x = fractions(L * M * size * size, 31);
const parameters = {
  primaryWeight: fractions(L * M * M * 9, 17),
  secondaryWeight: fractions(L * L * M, 13),
};
const padding = { top: 1, bottom: 1, left: 1, right: 1 };
const shape = { L, Min: M, height: size, width: size, kernel: [3, 3] } as const;
const geometry = {
  ...blockGeometry({ ...shape, window: { stride: [1, 1], dilation: [1, 1], padding } }, parameters),
  mixed: L,
};

/** The block of one strip, with this tile in the primary, and one as large of a single row in the secondary. */
function blockBy(tile: Tile): Float32Array {
  const [source, panels] = [sourceOf(geometry, size), panelsOf(geometry, size)];
  const packing = primaryPacking(geometry, source, tile);
  const weightsOffset = L * groupBytes(packing);
  const plan: SecondaryPlan = {
    ...{ geometry, panels, stripRows: size, weightsOffset, relaxed: false },
    tile: { ...tile, rows: 1, vectors: tile.rows * tile.vectors },
  };
  const mixing = secondaryPacking(plan);
  let bytes = 64;
  const take = (wanted: number) => {
    const at = bytes;
    bytes += wanted + 256;
    return at;
  };
  const [input, output] = [take(x.byteLength), take(x.byteLength)];
  const [weights, scratch] = [take(weightsOffset + M * groupBytes(mixing)), take(source.bytes)];
  const at = take(panels.bytes);

  const { Memory, Module, Instance } = engine();
  const memory = new Memory({ initial: Math.ceil(bytes / 65536), maximum: 65536 });
  const floats = new Float32Array(memory.buffer);
  floats.set(x, input / floatBytes);
  const into = { floats, ints: new Int32Array(memory.buffer) };
  packGroups(packing, L, parameters.primaryWeight, undefined, into, weights / floatBytes);
  packGroups(mixing, M, parameters.secondaryWeight, undefined, into, (weights + weightsOffset) / floatBytes);
  const code = assemble({
    primary: primaryPhase({ geometry, source, panels, tile, packing, relaxed: false }),
    secondary: secondaryPhase(plan),
  });
  const phases = new Instance(new Module(code), { env: { memory } }).exports;
  const common = [input, output, 0, weights, scratch, at, 0, size, 0] as const;
  phases.primary!(...common, L);
  phases.secondary!(...common, M);
  return floats.slice(output / floatBytes, output / floatBytes + x.length);
}

test('a block is the same, bit for bit, by every tile that is considered', () => {
  const expected = blockBy({ channels: 1, rows: 1, vectors: 1 });
  expect(new Set(expected).size).toBeGreaterThan(100);
  for (const tile of new Set([...loadingFirst.tiles, ...fusedInOrder.tiles])) {
    const wrong = blockBy(tile).findIndex((entry, i) => entry !== expected[i]);
    expect(wrong, JSON.stringify(tile)).toBe(-1);
  }
});

test('engines that load in order have larger tiles', () => {
  const area = { channels: 450, rows: 1, columns: 960 };
  expect(bestTile(area, loadingFirst)).toEqual({ channels: 2, rows: 1, vectors: 4 });
  expect(bestTile(area, fusedInOrder)).toEqual({ channels: 2, rows: 1, vectors: 6 });
  const sums = ({ channels, rows, vectors }: Tile) => channels * rows * vectors;
  expect(Math.max(...loadingFirst.tiles.map(sums))).toBe(8);
  expect(Math.max(...fusedInOrder.tiles.map(sums))).toBe(12);
});

test('what is left over of an area costs what its own tiles cost', () => {
  const tile = { channels: 2, rows: 2, vectors: 2 };
  const [whole, row, vector, both] = [
    ...[tile, { ...tile, rows: 1 }, { ...tile, vectors: 1 }],
    { ...tile, rows: 1, vectors: 1 },
  ].map(({ channels, rows, vectors }) => loadingFirst.stepOf(channels, rows * vectors));
  const area = { channels: 4, rows: 5, columns: 4 * 7 - 1 };
  const expected = 2 * (2 * 3 * whole! + 3 * row! + 2 * vector! + both!);
  expect(costOf(tile, area, loadingFirst)).toBeCloseTo(expected, 9);
});
