/** How many rows of the output are computed at a time. */
import type { Geometry } from './geometry.ts';
import { bestTile, costOf, type TileModel } from './wasm/best-tile.ts';
import { floatBytes, panelsOf, sourceOf } from './wasm/layout.ts';

/**
 * What is read and written again and again while a strip is computed should stay in a core's second-level cache, of which
 * this is a part that machines of the last ten years have to spare.
 */
const cacheBytes = 512 * 1024;

/** How many ways to cut the rows are looked at. */
const cuts = 4;

/** What copying a row into the padded input costs, for each float of it and in all, in the unit of `costOf`. */
const copyOfFloat = 2;
const copyOfRow = 16;

/** The rows of a strip for the direct strategy: of those that the cache holds, the ones that cost least. */
export function stripRowsOf(geometry: Geometry, model: TileModel): number {
  const { rows } = geometry;
  const most = mostRows(geometry);
  const fewest = Math.ceil(rows / most);
  const even = Array.from({ length: cuts }, (_, more) => Math.ceil(rows / (fewest + more)));
  // Whole tiles fit a multiple of two or four rows; strips as large as can be leave the fewest.
  const candidates = [...even, most].flatMap((s) => [s, s - (s % 2), s - (s % 4), s + (s % 2)]);
  return [...new Set(candidates)]
    .filter((s) => s > 0 && s <= most)
    .map((s) => ({ s, cost: costPerImage(geometry, s, model) }))
    .reduce((best, next) => (next.cost < best.cost ? next : best)).s;
}

/** As many rows as the cache holds, at least one. */
function mostRows(geometry: Geometry): number {
  let fits = 1;
  let toomany = geometry.rows + 1;
  while (toomany - fits > 1) {
    const middle = Math.floor((fits + toomany) / 2);
    if (workingSet(geometry, middle) <= cacheBytes) fits = middle;
    else toomany = middle;
  }
  return fits;
}

/** Panels, the weights of a secondary partition, and a padded group. Weights that don't fit pass by, however few the rows. */
function workingSet(geometry: Geometry, stripRows: number): number {
  const { groups, mixed } = geometry;
  const padded = sourceOf(geometry, stripRows).bytes;
  if (mixed === undefined) return padded;
  const weights = groups * mixed * floatBytes;
  return panelsOf(geometry, stripRows).bytes + padded + (weights < cacheBytes ? weights : 0);
}

/** What the strips of an image cost, the last of which may be shorter. */
function costPerImage(geometry: Geometry, stripRows: number, model: TileModel): number {
  const whole = Math.floor(geometry.rows / stripRows);
  const rest = geometry.rows % stripRows;
  return (
    whole * costOfStrip(geometry, stripRows, model) + (rest > 0 ? costOfStrip(geometry, rest, model) : 0)
  );
}

function costOfStrip(geometry: Geometry, stripRows: number, model: TileModel): number {
  const { groups, inputs, outputs, kernel, width, columns, mixed } = geometry;
  const area = { channels: outputs, rows: stripRows, columns };
  const source = sourceOf(geometry, stripRows);
  const copies = source.inPlace ? 0 : inputs * source.rows * (copyOfRow + copyOfFloat * width);
  const primary = inputs * kernel[0] * kernel[1] * costOf(bestTile(area, model), area, model) + copies;
  if (mixed === undefined) return groups * primary;
  const mixedArea = { channels: mixed, rows: 1, columns: stripRows * columns };
  return groups * (primary + outputs * costOf(bestTile(mixedArea, model), mixedArea, model));
}
