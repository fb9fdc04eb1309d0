/** A finding as a section of the report, with a text that can be filed upstream as it stands. */
import type { JsonNumber, NumbersReport } from '../../src/oracle/report-types.ts';
import { agreeing, type Entry, type Finding, isConfirmed, type TriedSnippet } from './entry.ts';
import { type Remark, remarkOn } from './remarks.ts';

type Smallest = NonNullable<Finding['smallest']>;

export const count = (value: number) => value.toLocaleString('en-US');

/** A text in a line of its own, or in a cell of a table. */
export const cell = (text: string) => text.replaceAll('|', '\\|').replace(/\s+/g, ' ');

/** The section. `same`: the numbers of all findings of this bug. */
export function section(
  entry: Entry,
  finding: Finding,
  number: number,
  same: readonly number[] = [number],
): string {
  const { verdict, reason, diagnosis, id, also } = finding;
  const remark = remarkOn(entry.id, finding);
  const others =
    also.length > 0 ? ` (${among(also)} ${also.length === 1 ? 'comes' : 'come'} to the same)` : '';
  return [
    `### ${number}. ${remark?.title ?? `${verdict} at ${id}`} (${entry.id})`,
    `${verdict} at ${id}${others}: ${[reason, diagnosis].flatMap((text) => (text ? [cell(text)] : [])).join('; ')}. ${failing(entry)} ${trust(finding)}`,
    ...(same.length > 1 ? [oneBug(number, same)] : []),
    ...(remark?.note ? [remark.note] : []),
    ...(finding.smallest
      ? [`${headingOf(remark, number, same)}:\n\n${upstream(entry, finding, finding.smallest, remark)}`]
      : []),
  ].join('\n\n');
}

/** What the text is for. */
function headingOf(remark: Remark | undefined, number: number, same: readonly number[]): string {
  if (remark?.isProperty) return 'Not to be filed, since it is a property; what was seen';
  return number === same[0] ? 'To be filed upstream' : `For the same report upstream as finding ${same[0]}`;
}

/** That findings are one bug, which is filed once. */
function oneBug(number: number, same: readonly number[]): string {
  const others = same.filter((other) => other !== number);
  const few = others.length === 1 ? `${others[0]}` : `${others.slice(0, -1).join(', ')} and ${others.at(-1)}`;
  return `**The same bug as finding${others.length > 1 ? 's' : ''} ${few}**: one report upstream.`;
}

function among(ids: readonly string[]): string {
  const few = ids.slice(0, 3).join(', ');
  return ids.length > 3 ? `${few} and ${ids.length - 3} more` : few;
}

function failing({ cases = 0, failing: families = [] }: Entry): string {
  const all = families.reduce((total, { failing: n }) => total + n, 0);
  if (all === 0) return '';
  const each = families.map(({ family, failing: n, cases: of }) => `${count(n)} of ${count(of)} ${family}`);
  return `${count(all)} of ${count(cases)} cases fail: ${each.join(', ')}.`;
}

function trust(finding: Finding): string {
  if (isConfirmed(finding)) return 'Confirmed by another implementation.';
  return 'NOT CONFIRMED: nobody else agrees with the oracle; not to be filed.';
}

/** The others, with their versions, that give what the oracle expects. */
function witnesses(finding: Finding): string {
  const names = agreeing(finding).map(({ witness, about }) => {
    const version = about.split(';', 1)[0]!;
    return version.startsWith(witness) ? version : `${witness} ${version}`;
  });
  return names.length > 1
    ? `${names.slice(0, -1).join('; ')} and ${names.at(-1)!}`
    : (names[0] ?? 'nobody else');
}

function upstream(entry: Entry, finding: Finding, smallest: Smallest, remark: Remark | undefined): string {
  const agrees = `${witnesses(finding)} ${agreeing(finding).length > 1 ? 'agree' : 'agrees'}`;
  const paragraphs = [
    `**${remark?.title ?? `${operationOf(smallest)}: ${wrongness(finding)}`}** (${cell(entry.about ?? '')})`,
    `${asked(smallest)}${smallest.finished ? '' : ' (Made smaller as far as the time went; there may be a smaller case.)'}`,
    ...(finding.snippet ? [fenced(finding.snippet), outcome(finding.snippet, smallest)] : [arrays(smallest)]),
    `What is right is exact, rounded once; ${agrees}.`,
    ...(remark ? [remark.cause] : []),
    `Found by igc-oracle: \`${entry.command}\``,
  ];
  return paragraphs
    .join('\n\n')
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n');
}

function operationOf({ case: { operation } }: Smallest): string {
  return operation === 'interleave'
    ? 'Channel shuffle'
    : operation === 'block'
      ? 'Block'
      : 'Grouped convolution';
}

/** What is computed, in words that need no glossary. */
function asked({ case: { operation, sizes, stride, dilation, padding, gradients } }: Smallest): string {
  const { L, Min, Mout, Lout, kh, kw } = sizes;
  const groups = (n: number) => (n === 1 ? '1 group' : `${n} groups`);
  const channels = (n: number) => (n === 1 ? '1 channel' : `${n} channels`);
  const window = `stride ${stride}, dilation ${dilation}, padding (top, bottom, left, right) ${padding}`;
  const first = `A ${kh}×${kw} convolution of ${groups(L)}, ${channels(Min)} to ${Mout} in each; ${window}`;
  const also = gradients ? ', with the gradients of Σ y · grad_y' : '';
  if (operation === 'interleave')
    return `A shuffle of ${L} times ${Min} channels: channel l · ${Min} + m becomes m · ${L} + l.`;
  if (operation === 'group-convolution') return `${first}${also}.`;
  return `${first}; its channels l · ${Mout} + m moved to m · ${L} + l; a 1×1 convolution of ${groups(Mout)}, ${channels(L)} to ${Lout} in each; its channels m · ${Lout} + l moved to l · ${Mout} + m${also}.`;
}

const fenced = ({ language, code }: TriedSnippet) => `\`\`\`${language}\n${code}\n\`\`\``;

/** What the program prints, beside what it should. */
function outcome({ printed }: TriedSnippet, { expected, got }: Smallest): string {
  const [right, wrong] = [inLine(expected.y), inLine(got.y)];
  const prints = `It prints \`${printed}\`; right is \`${right}\`.`;
  return sameNumbers(printed, wrong) ? prints : `${prints} (When it was judged it was \`${wrong}\`.)`;
}

const sameNumbers = (a: string, b: string) =>
  JSON.stringify(a.split(' ').map(named)) === JSON.stringify(b.split(' ').map(named));

/** Python and JavaScript write numbers differently. */
function named(text: string): string {
  const words: Readonly<Record<string, string>> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };
  return words[text] ?? `${Number(text)}`;
}

function arrays({ inputs, expected, got }: Smallest): string {
  const lines = (
    [
      ['given', inputs],
      ['right', expected],
      ['got', got],
    ] as const
  ).flatMap(([kind, all]) =>
    Object.entries(all).map(
      ([name, array]) =>
        `- ${kind} \`${name}\` (${array.shape.join(', ')}): ${array.data.length === 0 ? 'too many numbers to show; the command below finds them again' : `\`${inLine(array)}\``}`,
    ),
  );
  return `Arrays are row-major, NCHW and OIHW:\n\n${lines.join('\n')}`;
}

const inLine = (array: NumbersReport | undefined) => (array?.data ?? []).map(shown).join(' ');

const shown = (value: JsonNumber) => (Object.is(value, -0) ? '-0' : `${value}`);

function wrongness({ verdict, reason }: Finding): string {
  if (verdict === 'FAIL') return 'wrong values';
  if (verdict === 'GARBAGE') return 'no numbers';
  return `${verdict.toLowerCase()}: ${cell(reason)}`;
}
