/** `igc check --onnx model.onnx`: judges a runtime on every layer of a real model. */
import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { FileError } from '../formats/index.ts';
import { readOnnx } from '../formats/onnx/index.ts';
import { inShell, quotedForShell } from '../implementations/bundle.ts';
import {
  judgeModel,
  type LayerReport,
  ModelError,
  type ModelReport,
} from '../implementations/onnx/judge-model.ts';
import type { RuntimeName } from '../implementations/onnx/open.ts';
import { remoteRuntime } from '../implementations/onnx/remote.ts';
import type { WriteReports } from './check-live.ts';
import { type ExitCode, exitCode, json, paint, positiveInteger, type Terminal, UsageError } from './frame.ts';
import { written } from './live-options.ts';
import { precisionOf } from './recording-options.ts';
import { modelReport } from './report-model.ts';
import { printable, showDetails, styles, wrap } from './show-verdict.ts';
import { table } from './table.ts';

/** The options of --onnx, beside --seed and --json. */
export interface OnnxOptions {
  readonly onnx?: string;
  readonly input?: readonly string[];
  readonly runtime?: string;
  readonly products?: number;
}

/** Adds --onnx and what belongs to it. */
export function withOnnxOptions(command: Command): Command {
  const collect = (value: string, earlier: string[] = []) => [...earlier, value];
  return command
    .optionsGroup('Of a model:')
    .option('--onnx <file>', 'judge every convolution, interleave and block in a model')
    .option('--runtime <name>', 'onnxruntime-node or onnxruntime-web (default: onnxruntime-node)')
    .option('--input <name=1x3x64x64>', 'the sizes of an input; repeatable', collect)
    .option(
      '--products <n>',
      'exact products for one layer; larger ones in part (default: 20000000)',
      positiveInteger('--products'),
    );
}

const own = ['onnx', 'runtime', 'input', 'products'] as const;
const alsoOfModels: readonly string[] = [...own, 'seed', 'json', 'timeout', 'precision'];

/** Whether a model is to be judged. Throws a UsageError for options that would then, or without it, say nothing. */
export function isOnnx(given: OnnxOptions & { readonly bundle?: string | boolean }): boolean {
  const misplaced = own.find((name) => given[name] !== undefined);
  if (given.onnx === undefined && misplaced) {
    throw new UsageError(`--${misplaced}: only for a model (--onnx FILE)`);
  }
  // The default of --no-bundle is there without being asked for.
  const isGiven = ([name, value]: [string, unknown]) => name !== 'bundle' || value !== true;
  const other = Object.entries(given).find(
    (entry) => isGiven(entry) && entry[1] !== undefined && !alsoOfModels.includes(entry[0]),
  );
  if (given.onnx !== undefined && other) {
    const option = given.bundle === false && other[0] === 'bundle' ? 'no-bundle' : written(other[0]);
    throw new UsageError(`--${option}: not for a model (--onnx)`);
  }
  return given.onnx !== undefined;
}

type Given = OnnxOptions & {
  readonly seed?: number;
  readonly json?: boolean;
  readonly timeout?: number;
  readonly precision?: string;
};

/** Judges a model; gives the exit code. */
export async function checkOnnx(
  files: readonly string[],
  given: Given,
  terminal: Terminal,
  write: WriteReports = (_, code) => code,
): Promise<ExitCode> {
  const path = given.onnx!;
  if (files.length > 0) throw new UsageError(`--onnx: expected nothing beside it, got ${files.join(', ')}`);
  const sizes = sizesOf(given.input ?? []);
  const name = runtimeOf(given.runtime);
  const precision = precisionOf(given.precision);
  const file = modelAt(path);
  const runtime = await remoteRuntime(name, { timeout: given.timeout });
  const { progress } = progressTo(terminal);
  const started = performance.now();
  try {
    const { seed, products } = given;
    const report = await judgeModel(path, file, runtime, {
      sizes,
      progress,
      ...(seed === undefined ? {} : { seed }),
      ...(products === undefined ? {} : { products }),
      ...(precision === undefined ? {} : { precision }),
    });
    if (given.json)
      json(terminal, 'check-onnx/1', { subject: path, ...report, layers: report.layers.map(toJson) });
    else terminal.out(showModel(path, report, terminal));
    const seconds = (performance.now() - started) / 1000;
    return write(modelReport(path, report, commandOf(path, given), seconds), codeOf(report));
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    throw new FileError(path, error.message, { cause: error });
  }
}

/** The command that judges the model as it was judged here. */
function commandOf(path: string, { runtime, input = [], seed, products, precision }: Given): string {
  return [
    'igc check',
    ...(runtime === undefined ? [] : [`--runtime ${runtime}`]),
    ...input.map((sizes) => `--input ${quotedForShell(sizes)}`),
    ...(seed === undefined ? [] : [`--seed ${seed}`]),
    ...(products === undefined ? [] : [`--products ${products}`]),
    ...(precision === undefined ? [] : [`--precision ${precision}`]),
    `--onnx ${inShell(path)}`,
  ].join(' ');
}

/** The model in a file; of one that isn't called so the message says what was looked for in it. */
function modelAt(path: string) {
  try {
    return readOnnx(path);
  } catch (error) {
    if (!(error instanceof FileError) || path.endsWith('.onnx') || !existsSync(path)) throw error;
    throw new FileError(path, `expected a model in ONNX: ${error.what}`, { cause: error });
  }
}

function runtimeOf(text = 'onnxruntime-node'): RuntimeName {
  if (text === 'onnxruntime-node' || text === 'onnxruntime-web') return text;
  throw new UsageError(`--runtime: expected onnxruntime-node or onnxruntime-web, got '${text}'`);
}

/** 'x=1x3x32x32': the last '=' separates; names of inputs hold about anything. */
function sizesOf(texts: readonly string[]): ReadonlyMap<string, readonly number[]> {
  return new Map(
    texts.map((text) => {
      const match = /^(.+)=([1-9]\d{0,6}(?:x[1-9]\d{0,6})*)$/s.exec(text);
      if (!match) throw new UsageError(`--input: expected NAME=1x3x64x64, got '${text}'`);
      return [match[1]!, match[2]!.split('x').map(Number)];
    }),
  );
}

/** On stderr, and only of what takes long: a line every three seconds. */
function progressTo(terminal: Terminal) {
  let last = performance.now();
  const progress = (layer: string, done: number, all: number) => {
    if (performance.now() - last < 3000) return;
    last = performance.now();
    terminal.err(`${done} of ${all} layers: ${printable(layer)}\n`);
  };
  return { progress };
}

/** A layer as `--json` prints it. Numbers that JSON doesn't have are strings. */
export function toJson({ verdicts, ...layer }: LayerReport): { readonly parts: readonly object[] } {
  const parts = verdicts.map((verdict) => ({ verdict: verdict.kind, ...showDetails(verdict) }));
  return { ...layer, parts };
}

function showModel(path: string, report: ModelReport, terminal: Terminal): string {
  const { layers, verdict, reason, runtime, producer, opset, inputs, seed } = report;
  const rows = layers.map((layer) => [
    layer.node,
    layer.op,
    layer.shapes,
    coloured(layer, terminal),
    layer.verdict === 'SKIPPED' ? '' : `${(100 * layer.worstRatio).toPrecision(2)} %`,
    layer.part ?? (layer.verdict === 'SKIPPED' ? (layer.reason ?? '') : 'all'),
  ]);
  const head = ['node', 'op', 'shapes', 'verdict', 'worst', 'judged'];
  const lines = table([head, ...rows], ['left', 'left', 'left', 'left', 'right', 'left']);
  const given = Object.entries(inputs).map(([name, dims]) => `${printable(name)} ${dims.join('x')}`);
  const notes = layers
    .filter(({ verdict: kind }) => kind !== 'PASS' && kind !== 'SKIPPED')
    .map(({ node, reason: why, verdicts }) => {
      const first = verdicts.flatMap(({ arrays }) => arrays).find((array) => array.first)?.first;
      const element = first ? ` At ${first.where}: expected ${first.expected}, got ${first.got}.` : '';
      return `${node}: ${why}.${element}`;
    });
  const elements = layers.reduce((total, layer) => total + layer.elements, 0).toLocaleString('en-US');
  const tail = [
    ...notes,
    `${runtime}; model by ${printable(producer) || 'nobody'}, opset ${opset}; inputs ${given.join(', ')}, seed ${seed}`,
    `worst: the largest error as a share of what rounding can cause; ${elements} numbers judged`,
  ].flatMap((text) => wrap(printable(text), terminal.columns, 2));
  const mark = paint(terminal, styles[verdict], verdict);
  return [...lines, '', ...tail, `${mark} ${printable(path)}: ${printable(reason)}`, ''].join('\n');
}

function coloured({ verdict }: LayerReport, terminal: Terminal): string {
  return verdict === 'SKIPPED' ? paint(terminal, 'dim', verdict) : paint(terminal, styles[verdict], verdict);
}

function codeOf({ verdict }: ModelReport): ExitCode {
  if (verdict === 'PASS') return exitCode.pass;
  return verdict === 'UNSUPPORTED' || verdict === 'MISTRUSTED' ? exitCode.undecided : exitCode.fail;
}
