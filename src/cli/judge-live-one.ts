/** Judges one implementation that can be asked, and keeps what fails. */
import { FileError } from '../formats/index.ts';
import { type Bundle, readBundle, writeBundle } from '../implementations/bundle.ts';
import { defaultSeed } from '../laws/runner.ts';
import type { Adapter } from '../oracle/adapter.ts';
import { evidenceOf } from '../oracle/ask.ts';
import { campaign, type Failure, type Progress } from '../oracle/campaign.ts';
import { errorMaps } from '../oracle/error-map.ts';
import type { CampaignReport, ErrorMap } from '../oracle/report-types.ts';
import type { Beside } from '../reports/live.ts';
import { type Interruption, type Terminal, UsageError } from './frame.ts';
import { declaredOf, type Given, type LiveOptions, levelOf, written } from './live-options.ts';
import type { Subject } from './live-subject.ts';
import { bundlesIn, isBundle } from './not-a-recording.ts';

/** What came of it. */
export interface LiveJudged {
  readonly subject: Subject;
  readonly report: CampaignReport;
  readonly maps: Beside['maps'];
}

/** Asks it over all that was asked for, or over the one case of a bundle. */
export async function judgeLiveOne(
  subject: Subject,
  given: Given,
  terminal: Terminal,
  interruption: Interruption,
): Promise<LiveJudged> {
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
