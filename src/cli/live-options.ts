/** The options of an implementation that can be asked, as they are typed, and what doesn't go together. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { inShell, replayCommand } from '../implementations/bundle.ts';
import type { Shard } from '../oracle/shard.ts';
import type { ProgramOptions } from './check-command.ts';
import { isNamed, type PlaceOptions } from './check-named.ts';
import { positiveInteger, UsageError } from './frame.ts';
import { implementationIn } from './not-a-recording.ts';
import { readOptions, type WrittenOptions } from './recording-options.ts';
import { shardOption } from './shard-option.ts';

export interface LiveOptions extends ProgramOptions, PlaceOptions {
  readonly level?: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly time?: number;
  readonly timeout?: number;
  readonly startTimeout?: number;
  readonly replay?: string;
  /** A folder; false: no bundle is written. */
  readonly bundle?: string | boolean;
  readonly keepGoing?: boolean;
  readonly shard?: Shard;
}

/** Adds the options that only an implementation that can be asked has. */
export function withLiveOptions(command: Command): Command {
  return command
    .optionsGroup('Of an implementation that can be asked:')
    .option('--command <line>', 'a command in any language, asked line by line')
    .option('--one-shot <line>', 'a program that reads and writes files, run for each case')
    .option('--hello <file>', 'what a one-shot program can do, in JSON')
    .option('--browser', 'in Chromium, without a window: a module, or what has a name')
    .option('--provider <name>', 'how a runtime computes: cpu, wasm, webgl, webgpu; all: each in turn')
    .option('--level <1|2>', 'how much is asked, seconds or minutes (default: 1)')
    .option('--seed <n>', 'of the numbers and the drawn shapes', positiveInteger('--seed'))
    .option('--runs <n>', 'how many shapes are drawn', positiveInteger('--runs'))
    .option('--time <s>', 'draw shapes for so many seconds in all', positiveInteger('--time', 'seconds'))
    .option(
      '--timeout <ms>',
      'for one case (default: 10000 for a module, 60000 for a program)',
      positiveInteger('--timeout', 'milliseconds'),
    )
    .option(
      '--start-timeout <ms>',
      'for a command to say hello (default: as --timeout)',
      positiveInteger('--start-timeout', 'milliseconds'),
    )
    .option('--keep-going', 'go on after the first failure')
    .option('--shard <i/n>', 'only the i-th of n parts of the cases (docs/sharding.md)', shardOption)
    .option('--replay <bundle>', 'only the case of this failure bundle')
    .option('--bundle <folder>', 'where a failure is written (default: igc-failures)')
    .option('--no-bundle', 'write no failure');
}

export const liveHelp = `
A module (.mjs, .js, .cjs; .ts where Node runs it) exports block,
groupConvolution, interleave and their gradients (docs/check-a-module.md).
A command answers lines of JSON (docs/implementations.md). Either is asked over
probes in a process of its own, each twice, and judged; the first failure is
matched with the known bugs, made as small as it goes and written to a folder
with the command that replays it.

By name: tensor-core, kernels, gpu (our own, the last on gpu.js), and
onnxruntime-node, onnxruntime-web, tfjs, where they are installed; all but
tensor-core and onnxruntime-node with --browser too (docs/implementations.md).
`;

const modules = ['.mjs', '.js', '.cjs', '.mts', '.ts', '.cts'];

/** Whether a file is a module to be asked, by its extension. */
export const isModule = (file: string): boolean => modules.includes(extname(file).toLowerCase());

const names = [
  'hello',
  'browser',
  'provider',
  'level',
  'seed',
  'runs',
  'time',
  'timeout',
  'startTimeout',
  'replay',
  'keepGoing',
  'shard',
] as const;

/** An option as it is typed. */
export const written = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** Whether something is judged that can be asked, not recordings. */
export const isLive = (files: readonly string[], { command, oneShot }: ProgramOptions): boolean =>
  command !== undefined || oneShot !== undefined || files.some((file) => isModule(file) || isNamed(file));

/** A script isn't read as a recording: it has to be said how it's started. */
export function refuseScripts(files: readonly string[]): void {
  const script = files.find((file) => ['.py', '.sh'].includes(extname(file)));
  if (script === undefined) return;
  const line = `${extname(script) === '.py' ? 'python3' : 'sh'} ${script}`;
  throw new UsageError(
    `${script}: a program is judged with --command ${inShell(line)} (docs/implementations.md)`,
  );
}

/** The options of a recording, where none is one of a module. */
export function withoutLiveOptions<T extends object>(given: LiveOptions & T): T {
  const misplaced = names.find((name) => given[name] !== undefined);
  const option =
    misplaced ??
    (given.bundle === false ? 'no-bundle' : typeof given.bundle === 'string' ? 'bundle' : undefined);
  if (given.hello !== undefined)
    throw new UsageError('--hello: it says what a --one-shot program can do, got none');
  if (given.replay !== undefined) {
    throw new UsageError(
      `--replay: expected what is asked again too: ${replayCommand(given.replay, implementationIn(given.replay))}`,
    );
  }
  if (option) {
    throw new UsageError(
      `--${written(option)}: only for an implementation that can be asked, such as a module (.mjs) or a --command`,
    );
  }
  // The default of --no-bundle is there without being asked for.
  const { bundle: _, ...rest } = given;
  return rest as T;
}

/** With what is said of its numbers, and of the answer. */
export type Given = LiveOptions & WrittenOptions & { readonly json?: boolean };

/** What is declared of the implementation. Throws a UsageError where it only fits a recording. */
export function declaredOf({
  op,
  precision,
  flushSubnormals,
  composed,
  winograd,
  strassen,
  ...rest
}: LiveOptions & WrittenOptions) {
  const misplaced = (['stride', 'dilation', 'padding', 'map', 'L', 'M'] as const).find(
    (name) => rest[name] !== undefined,
  );
  if (misplaced) throw new UsageError(`--${misplaced}: only for a recording; here many are asked for`);
  return readOptions({
    ...(op === undefined ? {} : { op }),
    ...(op === 'interleave' ? { L: 1 } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(flushSubnormals === undefined ? {} : { flushSubnormals }),
    ...(composed === undefined ? {} : { composed }),
    ...(winograd === undefined ? {} : { winograd }),
    ...(strassen === undefined ? {} : { strassen }),
  });
}

export function levelOf(text: string | undefined): 1 | 2 {
  if (text === undefined || text === '1') return 1;
  if (text === '2') return 2;
  throw new UsageError(`--level: expected 1 or 2, got '${text}'`);
}
