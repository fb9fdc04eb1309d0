import { inOneLine, shortened } from './printable.ts';

/** What is wrong with a line that an implementation wrote. */
export class ProtocolError extends Error {}

/** What came isn't even an object in JSON: something else was written, where a line of the protocol belongs. */
export class NoObject extends ProtocolError {}

/** The fields of a line of JSON, each taken once: what isn't there, isn't as it must be or isn't known is an error. */
export class Fields {
  readonly #fields: Map<string, unknown>;

  constructor(line: string) {
    this.#fields = new Map(Object.entries(parsed(line)));
  }

  has(key: string): boolean {
    return this.#fields.has(key);
  }

  /** The field, which must be there. */
  take<T>(key: string, is: (value: unknown) => value is T, expected: string): T {
    const value = this.#fields.get(key);
    if (!this.#fields.delete(key)) throw new ProtocolError(`"${key}": expected ${expected}, got none`);
    if (!is(value))
      throw new ProtocolError(`"${key}": expected ${expected}, got ${quoted(JSON.stringify(value))}`);
    return value;
  }

  /** The field, if it is there. */
  maybe<T>(key: string, is: (value: unknown) => value is T, expected: string): T | undefined {
    return this.has(key) ? this.take(key, is, expected) : undefined;
  }

  /** Nothing must be left. */
  done(known: string): void {
    const [unknown] = this.#fields.keys();
    if (unknown !== undefined) throw new ProtocolError(`expected ${known}, got ${quoted(unknown)} too`);
  }
}

function parsed(line: string): object {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // As good as a line that holds something else.
  }
  throw new NoObject(`expected an object in JSON, got ${quoted(line)}`);
}

export const isText = (value: unknown): value is string => typeof value === 'string';

/** A text that can stand in a report: not empty, not long, in one line. */
export const isLabel = (value: unknown): value is string =>
  isText(value) && value.trim() !== '' && value.length <= 200 && !/[\p{Cc}\p{Cs}]/u.test(value);

export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';

export const isPositiveInteger = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

export const isTrue = (value: unknown): value is true => value === true;

/** Whether a value is one of these. */
export const isOneOf =
  <T>(known: readonly T[]) =>
  (value: unknown): value is T =>
    known.includes(value as T);

/** Whether a value is a list of these: not empty, none twice. */
export const isListOf =
  <T>(known: readonly T[]) =>
  (value: unknown): value is readonly T[] =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(isOneOf(known)) &&
    new Set(value).size === value.length;

/** A text from outside in a message: short, safe to print. */
export function quoted(text: string): string {
  return `'${shortened(inOneLine(text), 160)}'`;
}
