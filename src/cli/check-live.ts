/** `igc check ./mine.mjs`, `igc check --command '…'`: judges an implementation that can be asked. */
import { extname } from 'node:path';
import type { Command } from 'commander';
import { FileError } from '../formats/index.ts';
import { type Bundle, inShell, readBundle, writeBundle } from '../implementations/bundle.ts';
import { ImplementationError } from '../implementations/error.ts';
import { MissingError } from '../implementations/missing.ts';
import { type ModuleOptions, openModule } from '../implementations/module.ts';
import { defaultSeed } from '../laws/runner.ts';
import type { Adapter } from '../oracle/adapter.ts';
import { evidenceOf } from '../oracle/ask.ts';
import { campaign, type Failure, type Progress } from '../oracle/campaign.ts';
import { errorMaps, mapsOfSmallest } from '../oracle/error-map.ts';
import type { CampaignReport, ErrorMap } from '../oracle/report-types.ts';
import type { Shard } from '../oracle/shard.ts';
import { type Beside, liveSubject } from '../reports/live.ts';
import type { Report } from '../reports/model.ts';
import { type ProgramOptions, programOf } from './check-command.ts';
import { isNamed, namedSubjects, type PlaceOptions, pageSubject } from './check-named.ts';
import {
  type ExitCode,
  exitCode,
  type Interruption,
  json,
  positiveInteger,
  type Terminal,
  UsageError,
} from './frame.ts';
import { uninterrupted } from './interruption.ts';
import type { Subject } from './live-subject.ts';
import { nearby } from './nearby.ts';
import { bundlesIn, implementationIn, isBundle } from './not-a-recording.ts';
import { readOptions, type WrittenOptions } from './recording-options.ts';
import { shardOption } from './shard-option.ts';
import { showCampaign } from './show-campaign.ts';
import { printable, wrap } from './show-verdict.ts';

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

/** Writes the reports of a campaign; gives the exit code, which a report that can't be written may change. */
export type WriteReports = (report: Report, code: ExitCode) => ExitCode;

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
const written = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

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
      `--replay: expected what is asked again too: igc check --replay ${inShell(given.replay)} ${implementationIn(given.replay)}`,
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

type Given = LiveOptions & WrittenOptions & { readonly json?: boolean };

/** Judges a module or a program; gives the exit code. */
export async function checkLive(
  files: readonly string[],
  given: Given,
  terminal: Terminal,
  write?: WriteReports,
): Promise<ExitCode> {
  const program = programOf(given);
  if (program && files.length > 0) {
    throw new UsageError(`check: expected a program or files, got both: ${files.join(', ')}`);
  }
  if (program && (given.browser !== undefined || given.provider !== undefined)) {
    throw new UsageError(`--${given.browser ? 'browser' : 'provider'}: not for a program`);
  }
  if (program) return judgeLive([program], given, terminal, write);
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new UsageError(`check: expected one module and nothing beside it, got ${files.join(', ')}`);
  }
  return judgeLive(subjectsOf(file, given), given, terminal, write);
}

function subjectsOf(file: string, given: LiveOptions): readonly Subject[] {
  if (isNamed(file)) return namedSubjects(file, given);
  if (given.provider !== undefined) throw new UsageError('--provider: only for what has a name');
  if (given.browser) return [pageSubject(file)];
  const near = nearby(file);
  if (near) throw new FileError(file, `file: expected a JavaScript module, got nothing there${near}`);
  const open = (options: ModuleOptions) => openModule(file, options);
  return [{ name: file, argument: inShell(file), open }];
}

/** What came of one of several: a campaign, or why it doesn't start here. */
type Judged = Readonly<{ subject: Subject; report: CampaignReport; maps: Beside['maps'] }>;
type Absent = Readonly<{ subject: Subject; unavailable: string }>;

/** Judges anything that can be asked; of several each, also where one doesn't start. Gives the exit code. */
export async function judgeLive(
  subjects: readonly Subject[],
  given: Given,
  terminal: Terminal,
  write: WriteReports = (_, code) => code,
): Promise<ExitCode> {
  const interruption = terminal.listen?.() ?? uninterrupted;
  try {
    return await judgeAll(subjects, given, terminal, write, interruption);
  } finally {
    interruption.release();
  }
}

async function judgeAll(
  subjects: readonly Subject[],
  given: Given,
  terminal: Terminal,
  write: WriteReports,
  interruption: Interruption,
): Promise<ExitCode> {
  const all: (Judged | Absent)[] = [];
  for (const subject of subjects) {
    if (interruption.code !== undefined) {
      all.push({ subject, unavailable: 'it was not asked: the check was cut short' });
      continue;
    }
    const judged = await judgeOne(subject, given, terminal, interruption).catch((error: unknown) => {
      const isAbsent = error instanceof MissingError || error instanceof ImplementationError;
      if (subjects.length === 1 || !isAbsent) throw error;
      return { subject, unavailable: error.message };
    });
    all.push(judged);
    if (given.json) continue;
    terminal.out(
      'report' in judged
        ? showCampaign(subject, judged.report, terminal)
        : `UNSUPPORTED ${subject.name}\n${wrap(printable(judged.unavailable), terminal.columns, 12).join('\n')}\n`,
    );
  }
  if (given.json) showJson(all, terminal);
  const judged = all.filter((one) => 'report' in one);
  const reports = judged.map(({ report, subject, maps }) =>
    liveSubject(report, besideOf(subject, report, maps, given.replay)),
  );
  return write({ subjects: reports }, interruption.code ?? codeOfAll(judged.map(({ report }) => report)));
}

function showJson(all: readonly (Judged | Absent)[], terminal: Terminal): void {
  const plain = all.map((one) => ({
    subject: one.subject.name,
    argument: one.subject.argument,
    ...('report' in one ? one.report : { unavailable: one.unavailable }),
  }));
  const [only, ...more] = plain;
  if (only && more.length === 0) json(terminal, 'check-live/1', only);
  else json(terminal, 'check-live-several/1', { subjects: plain });
}

/** Judges one. */
async function judgeOne(
  subject: Subject,
  given: Given,
  terminal: Terminal,
  interruption: Interruption,
): Promise<Judged> {
  const declared = declaredOf(given);
  const replayed = given.replay === undefined ? undefined : bundleAt(given.replay);
  const level = levelOf(given.level);
  const pointless = (['level', 'seed', 'runs', 'time', 'keepGoing', 'op', 'shard'] as const).find(
    (name) => given[name] !== undefined,
  );
  if (replayed && pointless) {
    throw new UsageError(`--replay: it is one case; --${written(pointless)} says nothing`);
  }
  const adapter = await subject.open({
    timeout: given.timeout,
    startTimeout: given.startTimeout,
    precision: declared.precision ?? replayed?.precision,
    // Undefined where nobody says so: then it is as it says of itself.
    flushesSubnormals: declared.flushesSubnormals || replayed?.flushesSubnormals || undefined,
    composed: declared.composed || replayed?.composed,
    winograd: declared.winograd ?? replayed?.winograd,
    strassen: declared.strassen || replayed?.strassen || undefined,
  });
  const maps = new Map<string, readonly ErrorMap[]>();
  try {
    const report = await campaign(adapter, {
      level,
      seed: given.seed ?? defaultSeed,
      runs: given.runs ?? (given.time === undefined ? undefined : Number.POSITIVE_INFINITY),
      time: given.time === undefined ? undefined : 1000 * given.time,
      // One case has nothing after it.
      keepGoing: given.keepGoing ?? replayed !== undefined,
      interrupted: interruption.isAsked,
      shard: given.shard,
      ...(given.op === undefined ? {} : { operations: [declared.operation] }),
      ...(replayed ? { cases: [replayed.question], replaying: true, shrinking: false } : {}),
      progress: progressTo(terminal),
      failed: (failure) => {
        maps.set(failure.question.id, mapsOf(adapter, failure));
        return replayed ? undefined : keep(failure, subject, adapter, given.bundle, terminal);
      },
    });
    return { subject, report, maps };
  } finally {
    await adapter.close();
  }
}

/** The bundle of this path, which may be the folder that bundles are in. */
function bundleAt(path: string): Bundle {
  const near = isBundle(path) ? '' : bundlesIn(path);
  if (near !== '')
    throw new FileError(path, `folder: expected a failure bundle, got the folder of several${near}`);
  return readBundle(path);
}

function declaredOf({
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

/** Where the numbers of a failure are wrong, where it gave numbers. */
function mapsOf(adapter: Adapter, { question, asked }: Failure): readonly ErrorMap[] {
  if (asked.nature !== 'judged') return [];
  return errorMaps(evidenceOf(adapter, question, asked.arrays), asked.verdict);
}

function besideOf(
  { name, argument }: Subject,
  { implementation }: CampaignReport,
  maps: Beside['maps'],
  replayed?: string,
): Beside {
  const again = (bundle: string | undefined) =>
    bundle === undefined ? undefined : `igc check --replay ${inShell(bundle)} ${argument}`;
  return {
    name,
    maps,
    smallestMaps: (failure) => mapsOfSmallest(implementation, failure),
    ...(isModule(name) ? { file: name } : {}),
    replay: ({ bundle }) => again(bundle ?? replayed),
  };
}

/** Writes the bundle of a failure. That it can't be written changes no verdict. */
function keep(
  { question, asked, shrunk, diagnosis }: Failure,
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
      diagnosis,
    };
    return writeBundle(folder, name.replace(/^\.+/, ''), contents);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    terminal.err(`igc: no bundle was written: ${error.message}\n`);
    return undefined;
  }
}

/** Of several: the first of 1 and 4 that occurs; 4 where none starts. */
function codeOfAll(reports: readonly CampaignReport[]): ExitCode {
  const codes = reports.map(codeOf);
  if (codes.length === 0) return exitCode.undecided;
  return [exitCode.fail, exitCode.undecided].find((code) => codes.includes(code)) ?? exitCode.pass;
}

/** The exit code of a verdict on an implementation. */
export function codeOf({ verdict }: Pick<CampaignReport, 'verdict'>): ExitCode {
  if (verdict === 'PASS') return exitCode.pass;
  return verdict === 'UNSUPPORTED' || verdict === 'MISTRUSTED' ? exitCode.undecided : exitCode.fail;
}
