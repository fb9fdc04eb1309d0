import { type Matrix, tensor } from '../../spec/00-notation.ts';
import { blockDiagonal, kernelMatrix } from '../../spec/01-group-convolution.ts';
import { deinterleaveMatrix, interleaveIndex, interleaveMatrix } from '../../spec/02-interleave.ts';
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { compositeKernel, compositeMatrix } from '../../spec/04-composite-kernel.ts';
import {
  attainsWidthBound,
  blockParameters,
  equalParameterWidth,
  igcParameters,
  widerThanRegularInIntegers,
  widthBound,
} from '../../spec/05-complexity.ts';
import { booleans } from '../algebras/boolean.ts';
import { naturals } from '../algebras/natural.ts';
import { drawLines, drawnWidth, drawPattern, type Pattern, spreadThin, styleFor, tint } from './draw.ts';
import {
  exitCode,
  json,
  kernelSize,
  paint,
  positiveInteger,
  type Terminal,
  UsageError,
  type Verb,
  verb,
} from './frame.ts';
import { grouped, pad, table } from './table.ts';

interface Options {
  readonly L: number;
  readonly M: number;
  readonly Mout?: number;
  readonly kernel?: readonly [number, number];
  readonly json?: true;
}

const mostChannels = 1024;

export const explainVerb: Verb = (terminal, done) =>
  verb('explain', 'draw a block: partitions, interleave, sparsity patterns, cost and width', terminal)
    .requiredOption('--L <n>', 'primary partitions', positiveInteger('--L'))
    .requiredOption('--M <n>', 'channels of a primary partition', positiveInteger('--M'))
    .option('--Mout <n>', 'output channels of a primary partition (default: M)', positiveInteger('--Mout'))
    .option('--kernel <HxW>', 'size of the primary kernel (default: 3x3)', kernelSize('--kernel'))
    .addHelpText(
      'after',
      `
The pictures are the specification run on booleans and on path counts, all
weights 1.

Examples:
  igc explain --L 4 --M 3
  igc explain --L 24 --M 2 --kernel 5x5
  igc explain --L 4 --M 2 --Mout 4        down-sampling by doubling M
  igc explain --L 1 --M 8                 a regular convolution, channels scaled
  igc explain --L 28 --M 3 --json`,
    )
    .action((options: Options) => {
      const { L, M, Mout = M, kernel = [3, 3] as const } = options;
      for (const [given, channels] of [
        [`--L ${L} --M ${M}`, L * M],
        [`--L ${L} --Mout ${Mout}`, L * Mout],
      ] as const) {
        if (channels > mostChannels) {
          throw new UsageError(`${given}: expected at most ${mostChannels} channels, got ${channels}`);
        }
      }
      const explained = explain({ L, Min: M, Mout, Lout: L }, kernel);
      if (options.json) json(terminal, 'explain/1', result(explained));
      else print(terminal, explained);
      done(exitCode.pass);
    });

/** The matrices of x′ = P Wᵈ Pᵀ Wᵖ x for a 1 × 1 primary kernel: which entries can be nonzero. */
interface Patterns {
  /** Path counts: how many ways lead from an input channel to an output channel. */
  readonly W: Matrix<number>;
  readonly P: Matrix<boolean>;
  readonly Wd: Matrix<boolean>;
  readonly Pt: Matrix<boolean>;
  readonly Wp: Matrix<boolean>;
}

interface Explained {
  readonly block: BlockShape;
  readonly kernel: readonly [number, number];
  readonly S: number;
  readonly patterns: Patterns;
  readonly nonzeros: { readonly Wp: number; readonly Wd: number; readonly W: number };
  readonly paths: { readonly fewest: number; readonly most: number };
  readonly T: number;
  /** Of the input: its channels, the width of the regular convolution of T parameters with the same ratio of
   *  output to input channels, and the bound of Eq. 15 for a block of M to M channels. */
  readonly width: number;
  readonly regularWidth: number;
  readonly wider: boolean;
  readonly widthBound: number;
  readonly attained: boolean;
}

/** Beyond this width the product of the four matrices takes seconds; the entries of W then come from Eq. 6. */
const widestProduct = 64;

function patternsOf({ L, Min, Mout, Lout }: BlockShape): Patterns {
  const primary = <T>(one: T) => tensor([L * Mout, Min, 1, 1], () => one);
  const secondary = <T>(one: T) => tensor([Mout * Lout, L, 1, 1], () => one);
  const kernels = [primary(1), secondary(1)] as const;
  const small = L * Math.max(Min, Mout) <= widestProduct;
  return {
    W: small ? compositeMatrix(naturals, ...kernels) : kernelMatrix(compositeKernel(naturals, ...kernels)),
    P: deinterleaveMatrix(booleans, { L: Lout, M: Mout }),
    Wd: kernelMatrix(blockDiagonal(booleans, secondary(true), Mout)),
    Pt: interleaveMatrix(booleans, { L, M: Mout }),
    Wp: kernelMatrix(blockDiagonal(booleans, primary(true), L)),
  };
}

function explain(block: BlockShape, kernel: readonly [number, number]): Explained {
  const { L, Min } = block;
  const S = kernel[0] * kernel[1];
  const patterns = patternsOf(block);
  const counts = entries(patterns.W);
  const partition = { L, M: Min };
  // With Mout ≠ Min, T·Min/Mout is the cost of the block from Min to Min channels.
  const square = igcParameters(partition, S);
  return {
    block,
    kernel,
    S,
    patterns,
    nonzeros: {
      Wp: entries(patterns.Wp).filter(Boolean).length * S,
      Wd: entries(patterns.Wd).filter(Boolean).length,
      W: counts.filter((paths) => paths > 0).length * S,
    },
    paths: {
      fewest: counts.reduce((least, n) => Math.min(least, n)),
      most: counts.reduce((most, n) => Math.max(most, n)),
    },
    T: blockParameters(block, S),
    width: L * Min,
    regularWidth: equalParameterWidth(square, S),
    wider: widerThanRegularInIntegers(partition, S),
    widthBound: widthBound(square, S),
    attained: attainsWidthBound(partition, S),
  };
}

function entries<T>(matrix: Matrix<T>): T[] {
  const all: T[] = [];
  for (let i = 0; i < matrix.rows; i++) for (let j = 0; j < matrix.columns; j++) all.push(matrix.at(i, j));
  return all;
}

/** The channels of the primary partitions, in order, and those that each secondary partition collects. */
function partitionsOf({ L, Mout }: BlockShape): { primary: number[][]; secondary: number[][] } {
  const channels = { L, M: Mout };
  const primary = Array.from({ length: L }, (_, l) => Array.from({ length: Mout }, (_, m) => l * Mout + m));
  const secondary = Array.from({ length: Mout }, () => new Array<number>(L));
  for (const c of primary.flat()) {
    const position = interleaveIndex(channels, c);
    secondary[Math.floor(position / L)]![position % L] = c;
  }
  return { primary, secondary };
}

function result(explained: Explained): object {
  const { block, kernel, S, nonzeros, paths, T, width, regularWidth, wider } = explained;
  const { L, Min, Mout } = block;
  const { primary, secondary } = partitionsOf(block);
  const size = L * Mout * width * S;
  return {
    L,
    M: Min,
    Mout,
    kernel,
    width,
    outputWidth: L * Mout,
    parameters: T,
    nonzeros: { primary: nonzeros.Wp, secondary: nonzeros.Wd, composite: nonzeros.W },
    density: nonzeros.W / size,
    paths,
    regularWidth,
    wider,
    widthRatio: width / regularWidth,
    widthBound: explained.widthBound,
    attainsWidthBound: explained.attained,
    primaryPartitions: primary,
    secondaryPartitions: secondary,
    interleave: primary.flat().map((c) => interleaveIndex({ L, M: Mout }, c)),
  };
}

/** The colour of a primary partition: six colours, each for as many neighbours as it takes. */
function colourOf(l: number, L: number): number {
  return L <= 6 ? l : Math.floor((l * 6) / L);
}

function print(terminal: Terminal, explained: Explained): void {
  const { block, kernel } = explained;
  const { L, Min, Mout } = block;
  const channels =
    Min === Mout ? `${L * Min} channels` : `${L * Min} channels to ${L * Mout}, Mout = ${Mout}`;
  const title = `IGC block  L = ${L}, M = ${Min}, kernel ${kernel.join('×')}: ${channels}`;
  terminal.out(
    [
      paint(terminal, 'bold', title),
      ...special(block),
      '',
      ...interleaving(terminal, block),
      '',
      ...figure(terminal, explained),
      '',
      ...facts(terminal, explained),
      '',
    ].join('\n'),
  );
}

function special({ L, Min, Mout }: BlockShape): string[] {
  const lines: string[] = [];
  if (L === 1) lines.push('L = 1: a regular convolution, then a 1 × 1 weight for each channel');
  if (Min === 1 && Mout === 1)
    lines.push('M = 1: a convolution of each channel alone, then a dense 1 × 1 (Xception)');
  return lines;
}

/** Which channel goes where: drawn where there is room, else as rows of indices. */
function interleaving(terminal: Terminal, block: BlockShape): readonly string[] {
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
function figure(terminal: Terminal, explained: Explained): readonly string[] {
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

function facts(terminal: Terminal, explained: Explained): readonly string[] {
  const { block, S, nonzeros, paths, T, width, regularWidth, wider, attained } = explained;
  const { L, Min, Mout } = block;
  const same = Min === Mout;
  const size = L * Mout * width * S;
  const density = `${nonzeros.W === size ? '100' : ((100 * nonzeros.W) / size).toFixed(1)} %`;
  const counted = paths.fewest === paths.most ? `${paths.most}` : `${paths.fewest} to ${paths.most}`;
  const bound = explained.widthBound;
  // Rounded down: only equality is 100 %.
  const share = (Math.floor((1e4 * width) / bound) / 100).toFixed(2);
  return table(
    [
      ['nnz(Wᵖ)', same ? 'G·M·S' : 'L·M·Mout·S', grouped(nonzeros.Wp), ''],
      ['nnz(Wᵈ)', same ? 'G·L' : 'L·Mout·L', grouped(nonzeros.Wd), ''],
      [
        'parameters',
        same ? 'T = G·(M·S + L)' : 'T = L·Mout·(M·S + L)',
        paint(terminal, 'bold', grouped(T)),
        'their sum',
      ],
      ['nnz(W)', 'counted', grouped(nonzeros.W), `density ${density}, paths in to out: ${counted}`],
      [
        'regular width',
        same ? '√(T/S)' : '√(T·M / (S·Mout))',
        regularWidth.toFixed(2),
        'channels for as many parameters',
      ],
      [
        'wider?',
        'L/(L−1) < M·S',
        paint(terminal, wider ? 'green' : 'yellow', wider ? 'yes' : 'no'),
        wider
          ? `${grouped(width)} channels, ${(width / regularWidth).toFixed(2)} times as wide`
          : `${grouped(width)} channels against ${regularWidth.toFixed(2)}`,
      ],
      [
        'width bound',
        '(T/2√S)^(2/3)',
        bound.toFixed(2),
        attained ? 'attained: L = M·S' : `${share} % of it, all if L = M·S`,
      ],
    ],
    ['left', 'left', 'right', 'left'],
  );
}
