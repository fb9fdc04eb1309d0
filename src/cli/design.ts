import type { Partition } from '../../spec/00-notation.ts';
import {
  equalParameterWidth,
  igcParameters,
  widerThanRegularInIntegers,
  widthBound,
} from '../../spec/05-complexity.ts';
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
import { grouped, pad, table, visibleWidth } from './table.ts';

/** A block near the budget. */
export interface Design {
  readonly M: number;
  readonly L: number;
  readonly G: number;
  readonly T: number;
  /** T − budget. */
  readonly difference: number;
  /** Wider than the regular convolution with as many parameters as this block. */
  readonly wider: boolean;
}

const largestBudget = 1e9;

export const designVerb: Verb = (terminal, done) =>
  verb('design', 'list the blocks that a parameter budget allows, and the widest of them', terminal)
    .requiredOption('--params <T>', 'the budget: parameters of one block', positiveInteger('--params'))
    .option('--kernel <HxW>', 'size of the primary kernel (default: 3x3)', kernelSize('--kernel'))
    .addHelpText(
      'after',
      `
For each M the L whose number of parameters T = G(MS + L) is nearest the
budget, up to the M for which L = 1 is nearest. The widest is marked; of two
equally wide ones, that with fewer parameters.

Examples:
  igc design --params 4672 --kernel 3x3     the blocks of Fig. 3 (a): L28 M3
  igc design --params 17536                 those of Fig. 3 (b): L41 M5
  igc design --params 2000 --kernel 1x5 --json`,
    )
    .action((options: { params: number; kernel?: readonly [number, number]; json?: true }) => {
      const { params, kernel = [3, 3] as const } = options;
      if (params > largestBudget) {
        throw new UsageError(`--params: expected at most ${largestBudget}, got ${params}`);
      }
      const S = kernel[0] * kernel[1];
      const rows = designs(params, S);
      const result = {
        params,
        kernel,
        widthBound: widthBound(params, S),
        regularWidth: equalParameterWidth(params, S),
        widest: widest(rows),
        rows,
      };
      if (options.json) json(terminal, 'design/1', result);
      else print(terminal, result);
      done(exitCode.pass);
    });

/** For each M the block nearest the budget; the largest M is the one for which L = 1 comes nearest. */
export function designs(budget: number, S: number): readonly [Design, ...Design[]] {
  const row = (M: number): Design => {
    const L = nearestL(budget, M, S);
    const T = igcParameters({ L, M }, S);
    return { M, L, G: L * M, T, difference: T - budget, wider: widerThanRegularInIntegers({ L, M }, S) };
  };
  const largestM = nearest(budget, Math.sqrt(budget / S), (M) => ({ L: 1, M }), S);
  const others = Array.from({ length: largestM - 1 }, (_, k) => row(k + 2));
  return [row(1), ...others];
}

/** The L whose T is nearest the budget; the smaller of two that are equally near. */
function nearestL(budget: number, M: number, S: number): number {
  // T = M·L² + M²S·L = budget, solved for L.
  const root = Math.sqrt((M * S) ** 2 + (4 * budget) / M);
  return nearest(budget, (root - M * S) / 2, (L) => ({ L, M }), S);
}

/** The integer around a real guess whose block is nearest the budget; the smallest of several. */
function nearest(budget: number, guess: number, block: (n: number) => Partition, S: number): number {
  const first = Math.max(1, Math.floor(guess) - 1);
  const off = (n: number) => Math.abs(igcParameters(block(n), S) - budget);
  return [first, first + 1, first + 2, first + 3].reduce((best, n) => (off(n) < off(best) ? n : best));
}

/** The design with the most channels; of several, the one with the fewest parameters. */
export function widest(rows: readonly [Design, ...Design[]]): Design {
  return rows.reduce((best, row) => (row.G > best.G || (row.G === best.G && row.T < best.T) ? row : best));
}

interface Result {
  readonly params: number;
  readonly kernel: readonly [number, number];
  readonly widthBound: number;
  readonly regularWidth: number;
  readonly widest: Design;
  readonly rows: readonly Design[];
}

function print(terminal: Terminal, result: Result): void {
  const { params, kernel, rows } = result;
  const bold = (text: string) => paint(terminal, 'bold', text);
  const figures = table(
    [
      ['M', 'L', 'G', 'T', 'T−budget', 'wider'].map(bold),
      ...rows.map((row) => {
        const sign = row.difference > 0 ? '+' : row.difference < 0 ? '−' : '';
        const numbers = [row.M, row.L, row.G, row.T].map(grouped);
        const difference = sign + grouped(Math.abs(row.difference));
        return [...numbers, difference, row.wider ? 'yes' : 'no'];
      }),
    ],
    ['right', 'right', 'right', 'right', 'right', 'left'],
  );
  const left = Math.max(...figures.map(visibleWidth));
  const mark = ' ◀ widest';
  const bars = Math.max(8, Math.min(40, terminal.columns - left - 3 - mark.length));
  const [head, ...body] = figures.map((line) => pad(line, left));
  const lines = body.map((figure, k) => {
    const row = rows[k]!;
    const best = row === result.widest;
    const far = Math.abs(row.difference) > params * 0.05;
    const style = best ? 'green' : far ? 'dim' : undefined;
    const bar = pad(barOf(row.G / result.widthBound, bars), bars);
    return [
      style ? paint(terminal, style, figure) : figure,
      `  ${paint(terminal, style ?? 'cyan', bar)}${paint(terminal, 'dim', '│')}${best ? bold(mark) : ''}`,
    ].join('');
  });
  const { L, M, G, T } = result.widest;
  terminal.out(
    [
      `Blocks of about ${grouped(params)} parameters, primary kernel ${kernel[0]}×${kernel[1]}`,
      '',
      `${head}  ${bold(`G to the bound ${result.widthBound.toFixed(1)}`)}`,
      ...lines,
      '',
      `widest         L = ${grouped(L)}, M = ${grouped(M)}: ${grouped(G)} channels, ${grouped(T)} parameters`,
      `width bound    (T/(2√S))^(2/3) = ${result.widthBound.toFixed(3)} channels, where L = M·S`,
      `regular width  √(T/S) = ${result.regularWidth.toFixed(2)} channels of a regular convolution`,
      '',
    ].join('\n'),
  );
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

function barOf(fraction: number, width: number): string {
  const units = Math.min(width * 8, Math.round(fraction * width * 8));
  return '█'.repeat(Math.floor(units / 8)) + eighths[units % 8]!;
}
