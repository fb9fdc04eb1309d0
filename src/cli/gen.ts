import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { Option } from 'commander';
import type { Padding } from '../../spec/00-notation.ts';
import { samePadding } from '../../spec/01-group-convolution.ts';
import { precisions } from '../algebras/precision.ts';
import { writeArrays } from '../formats/index.ts';
import { seededIntegers } from '../laws/draw.ts';
import { effortOf, type GeneratedShape, generateBlock } from '../oracle/generate.ts';
import { tensorWindow } from '../tensor/index.ts';
import { exitCode, json, kernelSize, positiveInteger, UsageError, type Verb, verb } from './frame.ts';
import { paddingOf, pair } from './recording-options.ts';

interface GenOptions {
  readonly L: number;
  readonly M: number;
  readonly Mout?: number;
  readonly kernel: readonly [number, number];
  readonly stride: string;
  readonly dilation: string;
  readonly padding: string;
  readonly size: readonly [number, number];
  readonly batch: number;
  readonly bias?: true;
  readonly gradients?: true;
  readonly dtype: string;
  readonly seed: number;
  readonly magnitude: number;
  readonly force?: true;
  readonly json?: true;
}

const dtypes = ['float32', 'float64'] as const;

/** What a case may take: some minutes, a few hundred megabytes. */
const limits = { products: 2e8, entries: 2e6 } as const;

/** `igc gen`: writes a case with its exact outputs. */
export const genVerb: Verb = (terminal, done) =>
  verb('gen', 'write a case with its exact expected outputs, for use elsewhere', terminal)
    .argument('<file>', 'where to: .npz or .safetensors')
    .option('--L <n>', 'primary partitions', positiveInteger('--L'), 3)
    .option('--M <n>', 'input channels of each', positiveInteger('--M'), 2)
    .option('--Mout <n>', 'output channels of each (default: M)', positiveInteger('--Mout'))
    .addOption(
      new Option('--kernel <HxW>', 'size of the spatial kernel')
        .argParser(kernelSize('--kernel'))
        .default([3, 3], '3x3'),
    )
    .addOption(
      new Option('--size <HxW>', 'size of the input, in pixels')
        .argParser(kernelSize('--size'))
        .default([8, 8], '8x8'),
    )
    .option('--batch <N>', 'samples', positiveInteger('--batch'), 2)
    .addOption(plain('--stride <N|h,w>', 'stride', '1'))
    .addOption(plain('--dilation <N|h,w>', 'dilation', '1'))
    .addOption(
      plain('--padding <P>', 'N, top,bottom,left,right, same, same-upper, same-lower, valid', 'same'),
    )
    .option('--bias', 'with biases')
    .option('--gradients', 'with grad_y and all gradients')
    .addOption(plain('--dtype <type>', dtypes.join(' or '), 'float32'))
    .option('--seed <n>', 'seed of the integers: the same seed, the same file', positiveInteger('--seed'), 1)
    .option('--magnitude <n>', 'entries lie between −n and n', positiveInteger('--magnitude'), 3)
    .option('--force', 'replace a file that is there')
    .addHelpText('after', help)
    .action((file: string, options: GenOptions) => {
      checkPlace(file, options);
      const { dtype, shape } = wantedOf(options);
      const { seed, magnitude } = options;
      const { arrays, largest } = generateBlock(shape, seededIntegers(seed, magnitude));
      const exact = 2 ** precisions[dtype].significand;
      if (largest > exact) {
        throw new UsageError(
          `--magnitude ${magnitude}: sums can reach ${largest}, and ${dtype} is exact only up to ${exact}: ` +
            'take a smaller magnitude or shape, or --dtype float64',
        );
      }
      const stored = new Map([...arrays].map(([name, array]) => [name, { dtype, ...array }]));
      writeArrays(file, stored, { overwrite: options.force ?? false });
      const check = checkCommand(file, options, shape);
      if (options.json) json(terminal, 'gen/1', { file, ...shape, dtype, seed, magnitude, check });
      else terminal.out(`wrote ${file}: ${[...arrays.keys()].join(', ')}\njudge an answer with: ${check}\n`);
      done(exitCode.pass);
    });

/** An option whose default is shown without quotes, as it would be typed. */
const plain = (flags: string, description: string, value: string) =>
  new Option(flags, description).default(value, value);

/** Says before any work is done that the file couldn't be written. */
function checkPlace(file: string, { force }: GenOptions): void {
  const extension = extname(file).toLowerCase();
  if (extension !== '.npz' && extension !== '.safetensors') {
    throw new UsageError(`${file}: expected a name that ends in .npz or .safetensors`);
  }
  if (!force && existsSync(file)) {
    throw new UsageError(`${file}: it is there already; --force replaces it`);
  }
}

/** What the options ask for, within reason. */
function wantedOf(options: GenOptions) {
  const { kernel, size, L, M, batch } = options;
  const dtype = dtypes.find((known) => known === options.dtype);
  if (!dtype) throw new UsageError(`--dtype: expected ${dtypes.join(' or ')}, got '${options.dtype}'`);
  const window = tensorWindow(
    {
      stride: pair('--stride', options.stride, 1),
      dilation: pair('--dilation', options.dilation, 1),
      padding: paddingOf(options.padding),
    },
    { input: size, kernel },
  );
  const sizes = { N: batch, L, Lout: L, Min: M, Mout: options.Mout ?? M, size, kernel, window };
  const shape = { ...sizes, bias: options.bias ?? false, gradients: options.gradients ?? false };
  const { products, entries } = effortOf(shape);
  if (products > limits.products || entries > limits.entries) {
    const most = `${limits.products} products and ${limits.entries} entries of an array`;
    throw new UsageError(
      `the case is too large: it takes ${products} products and ${entries} entries, at most ${most} are generated`,
    );
  }
  return { dtype, shape };
}

const help = `
Entries are small integers, and no partial sum leaves the significand: a
correct implementation gives these outputs bit for bit, in any order of
summation. Shapes and names are those of recordings (igc check --help).

Examples:
  igc gen case.npz --L 3 --M 2 --kernel 2x3 --stride 1,2 --gradients
  igc gen case.safetensors --L 24 --M 2 --size 32x32 --seed 7
`;

/** The igc check command for an answer to this case. */
function checkCommand(
  file: string,
  { stride, dilation }: GenOptions,
  { kernel, window }: GeneratedShape,
): string {
  const sides = ({ top, bottom, left, right }: Padding) => [top, bottom, left, right].join(',');
  const same = samePadding(kernel, window.dilation);
  return [
    `igc check ${inShell(file)}`,
    ...(stride === '1' ? [] : [`--stride ${stride}`]),
    ...(dilation === '1' ? [] : [`--dilation ${dilation}`]),
    ...(sides(window.padding) === sides(same) ? [] : [`--padding ${sides(window.padding)}`]),
  ].join(' ');
}

/** A file name as a shell takes it, and as no option. */
function inShell(file: string): string {
  const name = file.startsWith('-') ? `./${file}` : file;
  return /^[\w./:@%+,-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
}
