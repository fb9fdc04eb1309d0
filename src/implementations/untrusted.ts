/** What came from a host, looked at before it's believed: its code is ours, but shares its memory with a stranger's. */
import { precisions } from '../algebras/precision.ts';
import type { Outcome } from '../oracle/adapter.ts';
import type { Description, FromHost } from './hosted-messages.ts';

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 4096;

const kinds: readonly FromHost['kind'][] = ['opened', 'failed', 'outcome'];

/** Whether it is a message at all; what is in it is looked at where it's used. */
export function isMessage(value: unknown): value is FromHost {
  if (!isObject(value) || !kinds.some((kind) => kind === value.kind)) return false;
  return value.kind !== 'failed' || (isText(value.reason) && typeof value.isMissing === 'boolean');
}

const operations = ['block', 'group-convolution', 'interleave'];

export function isDescription(value: unknown): value is Description {
  if (!isObject(value) || !isText(value.name) || !isObject(value.abilities)) return false;
  if (value.about !== undefined && !isText(value.about)) return false;
  const { operations: can, precision } = value.abilities;
  return (
    Array.isArray(can) &&
    can.every((name) => operations.includes(name)) &&
    isText(precision) &&
    Object.hasOwn(precisions, precision)
  );
}

/** What is wrong with an outcome; undefined where it is one. Whether its shapes fit is the judge's business. */
export function wrongIn(value: Outcome): string | undefined {
  if (!isObject(value)) return 'it answered nothing';
  const outcome = value as Fields;
  if (outcome.kind !== 'answer') {
    const isKnown = ['unsupported', 'crash', 'timeout', 'garbage'].some((kind) => kind === outcome.kind);
    return isKnown && isText(outcome.reason) ? undefined : 'it answered with something that is no outcome';
  }
  if (!(outcome.arrays instanceof Map)) return 'it answered without arrays';
  for (const [name, array] of outcome.arrays as Map<unknown, unknown>) {
    if (!isText(name) || !isObject(array)) return 'it answered with something that is no array';
    const { shape, data, stored } = array;
    const isSize = (n: unknown) => Number.isSafeInteger(n) && (n as number) >= 0;
    if (!Array.isArray(shape) || shape.length > 8 || !shape.every(isSize)) return `${name} has no shape`;
    if (!(data instanceof Float32Array || data instanceof Float64Array)) return `${name} holds no numbers`;
    const volume = shape.reduce((product: number, n: number) => product * n, 1);
    if (data.length !== volume)
      return `${name} has ${data.length} numbers for the shape [${shape.join(', ')}]`;
    if (stored !== 'integer' && !(isText(stored) && Object.hasOwn(precisions, stored))) {
      return `${name} is stored in no precision that is known`;
    }
  }
  return undefined;
}
