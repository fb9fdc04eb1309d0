/** `igc check ./mine.mjs`: judges an implementation that can be asked. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { FileError } from '../formats/index.ts';
import { inShell, readBundle, writeBundle } from '../implementations/bundle.ts';
import { type ModuleOptions, openModule } from '../implementations/module.ts';
import type { Declared } from '../implementations/module-question.ts';
import { defaultSeed } from '../laws/runner.ts';
import type { Adapter } from '../oracle/adapter.ts';
import { campaign, type Failure, type Progress } from '../oracle/campaign.ts';
import type { CampaignReport } from '../oracle/report-types.ts';
import { type ExitCode, exitCode, json, positiveInteger, type Terminal, UsageError } from './frame.ts';
import { readOptions, type WrittenOptions } from './recording-options.ts';
import { showCampaign } from './show-campaign.ts';

export interface LiveOptions {
  readonly level?: string;
  readonly seed?: number;
  readonly runs?: number;
  readonly time?: number;
  readonly timeout?: number;
  readonly replay?: string;
  /** A folder; false: no bundle is written. */
  readonly bundle?: string | boolean;
  readonly keepGoing?: boolean;
}

/** Adds the options that only an implementation that can be asked has. */
export function withLiveOptions(command: Command): Command {
  return command
    .option('--level <1|2>', 'of a module: how much is asked, seconds or minutes (default: 1)')
    .option('--seed <n>', 'of a module: of the numbers and the drawn shapes', positiveInteger('--seed'))
    .option('--runs <n>', 'of a module: how many shapes are drawn', positiveInteger('--runs'))
    .option('--time <s>', 'of a module: draw shapes for so many seconds in all', positiveInteger('--time'))
    .option('--timeout <ms>', 'of a module: for one case (default: 10000)', positiveInteger('--timeout'))
    .option('--keep-going', 'of a module: go on after the first failure')
    .option('--replay <bundle>', 'of a module: only the case of this failure bundle')
    .option('--bundle <folder>', 'of a module: where a failure is written (default: igc-failures)')
    .option('--no-bundle', 'of a module: write no failure');
}

export const liveHelp = `
A module (.mjs, .js, .cjs; .ts where Node runs it) exports block, groupConvolution, interleave or blockGradients, as for the laws (docs/laws.md).
It's asked over probes in a process of its own, each twice, and judged; the first failure is made as small as it goes and
written to a folder with the command that replays it.
`;

const modules = ['.mjs', '.js', '.cjs', '.mts', '.ts', '.cts'];

/** Whether a file is a module to be asked, by its extension. */
export const isModule = (file: string): boolean => modules.includes(extname(file).toLowerCase());

const names = ['level', 'seed', 'runs', 'time', 'timeout', 'replay', 'keepGoing'] as const;

/** An option as it is typed. */
const written = (name: string) => name.replace('keepGoing', 'keep-going');

/** The options of a recording, where none is one of a module. */
export function withoutLiveOptions<T extends object>(given: LiveOptions & T): T {
  const misplaced = names.find((name) => given[name] !== undefined);
  const option =
    misplaced ?? (typeof given.bundle === 'string' || given.bundle === false ? 'bundle' : undefined);
  if (option) {
    throw new UsageError(
      `--${written(option)}: only for an implementation that can be asked, such as a module (.mjs)`,
    );
  }
  // The default of --no-bundle is there without being asked for.
  const { bundle: _, ...rest } = given;
  return rest as T;
}

type Given = LiveOptions & WrittenOptions & { readonly json?: boolean };

/** Something that can be asked, as the command line names it. */
export interface Subject {
  /** In reports. */
  readonly name: string;
  /** The arguments that name it, as a shell takes them: they replay a failure. */
  readonly argument: string;
  /** Starts it, with what is declared of it. */
  open(declared: Declared & { readonly timeout: number | undefined }): Promise<Adapter>;
}

/** Judges a module; gives the exit code. */
export async function checkLive(
  files: readonly string[],
  given: Given,
  terminal: Terminal,
): Promise<ExitCode> {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new UsageError(`check: expected one module and nothing beside it, got ${files.join(', ')}`);
  }
  const subject = {
    name: file,
    argument: inShell(file),
    open: (options: ModuleOptions) => openModule(file, options),
  };
  return judgeLive(subject, given, terminal);
}

/** Judges anything that can be asked; gives the exit code. */
export async function judgeLive(subject: Subject, given: Given, terminal: Terminal): Promise<ExitCode> {
  const declared = declaredOf(given);
  const replayed = given.replay === undefined ? undefined : readBundle(given.replay);
  const level = levelOf(given.level);
  const pointless = (['level', 'seed', 'runs', 'time', 'keepGoing', 'op'] as const).find(
    (name) => given[name] !== undefined,
  );
  if (replayed && pointless) {
    throw new UsageError(`--replay: it is one case; --${written(pointless)} says nothing`);
  }
  const adapter = await subject.open({
    timeout: given.timeout,
    precision: declared.precision ?? replayed?.precision,
    flushesSubnormals: declared.flushesSubnormals || replayed?.flushesSubnormals,
    composed: declared.composed || replayed?.composed,
  });
  try {
    const report = await campaign(adapter, {
      level,
      seed: given.seed ?? defaultSeed,
      runs: given.runs ?? (given.time === undefined ? undefined : Number.POSITIVE_INFINITY),
      time: given.time === undefined ? undefined : 1000 * given.time,
      keepGoing: given.keepGoing ?? false,
      ...(given.op === undefined ? {} : { operations: [declared.operation] }),
      ...(replayed ? { cases: [replayed.question], replaying: true, shrinking: false } : {}),
      progress: progressTo(terminal),
      failed: (failure) => (replayed ? undefined : keep(failure, subject, adapter, given.bundle, terminal)),
    });
    if (given.json) json(terminal, 'check-live/1', { subject: subject.name, ...report });
    else terminal.out(showCampaign(subject, report, terminal));
    return codeOf(report);
  } finally {
    await adapter.close();
  }
}

function declaredOf({ op, precision, flushSubnormals, composed, ...rest }: LiveOptions & WrittenOptions) {
  const misplaced = (['stride', 'dilation', 'padding', 'map', 'L', 'M'] as const).find(
    (name) => rest[name] !== undefined,
  );
  if (misplaced) throw new UsageError(`--${misplaced}: only for a recording; a module is asked for many`);
  return readOptions({
    ...(op === undefined ? {} : { op }),
    ...(op === 'interleave' ? { L: 1 } : {}),
    ...(precision === undefined ? {} : { precision }),
    ...(flushSubnormals === undefined ? {} : { flushSubnormals }),
    ...(composed === undefined ? {} : { composed }),
  });
}

function levelOf(text: string | undefined): 1 | 2 {
  if (text === undefined || text === '1') return 1;
  if (text === '2') return 2;
  throw new UsageError(`--level: expected 1 or 2, got '${text}'`);
}

/** On stderr, and only of what takes long: a line every three seconds. */
function progressTo(terminal: Terminal): (now: Progress) => void {
  let last = performance.now();
  return ({ cases, id, failures, shrinking }) => {
    if (performance.now() - last < 3000) return;
    last = performance.now();
    const failed = failures === 0 ? '' : `, ${failures} failed`;
    const what = shrinking === undefined ? id : `making ${id} smaller, ${shrinking} runs`;
    terminal.err(`${cases === 1 ? '1 case' : `${cases} cases`}${failed}: ${what}\n`);
  };
}

/** Writes the bundle of a failure. That it can't be written changes no verdict. */
function keep(
  { question, asked, shrunk }: Failure,
  { argument }: Subject,
  adapter: Adapter,
  bundle: LiveOptions['bundle'],
  terminal: Terminal,
): string | undefined {
  if (bundle === false) return undefined;
  const folder = typeof bundle === 'string' ? bundle : 'igc-failures';
  const smallest = shrunk ?? { question, asked };
  const { operation } = smallest.question;
  const name = `${adapter.name}-${operation}-${smallest.asked.verdict.kind}`.replace(/[^\w.-]+/g, '-');
  try {
    const contents = {
      question: smallest.question,
      asked: smallest.asked,
      implementation: argument,
      abilities: adapter,
    };
    return writeBundle(folder, name.replace(/^\.+/, ''), contents);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    terminal.err(`igc: no bundle was written: ${error.message}\n`);
    return undefined;
  }
}

function codeOf({ verdict }: CampaignReport): ExitCode {
  if (verdict === 'PASS') return exitCode.pass;
  return verdict === 'UNSUPPORTED' || verdict === 'MISTRUSTED' ? exitCode.undecided : exitCode.fail;
}
