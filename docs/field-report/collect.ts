/** Runs one check and keeps what the report needs of it. */
import { execFile } from 'node:child_process';
import type { PrecisionName } from '../../src/algebras/precision.ts';
import { quotedForShell } from '../../src/implementations/bundle.ts';
import type { CampaignReport, FailureReport, NumbersReport } from '../../src/oracle/report-types.ts';
import { caseFrom, confirmationsOf } from './confirm.ts';
import type { Entry, Finding, ModelEntry } from './entry.ts';
import type { Family, Subject } from './subjects.ts';

/** Arrays of more numbers aren't kept. */
const mostNumbers = 36;

/** Milliseconds for one check. */
const patience = 3_600_000;

interface Ran {
  readonly out: string;
  readonly err: string;
}

/** Runs the built igc; what it prints, whatever its exit code. */
function igc(args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 2 ** 28, timeout: patience };
    execFile(process.execPath, ['dist/src/cli/main.js', ...args], options, (_, out, err) =>
      resolve({ out, err }),
    );
  });
}

/** Judges a subject. */
export async function collect(subject: Subject): Promise<Entry> {
  const { id, level, options = [], family } = subject;
  const asked = ['check', ...subject.arguments, ...options, '--level', `${level}`, '--keep-going'];
  const command = `igc ${asked.map(quotedForShell).join(' ')}`;
  const { out, err } = await igc([...asked, '--no-bundle', '--json']);
  const report = reportIn(out);
  if (!report) return { id, command, unavailable: lastLine(err) };
  const { implementation, seed, verdict, reason, cases, elements, counts, families, unsupported } = report;
  const findings: Finding[] = [];
  for (const failure of report.failures) {
    findings.push(await findingOf(failure, implementation.precision, family));
  }
  return {
    id,
    command,
    about: implementation.about ?? implementation.name,
    precision: implementation.precision,
    level,
    seed,
    verdict,
    reason,
    cases,
    elements,
    counts,
    worstRatio: Math.max(0, ...families.map(({ worstRatio }) => worstRatio)),
    unsupported: unsupported.map(({ reason: why, cases: count }) => ({ reason: why, cases: count })),
    findings,
  };
}

function reportIn(out: string): CampaignReport | undefined {
  try {
    const report = JSON.parse(out) as CampaignReport & { readonly schema: string };
    return report.schema === 'igc-oracle/check-live/1' ? report : undefined;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? 'it printed nothing';

async function findingOf(
  { case: asked, verdict, diagnosis, shrunk }: FailureReport,
  precision: PrecisionName,
  family: Family,
): Promise<Finding> {
  const head = {
    id: asked.id,
    verdict: verdict.kind,
    reason: verdict.reason,
    ...(diagnosis ? { diagnosis: diagnosis.sentence } : {}),
  };
  if (!shrunk) return { ...head, confirmations: [] };
  const stored = precision === 'tfloat32' ? 'float32' : precision;
  const question = caseFrom(shrunk.case, shrunk.inputs, stored);
  const { id: _, ...smallest } = shrunk.case;
  return {
    ...head,
    verdict: shrunk.verdict.kind,
    reason: shrunk.verdict.reason,
    smallest: {
      case: smallest,
      inputs: small(shrunk.inputs),
      expected: small(shrunk.expected),
      got: small(shrunk.got),
    },
    confirmations: await confirmationsOf(question, family),
  };
}

function small(arrays: Readonly<Record<string, NumbersReport>>): Readonly<Record<string, NumbersReport>> {
  const entries = Object.entries(arrays).map(([name, { shape, data }]) => [
    name,
    { shape, data: data.length <= mostNumbers ? data : [] },
  ]);
  return Object.fromEntries(entries);
}

interface OnnxReport extends Omit<ModelEntry, 'model' | 'layers' | 'grouped' | 'partly' | 'elements'> {
  readonly layers: readonly { readonly shapes: string; readonly part?: string; readonly elements: number }[];
}

/** Judges a runtime on the layers of a model; `shown`: what the report calls it. */
export async function collectModel(path: string, shown: string, runtime: string): Promise<ModelEntry> {
  const { out, err } = await igc(['check', '--onnx', path, '--runtime', runtime, '--json']);
  if (out === '') throw new Error(`${path}: ${lastLine(err)}`);
  const { layers, opset, verdict, reason, runtime: about } = JSON.parse(out) as OnnxReport;
  return {
    model: shown,
    runtime: about,
    opset,
    verdict,
    reason,
    layers: layers.length,
    grouped: layers.filter(({ shapes }) => /group/.test(shapes)).length,
    partly: layers.filter(({ part }) => part !== undefined).length,
    elements: layers.reduce((total, layer) => total + layer.elements, 0),
  };
}
