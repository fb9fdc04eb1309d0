import { interleaveIndex } from '../../spec/02-interleave.ts';
import type { BlockShape } from '../../spec/03-igc-block.ts';
import { figure, interleaving } from './explain-pictures.ts';
import { type Explained, explain, partitionsOf } from './explained.ts';
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
import { grouped, table } from './table.ts';

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
