/** The judged layers of a model as the subjects of a report. */
import type { LayerReport, ModelReport } from '../implementations/onnx/judge-model.ts';
import { verdictReport } from '../oracle/report.ts';
import type { Finding, Report, Subject } from '../reports/model.ts';

/** One subject a layer that was judged; of a model without any, the model itself. `command`: what asks again. */
export function modelReport(path: string, report: ModelReport, command: string, seconds: number): Report {
  const judged = report.layers.filter(({ verdict }) => verdict !== 'SKIPPED');
  const skipped = report.layers.length - judged.length;
  const facts: [string, string][] = [
    ['runtime', report.runtime],
    ['model by', report.producer],
    [
      'inputs',
      Object.entries(report.inputs)
        .map(([name, dims]) => `${name} ${dims.join('x')}`)
        .join(', '),
    ],
    ['seed', `${report.seed}`],
    ...(skipped > 0 ? [['skipped layers', `${skipped}`] as [string, string]] : []),
  ];
  if (judged.length === 0) {
    const { verdict, reason } = report;
    return { subjects: [{ ...blank, name: path, file: path, outcome: verdict, reason, facts, seconds }] };
  }
  // The layers are judged one after the other: how long each took isn't known.
  const share = seconds / judged.length;
  return { subjects: judged.map((layer) => subjectOf(path, layer, command, facts, share)) };
}

const blank = {
  kind: 'recording',
  good: false,
  findings: [],
  families: [],
  unsupported: [],
  mistrusted: [],
} as const;

function subjectOf(
  path: string,
  layer: LayerReport,
  command: string,
  facts: Subject['facts'],
  seconds: number,
): Subject {
  const { node, op, shapes, verdict, reason = '', part, elements } = layer;
  const good = verdict === 'PASS';
  return {
    ...blank,
    name: `${path}: ${node}`,
    file: path,
    title: `${op} ${shapes}`,
    outcome: verdict === 'SKIPPED' ? 'UNSUPPORTED' : verdict,
    reason: good ? `${elements} numbers agree with the specification` : reason,
    good,
    facts: [['judged', part ?? 'all of it'], ...facts],
    findings: good ? [] : findingsOf(layer, command),
    seconds,
  };
}

function findingsOf({ node, verdicts, verdict: worst }: LayerReport, command: string): readonly Finding[] {
  const wrong = verdicts.filter(({ kind }) => kind === worst).slice(0, 1);
  return wrong.map((verdict) => {
    const { kind, stage, reason, arrays } = verdictReport({ verdict, nature: 'judged' });
    return { title: node, outcome: kind, stage, reason, arrays, maps: [], replay: command };
  });
}
