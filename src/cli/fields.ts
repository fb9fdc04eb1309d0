/** Checks of JSON that came from a file: each says where it is and what was expected. */
import { UsageError } from './frame.ts';

/** Throws a UsageError that begins with the place. */
export type Check = (value: unknown, place: string) => void;

function fail(place: string, expected: string, got: unknown): never {
  const text = JSON.stringify(got) ?? 'nothing';
  throw new UsageError(
    `${place}: expected ${expected}, got ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`,
  );
}

const of =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, place) => {
    if (!holds(value)) fail(place, expected, value);
  };

export const text = of('a text', (value) => typeof value === 'string');
export const flag = of('true or false', (value) => typeof value === 'boolean');
export const count = of('a count', (value) => Number.isSafeInteger(value) && (value as number) >= 0);
export const number = of('a number', (value) => typeof value === 'number');
/** A number, or one of those that JSON doesn't have. */
export const jsonNumber = of(
  'a number',
  (value) => typeof value === 'number' || value === 'NaN' || value === 'Infinity' || value === '-Infinity',
);

export const oneOf = (...values: readonly unknown[]): Check =>
  of(values.map((value) => JSON.stringify(value)).join(', '), (value) => values.includes(value));

export const list =
  (each: Check, length?: number): Check =>
  (value, place) => {
    if (!Array.isArray(value)) fail(place, 'a list', value);
    if (length !== undefined && value.length !== length) fail(place, `${length} entries`, value.length);
    for (const [i, entry] of value.entries()) each(entry, `${place}[${i}]`);
  };

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object with these fields, and those where they are there; others aren't looked at. */
export const object =
  (fields: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  (value, place) => {
    if (!isObject(value)) fail(place, 'an object', value);
    const at = (key: string) => (place === '' ? key : `${place}.${key}`);
    const own = (key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);
    for (const [key, check] of Object.entries(fields)) check(own(key), at(key));
    for (const [key, check] of Object.entries(optional)) {
      if (own(key) !== undefined) check(own(key), at(key));
    }
  };

/** An object whose every value is alike. */
export const record =
  (each: Check): Check =>
  (value, place) => {
    if (!isObject(value)) fail(place, 'an object', value);
    for (const [key, entry] of Object.entries(value)) each(entry, `${place}.${key}`);
  };
