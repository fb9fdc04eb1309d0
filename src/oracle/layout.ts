/** The elements of an array on four axes: samples, channels as (major, minor), positions. */
import type { ChannelAxes } from './quantity.ts';

/** Tiles in rows and columns, a block of them a sample; each tile is a plane of elements. */
export interface Layout {
  readonly blocks: number;
  readonly rows: number;
  readonly columns: number;
  readonly height: number;
  readonly width: number;
  /** What the rows and the columns are, as 'l' and 'm'; of one tile nothing. */
  readonly rowName: string;
  readonly columnName: string;
  /** The place of an element in the array, which is row-major. */
  index(block: number, row: number, column: number, h: number, w: number): number;
}

/** Feature maps: a block a sample, a tile a channel. Kernels: a tile a pair of output and input. Biases: a tile an entry. */
export function layoutOf(shape: readonly number[], channels: ChannelAxes): Layout {
  const isKernel = channels.kind === 'kernel';
  const [a, b, height, width] =
    shape.length === 4 ? (shape as [number, number, number, number]) : bias(shape);
  const minor = isKernel ? b : Math.min(channels.minorSize, b);
  const other = channels.major === 'l' ? 'm' : 'l';
  return {
    blocks: isKernel ? 1 : a,
    rows: isKernel ? a : Math.ceil(b / minor),
    columns: minor,
    height,
    width,
    rowName: isKernel ? 'row' : channels.major,
    columnName: isKernel ? 'input' : other,
    index: (block, row, column, h, w) => {
      const plane = isKernel ? row * b + column : block * b + row * minor + column;
      return (plane * height + h) * width + w;
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

export function marginsOf(layout: Layout, isWrong: (index: number) => boolean): Margins {
  const { blocks, rows, columns, height, width } = layout;
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
            if (!isWrong(layout.index(n, row, column, h, w))) continue;
            wrong++;
            by.blocks[n]!++;
            by.tiles[row * columns + column]!++;
            by.positions[h * width + w]!++;
          }
  return { wrong, total: blocks * rows * columns * height * width, ...by };
}
