/**
 * What GitHub Actions shows of a check: annotations and a step summary. A runner obeys what it reads in the output of a
 * step, so that what an implementation prints could set variables of the workflow: here it is data, and never a command.
 */
import { commandData, commandProperty, markdown } from './escape.ts';
import { diagnosisInLines, difference, firstWrong, inLines, type Report, type Subject } from './model.ts';

/** More annotations of a step aren't shown. */
const mostAnnotations = 10;

/** A summary may have a mebibyte in UTF-8; ours is mostly ASCII. */
const most = { rows: 200, table: 300_000, details: 300_000 } as const;

/** The annotations of what isn't good, each a line to print; a file is where it is from the root of the repository. */
export function annotations({ subjects }: Report): readonly string[] {
  const bad = subjects.filter(({ good }) => !good);
  return bad.slice(0, mostAnnotations).map((subject) => {
    const { name, file, outcome, findings, reason } = subject;
    const level = outcome === 'UNSUPPORTED' || outcome === 'MISTRUSTED' ? 'warning' : 'error';
    const place = file === undefined ? '' : `file=${commandProperty(file.replace(/^\.\//, ''))},`;
    const text = clip(findings.length > 0 ? findings.flatMap(inLines).join('\n') : reason, 4000);
    return `::${level} ${place}title=${commandProperty(clip(`igc: ${outcome}: ${name}`))}::${commandData(text)}`;
  });
}

/** The summary, in Markdown. */
export function stepSummary({ subjects }: Report): string {
  const passed = subjects.filter(({ good }) => good).length;
  const shown = [...subjects].sort((a, b) => Number(a.good) - Number(b.good)).slice(0, most.rows);
  const rows = within(most.table, shown.map(row));
  const left = subjects.length - rows.length;
  return [
    `### igc check: ${passed} of ${subjects.length} as they should be`,
    '',
    '| verdict | judged | what was found |',
    '|---|---|---|',
    ...rows,
    ...(left > 0 ? ['', `… and ${left} more`] : []),
    '',
    ...within(most.details, shown.flatMap(details)),
    '',
  ].join('\n');
}

/** The first texts, as many as have this length in all. */
function within(length: number, texts: readonly string[]): readonly string[] {
  let total = 0;
  return texts.filter((text) => {
    total += text.length;
    return total <= length;
  });
}

function row({ outcome, name, reason, good, expected }: Subject): string {
  const mark = good ? '✅' : '❌';
  const found = expected === undefined ? reason : `${reason} (expected ${expected})`;
  return `| ${mark} ${outcome} | ${markdown(clip(name))} | ${markdown(clip(found))} |`;
}

function details({ findings, good }: Subject): string[] {
  if (good) return [];
  return findings.slice(0, 5).flatMap((finding) => {
    const wrong = firstWrong(finding);
    const lines = [
      ...(finding.diagnosis ? diagnosisInLines(finding.diagnosis) : []),
      ...(wrong?.first ? [`${wrong.array}, ${difference(wrong.first)}`] : []),
      ...(finding.replay ? [`replay: ${finding.replay}`] : []),
    ];
    return [
      [
        `<details><summary>${markdown(clip(`${finding.title}: ${finding.outcome}: ${finding.reason}`))}</summary>`,
        '',
        ...lines.map((line) => `- ${markdown(clip(line))}`),
        '',
        '</details>',
        '',
      ].join('\n'),
    ];
  });
}

const clip = (text: string, length = 400) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/**
 * Output that a runner can't take for a command: `::name` at the beginning of a line and `##[name]` anywhere are written
 * with one character spelt out.
 */
export function inert(text: string): string {
  return text.replace(/^(\s*):(?=:)/gm, '$1\\u{3a}').replaceAll('##[', '#\\u{23}[');
}
