/** `igc check ./mine.mjs`, `igc check --command '…'`: judges an implementation that can be asked. */
import { FileError } from '../formats/index.ts';
import { inShell, replayCommand } from '../implementations/bundle.ts';
import { ImplementationError } from '../implementations/error.ts';
import { MissingError } from '../implementations/missing.ts';
import { type ModuleOptions, openModule } from '../implementations/module.ts';
import { mapsOfSmallest } from '../oracle/error-map.ts';
import type { CampaignReport } from '../oracle/report-types.ts';
import { type Beside, liveSubject, unaskedSubject } from '../reports/live.ts';
import type { Report } from '../reports/model.ts';
import { programOf } from './check-command.ts';
import { isNamed, namedSubjects, pageSubject } from './check-named.ts';
import { type ExitCode, exitCode, type Interruption, json, type Terminal, UsageError } from './frame.ts';
import { uninterrupted } from './interruption.ts';
import { judgeLiveOne, type LiveJudged } from './judge-live-one.ts';
import { type Given, isModule, type LiveOptions } from './live-options.ts';
import type { Subject } from './live-subject.ts';
import { nearby } from './nearby.ts';
import { showCampaign } from './show-campaign.ts';
import { printable, wrap } from './show-verdict.ts';

/** Writes the reports of a campaign; gives the exit code, which a report that can't be written may change. */
export type WriteReports = (report: Report, code: ExitCode) => ExitCode;

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

/** One that doesn't start here, and why; or that wasn't asked, since the check was cut short. */
type Absent = Readonly<{ subject: Subject; unavailable: string; cut?: true }>;

const unasked = (subject: Subject): Absent => ({
  subject,
  unavailable: 'it was not asked: the check was cut short',
  cut: true,
});

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
  const all: (LiveJudged | Absent)[] = [];
  for (const subject of subjects) {
    const judged = await judgedOrAbsent(subject, given, terminal, interruption, subjects.length === 1);
    all.push(judged);
    if (given.json) continue;
    terminal.out(
      'report' in judged ? showCampaign(subject, judged.report, terminal) : showAbsent(judged, terminal),
    );
  }
  if (given.json) showJson(all, terminal);
  const judged = all.filter((one) => 'report' in one);
  const reports = all.flatMap((one) => {
    if ('cut' in one) return [unaskedSubject(one.subject.name, one.unavailable)];
    if (!('report' in one)) return [];
    return [liveSubject(one.report, besideOf(one.subject, one.report, one.maps, given.replay))];
  });
  const isCut = all.some((one) => ('report' in one ? one.report.ended === 'interrupted' : one.cut));
  const code = codeOfAll(judged.map(({ report }) => report));
  return write({ subjects: reports }, (isCut ? interruption.code : undefined) ?? code);
}

async function judgedOrAbsent(
  subject: Subject,
  given: Given,
  terminal: Terminal,
  interruption: Interruption,
  isAlone: boolean,
): Promise<LiveJudged | Absent> {
  if (interruption.code !== undefined) return unasked(subject);
  try {
    return await judgeLiveOne(subject, given, terminal, interruption);
  } catch (error) {
    if (!(error instanceof MissingError || error instanceof ImplementationError)) throw error;
    // What was starting has been killed: that isn't its own failure.
    if (await interruption.isAsked()) return unasked(subject);
    if (isAlone) throw error;
    return { subject, unavailable: error.message };
  }
}

function showAbsent({ subject, unavailable, cut }: Absent, { columns }: Terminal): string {
  const hang = 12;
  const lines = wrap(' '.repeat(hang) + printable(unavailable), columns, hang);
  return `${cut ? 'MISTRUSTED ' : 'UNSUPPORTED'} ${subject.name}\n${lines.join('\n')}\n`;
}

function showJson(all: readonly (LiveJudged | Absent)[], terminal: Terminal): void {
  const plain = all.map((one) => ({
    subject: one.subject.name,
    argument: one.subject.argument,
    ...('report' in one ? one.report : { unavailable: one.unavailable }),
  }));
  const [only, ...more] = plain;
  // One that wasn't asked has no report of its own.
  if (only && more.length === 0 && 'verdict' in only) json(terminal, 'check-live/1', only);
  else json(terminal, 'check-live-several/1', { subjects: plain });
}

function besideOf(
  { name, argument }: Subject,
  { implementation }: CampaignReport,
  maps: Beside['maps'],
  replayed?: string,
): Beside {
  const again = (bundle: string | undefined) =>
    bundle === undefined ? undefined : replayCommand(bundle, argument);
  return {
    name,
    maps,
    smallestMaps: (failure) => mapsOfSmallest(implementation, failure),
    ...(isModule(name) ? { file: name } : {}),
    replay: ({ bundle }) => again(bundle ?? replayed),
  };
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
