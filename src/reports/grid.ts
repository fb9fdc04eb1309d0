/** An error map laid out: where each element is on four axes, and how wrong it is, in steps. */
import type { ErrorMap } from '../oracle/report-types.ts';

/** 0 right, 1 … 5 wrong, each step worse; 6 is no number. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const levels: readonly Level[] = [0, 1, 2, 3, 4, 5, 6];

/** Where one step ends and the next begins: of the error divided by its bound, or by the largest value. */
export const steps = { bound: [10, 1e2, 1e4, 1e6], exact: [1e-6, 1e-4, 1e-2, 1] } as const;

/** How wrong the i-th element is. */
export function levelOf({ errors, bounds, largest }: ErrorMap, i: number): Level {
  const [error, bound] = [errors[i]!, bounds[i]!];
  if (Number.isNaN(error)) return 6;
  if (error <= bound) return 0;
  const [ratio, ends] = bound > 0 ? [error / bound, steps.bound] : [error / (largest || 1), steps.exact];
  const passed = ends.filter((end) => ratio >= end).length;
  return (1 + passed) as Level;
}

/** Tiles in rows and columns, a block of them a sample; each tile is a plane of elements. */
export interface Grid {
  readonly blocks: number;
  readonly rows: number;
  readonly columns: number;
  readonly height: number;
  readonly width: number;
  /** What the rows and the columns are, as 'l' and 'm'; of one tile nothing. */
  readonly rowName: string;
  readonly columnName: string;
  level(block: number, row: number, column: number, h: number, w: number): Level;
}

/** Feature maps: a block a sample, a tile a channel. Kernels: a tile a pair of output and input. Biases: a tile an entry. */
export function gridOf(map: ErrorMap): Grid {
  const { shape, channels } = map;
  const isKernel = channels.kind === 'kernel';
  const [a, b, height, width] =
    shape.length === 4 ? (shape as [number, number, number, number]) : bias(shape);
  const minor = isKernel ? b : Math.min(channels.minorSize, b);
  const rows = isKernel ? a : Math.ceil(b / minor);
  const other = channels.major === 'l' ? 'm' : 'l';
  return {
    blocks: isKernel ? 1 : a,
    rows,
    columns: minor,
    height,
    width,
    rowName: isKernel ? 'row' : channels.major,
    columnName: isKernel ? 'input' : other,
    level: (block, row, column, h, w) => {
      const plane = isKernel ? row * b + column : block * b + row * minor + column;
      return levelOf(map, (plane * height + h) * width + w);
    },
  };
}

function bias(shape: readonly number[]): [number, number, number, number] {
  return [1, shape.reduce((product, n) => product * n, 1), 1, 1];
}

/** How many elements are wrong: by sample, by tile (row-major), by position. */
export interface Margins {
  readonly wrong: number;
  readonly total: number;
  readonly blocks: Float64Array;
  readonly tiles: Float64Array;
  readonly positions: Float64Array;
}

export function marginsOf(grid: Grid): Margins {
  const { blocks, rows, columns, height, width } = grid;
  const by = {
    blocks: new Float64Array(blocks),
    tiles: new Float64Array(rows * columns),
    positions: new Float64Array(height * width),
  };
  let wrong = 0;
  for (let n = 0; n < blocks; n++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let h = 0; h < height; h++)
          for (let w = 0; w < width; w++) {
            if (grid.level(n, row, column, h, w) === 0) continue;
            wrong++;
            by.blocks[n]!++;
            by.tiles[row * columns + column]!++;
            by.positions[h * width + w]!++;
          }
  return { wrong, total: blocks * rows * columns * height * width, ...by };
}
