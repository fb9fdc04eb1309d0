/** Runs one check and keeps what the report needs of it. */
import { mergeReports } from '../../src/oracle/merge.ts';
import type { FamilyReport } from '../../src/oracle/report-types.ts';
import { countBad } from '../../src/oracle/types.ts';
import type { Entry, ModelEntry } from './entry.ts';
import { findingsOf } from './findings.ts';
import { igc, lastLine, typed } from './igc.ts';
import { forget, partsOf } from './parts.ts';
import type { Subject } from './subjects.ts';
import { inFolder } from './workplace.ts';

/** Judges a subject. */
export async function collect(subject: Subject): Promise<Entry> {
  const { id, level, options = [], environment, files } = subject;
  const asked = ['check', ...subject.arguments, ...options, '--level', `${level}`, '--keep-going'];
  const head = { id, command: typed(asked, environment) };
  const count = level === 1 ? 1 : 8;
  const kept = await inFolder(files, (folder) =>
    partsOf(id, [...asked, '--no-bundle'], count, { folder, environment }),
  );
  if ('unavailable' in kept) return { ...head, unavailable: kept.unavailable };
  const { report } = mergeReports(kept.parts);
  const { implementation, seed, verdict, reason, cases, elements, counts, families, unsupported } = report;
  const failures = kept.parts.flatMap((part) => part.report.failures);
  const findings = await findingsOf(failures, implementation.precision, subject);
  forget(id);
  return {
    ...head,
    about: implementation.about ?? implementation.name,
    precision: implementation.precision,
    level,
    seed,
    verdict,
    reason,
    cases,
    elements,
    counts,
    failing: families.flatMap(failingIn),
    worstRatio: Math.max(0, ...families.map(({ worstRatio }) => worstRatio)),
    unsupported: unsupported.map(({ reason: why, cases: number }) => ({ reason: why, cases: number })),
    findings,
  };
}

function failingIn({ family, counts }: FamilyReport): NonNullable<Entry['failing']> {
  const failing = countBad(counts);
  const cases = Object.values(counts).reduce((total, n) => total + n, 0);
  return failing > 0 ? [{ family, failing, cases }] : [];
}

interface OnnxReport extends Omit<ModelEntry, 'model' | 'layers' | 'grouped' | 'partly' | 'elements'> {
  readonly layers: readonly { readonly shapes: string; readonly part?: string; readonly elements: number }[];
}

/** Judges a runtime on the layers of a model; `shown`: what the report calls it. */
export async function collectModel(path: string, shown: string, runtime: string): Promise<ModelEntry> {
  const ran = await igc(['check', '--onnx', path, '--runtime', runtime, '--json']);
  if (ran.out === '') throw new Error(`${shown}: ${lastLine(ran)}`);
  const { layers, opset, verdict, reason, runtime: about } = JSON.parse(ran.out) as OnnxReport;
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
