/** docs/field-report.md from docs/field-report.json: the same JSON gives the same text. */
import { type Entry, type FieldReport, type Finding, isConfirmed, type ModelEntry } from './entry.ts';
import { bugOf, remarkOn } from './remarks.ts';
import { cell, count, section } from './render-finding.ts';

/** The page. */
export function rendered({ entries, models, machine }: FieldReport): string {
  const judged = entries.filter(({ unavailable }) => unavailable === undefined);
  const absent = entries.filter(({ unavailable }) => unavailable !== undefined);
  const found = judged.flatMap((entry) => (entry.findings ?? []).map((finding) => told(entry, finding)));
  const sections = [
    head(
      machine,
      judged,
      found.map(({ finding }) => finding),
      new Set(found.map(({ bug }) => bug)).size,
    ),
    table(judged),
    ...(absent.length > 0 ? [`## Not judged\n\n${absent.map(absentLine).join('\n')}`] : []),
    ...(models.length > 0 ? [modelTable(models)] : []),
    `## What was found\n\n${found.length === 0 ? 'Nothing.' : ''}`,
    ...found.map(({ entry, finding, bug }, i) =>
      section(
        entry,
        finding,
        i + 1,
        found.flatMap((other, j) => (other.bug === bug ? [j + 1] : [])),
      ),
    ),
  ];
  return `${sections.map((text) => text.trim()).join('\n\n')}\n`;
}

/** A finding and what it has in common with those of the same bug; without a remark it stands alone. */
function told(entry: Entry, finding: Finding) {
  const remark = remarkOn(entry.id, finding);
  return { entry, finding, bug: remark ? bugOf(remark) : finding };
}

function head(machine: string, judged: readonly Entry[], findings: readonly Finding[], bugs: number): string {
  const cases = judged.reduce((total, { cases: count = 0 }) => total + count, 0);
  const numbers = judged.reduce((total, { elements = 0 }) => total + elements, 0);
  const confirmed = findings.filter(isConfirmed).length;
  return `# Field report

<!-- Written by npm run field-report; its data: field-report.json. -->

What \`igc check\` says of implementations as they are installed today: ${judged.length} of them, ${count(cases)} cases, ${count(numbers)} numbers, each
compared bit for bit or with a bound. ${findings.length} kinds of failure were found, which come down to ${bugs === 1 ? '1 cause' : `${bugs} causes`}. Of ${confirmed} the smallest case was
given to somebody else's implementation too, and that agrees with the oracle; a failure that nobody else confirms isn't
believed, and is marked so.

Made by \`npm run field-report\` on ${machine}. WebGL and WebGPU ran in Chromium on SwiftShader, which computes on
the processor: what a graphics card does may differ.`;
}

function table(entries: readonly Entry[]): string {
  const rows = entries.map(
    ({ id, about, precision, level, cases, elements, verdict, worstRatio, counts, findings }) => {
      const unsupported = counts?.UNSUPPORTED ?? 0;
      const notes = [
        ...(unsupported > 0 ? [`${count(unsupported)} unsupported`] : []),
        ...((findings?.length ?? 0) > 0 ? [`${findings!.length} found`] : []),
      ];
      const used = worstRatio === undefined ? '' : `${(100 * worstRatio).toPrecision(2)} %`;
      return [
        id,
        about,
        precision,
        level,
        count(cases ?? 0),
        count(elements ?? 0),
        verdict,
        used,
        notes.join(', '),
      ]
        .map((value) => cell(`${value ?? ''}`))
        .join(' | ');
    },
  );
  return `## What was judged

| | version | precision | level | cases | numbers | verdict | bound used | |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}

“Bound used”: the largest error as a share of what rounding can cause. “Unsupported”: cases that it says it can't do:

${entries.flatMap(unsupportedLines).join('\n')}`;
}

const unsupportedLines = ({ id, unsupported = [] }: Entry) =>
  alike(unsupported).map(([{ reason }, cases, different]) => {
    const varies = different > 1 ? ` (and with ${different - 1} other sets of numbers)` : '';
    return `- ${id}: ${count(cases)} × ${cell(reason)}${varies}`;
  });

/** Reasons that differ in their numbers alone are one: the first of them, the cases of all, how many they are. */
function alike<T extends { readonly reason: string; readonly cases: number }>(
  reasons: readonly T[],
): readonly (readonly [first: T, cases: number, different: number])[] {
  const groups = new Map<string, T[]>();
  for (const one of reasons) {
    const plain = one.reason.replace(/\d+/g, '#');
    groups.set(plain, [...(groups.get(plain) ?? []), one]);
  }
  return [...groups.values()].map((group) => [
    group[0]!,
    group.reduce((total, { cases }) => total + cases, 0),
    group.length,
  ]);
}

const absentLine = ({ id, unavailable = '' }: Entry) => `- ${id}: ${cell(unavailable.replace(/^igc: /, ''))}`;

function modelTable(models: readonly ModelEntry[]): string {
  const rows = models.map(({ model, runtime, opset, layers, grouped, partly, elements, verdict, reason }) =>
    [model, runtime, opset, layers, grouped, partly, count(elements), verdict, reason]
      .map((value) => cell(`${value}`))
      .join(' | '),
  );
  return `## Layers of real models

Each convolution, on the activations that the runtime itself produced; of a layer with more than two million products a
part is judged.

| model | runtime | opset | layers | grouped | in part | numbers | verdict | |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row} |`).join('\n')}`;
}
