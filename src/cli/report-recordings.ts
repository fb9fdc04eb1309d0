/** Judged recordings as the subjects of a report. */
import { quotedForShell } from '../implementations/bundle.ts';
import { verdictReport } from '../oracle/report.ts';
import type { Finding, Report, Subject } from '../reports/model.ts';
import { asExpected, type Job, type Judged } from './job.ts';

export const recordingsReport = (judged: readonly Judged[]): Report => ({ subjects: judged.map(subjectOf) });

function subjectOf(judged: Judged): Subject {
  const { job, verdict, unreadable = '', unused, seconds } = judged;
  const { expect, title, file } = job;
  const good = expect ? asExpected(judged) : verdict?.kind === 'PASS';
  const expected =
    expect && !good ? `${expect.verdict}${expect.stage ? ` at ${expect.stage}` : ''}` : undefined;
  const facts: [string, string][] = [
    ...(verdict ? [['precision', verdict.precision] as [string, string]] : []),
    ...(unused.length > 0 ? [['not asked about', unused.join(', ')] as [string, string]] : []),
  ];
  return {
    kind: 'recording',
    name: file,
    file,
    title,
    outcome: verdict?.kind ?? 'UNREADABLE',
    reason: verdict?.reason ?? unreadable,
    good,
    expected,
    facts,
    findings: verdict && verdict.kind !== 'PASS' ? [findingOf(judged, verdict)] : [],
    families: [],
    unsupported: [],
    mistrusted: [],
    seconds,
  };
}

function findingOf({ job, diagnosis, maps = [] }: Judged, verdict: NonNullable<Judged['verdict']>): Finding {
  const { kind, stage, reason, arrays } = verdictReport({ verdict, nature: 'judged' });
  const title = `${job.options.operation}, as it was recorded`;
  return { title, outcome: kind, stage, reason, arrays, diagnosis, maps, replay: commandOf(job) };
}

/** The command that judges a recording as it was judged here. */
function commandOf({ file, options }: Job): string {
  const {
    operation,
    stride,
    dilation,
    padding,
    names,
    L,
    M,
    precision,
    flushesSubnormals,
    composed,
    winograd,
    strassen,
  } = options;
  const sides =
    typeof padding === 'object' ? `${[padding.top, padding.bottom, padding.left, padding.right]}` : padding;
  const short = {
    float64: 'f64',
    float32: 'f32',
    tfloat32: 'tf32',
    bfloat16: 'bf16',
    float16: 'f16',
  } as const;
  return [
    'igc check',
    ...(operation === 'block' ? [] : [`--op ${operation}`]),
    ...(L === undefined ? [] : [`--L ${L}`]),
    ...(M === undefined ? [] : [`--M ${M}`]),
    ...(`${stride}` === '1,1' ? [] : [`--stride ${stride}`]),
    ...(`${dilation}` === '1,1' ? [] : [`--dilation ${dilation}`]),
    ...(sides === 'same' ? [] : [`--padding ${sides}`]),
    ...[...names].map(([ours, theirs]) => `--map ${quotedForShell(`${ours}=${theirs}`)}`),
    ...(precision === undefined ? [] : [`--precision ${short[precision]}`]),
    ...(flushesSubnormals ? ['--flush-subnormals'] : []),
    ...(composed ? ['--composed'] : []),
    ...(winograd ? [`--winograd ${winograd}`] : []),
    ...(strassen ? ['--strassen'] : []),
    ...(file.startsWith('-') ? ['--'] : []),
    quotedForShell(file),
  ].join(' ');
}
