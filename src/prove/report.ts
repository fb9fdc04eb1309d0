import type { ProofRow } from './types.ts';

/** The claims, shortest: what a reader looks for first. */
export const claimTitles: readonly string[] = [
  'The interleave',
  'One path between each pair of channels',
  'The block is one regular convolution',
  'Group convolution and the special cases',
  'Cost and width',
  'Adjoints',
  'Output sizes',
  'Rounding',
  'Stride, swapped order, adjoint blocks',
  'Wider but more constrained',
];

/** The rows of one claim together, in the order of the layers. */
export function byClaim(rows: readonly ProofRow[]): readonly (readonly ProofRow[])[] {
  return claimTitles.map((_, i) => rows.filter(({ claim }) => claim === i + 1));
}

const marks = { proved: '✓', failed: '✗', 'not run': '–' } as const;

/** The table for a terminal of this width. */
export function terminalTable(rows: readonly ProofRow[], columns: number): string {
  const lines = byClaim(rows).flatMap((claim, i) => [
    '',
    `${i + 1}. ${claimTitles[i]}`,
    ...claim.flatMap((row) => rowLines(row, columns)),
    ...(claim.some(({ outcome }) => outcome === 'proved') ? [] : ['   not proved']),
  ]);
  return [...lines, '', ...trustedLines(rows), '', summary(rows), ''].join('\n');
}

function rowLines(row: ProofRow, columns: number): string[] {
  const seconds = row.outcome === 'not run' ? 'not run' : `${(row.milliseconds / 1000).toFixed(2)} s`;
  const head = `   ${marks[row.outcome]} ${row.checker.padEnd(12)} ${row.strength.padEnd(27)} ${seconds.padStart(8)}  `;
  const text = `${row.statement} (${row.equation})${row.reason ? `: ${row.reason}` : ''}`;
  return wrap(head, text, columns);
}

function wrap(head: string, text: string, columns: number): string[] {
  const width = Math.max(columns - head.length, 30);
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines[lines.length - 1]!;
    if (last !== '' && last.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line, i) => (i === 0 ? head : ' '.repeat(head.length)) + line);
}

const inductionPattern = /^induction (“.*”), whose base and steps are checked$/;

/** What remains trusted, each thing once, with the checkers that rely on it; the inductions together. */
export function trusted(rows: readonly ProofRow[]): ReadonlyMap<string, readonly string[]> {
  const by = new Map<string, Set<string>>();
  for (const { outcome, trusted: things, checker } of rows) {
    if (outcome !== 'proved') continue;
    for (const thing of things) by.set(thing, (by.get(thing) ?? new Set()).add(checker));
  }
  const named = [...by.keys()].flatMap((thing) => inductionPattern.exec(thing)?.[1] ?? []);
  const users = new Set(
    [...by].flatMap(([thing, users]) => (inductionPattern.test(thing) ? [...users] : [])),
  );
  const others = [...by].filter(([thing]) => !inductionPattern.test(thing));
  const inductions = `the inductions ${named.join(', ')}, whose bases and steps are checked`;
  const lines = named.length > 0 ? [...others, [inductions, users] as const] : others;
  return new Map(lines.map(([thing, checkers]) => [thing, [...checkers]]));
}

function trustedLines(rows: readonly ProofRow[]): string[] {
  const things = [...trusted(rows)].map(([thing, checkers]) => `   ${checkers.join(', ')}: ${thing}`);
  return ['Still trusted, beside the checkers themselves:', ...things];
}

function summary(rows: readonly ProofRow[]): string {
  const count = (outcome: ProofRow['outcome']) => rows.filter((row) => row.outcome === outcome).length;
  const claims = byClaim(rows).filter((claim) =>
    claim.some(({ outcome, strength }) => outcome === 'proved' && strength === 'all sizes'),
  ).length;
  const seconds = rows.reduce((total, { milliseconds }) => total + milliseconds, 0) / 1000;
  return (
    `${claims} of ${claimTitles.length} claims at all sizes; ` +
    `${count('proved')} rows proved, ${count('failed')} failed, ${count('not run')} not run (${seconds.toFixed(0)} s of checking)`
  );
}

/** The table as Markdown, without times: they are the machine's. */
export function markdownTable(rows: readonly ProofRow[]): string {
  const lines = byClaim(rows).flatMap((claim, i) => [
    `### ${i + 1}. ${claimTitles[i]}`,
    '',
    '| checker | strength | what | equation |',
    '|---|---|---|---|',
    ...claim.map((row) => {
      const outcome = row.outcome === 'proved' ? '' : `**${row.outcome}** `;
      return `| ${row.checker} | ${row.strength} | ${outcome}${cell(row.statement)} | ${cell(row.equation)} |`;
    }),
    '',
  ]);
  const things = [...trusted(rows)].map(([thing, checkers]) => `- ${checkers.join(', ')}: ${thing}`);
  return [...lines, '### What is still trusted', '', ...things].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
