import { normalize } from 'node:path';
import type { ArrayVerdict, Difference, Verdict, VerdictKind } from '../oracle/types.ts';
import { paint, type Terminal } from './frame.ts';
import { asExpected, type Judged } from './job.ts';
import { showDiagnosis } from './show-diagnosis.ts';
import { visibleWidth } from './table.ts';

/** The colour of each verdict. */
export const styles: Readonly<Record<VerdictKind, 'green' | 'red' | 'yellow'>> = {
  PASS: 'green',
  FAIL: 'red',
  CRASH: 'red',
  TIMEOUT: 'red',
  GARBAGE: 'red',
  UNSUPPORTED: 'yellow',
  MISTRUSTED: 'yellow',
};

/** Where the text under a verdict begins. */
export const indent = 12;

/** A verdict for people, in ASCII: short where it passes, else also what each stage is like and the first wrong element. */
export function showVerdict(judged: Judged, terminal: Terminal): string {
  const { job, verdict, diagnosis, unreadable, unused } = judged;
  const kind = verdict?.kind ?? 'UNREADABLE';
  const name = paint(terminal, 'bold', printable(normalize(job.file)));
  const lines = [
    `${paint(terminal, verdict ? styles[verdict.kind] : 'red', kind.padEnd(indent - 1))} ${name}`,
  ];
  const say = (text: string, style?: 'dim' | 'red', hang = 0) => {
    for (const line of wrap(printable(text), terminal.columns - indent, hang)) {
      lines.push(' '.repeat(indent) + (style ? paint(terminal, style, line) : line));
    }
  };
  if (job.title) say(job.title, 'dim');
  if (unreadable !== undefined) say(unreadable);
  if (verdict?.kind === 'PASS') say(passed(verdict), 'dim');
  else if (verdict) {
    say(verdict.reason);
    const width = Math.max(...verdict.arrays.map((array) => array.kind.length)) + 2;
    for (const array of verdict.arrays) {
      const mark = paint(terminal, styles[array.kind], array.kind.padEnd(width));
      const [first, ...more] = wrap(arrayLine(array), terminal.columns - indent - width, 2);
      lines.push(' '.repeat(indent) + mark + first);
      lines.push(...more.map((line) => ' '.repeat(indent + width) + line));
    }
    const wrong = verdict.arrays.find(({ stage }) => stage === verdict.stage);
    if (wrong?.within)
      say(`it is within the bound of ${wrong.within}, not of ${verdict.precision} (--precision)`);
    if (wrong?.first) for (const line of showDifference(wrong.first)) say(line, undefined, 2);
    if (diagnosis) for (const line of showDiagnosis(diagnosis)) say(line, undefined, 2);
  }
  if (verdict && unused.length > 0) say(`not asked about: ${listed(unused)}`, 'dim');
  if (job.expect && !asExpected(judged)) {
    const { verdict: expected, stage } = job.expect;
    say(`expected ${expected}${stage ? ` at ${stage}` : ''}`, 'red');
  }
  return `${lines.join('\n')}\n`;
}

/** '7 judgements in float32, 2 of them bit for bit; at most 12 % of a rounding bound used'. */
function passed({ arrays, precision }: Verdict): string {
  const exact = arrays.filter(({ comparison }) => comparison === 'bit for bit').length;
  const most = Math.max(...arrays.map(({ worstRatio }) => worstRatio));
  const count = `${arrays.length} ${arrays.length === 1 ? 'judgement' : 'judgements'}`;
  if (exact === arrays.length) return `${count}, bit for bit`;
  const bits = exact > 0 ? `, ${exact} of them bit for bit` : '';
  return `${count} in ${precision}${bits}; at most ${(100 * most).toPrecision(2)} % of a rounding bound used`;
}

/** 'y from secondary: 360 of 432 wrong'. */
function arrayLine(array: ArrayVerdict): string {
  const line = `${array.array} from ${array.from}`;
  return array.kind === 'PASS' ? line : `${line}: ${howMany(array)}`;
}

/** '60 of 360 wrong: in all 12 channels, only in the last column'. */
export function howMany({ problem, wrong, elements, pattern }: Omit<ArrayVerdict, 'first'>): string {
  return `${problem ?? `${wrong} of ${elements} wrong`}${pattern ? `: ${pattern}` : ''}`;
}

function showDifference({ where, expected, got, bound }: Difference): string[] {
  const error = Math.abs(got - expected);
  const limit =
    bound > 0
      ? `  error    ${error.toExponential(3)}, where at most ${bound.toExponential(3)} can be rounding`
      : '  and nothing is rounded here: it has to be equal bit for bit';
  return [
    `first wrong element: ${where}`,
    `  expected ${expected}`,
    `  got      ${got}`,
    ...(Number.isFinite(got) ? [limit] : []),
  ];
}

/** The first few names. */
function listed(names: readonly string[]): string {
  const few = names.slice(0, 6).join(', ');
  return names.length > 6 ? `${few} and ${names.length - 6} more` : few;
}

/** Text from a file or a command line without what a terminal would obey. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`);
}

/** Lines of at most `width` characters, broken at spaces; those after the first begin with `hang` spaces. */
export function wrap(text: string, width: number, hang: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/(?<=\S) (?=\S)/)) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || visibleWidth(longer) <= width) line = longer;
    else {
      lines.push(line);
      line = ' '.repeat(hang) + word;
    }
  }
  return [...lines, line];
}

/** A verdict for programs. Numbers that JSON doesn't have are strings: 'NaN', 'Infinity', '-Infinity'. */
export function showDetails({ stage, reason, precision, arrays }: Verdict): object {
  const number = (x: number) => (Number.isFinite(x) ? x : String(x));
  return {
    ...(stage ? { stage } : {}),
    reason,
    precision,
    arrays: arrays.map(({ first, ...array }) => ({
      ...array,
      ...(first ? { first: { ...first, expected: number(first.expected), got: number(first.got) } } : {}),
    })),
  };
}
