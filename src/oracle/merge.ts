/** Campaign reports joined: the shards of one campaign, or campaigns of several seeds. */
import { conclusionOf } from './conclusion.ts';
import type {
  CampaignReport,
  FailureReport,
  FamilyReport,
  ReasonReport,
  ShardReport,
} from './report-types.ts';
import { shareOf } from './shard.ts';
import { sortOfFailure } from './sort-of-failure.ts';
import { bad, countBad, type VerdictKind, verdictKinds } from './types.ts';

/** A report and where it came from. */
export interface Part {
  readonly file: string;
  readonly subject: string;
  /** The arguments of igc check that name it. */
  readonly argument: string;
  readonly report: CampaignReport;
  /** What it was joined from; absent where it is what one machine found. */
  readonly pieces?: readonly Piece[];
}

/** What one machine asked, and what came of it. */
export interface Piece extends Pick<CampaignReport, 'seed' | 'shard' | 'verdict' | 'cases' | 'ended'> {
  readonly file: string;
}

/** A shard that no report is of. */
export interface Missing {
  readonly seed: number;
  readonly index: number;
  readonly count: number;
}

export interface Merged {
  /** As one campaign would have reported; of several seeds, the first. */
  readonly report: CampaignReport;
  readonly seeds: readonly number[];
  /** Of all seeds and shards, in order. */
  readonly pieces: readonly Piece[];
  readonly missing: readonly Missing[];
}

/** Reports that don't belong together; says which file is at fault. */
export class MergeError extends Error {
  override readonly name = 'MergeError';
  readonly file: string;

  constructor(file: string, what: string) {
    super(what);
    this.file = file;
  }
}

const whole: ShardReport = { index: 1, count: 1 };
const shardIn = ({ shard }: Piece): ShardReport => shard ?? whole;

function piecesOf({ file, report, pieces }: Part): readonly Piece[] {
  const { seed, shard, verdict, cases, ended } = report;
  return pieces ?? [{ file, seed, ...(shard ? { shard } : {}), verdict, cases, ended }];
}

const inOrder = (a: Piece, b: Piece) => a.seed - b.seed || shardIn(a).index - shardIn(b).index;

/**
 * Joins reports, whatever their order. Counts are added, and of failures the first of each kind is kept. A shard that is
 * missing makes a pass MISTRUSTED. Throws a MergeError where reports overlap, or are of different things.
 */
export function mergeReports(given: readonly Part[]): Merged {
  const earliest = (part: Part) => [...piecesOf(part)].sort(inOrder)[0]!;
  const parts = [...given].sort((a, b) => inOrder(earliest(a), earliest(b)));
  const pieces = given.flatMap(piecesOf).sort(inOrder);
  const first = parts[0]!;
  for (const part of given) {
    checkAlike(part, given[0]!);
    checkSums(part);
  }
  const seeds = [...new Set(pieces.map(({ seed }) => seed))];
  const missing = seeds.flatMap((seed) => missingOf(pieces.filter((piece) => piece.seed === seed)));
  const reports = parts.map(({ report }) => report);
  const totals = {
    counts: addCounts(reports.map(({ counts }) => counts)),
    cases: sum(reports.map(({ cases }) => cases)),
    unsupported: joinReasons(reports.flatMap(({ unsupported }) => unsupported)),
    mistrusted: joinReasons(reports.flatMap(({ mistrusted }) => mistrusted)),
    remarks: joinReasons(reports.flatMap(({ remarks = [] }) => remarks)),
    trusted: [...new Set(reports.flatMap(({ trusted }) => trusted))],
  };
  const { implementation, level, seed, operations } = first.report;
  const failures = firstOfEach(reports.flatMap((report) => report.failures));
  const asking = sum(
    reports.map(({ cases, timing }) => (timing.casesPerSecond > 0 ? cases / timing.casesPerSecond : 0)),
  );
  const concluded = operations.length === 0 ? first.report : conclusionOf(totals, operations, failures[0]);
  const report: CampaignReport = {
    implementation,
    level,
    seed,
    ...verdictWith(missing, pieces, { verdict: concluded.verdict, reason: concluded.reason }),
    ...totals,
    elements: sum(reports.map(({ elements }) => elements)),
    families: joinFamilies(reports.flatMap(({ families }) => families)),
    failures,
    ended:
      (['interrupted', 'failure', 'time'] as const).find((end) =>
        reports.some(({ ended }) => ended === end),
      ) ?? 'all',
    operations,
    timing: {
      seconds: sum(reports.map(({ timing }) => timing.seconds)),
      casesPerSecond: asking > 0 ? totals.cases / asking : 0,
    },
  };
  return { report, seeds, pieces, missing };
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, n) => total + n, 0);

/** What belongs together is of the same implementation and was asked for the same. */
function checkAlike({ file, subject, report }: Part, first: Part): void {
  const of = ({ level, operations, implementation }: CampaignReport, name: string) => ({
    subject: name,
    ...implementation,
    level,
    'operations that were asked for': operations,
  });
  const [here, there] = [of(report, subject), of(first.report, first.subject)];
  for (const key of new Set([...Object.keys(here), ...Object.keys(there)]) as Set<keyof typeof here>) {
    const [got, expected] = [JSON.stringify(here[key]), JSON.stringify(there[key])];
    if (got === expected) continue;
    throw new MergeError(file, `${key}: expected ${expected} as in ${first.file}, got ${got}`);
  }
}

/** A report that contradicts itself was not written by a campaign. */
function checkSums({ file, report, pieces }: Part): void {
  const { counts, cases, families, failures, shard, ended } = report;
  const expect = (what: string, expected: number | boolean, got: number | boolean) => {
    if (expected !== got) throw new MergeError(file, `${what}: expected ${expected}, got ${got}`);
  };
  expect('cases: the sum of its counts', sum(Object.values(counts)), cases);
  const byFamily = addCounts(families.map((family) => family.counts));
  for (const kind of verdictKinds)
    expect(`counts.${kind}: the sum over families`, byFamily[kind], counts[kind]);
  const failed = countBad(counts);
  expect('failures: whether there are any', failed > 0, failures.length > 0);
  if (pieces) expect('cases: the sum over parts', sum(pieces.map((piece) => piece.cases)), cases);
  if (shard?.total === undefined) return;
  expect(`cases: the share of shard ${shard.index}/${shard.count}`, shareOf(shard, shard.total), cases);
  expect('ended: whether it saw all cases', true, ended !== 'time' && ended !== 'interrupted');
}

/** Of the pieces of one seed, in order: they are of one split, none twice. */
function missingOf(parts: readonly Piece[]): Missing[] {
  const first = parts[0]!;
  const { count } = shardIn(first);
  const { seed } = first;
  parts.forEach((part, i) => {
    const shard = shardIn(part);
    const before = parts[i - 1];
    if (shard.count !== count) {
      const [got, expected] = [`${shard.index}/${shard.count}`, `a shard of ${count} as in ${first.file}`];
      throw new MergeError(part.file, `shard of seed ${seed}: expected ${expected}, got ${got}`);
    }
    if (before && shardIn(before).index === shard.index) {
      throw new MergeError(
        part.file,
        `shard ${shard.index}/${count} of seed ${seed} is ${before.file === part.file ? 'given twice' : `in ${before.file} too`}`,
      );
    }
  });
  const sized = parts.filter((part) => shardIn(part).total !== undefined);
  const odd = sized.find((part) => shardIn(part).total !== shardIn(sized[0]!).total);
  if (odd) {
    const [got, expected] = [shardIn(odd).total, shardIn(sized[0]!).total];
    throw new MergeError(odd.file, `shard.total: expected ${expected} as in ${sized[0]!.file}, got ${got}`);
  }
  const there = new Set(parts.map((part) => shardIn(part).index));
  const missing: Missing[] = [];
  for (let index = 1; index <= count; index++) if (!there.has(index)) missing.push({ seed, index, count });
  return missing;
}

type Concluded = Pick<CampaignReport, 'verdict' | 'reason'>;

function verdictWith(
  missing: readonly Missing[],
  pieces: readonly Piece[],
  { verdict, reason }: Concluded,
): Concluded {
  if (bad.includes(verdict)) return { verdict, reason };
  const cut = pieces.find(({ ended }) => ended === 'interrupted');
  if (cut)
    return { verdict: 'MISTRUSTED', reason: `${cut.file} was cut short; of what was asked: ${reason}` };
  if (missing.length === 0) return { verdict, reason };
  const few = missing.slice(0, 8).map(({ index, count, seed }) => `${index}/${count} of seed ${seed}`);
  const more = missing.length > few.length ? ` and ${missing.length - few.length} more` : '';
  const what = missing.length === 1 ? 'a shard is missing' : `${missing.length} shards are missing`;
  return { verdict: 'MISTRUSTED', reason: `${what}: ${few.join(', ')}${more}; of the others: ${reason}` };
}

type Counts = Record<VerdictKind, number>;

function addCounts(all: readonly Readonly<Counts>[]): Counts {
  return Object.fromEntries(
    verdictKinds.map((kind) => [kind, sum(all.map((counts) => counts[kind]))]),
  ) as Counts;
}

function joinFamilies(all: readonly FamilyReport[]): FamilyReport[] {
  const names = [...new Set(all.map(({ family }) => family))];
  return names.map((family) => {
    const own = all.filter((one) => one.family === family);
    const worstRatio = Math.max(...own.map((one) => one.worstRatio));
    return { family, counts: addCounts(own.map(({ counts }) => counts)), worstRatio };
  });
}

function joinReasons(all: readonly ReasonReport[]): ReasonReport[] {
  const known = new Map<string, ReasonReport>();
  for (const { reason, cases, first } of all) {
    const before = known.get(reason);
    known.set(reason, { reason, cases: cases + (before?.cases ?? 0), first: before?.first ?? first });
  }
  return [...known.values()];
}

/** The first failure of each kind. */
function firstOfEach(failures: readonly FailureReport[]): FailureReport[] {
  const known = new Set<string>();
  return failures.filter((failure) => {
    const sort = sortOfFailure(failure.case, failure.verdict);
    const isNew = !known.has(sort);
    known.add(sort);
    return isNew;
  });
}
