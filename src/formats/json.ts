import { maxRank } from './array.ts';
import type { FileError } from './error.ts';
import { Scanner } from './scanner.ts';

/**
 * The part of JSON that a header is made of. An object is a Map, so that no key means anything to JavaScript
 * (`__proto__`); a number is a non-negative integer.
 */
export type HeaderJson = string | number | readonly HeaderJson[] | ReadonlyMap<string, HeaderJson>;

/** A header nests an object, an object and a list of numbers. What goes deeper is an attack on the stack. */
const maxDepth = 4;

/** What JSON.parse hides or lets pass is an error here: duplicate keys, lone surrogates, inexact numbers. */
export function parseHeaderJson(
  text: string,
  error: (at: number, expected: string, got: string) => FileError,
): HeaderJson {
  const scanner = new Scanner(text, error);
  const result = value(scanner, maxDepth);
  space(scanner);
  if (scanner.next !== '') throw scanner.error('only padding after the header');
  return result;
}

function space(scanner: Scanner): void {
  scanner.skip(' \t\n\r');
}

function value(scanner: Scanner, depth: number): HeaderJson {
  if (depth === 0) throw scanner.error(`at most ${maxDepth} levels`);
  if (scanner.next === '{') return object(scanner, depth);
  if (scanner.next === '[') return list(scanner, depth);
  if (scanner.next === '"') return string(scanner);
  const start = scanner.at;
  const number = scanner.natural();
  if ('.eE'.includes(scanner.next) && scanner.next !== '')
    throw scanner.error('a non-negative integer', start);
  return number;
}

function object(scanner: Scanner, depth: number): ReadonlyMap<string, HeaderJson> {
  const entries = new Map<string, HeaderJson>();
  scanner.expect('{');
  space(scanner);
  if (scanner.accept('}')) return entries;
  do {
    space(scanner);
    const start = scanner.at;
    const key = string(scanner);
    if (entries.has(key)) throw scanner.error('a key only once', start);
    space(scanner);
    scanner.expect(':');
    space(scanner);
    entries.set(key, value(scanner, depth - 1));
    space(scanner);
  } while (scanner.accept(','));
  scanner.expect('}', "',' or '}'");
  return entries;
}

function list(scanner: Scanner, depth: number): readonly HeaderJson[] {
  const items: HeaderJson[] = [];
  scanner.expect('[');
  space(scanner);
  if (scanner.accept(']')) return items;
  do {
    space(scanner);
    if (items.length === maxRank) throw scanner.error(`at most ${maxRank} items`);
    items.push(value(scanner, depth - 1));
    space(scanner);
  } while (scanner.accept(','));
  scanner.expect(']', "',' or ']'");
  return items;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function string(scanner: Scanner): string {
  scanner.expect('"', 'a string');
  const open = scanner.at - 1;
  const parts: string[] = [];
  let start = scanner.at;
  for (;;) {
    const char = scanner.next;
    if (char === '') throw scanner.error('a string that ends', open);
    if (char < ' ') throw scanner.error('no control character in a string');
    if (char !== '"' && char !== '\\') {
      scanner.at++;
      continue;
    }
    parts.push(scanner.text.slice(start, scanner.at));
    scanner.at++;
    if (char === '"') break;
    parts.push(escaped(scanner));
    start = scanner.at;
  }
  const text = parts.join('');
  if (/\p{Cs}/u.test(text)) throw scanner.error('no lone surrogate in a string', open);
  return text;
}

/** The character after a backslash. */
function escaped(scanner: Scanner): string {
  const start = scanner.at - 1;
  const letter = scanner.next;
  scanner.at++;
  if (letter === 'u') {
    const digits = scanner.text.slice(scanner.at, scanner.at + 4);
    if (!/^[0-9a-f]{4}$/i.test(digits)) throw scanner.error('four hexadecimal digits', start);
    scanner.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }
  const char = escapes.get(letter);
  if (char === undefined) throw scanner.error('a known escape', start);
  return char;
}
