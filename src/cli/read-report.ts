/** Reports of `igc check --json`, read back. */
import { readFileSync, statSync } from 'node:fs';
import { precisions } from '../algebras/precision.ts';
import { FileError } from '../formats/index.ts';
import { reason } from '../formats/read.ts';
import { inShell } from '../implementations/bundle.ts';
import type { Part, Piece } from '../oracle/merge.ts';
import type { CampaignReport, ShardReport } from '../oracle/report-types.ts';
import { verdictKinds } from '../oracle/types.ts';
import { type Check, count, flag, jsonNumber, list, number, object, oneOf, record, text } from './fields.ts';
import { UsageError } from './frame.ts';

const schemas = { live: 'igc-oracle/check-live/1', merged: 'igc-oracle/merge/1' } as const;
const largest = 2 ** 26;

const operation = oneOf('block', 'group-convolution', 'interleave');
const kind = oneOf(...verdictKinds);
const counts = object(Object.fromEntries(verdictKinds.map((name) => [name, count])));
const precision = oneOf(...Object.keys(precisions));
const pair = list(count, 2);
const sizes = object(
  Object.fromEntries(['N', 'L', 'Min', 'Mout', 'Lout', 'H', 'W', 'kh', 'kw'].map((name) => [name, number])),
);

const found = object({
  id: text,
  operation,
  shapes: record(list(count)),
  sizes,
  stride: pair,
  dilation: pair,
  padding: list(count, 4),
  bias: flag,
  gradients: flag,
});

const first = object({
  where: text,
  index: list(count),
  expected: jsonNumber,
  got: jsonNumber,
  bound: number,
});

const judged = object(
  {
    array: text,
    stage: text,
    from: text,
    kind,
    comparison: text,
    elements: count,
    wrong: count,
    worstRatio: number,
  },
  { first, problem: text, within: text },
);

const verdict = object(
  { kind, nature: oneOf('judged', 'not deterministic', 'no answer'), reason: text, arrays: list(judged) },
  { stage: text },
);

const numbers: Check = record(object({ shape: list(count), data: list(jsonNumber) }));

const shrunk = object({
  case: found,
  verdict,
  inputs: numbers,
  expected: numbers,
  got: numbers,
  runs: count,
  steps: count,
  finished: flag,
});

const diagnosis = object(
  {
    kind: oneOf('named', 'several', 'none', 'too large'),
    sentence: text,
    suspects: list(object({ id: text, name: text, advice: text, seen: text })),
    invisible: list(text),
  },
  { proved: list(text) },
);

const failure = object({ case: found, verdict }, { diagnosis, shrunk, bundle: text });

const reasons = list(object({ reason: text, cases: count, first: text }));

const ended = oneOf('all', 'failure', 'time', 'interrupted');
const shard = object({ index: count, count }, { total: count });

const report = object(
  {
    subject: text,
    implementation: object(
      {
        name: text,
        operations: list(operation),
        precision,
        flushesSubnormals: flag,
        composed: flag,
        bias: flag,
        gradients: flag,
      },
      { about: text, winograd: list(number), strassen: flag, gradientsOf: list(operation) },
    ),
    level: oneOf(1, 2),
    seed: count,
    verdict: kind,
    reason: text,
    counts,
    cases: count,
    elements: count,
    families: list(object({ family: text, counts, worstRatio: number })),
    failures: list(failure),
    unsupported: reasons,
    mistrusted: reasons,
    ended,
    operations: list(operation),
    trusted: list(operation),
    timing: object({ seconds: number, casesPerSecond: number }),
  },
  { argument: text, shard, remarks: reasons },
);

/** What a merged report has beside that. */
const joined = object({
  parts: list(object({ file: text, seed: count, verdict: kind, cases: count, ended }, { shard })),
});

/** Reads the report of a live check, or of several that were joined. Throws a FileError that names the field. */
export function readReport(file: string): Part {
  try {
    if (statSync(file).size > largest) throw new UsageError('file: expected at most 64 MiB, got more');
    const value = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    object({ schema: oneOf(...Object.values(schemas)) })(value, '');
    report(value, '');
    const { schema, subject, argument = inShell(subject as string), ...rest } = value;
    if (schema === schemas.merged) joined(value, '');
    const campaign = rest as unknown as CampaignReport;
    const pieces = schema === schemas.merged ? (value.parts as readonly Piece[]) : undefined;
    if (pieces?.length === 0) throw new UsageError('parts: expected at least one, got none');
    for (const one of pieces ?? [campaign]) checkShard(one.shard);
    return {
      file,
      subject: subject as string,
      argument: argument as string,
      report: campaign,
      ...(pieces ? { pieces } : {}),
    };
  } catch (cause) {
    if (cause instanceof UsageError) throw new FileError(file, cause.message, { cause });
    throw new FileError(
      file,
      `file: expected a report of igc check --json, got ${cause instanceof SyntaxError ? 'no JSON' : reason(cause)}`,
      {
        cause,
      },
    );
  }
}

function checkShard(shard: ShardReport | undefined): void {
  if (!shard || (shard.index >= 1 && shard.index <= shard.count && shard.count <= 1_000_000)) return;
  throw new UsageError(`shard: expected 1 <= index <= count, got ${shard.index}/${shard.count}`);
}
