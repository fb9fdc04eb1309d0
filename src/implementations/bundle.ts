/**
 * A failure on disk, whole: a folder with `recording.safetensors` (what was given and what came), `expected.safetensors`
 * (exact, rounded to double) and `case.json` (the rest, the verdict, and the commands that replay it).
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ConstraintError, type Window } from '../../spec/00-notation.ts';
import { type PrecisionName, precisions } from '../algebras/precision.ts';
import { isWinogradPoints, type WinogradPoints } from '../algebras/winograd.ts';
import { type ArraySource, FileError, readArrays, writeArrays } from '../formats/index.ts';
import { reason } from '../formats/read.ts';
import type { Abilities, Case } from '../oracle/adapter.ts';
import type { Asked } from '../oracle/ask.ts';
import type { Diagnosis } from '../oracle/diagnose.ts';
import { expectedOf } from '../oracle/expected.ts';
import { caseReport, sizesOf, verdictReport } from '../oracle/report.ts';
import { type OperationName, type Recorded, type VerdictKind, verdictKinds } from '../oracle/types.ts';
import { Fields, ProtocolError } from './fields.ts';
import { defaultOptions, evidenceFrom, slots } from './recording.ts';

const schema = 'igc-oracle/bundle/1';
/** The files of a bundle. */
export const bundleFiles = {
  description: 'case.json',
  recording: 'recording.safetensors',
  expected: 'expected.safetensors',
} as const;

/** What a bundle is made of. */
export interface BundleContents {
  readonly question: Case;
  readonly asked: Asked;
  /** The arguments of igc check that name it, as a shell takes them: a file, --command '…'. */
  readonly implementation: string;
  readonly abilities: Abilities;
  /** Which known bug it is, where that was asked. */
  readonly diagnosis?: Diagnosis | undefined;
}

/** What is replayed. */
export interface Bundle {
  readonly question: Case;
  readonly precision: PrecisionName;
  readonly flushesSubnormals: boolean;
  readonly composed: boolean;
  readonly winograd?: WinogradPoints | undefined;
  readonly strassen?: boolean | undefined;
  /** How it failed. */
  readonly verdict: VerdictKind;
}

/**
 * Writes a bundle as a new folder of this name, or of name-2, name-3 …, in a folder that is made where it isn't there;
 * gives its path. It appears whole or not at all, and nothing is overwritten. Throws a FileError.
 */
export function writeBundle(folder: string, name: string, contents: BundleContents): string {
  const temporary = join(folder, `.${name}.${randomUUID()}.tmp`);
  try {
    mkdirSync(temporary, { recursive: true });
    for (let count = 1; ; count++) {
      const target = join(folder, count === 1 ? name : `${name}-${count}`);
      if (existsSync(target)) continue;
      fill(temporary, target, contents);
      // Only an empty folder could be replaced, and there was none a moment ago.
      renameSync(temporary, target);
      return target;
    }
  } catch (cause) {
    discard(temporary);
    if (cause instanceof FileError) throw cause;
    throw new FileError(folder, `folder: expected a place for a bundle, got ${(cause as Error).message}`, {
      cause,
    });
  }
}

/** Removes what was begun, if it is there. */
function discard(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // It was never made; the error that brought us here matters more.
  }
}

function fill(
  folder: string,
  target: string,
  { question, asked, implementation, abilities, diagnosis }: BundleContents,
) {
  const path = (file: string) => join(folder, file);
  const { precision, flushesSubnormals = false, composed = false, winograd, strassen } = abilities;
  const write = (file: string, arrays: Iterable<readonly [string, Recorded]>) =>
    writeArrays(path(file), new Map([...arrays].map(([name, array]) => [name, toSource(array)])), {
      overwrite: true,
    });
  write(bundleFiles.recording, [...question.inputs, ...asked.arrays]);
  write(bundleFiles.expected, expectedOf(abilities, question));
  const { id, operation, window, partition, inputs } = question;
  const { top, bottom, left, right } = window.padding;
  const description = {
    schema,
    implementation,
    id,
    operation,
    inputs: [...inputs.keys()],
    stride: window.stride,
    dilation: window.dilation,
    padding: [top, bottom, left, right],
    ...(partition ? { L: partition.L, M: partition.M } : {}),
    precision,
    flushesSubnormals,
    composed,
    ...(winograd ? { winograd } : {}),
    ...(strassen ? { strassen } : {}),
    verdict: asked.verdict.kind,
    case: caseReport(question),
    judgement: verdictReport(asked),
    ...(diagnosis ? { diagnosis } : {}),
    replay: `igc check --replay ${inShell(target)} ${implementation}`,
    ...(asked.arrays.has('y') ? { judge: judgeCommand(target, question, abilities) } : {}),
  };
  writeFileSync(path(bundleFiles.description), readable(description), { flag: 'wx' });
}

/** JSON for people too: a list of numbers in a line. */
function readable(value: object): string {
  const text = JSON.stringify(value, null, 2);
  return `${text.replace(/\[\n([-\d.,\s]+)\n\s*\]/g, (_, list: string) => `[${list.trim().replace(/\s+/g, ' ')}]`)}\n`;
}

/** The command that judges what came once more, without the implementation. */
function judgeCommand(target: string, { operation, window, partition }: Case, abilities: Abilities): string {
  const { precision, flushesSubnormals, composed, winograd, strassen } = abilities;
  const short = { float64: 'f64', float32: 'f32', tfloat32: 'tf32', bfloat16: 'bf16', float16: 'f16' }[
    precision
  ];
  const { top, bottom, left, right } = window.padding;
  const isInterleave = operation === 'interleave';
  return [
    `igc check ${inShell(join(target, bundleFiles.recording))}`,
    ...(operation === 'block' ? [] : [`--op ${operation}`]),
    ...(isInterleave ? [`--L ${partition!.L}`] : []),
    ...(isInterleave ? [] : [`--stride ${window.stride}`, `--dilation ${window.dilation}`]),
    ...(isInterleave ? [] : [`--padding ${[top, bottom, left, right]}`]),
    `--precision ${short}`,
    ...(flushesSubnormals ? ['--flush-subnormals'] : []),
    ...(composed && operation === 'block' ? ['--composed'] : []),
    ...(winograd && !isInterleave ? [`--winograd ${winograd}`] : []),
    ...(strassen && !isInterleave ? ['--strassen'] : []),
  ].join(' ');
}

/** The command that asks again for a failure bundle; `argument`: what is asked, as a shell takes it. */
export function replayCommand(bundle: string, argument: string): string {
  return `igc check --replay ${inShell(bundle)} ${argument}`;
}

/** A word as a shell takes it, and as no option. */
export function inShell(word: string): string {
  return quotedForShell(word.startsWith('-') ? `./${word}` : word);
}

/** A word as a shell takes it. */
export function quotedForShell(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function toSource({ shape, data, stored }: Recorded): ArraySource {
  const dtype = stored === 'integer' ? 'int64' : stored === 'tfloat32' ? 'float32' : stored;
  return { dtype, shape, data };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
const isNumbers =
  (length: number) =>
  (value: unknown): value is number[] =>
    Array.isArray(value) && value.length === length && value.every((n) => Number.isSafeInteger(n) && n >= 0);
const isStrings = (value: unknown): value is string[] => Array.isArray(value) && value.every(isString);
const isKeyOf =
  <K extends string>(known: Readonly<Record<K, unknown>>) =>
  (value: unknown): value is K =>
    isString(value) && Object.hasOwn(known, value);

/** Reads a bundle: its folder, or the case.json in it. Throws a FileError that names the file and what is wrong. */
export function readBundle(path: string): Bundle {
  const folder = basename(path) === bundleFiles.description ? dirname(path) : path;
  const file = join(folder, bundleFiles.description);
  try {
    return parse(file, join(folder, bundleFiles.recording));
  } catch (cause) {
    if (cause instanceof FileError) throw cause;
    if (cause instanceof ProtocolError || cause instanceof ConstraintError) {
      throw new FileError(file, cause.message, { cause });
    }
    throw new FileError(file, `file: expected a failure bundle, got ${reason(cause)}`, { cause });
  }
}

function parse(file: string, recording: string): Bundle {
  if (statSync(file).size > 2 ** 24) throw new FileError(file, 'file: expected at most 16 MiB, got more');
  const fields = new Fields(readFileSync(file, 'utf8'));
  fields.take('schema', (value): value is typeof schema => value === schema, `"${schema}"`);
  const operation: OperationName = fields.take('operation', isKeyOf(slots), Object.keys(slots).join(' or '));
  const pair = (name: string) =>
    fields.take(name, isNumbers(2), 'two integers') as unknown as [number, number];
  const [stride, dilation] = [pair('stride'), pair('dilation')];
  const [top, bottom, left, right] = fields.take('padding', isNumbers(4), 'four integers') as [
    number,
    number,
    number,
    number,
  ];
  const window: Window = { stride, dilation, padding: { top, bottom, left, right } };
  const [L, M] = [fields.maybe('L', isCount, 'a count'), fields.maybe('M', isCount, 'a count')];
  const names = fields.take('inputs', isStrings, 'a list of names');
  const all = readArrays(recording);
  const given = new Map(names.flatMap((name) => (all.has(name) ? [[name, all.get(name)!] as const] : [])));
  // Whether what was given fits together is checked as for any recording, which has an output too.
  const evidence = evidenceFrom(recording, new Map(given).set('y', all.get('y') ?? given.get('x')!), {
    ...defaultOptions,
    operation,
    stride,
    dilation,
    padding: window.padding,
    L,
    M,
  });
  const absent = names.find((name) => name === 'y' || !evidence.arrays.has(name));
  if (absent !== undefined)
    throw new FileError(recording, `array "${absent}": expected it, as an input of the case`);
  const inputs = new Map(names.map((name) => [name, evidence.arrays.get(name)!]));
  const id = fields.take('id', isString, 'a text');
  const { partition } = evidence;
  const question: Case = { id, operation, inputs, window, ...(partition ? { partition } : {}) };
  sizesOf(question);
  const precision = fields.take('precision', isKeyOf(precisions), Object.keys(precisions).join(' or '));
  const flag = (name: string) => fields.maybe(name, isBoolean, 'true or false') ?? false;
  const verdict = fields.take(
    'verdict',
    (value): value is VerdictKind => verdictKinds.some((kind) => kind === value),
    verdictKinds.join(' or '),
  );
  return {
    question,
    precision,
    flushesSubnormals: flag('flushesSubnormals'),
    composed: flag('composed'),
    winograd: fields.maybe('winograd', isWinogradPoints, 'two different powers of two'),
    strassen: flag('strassen'),
    verdict,
  };
}
