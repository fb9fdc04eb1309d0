/** Runs an implementation over the probes and says what came of it. */
import { abilitiesOf } from './abilities.ts';
import type { Abilities, Adapter, Case } from './adapter.ts';
import { type Asked, ask, evidenceOf } from './ask.ts';
import { cutShort, Left } from './cut-short.ts';
import { type Diagnosis, diagnose, diagnoseLive, type KnownOutputs } from './diagnose.ts';
import { expectedOf } from './expected.ts';
import { type Drawing, probes } from './probes/index.ts';
import { caseReport, implementationReport, numbersReport, verdictReport } from './report.ts';
import type { CampaignReport, FailureReport, ShardReport, ShrunkReport } from './report-types.ts';
import { type Shard, shardOf } from './shard.ts';
import { type ShrinkBudget, type Shrunk, shrink } from './shrink.ts';
import { diagnoseSimpler } from './simpler.ts';
import { sortOfFailure } from './sort-of-failure.ts';
import { stoppable, unlessInterrupted } from './stoppable.ts';
import { Tally } from './tally.ts';
import { bad, type OperationName } from './types.ts';

export interface CampaignOptions extends Drawing {
  /** Go on after a failure; then the first of each kind is shrunk and reported. */
  readonly keepGoing?: boolean;
  /** Milliseconds after which no case is begun. */
  readonly time?: number | undefined;
  /** What shrinking one failure may take; false: failures are reported as they are. */
  readonly shrinking?: ShrinkBudget | false;
  /** Only these operations; default: all that it has. */
  readonly operations?: readonly OperationName[];
  /** The cases, where they aren't the probes. */
  readonly cases?: Iterable<Case>;
  /** Only this part of the cases. */
  readonly shard?: Shard | undefined;
  /** The cases failed once: it isn't asked whether they could catch other mistakes too. */
  readonly replaying?: boolean;
  /** What the known bugs give for a case, where that is at hand. */
  known?(question: Case): KnownOutputs;
  /** Asked after each run whether to end; then what was found so far is reported. */
  interrupted?: (() => Promise<boolean>) | undefined;
  /** Told after each case, and while a failure is shrunk. */
  progress?(now: Progress): void;
  /** Told of each failure that is reported; may add the folder it was written to. */
  failed?(failure: Failure): string | undefined;
}

export interface Progress {
  readonly cases: number;
  readonly id: string;
  readonly failures: number;
  /** How often a smaller case was tried, while one is looked for. */
  readonly shrinking?: number;
}

/** A failure with everything that belongs to it. */
export interface Failure {
  readonly question: Case;
  readonly asked: Asked;
  readonly diagnosis?: Diagnosis;
  readonly shrunk?: Shrunk;
}

/** Judges an implementation. The same options and a deterministic implementation give the same report but for timing. */
export async function campaign(given: Adapter, options: CampaignOptions): Promise<CampaignReport> {
  const adapter = stoppable(given, options.interrupted);
  const { level, seed, keepGoing = false, time = Number.POSITIVE_INFINITY, shrinking = {} } = options;
  const wanted = options.operations ?? adapter.operations;
  const operations = adapter.operations.filter((operation) => wanted.includes(operation));
  const abilities: Abilities = { ...abilitiesOf(adapter), operations };
  const started = performance.now();
  const tally = new Tally();
  const failures: FailureReport[] = [];
  const known = new Set<string>();
  let ended: CampaignReport['ended'] = 'all';
  let asking = 0;
  const { items, total } = shardOf(options.cases ?? probes(abilities, options), options.shard);
  let left: Left | undefined;
  for (const question of items) {
    if (left) {
      if (!left.count()) break;
      continue;
    }
    if (performance.now() - started >= time) {
      ended = 'time';
      break;
    }
    const before = performance.now();
    const asked = await unlessInterrupted(ask(adapter, question));
    if (!asked) {
      left = new Left();
      left.count();
      continue;
    }
    asking += performance.now() - before;
    tally.count(question, asked);
    const { kind } = asked.verdict;
    const now = { cases: tally.cases, id: question.id, failures: tally.of(...bad) };
    options.progress?.(now);
    if (!bad.includes(kind)) continue;
    const sort = sortOfFailure(question, { ...asked.verdict, nature: asked.nature });
    if (!known.has(sort)) {
      known.add(sort);
      const budget = shrinking === false ? false : { ...shrinking, operations };
      const failure = await studied(adapter, question, asked, options, budget, (tries) =>
        options.progress?.({ ...now, shrinking: tries }),
      );
      const bundle = options.failed?.(failure);
      failures.push({ ...failureReport(adapter, failure), ...(bundle === undefined ? {} : { bundle }) });
    }
    if (await options.interrupted?.()) left = new Left();
    else if (!keepGoing) {
      ended = 'failure';
      break;
    }
  }
  // Of the last case nothing is left: all was asked.
  if (left?.cases === 0) left = undefined;
  if (left) ended = 'interrupted';
  const seconds = (performance.now() - started) / 1000;
  const concluded = conclude(tally, operations, wanted, failures[0], options);
  return {
    implementation: implementationReport(adapter),
    level,
    seed,
    ...(left ? cutShort(concluded, tally.cases, left) : concluded),
    counts: tally.counts,
    cases: tally.cases,
    elements: tally.elements,
    families: tally.families(),
    failures,
    unsupported: tally.reasons('UNSUPPORTED'),
    mistrusted: tally.reasons('MISTRUSTED'),
    remarks: tally.remarks(),
    ended,
    operations,
    trusted: tally.trusted(),
    ...(options.shard ? { shard: shardReport(options.shard, left ? undefined : total()) } : {}),
    timing: { seconds, casesPerSecond: asking > 0 ? (1000 * tally.cases) / asking : 0 },
  };
}

/** A failure with what more can be said of it: which bug it is, and its smallest case; what an interruption left of that. */
async function studied(
  adapter: Adapter,
  question: Case,
  asked: Asked,
  { known, seed }: CampaignOptions,
  shrinking: ShrinkBudget | false,
  progress: (tries: number) => void,
): Promise<Failure> {
  const first = await unlessInterrupted(diagnosisOf(adapter, question, asked, known?.(question)));
  const shrunk =
    shrinking === false
      ? undefined
      : await unlessInterrupted(shrink(adapter, question, asked, shrinking, progress));
  const further =
    first && (await unlessInterrupted(furtherDiagnosis(first, adapter, question, shrunk, seed)));
  const diagnosis = further ?? first;
  return { question, asked, ...(diagnosis ? { diagnosis } : {}), ...(shrunk ? { shrunk } : {}) };
}

function conclude(
  tally: Tally,
  operations: readonly OperationName[],
  wanted: readonly OperationName[],
  failure: FailureReport | undefined,
  { cases, shard, replaying = false }: CampaignOptions,
) {
  if (operations.length === 0)
    return { verdict: 'UNSUPPORTED', reason: `it has no ${wanted.join(', ')}` } as const;
  if (replaying && tally.cases > 0 && tally.of('PASS', 'MISTRUSTED') === tally.cases) {
    return { verdict: 'PASS', reason: 'what failed once agrees with the specification' } as const;
  }
  // Of given cases, and of a part, it isn't asked whether they cover every operation.
  return tally.conclusion(cases || shard ? [] : operations, failure);
}

function shardReport({ index, count }: Shard, total: number | undefined): ShardReport {
  return { index, count, ...(total === undefined ? {} : { total }) };
}

/** Which known bug a failure is, where there are numbers to compare; several are told apart by asking again. */
async function diagnosisOf(
  adapter: Adapter,
  question: Case,
  { verdict, nature, arrays }: Asked,
  known: KnownOutputs | undefined,
): Promise<Diagnosis | undefined> {
  if (nature !== 'judged') return undefined;
  const evidence = evidenceOf(adapter, question, arrays);
  return diagnoseLive(adapter, question, evidence, diagnose(evidence, verdict, known));
}

/** What can still be said where the first diagnosis named nothing. */
async function furtherDiagnosis(
  first: Diagnosis,
  adapter: Adapter,
  question: Case,
  smallest: Shrunk | undefined,
  seed: number,
): Promise<Diagnosis> {
  // What is too large to be compared with the known bugs may have been made small enough.
  if (first.kind === 'too large' && smallest) {
    return (await diagnosisOf(adapter, smallest.question, smallest.asked, undefined)) ?? first;
  }
  if (first.kind !== 'none') return first;
  const simpler = await diagnoseSimpler(adapter, question, seed);
  return simpler ? { ...simpler, sentence: `${first.sentence}; ${simpler.sentence}` } : first;
}

function failureReport(adapter: Adapter, { question, asked, diagnosis, shrunk }: Failure): FailureReport {
  return {
    case: caseReport(question),
    verdict: verdictReport(asked),
    ...(diagnosis ? { diagnosis } : {}),
    ...(shrunk ? { shrunk: shrunkReport(adapter, shrunk) } : {}),
  };
}

function shrunkReport(adapter: Adapter, { question, asked, runs, steps, finished }: Shrunk): ShrunkReport {
  return {
    case: caseReport(question),
    verdict: verdictReport(asked),
    inputs: numbersReport(question.inputs),
    expected: numbersReport(expectedOf(adapter, question)),
    got: numbersReport(asked.arrays),
    runs,
    steps,
    finished,
  };
}
