import { Option } from 'commander';
import { blockParameters } from '../../spec/05-complexity.ts';
import { type Precision, type PrecisionName, precisions } from '../algebras/precision.ts';
import { type ArrayFile, FileError, readArrays, writeArrays } from '../formats/index.ts';
import { countRecomposed, findFactors, sizeLimits } from '../oracle/factor/find.ts';
import type { Kernel } from '../oracle/factor/types.ts';
import { roundTo } from '../oracle/spacing.ts';
import { exitCode, json, positiveInteger, type Terminal, UsageError, type Verb, verb } from './frame.ts';
import {
  type FactorReport,
  factorJson,
  factorShapes,
  type Judged,
  type Split,
  type Subject,
  showFactors,
} from './show-factor.ts';

interface FactorOptions {
  readonly name?: string;
  readonly L?: number;
  readonly M?: number;
  readonly precision?: string;
  readonly roundings: number;
  readonly out?: string;
  readonly dtype: string;
  readonly force?: true;
  readonly json?: true;
}

/** `igc factor`: judges whether a dense kernel is composite, and recovers its two kernels. */
export const factorVerb: Verb = (terminal, done) =>
  verb('factor', 'recover the two kernels of a block from its composite kernel', terminal)
    .argument('<file>', '.npz, .npy or .safetensors with a kernel (Lout·M, L·Min, kh, kw)')
    .option('--name <array>', 'the kernel in the file (default: weight, or the only array)')
    .option('--L <n>', 'primary partitions (default: tries every divisor)', positiveInteger('--L'))
    .option('--M <n>', 'secondary partitions (default: tries every divisor)', positiveInteger('--M'))
    .option('--precision <p>', 'f64, f32, bf16, f16: what entries were rounded to (default: as stored)')
    .option('--roundings <n>', 'how often each entry was rounded', positiveInteger('--roundings'), 1)
    .option('--out <file>', 'write primary_weight and secondary_weight here: .npz or .safetensors')
    .addOption(
      new Option('--dtype <type>', `${storedTypes.join(' or ')}, of what is written`).default(
        'float64',
        'float64',
      ),
    )
    .option('--force', 'replace a file that is there')
    .addHelpText('after', help)
    .action((file: string, options: FactorOptions) => {
      const dtype = storedTypes.find((known) => known === options.dtype);
      if (!dtype)
        throw new UsageError(`--dtype: expected ${storedTypes.join(' or ')}, got '${options.dtype}'`);
      const subject = readSubject(file, options);
      const both = options.L !== undefined && options.M !== undefined;
      const tried = both ? [splitOf(subject, options.L!, options.M!)] : trySplits(subject, options, terminal);
      const best = both ? tried[0] : fewest(tried);
      const judged = best && { split: best, ...judge(subject, best, dtype) };
      const composite = judged?.finding.composite ?? false;
      if (composite && options.out !== undefined) {
        write(options.out, judged!, subject, dtype, options.force ?? false);
      }
      const report: FactorReport = {
        subject,
        tried: both ? undefined : tried,
        judged,
        out: options.out,
        dtype,
      };
      if (options.json) json(terminal, 'factor/1', factorJson(report));
      else terminal.out(showFactors(report, terminal));
      done(composite ? exitCode.pass : exitCode.fail);
    });

const storedTypes = ['float32', 'float64'] as const;

const help = `
W is composite if each slice (l, m′), a matrix of l′ by (m, u, v), is a column
times a row. Entries of integer arrays are taken as exact. Entries of
floating-point arrays are taken as products that were rounded once
(--roundings): the answer is yes if and only if there are real factors whose
products, rounded to nearest, are the entries. A no names the entry that fits
worst and, unless signs already forbid factors, entries that contradict each
other. "Times the bound" counts in halves of a unit in the last place.

Each slice's factors have a scale of their own that W doesn't tell. Where
minors vanish exactly, the factors of integers are integers; elsewhere the
secondary entry beside the slice's largest entry is 1.

Exit code: 0 composite (without --L and --M: for a split for which not every
kernel is); 1 not; 2 usage; 3 unreadable.

Examples:
  igc factor merged.npz --L 24 --M 2 --out factors.npz
  igc factor model.safetensors --name layer3.weight
  igc factor folded.npy --L 24 --M 2 --roundings 2     with a scale folded in
`;

const aliases: Readonly<Record<string, PrecisionName>> = {
  f64: 'float64',
  f32: 'float32',
  bf16: 'bfloat16',
  f16: 'float16',
};

function readSubject(file: string, options: FactorOptions): Subject {
  const arrays = readArrays(file);
  const only = arrays.size === 1 ? [...arrays.keys()][0] : undefined;
  const name = options.name ?? (arrays.has('weight') ? 'weight' : (only ?? 'weight'));
  const array = arrays.get(name);
  const there = [...arrays.keys()].slice(0, 8).map((known) => JSON.stringify(known));
  const more = arrays.size > there.length ? `, and ${arrays.size - there.length} more` : '';
  if (!array) {
    throw new FileError(
      file,
      `array ${JSON.stringify(name)}: expected one of this name, got ${there.join(', ')}${more}`,
    );
  }
  const wrong = (what: string, expected: string, got: string) =>
    new FileError(file, `array ${JSON.stringify(name)}: ${what}: expected ${expected}, got ${got}`);
  const { shape } = array;
  if (shape.length !== 4 || shape.includes(0)) {
    throw wrong('shape', 'a kernel (Lout·M, L·Min, kh, kw)', `[${shape.join(', ')}]`);
  }
  const strange = array.data.findIndex((x) => !Number.isFinite(x));
  if (strange >= 0) throw wrong(`element ${strange}`, 'a finite number', `${array.data[strange]}`);
  const [least, most] = sizeLimits;
  const extreme = array.data.find((x) => x !== 0 && (Math.abs(x) < least || Math.abs(x) > most));
  if (extreme !== undefined) throw wrong('entries', 'zeros and sizes from 2^-300 to 2^300', `${extreme}`);
  const precision = precisionOf(options.precision, array);
  const format: Precision | undefined = precision && precisions[precision];
  const foreign = format
    ? array.data.find((x) => roundTo(x, format) !== x || Math.abs(x) > format.largest)
    : undefined;
  if (foreign !== undefined) {
    throw new UsageError(
      `--precision: ${foreign} in ${JSON.stringify(name)} is no ${precision}: entries weren't rounded to it`,
    );
  }
  const kernel = [shape[2]!, shape[3]!] as const;
  return { file, name, array, kernel, rounded: { format, roundings: options.roundings }, precision };
}

function precisionOf(text: string | undefined, { dtype }: ArrayFile): PrecisionName | undefined {
  if (text === undefined) return Object.hasOwn(precisions, dtype) ? (dtype as PrecisionName) : undefined;
  const found = Object.entries(aliases).find(([short, long]) => text === short || text === long);
  if (!found) throw new UsageError(`--precision: expected ${Object.keys(aliases).join(', ')}, got '${text}'`);
  return found[1];
}

function splitOf({ array, kernel }: Subject, L: number, M: number): Split {
  const S = kernel[0] * kernel[1];
  const [O, I] = [array.shape[0]!, array.shape[1]!];
  if (O % M !== 0) throw new UsageError(`--M ${M}: expected a divisor of the ${O} output channels`);
  if (I % L !== 0) throw new UsageError(`--L ${L}: expected a divisor of the ${I} input channels`);
  const sizes = { L, Min: I / L, Mout: M, Lout: O / M };
  return { sizes, trivial: sizes.Lout === 1 || sizes.Min * S === 1, parameters: blockParameters(sizes, S) };
}

/**
 * Every split that the options leave open, judged. A slice of a finer split is a part of one of a coarser split: what is
 * composite for L and M is so for their multiples.
 */
function trySplits(subject: Subject, { L, M }: FactorOptions, terminal: Terminal): readonly Split[] {
  const started = performance.now();
  const [O, I] = [subject.array.shape[0]!, subject.array.shape[1]!];
  const judged: Split[] = [];
  for (const l of L === undefined ? divisors(I) : [L]) {
    for (const m of M === undefined ? divisors(O) : [M]) {
      const split = splitOf(subject, l, m);
      // Only what takes long says what it's doing.
      if (performance.now() - started > 1000) terminal.err(`trying L ${l}, M ${m}\n`);
      const coarser = ({ sizes, composite }: Split) => composite && l % sizes.L === 0 && m % sizes.Mout === 0;
      const composite =
        split.trivial ||
        judged.some(coarser) ||
        findFactors(kernelOf(subject, split), subject.rounded, true).composite;
      judged.push({ ...split, composite });
    }
  }
  return judged;
}

function divisors(n: number): readonly number[] {
  const small: number[] = [];
  for (let d = 1; d * d <= n; d++) if (n % d === 0) small.push(d);
  return [...new Set([...small, ...small.map((d) => n / d).reverse()])];
}

/** The split with the fewest parameters for which W is composite and not every kernel is. */
function fewest(tried: readonly Split[]): Split | undefined {
  return tried
    .filter(({ composite, trivial }) => composite && !trivial)
    .reduce<Split | undefined>(
      (best, split) => (best && best.parameters <= split.parameters ? best : split),
      undefined,
    );
}

function kernelOf({ array, kernel }: Subject, { sizes }: Split): Kernel {
  return { data: array.data, sizes, kernel };
}

function judge(subject: Subject, split: Split, dtype: (typeof storedTypes)[number]): Omit<Judged, 'split'> {
  const W = kernelOf(subject, split);
  const finding = findFactors(W, subject.rounded);
  const store = (factors: Float64Array) => (dtype === 'float32' ? factors.map(Math.fround) : factors);
  const [primary, secondary] = [store(finding.primary), store(finding.secondary)];
  const { format, roundings } = subject.rounded;
  const more = finding.composite || !format ? [] : [1, 2, 3].map((extra) => roundings + extra);
  return {
    finding,
    primary,
    secondary,
    recomposed: countRecomposed(W, primary, secondary, subject.rounded),
    roundings: more.find((n) => findFactors(W, { format, roundings: n }, true).composite),
  };
}

/** Writes both kernels under the names of recordings. */
function write(
  path: string,
  { split, primary, secondary }: Judged,
  { kernel }: Subject,
  dtype: (typeof storedTypes)[number],
  overwrite: boolean,
): void {
  const shapes = factorShapes(split.sizes, kernel);
  writeArrays(
    path,
    new Map([
      ['primary_weight', { dtype, shape: shapes.primary_weight, data: primary }],
      ['secondary_weight', { dtype, shape: shapes.secondary_weight, data: secondary }],
    ]),
    { overwrite },
  );
}
