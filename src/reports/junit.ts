/**
 * JUnit XML, as CI systems read it: a test suite a subject. Of an implementation each family of probes is a test case,
 * and so is whether the probes decide; of recordings each file. All are green exactly where `igc check` exits 0.
 */
import type { FamilyReport } from '../oracle/report-types.ts';
import { content, markup } from './escape.ts';
import { type Finding, inLines, type Outcome, type Report, type Subject } from './model.ts';

interface TestCase {
  readonly name: string;
  readonly seconds: number;
  /** Nothing: it passed. */
  readonly problem?: Problem | undefined;
}

interface Problem {
  readonly as: 'failure' | 'error' | 'skipped';
  readonly type: string;
  readonly message: string;
  readonly text: string;
}

/** A JUnit report. */
export function junit({ subjects }: Report): string {
  const suites = subjects.map((subject) => ({ subject, cases: casesOf(subject) }));
  const all = suites.flatMap(({ cases }) => cases);
  const seconds = subjects.reduce((total, subject) => total + subject.seconds, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="igc check" ${totals(all)} time="${seconds.toFixed(3)}">`,
    ...suites.flatMap(({ subject, cases }) => suite(subject, cases)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite({ name, seconds, facts }: Subject, cases: readonly TestCase[]): string[] {
  const properties = facts.map(
    ([key, value]) => `      <property name="${markup(key)}" value="${markup(value)}"/>`,
  );
  return [
    `  <testsuite name="${markup(name)}" ${totals(cases)} time="${seconds.toFixed(3)}">`,
    ...(properties.length > 0 ? ['    <properties>', ...properties, '    </properties>'] : []),
    ...cases.flatMap((one) => testCase(name, one)),
    '  </testsuite>',
  ];
}

function testCase(subject: string, { name, seconds, problem }: TestCase): string[] {
  const open = `    <testcase classname="${markup(subject)}" name="${markup(name)}" time="${seconds.toFixed(3)}"`;
  if (!problem) return [`${open}/>`];
  const { as, type, message, text } = problem;
  const head = as === 'skipped' ? '' : ` type="${markup(type)}"`;
  const body = as === 'skipped' ? '' : content(text);
  return [`${open}>`, `      <${as}${head} message="${markup(message)}">${body}</${as}>`, '    </testcase>'];
}

function totals(cases: readonly TestCase[]): string {
  const count = (as: Problem['as']) => cases.filter(({ problem }) => problem?.as === as).length;
  return `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function casesOf(subject: Subject): TestCase[] {
  if (subject.kind === 'recording') return [recording(subject)];
  const decided: Problem | undefined =
    subject.outcome === 'UNSUPPORTED' || subject.outcome === 'MISTRUSTED'
      ? { as: 'error', type: subject.outcome, message: subject.reason, text: subject.reason }
      : undefined;
  return [
    ...subject.families.map((family) => familyCase(family, subject)),
    { name: 'the probes could have caught a mistake', seconds: 0, problem: decided },
  ];
}

function recording(subject: Subject): TestCase {
  const { title, outcome, reason, good, expected, seconds, findings } = subject;
  const name = title ?? 'agrees with the specification';
  if (good) return { name, seconds };
  const lines = [...(expected ? [`expected ${expected}`] : []), ...findings.flatMap(inLines)];
  const message = expected ? `${outcome}, expected ${expected}: ${reason}` : `${outcome}: ${reason}`;
  // Where a failure was expected and it passes, that is the failure.
  const as = outcome === 'PASS' ? 'failure' : kindOf(outcome);
  return { name, seconds, problem: { as, type: outcome, message, text: lines.join('\n') || reason } };
}

function familyCase({ family, counts }: FamilyReport, { findings }: Subject): TestCase {
  const total = Object.values(counts).reduce((sum, n) => sum + n, 0);
  const passed = counts.PASS + counts.MISTRUSTED;
  const bad = (['FAIL', 'GARBAGE', 'CRASH', 'TIMEOUT'] as const).filter((kind) => counts[kind] > 0);
  const [worst] = bad;
  const name = `${family} probes`;
  if (worst === undefined) {
    const skipped = passed === 0 && total > 0;
    const message = `${total} cases, all unsupported`;
    return {
      name,
      seconds: 0,
      problem: skipped ? { as: 'skipped', type: '', message, text: '' } : undefined,
    };
  }
  const own = findings.filter((finding: Finding) => finding.family === family);
  const message = `${bad.map((kind) => `${counts[kind]} ${kind}`).join(', ')} of ${total} cases`;
  // A failure like one of another family isn't told twice.
  const text = own.length > 0 ? own.map((one) => inLines(one).join('\n')).join('\n\n') : message;
  return { name, seconds: 0, problem: { as: kindOf(worst), type: worst, message, text } };
}

const kindOf = (outcome: Outcome): 'failure' | 'error' =>
  outcome === 'FAIL' || outcome === 'GARBAGE' ? 'failure' : 'error';
