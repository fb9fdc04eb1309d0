/**
 * The error map as a picture, in SVG alone: every channel as a tile in the grid of l and m, and what is wrong by channel
 * and by position. A permuted channel is a stripe, a bug at the border a frame.
 */
import { type Margins, marginsOf } from '../oracle/layout.ts';
import { patternOf } from '../oracle/pattern.ts';
import type { ErrorMap } from '../oracle/report-types.ts';
import { markup } from './escape.ts';
import { type Grid, gridOf, type Level, levelOf, levels, steps } from './grid.ts';
import { cells, label, place, type Rectangle, type Shaded, shades, svg } from './svg.ts';

/** The width of the page's column, in pixels. */
const pageWidth = 920;
/** More cells are drawn together, the worst of each group. */
const mostCells = 60_000;
/** More tiles have no description of their own. */
const mostTitles = 1024;
/** Samples that are drawn. */
const mostBlocks = 4;
const mostRows = 2048;

/** Figures with their captions, as HTML. */
export function picture(map: ErrorMap): string {
  const grid = gridOf(map);
  const margins = marginsOf(grid, (i) => levelOf(map, i) > 0);
  const parts = [
    `<p class="pattern">${markup(inWords(grid, margins))}</p>`,
    figure(tiles(map, grid, margins), tilesCaption(grid)),
    legend(map),
    '<div class="figures">',
    ...(grid.rows * grid.columns > 1
      ? [figure(barcode(grid, margins), 'share wrong by channel: the higher, the more')]
      : []),
    ...(grid.height * grid.width > 1
      ? [
          figure(
            positions(grid, margins),
            'share wrong by position, over all channels and samples: the stronger, the more',
          ),
        ]
      : []),
    '</div>',
  ];
  return parts.join('\n');
}

/** As '12 of 432 wrong: in 4 of 6 channels (1, 2, 3, 4), only in the last row'. */
function inWords(grid: Grid, margins: Margins): string {
  const pattern = patternOf(grid, margins);
  return `${margins.wrong} of ${margins.total} wrong${pattern ? `: ${pattern}` : ''}`;
}

const figure = (drawing: string, caption: string) =>
  `<figure>${drawing}<figcaption>${markup(caption)}</figcaption></figure>`;

function tilesCaption({ blocks, rows, columns, rowName, columnName, height, width }: Grid): string {
  const samples = blocks > 1 ? `; samples n 0 … ${Math.min(blocks, mostBlocks) - 1} side by side` : '';
  const cut = rows > mostRows ? `; the first ${mostRows} of ${rows} rows` : '';
  const tile = height * width > 1 ? `, each ${height} × ${width}` : '';
  return `every element: ${rowName} down (${rows}), ${columnName} across (${columns})${tile}${samples}${cut}`;
}

function tiles(map: ErrorMap, grid: Grid, margins: Margins): string {
  const { columns, rowName, columnName } = grid;
  const [blocks, rows] = [Math.min(grid.blocks, mostBlocks), Math.min(grid.rows, mostRows)];
  const count = blocks * rows * columns;
  let pool = 1;
  while (count * Math.ceil(grid.height / pool) * Math.ceil(grid.width / pool) > mostCells) {
    if (pool >= Math.max(grid.height, grid.width)) break;
    pool++;
  }
  const [height, width] = [Math.ceil(grid.height / pool), Math.ceil(grid.width / pool)];
  const gap = height * width === 1 && count > 400 ? 0 : 0.35;
  const blockGap = 2;
  const acrossCells = blocks * columns * (width + gap) + (blocks - 1) * blockGap;
  const size = Math.max(0.5, Math.min(22, (pageWidth - 60) / acrossCells, 2400 / (rows * (height + gap))));
  const [stepX, stepY] = [(width + gap) * size, (height + gap) * size];
  const [left, top] = [rows > 1 ? 38 : 4, columns > 1 ? 20 : 4];
  const drawn: Rectangle[] = [];
  const labels: string[] = [];
  const titles: string[] = [];
  for (let n = 0; n < blocks; n++) {
    const originX = left + n * (columns * stepX + blockGap * size);
    const every = Math.max(1, Math.ceil(26 / stepX));
    for (let column = 0; columns > 1 && column < columns; column += every)
      labels.push(
        label(originX + column * stepX + (width * size) / 2, 13, `${columnName} ${column}`, 'middle'),
      );
    for (let row = 0; row < rows; row++) {
      const y = top + row * stepY;
      if (rows > 1 && n === 0 && row % Math.max(1, Math.ceil(13 / stepY)) === 0)
        labels.push(label(left - 5, y + (height * size) / 2 + 4, `${rowName} ${row}`, 'end'));
      for (let column = 0; column < columns; column++) {
        const x = originX + column * stepX;
        const level = (h: number, w: number) => worst(grid, n, row, column, h * pool, w * pool, pool);
        drawn.push(...rectangles(level, height, width).map((one) => place(one, x, y, size)));
        if (count > mostTitles) continue;
        const text = titleOf(map, grid, margins, n, row, column);
        titles.push(area(x, y, width * size, height * size, text));
      }
    }
  }
  const right = left + blocks * columns * stepX + (blocks - 1) * blockGap * size;
  const outline = inWords(grid, margins);
  return svg(right + 4, top + rows * stepY + 4, `${map.array}: ${outline}`, [
    cells(drawn),
    ...labels,
    ...titles,
  ]);
}

/** The worst of a group of pooled elements. */
function worst(
  grid: Grid,
  n: number,
  row: number,
  column: number,
  h: number,
  w: number,
  pool: number,
): Level {
  let found: Level = 0;
  for (let i = h; i < Math.min(h + pool, grid.height); i++)
    for (let j = w; j < Math.min(w + pool, grid.width); j++) {
      const level = grid.level(n, row, column, i, j);
      if (level > found) found = level;
    }
  return found;
}

/**
 * A plane of levels as rectangles of one level, as wide as they go and then as high: fewer than rows, and no seams where
 * a row ends between two pixels.
 */
function rectangles(level: (h: number, w: number) => Level, height: number, width: number): Rectangle[] {
  const found: Rectangle[] = [];
  /** Those that end with the row above, by where they begin. */
  let above = new Map<number, { x: number; y: number; width: number; height: number; level: Level }>();
  for (let h = 0; h < height; h++) {
    const row: typeof above = new Map();
    for (let w = 0; w < width; ) {
      const here = level(h, w);
      const start = w;
      while (w < width && level(h, w) === here) w++;
      const upper = above.get(start);
      const goesOn = upper !== undefined && upper.width === w - start && upper.level === here;
      const one = goesOn ? upper : { x: start, y: h, width: w - start, height: 0, level: here };
      one.height++;
      if (!goesOn) found.push(one);
      row.set(start, one);
    }
    above = row;
  }
  return found;
}

function titleOf(
  { channels }: ErrorMap,
  grid: Grid,
  margins: Margins,
  n: number,
  row: number,
  column: number,
) {
  const { columns, rowName, columnName, height, width, blocks } = grid;
  const tile = row * columns + column;
  const channel = channels.kind === 'kernel' ? '' : ` (channel ${tile})`;
  const sample = blocks > 1 ? `n ${n}, ` : '';
  let wrong = 0;
  for (let h = 0; h < height; h++)
    for (let w = 0; w < width; w++) if (grid.level(n, row, column, h, w) > 0) wrong++;
  const share = margins.tiles[tile]! === 0 ? 'right' : `${wrong} of ${height * width} wrong`;
  return `${sample}${rowName} ${row}, ${columnName} ${column}${channel}: ${share}`;
}

/** An invisible area that says what it is when it is pointed at. */
const area = (x: number, y: number, width: number, height: number, text: string) =>
  `<rect x="${x.toFixed(2)}" y="${y.toFixed(2)}" width="${width.toFixed(2)}" height="${height.toFixed(2)}" fill="transparent"><title>${markup(text)}</title></rect>`;

/** A bar a channel, side by side, as high as the share that is wrong. */
function barcode({ rows, columns, blocks, height, width }: Grid, { tiles: counts }: Margins): string {
  const all = rows * columns;
  const pool = Math.ceil(all / 400);
  const bars = Math.ceil(all / pool);
  const size = Math.min(26, 420 / bars);
  const full = 52;
  const drawn = Array.from({ length: bars }, (_, i): Rectangle[] => {
    const most = Math.max(...counts.subarray(i * pool, (i + 1) * pool));
    const wrong = (full * most) / (blocks * height * width);
    const [x, barWidth] = [4 + i * size, size * (size > 5 ? 0.88 : 1)];
    return [
      { x, y: 4, width: barWidth, height: full - wrong, level: 0 },
      { x, y: 4 + full - wrong, width: barWidth, height: wrong, level: 4 },
    ];
  });
  const every = Math.max(1, Math.ceil(24 / size));
  const labels = drawn.flatMap((_, i) =>
    i % every === 0 ? [label(4 + (i + 0.5) * size, full + 18, `${i * pool}`, 'middle')] : [],
  );
  const visible = drawn.flat().filter((bar) => bar.height > 0);
  // The last label may reach beyond its bar.
  return svg(bars * size + 22, full + 24, 'share wrong by channel', [cells(visible), ...labels]);
}

function positions({ rows, columns, blocks, height, width }: Grid, { positions: counts }: Margins): string {
  const pool = Math.max(1, Math.ceil(Math.max(height, width) / 128));
  const [down, across] = [Math.ceil(height / pool), Math.ceil(width / pool)];
  const size = Math.max(1, Math.min(26, 300 / across, 220 / down));
  const [left, top] = [24, 18];
  const drawn: Shaded[] = [];
  for (let h = 0; h < down; h++)
    for (let w = 0; w < across; w++) {
      let most = 0;
      for (let i = h * pool; i < Math.min((h + 1) * pool, height); i++)
        for (let j = w * pool; j < Math.min((w + 1) * pool, width); j++)
          most = Math.max(most, counts[i * width + j]!);
      const share = most / (blocks * rows * columns);
      const inner = size > 5 ? size - 1 : size;
      drawn.push({ x: left + w * size, y: top + h * size, width: inner, height: inner, share });
    }
  const labels = [
    label(left + size / 2, 13, 'w 0', 'middle'),
    ...(across > 2 ? [label(left + (across - 0.5) * size, 13, `${width - 1}`, 'middle')] : []),
    label(left - 4, top + size / 2 + 4, 'h 0', 'end'),
    ...(down > 1 ? [label(left - 4, top + (down - 0.5) * size + 4, `${height - 1}`, 'end')] : []),
  ];
  const [right, bottom] = [left + across * size + 14, top + down * size + 4];
  return svg(right, bottom, 'share wrong by position', [shades(drawn), ...labels]);
}

const power = (x: number) => (x === 10 || x === 1 ? `${x}` : `10${superscript(Math.round(Math.log10(x)))}`);

const superscript = (n: number) =>
  [...String(n)].map((char) => (char === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(char)])).join('');

function legend(map: ErrorMap): string {
  const isBounded = map.bounds.some((bound) => bound > 0);
  const unit = isBounded ? ' × its bound' : ' of the largest value';
  const ends = isBounded ? steps.bound : steps.exact;
  const texts: Readonly<Record<Level, string>> = {
    0: isBounded ? 'within its bound' : 'equal bit for bit',
    1: `wrong, < ${power(ends[0])}${unit}`,
    2: `< ${power(ends[1])}`,
    3: `< ${power(ends[2])}`,
    4: `< ${power(ends[3])}`,
    5: 'more',
    6: 'no number',
  };
  const items = levels.map(
    (level) =>
      `<li>${svg(13, 13, '', [cells([{ x: 0, y: 0, width: 13, height: 13, level }])])}${markup(texts[level])}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}
