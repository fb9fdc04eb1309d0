/** The pictures of `igc explain`: where each channel goes, and W = P · Wᵈ · Pᵀ · Wᵖ. */
import type { Matrix } from '../../spec/00-notation.ts';
import { interleaveIndex } from '../../spec/02-interleave.ts';
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { drawLines, drawnWidth, drawPattern, type Pattern, spreadThin, styleFor, tint } from './draw.ts';
import { type Explained, partitionsOf } from './explained.ts';
import { paint, type Terminal } from './frame.ts';
import { grouped, pad, table } from './table.ts';

/** The colour of a primary partition: six colours, each for as many neighbours as it takes. */
function colourOf(l: number, L: number): number {
  return L <= 6 ? l : Math.floor((l * 6) / L);
}
/** Which channel goes where: drawn where there is room, else as rows of indices. */
export function interleaving(terminal: Terminal, block: BlockShape): readonly string[] {
  const { L, Mout } = block;
  const { primary, secondary } = partitionsOf(block);
  const indent = 11;
  const room = terminal.columns - indent;
  const cell = [5, 4, 3].find((size) => size * L * Mout + 3 * Math.max(L, Mout) <= room);
  if (cell === undefined || L * Mout < 2) return indexRows(terminal, block, primary, secondary);

  const colour = (c: number) => colourOf(Math.floor(c / Mout), L);
  const row = (partitions: readonly (readonly number[])[]) => {
    const bar = paint(terminal, 'dim', '│');
    const part = (channels: readonly number[]) =>
      channels.map((c) => tint(terminal, colour(c), `${c}`.padStart(cell - 1).padEnd(cell))).join('');
    return partitions.map((channels) => `${bar}${part(channels)}${bar}`).join(' ');
  };
  // The middle of the number of a channel that stands at a position in partitions of some size.
  const column = (position: number, size: number) =>
    1 + 3 * Math.floor(position / size) + position * cell + cell - 2;
  const connections = primary.flat().map((c) => ({
    from: column(c, Mout),
    to: column(interleaveIndex({ L, M: Mout }, c), L),
    mark: colour(c),
  }));
  const width = Math.max(...connections.flatMap(({ from, to }) => [from, to])) + 2;
  const height = L === 1 || Mout === 1 ? 3 : L * Mout <= 12 ? 5 : 7;
  const drawn = drawLines(terminal, width, height, connections);
  const names = (letter: string, partitions: readonly (readonly number[])[]) =>
    partitions
      .map((channels, k) => pad(`${letter}=${k}`, channels.length * cell + 2, 'centre'))
      .join(' ')
      .trimEnd();
  const blank = ' '.repeat(indent);
  const dim = (text: string) => paint(terminal, 'dim', text);
  return [
    blank + dim(names('l', primary)),
    `${pad('primary', indent)}${row(primary)}`,
    ...drawn.map(
      (line, k) => (k === Math.floor(drawn.length / 2) ? dim(pad('   Pᵀ', indent)) : blank) + line,
    ),
    `${pad('secondary', indent)}${row(secondary)}`,
    blank + dim(names('m', secondary)),
  ].map((line) => line.trimEnd());
}

/** A few numbers from the start and the last two of a list, in at most `width` characters of `cell` each. */
function elide<T>(list: readonly T[], most: number): readonly (T | '…')[] {
  if (list.length <= most) return list;
  return [...list.slice(0, most - 3), '…', ...list.slice(-2)];
}

function indexRows(
  terminal: Terminal,
  block: BlockShape,
  primary: readonly (readonly number[])[],
  secondary: readonly (readonly number[])[],
): readonly string[] {
  const { L, Mout } = block;
  const digits = `${L * Mout - 1}`.length;
  const dim = (text: string) => paint(terminal, 'dim', text);
  const number = (c: number | '…') =>
    c === '…'
      ? '…'.padStart(digits)
      : tint(terminal, colourOf(Math.floor(c / Mout), L), `${c}`.padStart(digits));
  const fitting = (width: number) => Math.max(4, Math.floor(width / (digits + 1)));
  const half = fitting(Math.floor((terminal.columns - 22) / 2));
  const lists = (letter: string, partitions: readonly (readonly number[])[]) =>
    elide(
      partitions.map((channels, k) => ({ channels, k })),
      5,
    ).map((entry) =>
      entry === '…'
        ? ['…', '']
        : [dim(`${letter}=${entry.k}`), elide(entry.channels, half).map(number).join(' ')],
    );
  const [left, right] = [lists('l', primary), lists('m', secondary)];
  const height = Math.max(left.length, right.length);
  const of = (count: number, size: number) => `${grouped(count)} of ${grouped(size)}`;
  const shown = elide(primary.flat(), fitting(terminal.columns - 13));
  const moved = shown.map((c) => (c === '…' ? c : interleaveIndex({ L, M: Mout }, c)));
  const plain = (c: number | '…') => `${c}`.padStart(digits);
  return [
    ...table(
      [
        ['', `primary partitions, ${of(L, Mout)}`, '', `secondary partitions, ${of(Mout, L)}`],
        ...Array.from({ length: height }, (_, k) => [...(left[k] ?? ['', '']), ...(right[k] ?? ['', ''])]),
      ],
      ['left', 'left', 'left', 'left'],
    ),
    '',
    `Pᵀ: channel  ${shown.map(number).join(' ')}`,
    `    goes to  ${moved.map(plain).join(' ')}`,
  ];
}

/** W = P · Wᵈ · Pᵀ · Wᵖ, as pictures in a row. */
export function figure(terminal: Terminal, explained: Explained): readonly string[] {
  const { block, patterns, nonzeros, kernel, S } = explained;
  const { L, Min, Mout } = block;
  const largest = L * Math.max(Min, Mout);
  const columns = Math.min(terminal.columns, 120);
  const style = styleFor(largest, Math.max(6, Math.floor((columns - 14) / 5)));
  const pattern = <T>(matrix: Matrix<T>, l: (column: number) => number): Pattern => ({
    rows: matrix.rows,
    columns: matrix.columns,
    mark: (i, j) => (matrix.at(i, j) ? colourOf(l(j), L) : undefined),
  });
  const byInput = (j: number) => Math.floor(j / Min);
  const bySecondary = (j: number) => j % L;
  const permuted = L * Mout;
  const pictures = [
    { name: 'W', nnz: nonzeros.W, pattern: pattern(patterns.W, byInput) },
    { name: 'P', nnz: permuted, pattern: pattern(patterns.P, bySecondary) },
    { name: 'Wᵈ', nnz: nonzeros.Wd, pattern: pattern(patterns.Wd, bySecondary) },
    { name: 'Pᵀ', nnz: permuted, pattern: pattern(patterns.Pt, (j) => Math.floor(j / Mout)) },
    { name: 'Wᵖ', nnz: nonzeros.Wp, pattern: pattern(patterns.Wp, byInput) },
  ];
  const thin = pictures.some(({ pattern }) => spreadThin(pattern, style));
  const dim = (text: string) => paint(terminal, 'dim', text);
  const drawn = pictures.map(({ name, nnz, pattern }) => {
    const inner = drawnWidth(pattern, style);
    const box = [
      dim(`┌${'─'.repeat(inner)}┐`),
      ...drawPattern(terminal, pattern, style).map((line) => dim('│') + line + dim('│')),
      dim(`└${'─'.repeat(inner)}┘`),
    ];
    const caption = `nnz ${grouped(nnz)}`;
    const width = Math.max(inner + 2, caption.length);
    return [paint(terminal, 'bold', name), ...box, caption].map((line) => pad(line, width, 'centre'));
  });
  const height = drawn[0]!.length;
  const middle = Math.floor(height / 2);
  const lines = Array.from({ length: height }, (_, i) => {
    const signs = i === middle ? ['=', '·', '·', '·', ''] : [' ', ' ', ' ', ' ', ''];
    return drawn
      .map((picture, k) => picture[i]! + signs[k]!)
      .join('')
      .trimEnd();
  });
  const { scale } = style;
  const notes = [
    ...(style.kind !== 'dots' ? ['a block is one entry'] : []),
    ...(style.kind === 'dots' && scale === 1 ? ['a dot is one entry'] : []),
    ...(scale > 1 ? [`a dot is ${scale} × ${scale} entries, at least one of them nonzero`] : []),
    ...(S > 1 ? [`an entry of W and Wᵖ is a ${kernel.join('×')} kernel`] : []),
    ...(thin ? ['░ is spread too thinly for dots: a nonzero in each row and column'] : []),
    ...(terminal.colour
      ? [
          `a colour is ${L <= 6 ? 'the primary partition' : 'the sixth of the primary partitions'} of a column`,
        ]
      : []),
  ];
  return [...lines, ...notes.map((line) => dim(line))];
}
