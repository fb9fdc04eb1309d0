/** The failures of a check that are worth a text: the smallest case of each sort, with everything that belongs to it. */
import type { PrecisionName } from '../../src/algebras/precision.ts';
import type { FailureReport, NumbersReport } from '../../src/oracle/report-types.ts';
import { sortOfFailure } from '../../src/oracle/sort-of-failure.ts';
import { caseFrom, toNumber } from './case-from.ts';
import { confirmationsOf } from './confirm.ts';
import type { Finding } from './entry.ts';
import type { Subject } from './subjects.ts';

/** Arrays of more numbers aren't kept. */
const mostNumbers = 100;

/** The findings among the failures of all parts of a check. */
export async function findingsOf(
  failures: readonly FailureReport[],
  precision: PrecisionName,
  subject: Subject,
): Promise<readonly Finding[]> {
  const sorts = new Map<string, FailureReport[]>();
  for (const failure of failures) {
    const sort = sortOfSmallest(failure, precision);
    sorts.set(sort, [...(sorts.get(sort) ?? []), failure]);
  }
  const findings: Finding[] = [];
  for (const alike of sorts.values()) {
    const [smallest, ...others] = alike.toSorted((a, b) => complexity(a) - complexity(b));
    const also = others.map((failure) => failure.case.id);
    findings.push(await findingOf(smallest!, also, precision, subject));
  }
  return findings;
}

/**
 * What is left of a failure when it's small says what it is: whole blocks that fail because of one convolution are that
 * convolution, and what began with infinities is a matter of infinities only where some are left.
 */
function sortOfSmallest({ case: asked, verdict, shrunk }: FailureReport, precision: PrecisionName): string {
  if (!shrunk) return sortOfFailure(asked, verdict);
  const numbers = Object.values(shrunk.inputs).flatMap(({ data }) => data.map(toNumber));
  const least = precision === 'float64' ? 2 ** -1022 : precision === 'float16' ? 2 ** -14 : 2 ** -126;
  const kinds = [
    numbers.some((x) => !Number.isFinite(x)) && 'not finite',
    numbers.some((x) => x !== 0 && Math.abs(x) < least) && 'subnormal',
  ];
  return `${sortOfFailure({ ...shrunk.case, id: '' }, shrunk.verdict)} ${kinds.filter(Boolean).join(' ')}`;
}

/** How much there is to read. */
function complexity({ shrunk }: FailureReport): number {
  if (!shrunk) return Number.POSITIVE_INFINITY;
  const { inputs, expected, case: asked } = shrunk;
  return JSON.stringify([inputs, expected, asked.stride, asked.dilation, asked.padding]).length;
}

async function findingOf(
  { case: asked, verdict, diagnosis, shrunk }: FailureReport,
  also: readonly string[],
  precision: PrecisionName,
  subject: Subject,
): Promise<Finding> {
  const head = {
    id: asked.id,
    also,
    verdict: verdict.kind,
    reason: verdict.reason,
    ...(diagnosis ? { diagnosis: diagnosis.sentence } : {}),
  };
  if (!shrunk) return { ...head, confirmations: [] };
  const question = caseFrom(shrunk.case, shrunk.inputs, precision);
  const { id: _, ...smallest } = shrunk.case;
  const code = subject.snippet?.code(question);
  return {
    ...head,
    verdict: shrunk.verdict.kind,
    reason: shrunk.verdict.reason,
    smallest: {
      case: smallest,
      finished: shrunk.finished,
      inputs: small(shrunk.inputs),
      expected: small(shrunk.expected),
      got: small(shrunk.got),
    },
    ...(code === undefined
      ? {}
      : {
          snippet: { language: subject.snippet!.language, code, printed: await subject.snippet!.run(code) },
        }),
    confirmations: await confirmationsOf(question, subject.family),
  };
}

function small(arrays: Readonly<Record<string, NumbersReport>>): Readonly<Record<string, NumbersReport>> {
  const entries = Object.entries(arrays).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.length <= mostNumbers ? data : [] },
  ]);
  return Object.fromEntries(entries);
}
