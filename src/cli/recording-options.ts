import { type PrecisionName, precisions } from '../algebras/precision.ts';
import { isWinogradPoints, type WinogradPoints } from '../algebras/winograd.ts';
import { defaultOptions, type RecordingOptions, slots } from '../implementations/recording.ts';
import type { OperationName } from '../oracle/types.ts';
import type { PaddingOption } from '../tensor/index.ts';
import { UsageError } from './frame.ts';

/** The options of a recording as they are written: on the command line, or in a manifest. */
export interface WrittenOptions {
  readonly op?: string;
  readonly stride?: string;
  readonly dilation?: string;
  readonly padding?: string;
  readonly map?: string | readonly string[];
  readonly L?: string | number;
  readonly M?: string | number;
  readonly precision?: string;
  readonly flushSubnormals?: boolean;
  readonly composed?: boolean;
  readonly winograd?: string;
  readonly strassen?: boolean;
}

/** The types of the written options, for those that come from a file. */
export const writtenTypes: Readonly<Record<keyof Required<WrittenOptions>, readonly string[]>> = {
  op: ['string'],
  stride: ['string'],
  dilation: ['string'],
  padding: ['string'],
  map: ['string', 'list of strings'],
  L: ['string', 'number'],
  M: ['string', 'number'],
  precision: ['string'],
  flushSubnormals: ['boolean'],
  composed: ['boolean'],
  winograd: ['string'],
  strassen: ['boolean'],
};

const aliases: Readonly<Record<string, PrecisionName>> = {
  f64: 'float64',
  f32: 'float32',
  tf32: 'tfloat32',
  bf16: 'bfloat16',
  f16: 'float16',
};

/** Reads the written options; a UsageError names the option, what was expected and what came. */
export function readOptions(written: WrittenOptions): RecordingOptions {
  const operation = operationOf(written.op ?? defaultOptions.operation);
  checkApplicable(written, operation);
  return {
    operation,
    stride: pair('--stride', written.stride ?? '1', 1),
    dilation: pair('--dilation', written.dilation ?? '1', 1),
    padding: paddingOf(written.padding ?? 'same'),
    names: namesOf([written.map ?? []].flat(), operation),
    L: size('--L', written.L),
    M: size('--M', written.M),
    precision: precisionOf(written.precision),
    flushesSubnormals: written.flushSubnormals ?? defaultOptions.flushesSubnormals,
    composed: written.composed ?? defaultOptions.composed,
    ...(written.winograd === undefined ? {} : { winograd: pointsOf(written.winograd) }),
    ...(written.strassen === undefined ? {} : { strassen: written.strassen }),
  };
}

/** An option that would mean nothing is a mistake, not a thing to ignore. */
function checkApplicable(written: WrittenOptions, operation: OperationName): void {
  const misplaced = (options: readonly (keyof WrittenOptions)[], why: string) => {
    const option = options.find((name) => written[name] !== undefined && written[name] !== false);
    if (option) throw new UsageError(`--${option}: ${why}, got --op ${operation}`);
  };
  if (operation !== 'block') misplaced(['composed'], 'only for --op block');
  if (operation !== 'interleave') {
    misplaced(['L', 'M'], 'only for --op interleave (elsewhere the shapes say it)');
    return;
  }
  misplaced(['stride', 'dilation', 'padding', 'winograd', 'strassen'], 'only for a convolution');
  if (written.L === undefined && written.M === undefined) {
    throw new UsageError(
      '--op interleave: expected --L or --M: the channels alone do not say how they are split',
    );
  }
}

function operationOf(text: string): OperationName {
  if (Object.hasOwn(slots, text)) return text as OperationName;
  throw new UsageError(`--op: expected ${Object.keys(slots).join(', ')}, got '${text}'`);
}

function integer(option: string, text: string, least: number, expected: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least) return value;
  throw new UsageError(`${option}: expected ${expected}, got '${text}'`);
}

function size(option: string, text: string | number | undefined): number | undefined {
  return text === undefined ? undefined : integer(option, String(text), 1, 'a positive integer');
}

/** 'N' or 'h,w'. */
export function pair(option: string, text: string, least: number): readonly [number, number] {
  const numbers = text.split(',').map((part) => integer(option, part, least, 'N or h,w'));
  if (numbers.length > 2) throw new UsageError(`${option}: expected N or h,w, got '${text}'`);
  return [numbers[0]!, numbers[1] ?? numbers[0]!];
}

const namedPaddings = ['same', 'same-upper', 'same-lower', 'valid'] as const;

/** 'N', 'top,bottom,left,right' or a name. */
export function paddingOf(text: string): PaddingOption {
  const name = namedPaddings.find((known) => known === text);
  if (name) return name;
  const expected = `N, top,bottom,left,right, or ${namedPaddings.join(', ')}`;
  const numbers = text.split(',').map((part) => integer('--padding', part, 0, expected));
  if (numbers.length !== 1 && numbers.length !== 4) {
    throw new UsageError(`--padding: expected ${expected}, got '${text}'`);
  }
  const [top, bottom = top!, left = top!, right = top!] = numbers;
  return { top: top!, bottom, left, right };
}

/** 'a,b', each a power of two written as 2, 0.5 or 1/2. */
function pointsOf(text: string): WinogradPoints {
  const points = text.split(',').map((part) => {
    const [, above = '', below = '1'] = /^(\d{1,2}|0\.\d{1,4})(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    return Number(above || Number.NaN) / Number(below);
  });
  if (isWinogradPoints(points)) return points;
  throw new UsageError(`--winograd: expected two different powers of two from 1/16 to 16, got '${text}'`);
}

/** Throws a UsageError for an unknown one. */
export function precisionOf(text: string | undefined): PrecisionName | undefined {
  if (text === undefined) return undefined;
  if (Object.hasOwn(precisions, text)) return text as PrecisionName;
  if (Object.hasOwn(aliases, text)) return aliases[text];
  throw new UsageError(`--precision: expected ${Object.keys(aliases).join(', ')}, got '${text}'`);
}

/** 'a=b,c=d': a is our name, b the file's. A '=' may stand in b. */
function namesOf(maps: readonly string[], operation: OperationName): ReadonlyMap<string, string> {
  const ours = Object.keys(slots[operation]);
  const names = new Map<string, string>();
  for (const entry of maps.flatMap((map) => map.split(','))) {
    const at = entry.indexOf('=');
    const [name, stored] = [entry.slice(0, at), entry.slice(at + 1)];
    if (at < 1 || stored === '') throw new UsageError(`--map: expected OURS=THEIRS, got '${entry}'`);
    if (!ours.includes(name)) {
      throw new UsageError(`--map: expected one of our names (${ours.join(', ')}) before '=', got '${name}'`);
    }
    if (names.has(name)) throw new UsageError(`--map: ${name} is mapped twice`);
    names.set(name, stored);
  }
  return names;
}
