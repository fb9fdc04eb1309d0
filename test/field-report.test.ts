/** docs/field-report.md is what its JSON says, and everything in it that is to be filed is confirmed. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FieldReport, isConfirmed } from '../docs/field-report/entry.ts';
import { rendered } from '../docs/field-report/render.ts';
import { subjects } from '../docs/field-report/subjects.ts';

const report = JSON.parse(readFileSync('docs/field-report.json', 'utf8')) as FieldReport;

test('docs/field-report.md is up to date (npm run field-report -- --render)', () => {
  expect(rendered(report)).toBe(readFileSync('docs/field-report.md', 'utf8'));
});

test('every subject has been judged, or says why not', () => {
  expect(report.entries.map(({ id }) => id)).toEqual(subjects.map(({ id }) => id));
});

test('every failure in it is confirmed by somebody else', () => {
  const findings = report.entries.flatMap((entry) => entry.findings ?? []);
  expect(findings.filter((finding) => !isConfirmed(finding))).toEqual([]);
});

test('a failure that nobody confirms is said not to be', () => {
  const [entry] = report.entries.filter(({ findings }) => (findings?.length ?? 0) > 0);
  const findings = entry!.findings!.map((finding) => ({
    ...finding,
    confirmations: finding.confirmations.map((one) => ({ ...one, verdict: 'FAIL' })),
  }));
  expect(rendered({ ...report, entries: [{ ...entry!, findings }] })).toContain('NOT CONFIRMED');
});
