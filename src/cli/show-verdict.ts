import { relative } from 'node:path';
import type { ArrayVerdict, Difference, Verdict, VerdictKind } from '../oracle/types.ts';
import { paint, type Terminal } from './frame.ts';
import { asExpected, type Judged } from './job.ts';

const styles: Readonly<Partial<Record<VerdictKind, 'green' | 'red' | 'yellow'>>> = {
  PASS: 'green',
  FAIL: 'red',
  GARBAGE: 'red',
  UNSUPPORTED: 'yellow',
  MISTRUSTED: 'yellow',
};

/** A verdict for people: one line where it passes, else also what each stage is like and the first wrong element. */
export function showVerdict(judged: Judged, terminal: Terminal): string {
  const { job, verdict, unreadable } = judged;
  const kind = verdict?.kind ?? 'UNREADABLE';
  const style = verdict ? (styles[verdict.kind] ?? 'red') : 'red';
  const name = job.file.startsWith('/') ? job.file : relative('.', job.file);
  const lines = [`${paint(terminal, style, kind.padEnd(11))} ${paint(terminal, 'bold', name)}`];
  if (job.title) lines.push(`            ${paint(terminal, 'dim', job.title)}`);
  if (unreadable !== undefined) lines.push(`            ${unreadable}`);
  if (verdict?.kind === 'PASS') lines[0] += paint(terminal, 'dim', `  ${passed(verdict)}`);
  else if (verdict) lines.push(...trouble(verdict, terminal));
  if (job.expect && !asExpected(judged)) {
    const { verdict: expected, stage } = job.expect;
    lines.push(paint(terminal, 'red', `            expected ${expected}${stage ? ` at ${stage}` : ''}`));
  }
  return `${lines.join('\n')}\n`;
}

/** '7 judgements, 2 of them bit for bit; at most 12 % of a rounding bound used'. */
function passed({ arrays }: Verdict): string {
  const exact = arrays.filter(({ comparison }) => comparison === 'bit for bit').length;
  const worst = Math.max(...arrays.map(({ worstRatio }) => worstRatio));
  const count = `${arrays.length} ${arrays.length === 1 ? 'judgement' : 'judgements'}`;
  if (exact === arrays.length) return `${count}, bit for bit`;
  const bits = exact > 0 ? `, ${exact} of them bit for bit` : '';
  return `${count}${bits}; at most ${(100 * worst).toPrecision(2)} % of a rounding bound used`;
}

function trouble(verdict: Verdict, terminal: Terminal): string[] {
  const wrong = verdict.arrays.find(({ kind }) => kind !== 'PASS');
  return [
    `            ${verdict.reason}`,
    ...verdict.arrays.map((array) => `            ${stageLine(array, terminal)}`),
    ...(wrong?.first ? showDifference(wrong.first).map((line) => `            ${line}`) : []),
  ];
}

/** '✗ deinterleave   y from secondary: 360 of 432 wrong'. */
function stageLine(array: ArrayVerdict, terminal: Terminal): string {
  const mark = paint(terminal, styles[array.kind] ?? 'red', array.kind === 'PASS' ? '✓' : '✗');
  const line = `${mark} ${array.stage.padEnd(22)} ${array.array} from ${array.from}`;
  if (array.kind === 'PASS') return line;
  return `${line}: ${array.problem ?? `${array.wrong} of ${array.elements} wrong`}`;
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

/** A verdict for programs. Numbers that JSON doesn't have are strings: 'NaN', 'Infinity', '-Infinity'. */
export function showDetails({ stage, reason, arrays }: Verdict): object {
  const number = (x: number) => (Number.isFinite(x) ? x : String(x));
  return {
    ...(stage ? { stage } : {}),
    reason,
    arrays: arrays.map(({ first, ...array }) => ({
      ...array,
      ...(first ? { first: { ...first, expected: number(first.expected), got: number(first.got) } } : {}),
    })),
  };
}
