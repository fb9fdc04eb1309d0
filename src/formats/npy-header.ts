import { maxRank } from './array.ts';
import type { FileError } from './error.ts';
import { Scanner } from './scanner.ts';

/** The three entries of an .npy header, as written. */
export interface NpyHeader {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/**
 * Parses the dict literal of an .npy header, `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`: exactly
 * these three keys, once each, in any order, padded with spaces and ended by one newline.
 */
export function parseNpyHeader(
  text: string,
  error: (at: number, expected: string, got: string) => FileError,
): NpyHeader {
  const scanner = new Scanner(text, error);
  let descr: string | undefined;
  let fortranOrder: boolean | undefined;
  let shape: readonly number[] | undefined;

  scanner.expect('{');
  scanner.skip(' ');
  while (scanner.next !== '}') {
    const start = scanner.at;
    const key = string(scanner);
    scanner.skip(' ');
    scanner.expect(':');
    scanner.skip(' ');
    const again = () => scanner.error(`the key ${key} only once`, start);
    if (key === 'descr') {
      if (descr !== undefined) throw again();
      descr = simpleType(scanner);
    } else if (key === 'fortran_order') {
      if (fortranOrder !== undefined) throw again();
      fortranOrder = boolean(scanner);
    } else if (key === 'shape') {
      if (shape !== undefined) throw again();
      shape = tuple(scanner);
    } else {
      throw scanner.error('only the keys descr, fortran_order and shape', start);
    }
    scanner.skip(' ');
    if (!scanner.accept(',')) break;
    scanner.skip(' ');
  }
  scanner.expect('}', "',' or '}'");
  if (descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw scanner.error('all of the keys descr, fortran_order and shape', 0);
  }
  scanner.skip(' ');
  scanner.expect('\n', 'spaces and a newline');
  if (scanner.next !== '') throw scanner.error('nothing after the newline');
  return { descr, fortranOrder, shape };
}

/** A quoted string of printable ASCII; no header that is written needs an escape. */
function string(scanner: Scanner): string {
  const quote = scanner.next;
  if (quote !== "'" && quote !== '"') throw scanner.error('a quoted string');
  scanner.at++;
  const start = scanner.at;
  while (scanner.next !== quote) {
    if (scanner.next < ' ' || scanner.next > '~' || scanner.next === '\\') {
      throw scanner.error(`printable ASCII without escapes, then ${quote}`);
    }
    scanner.at++;
  }
  scanner.at++;
  return scanner.text.slice(start, scanner.at - 1);
}

/** The type is a string; a list is a record of several fields. */
function simpleType(scanner: Scanner): string {
  if (scanner.next === '[') throw scanner.error('a simple dtype, not a structured one');
  return string(scanner);
}

function boolean(scanner: Scanner): boolean {
  for (const [word, value] of [
    ['True', true],
    ['False', false],
  ] as const) {
    if (scanner.text.startsWith(word, scanner.at)) {
      scanner.at += word.length;
      return value;
    }
  }
  throw scanner.error('True or False');
}

/** A tuple of non-negative integers: `()`, `(3,)`, `(3, 4)`; `(3)` is a number in Python, not a tuple. */
function tuple(scanner: Scanner): readonly number[] {
  const start = scanner.at;
  const sizes: number[] = [];
  scanner.expect('(', 'a tuple');
  scanner.skip(' ');
  let comma = true;
  while (scanner.next !== ')') {
    if (!comma) throw scanner.error("',' or ')'");
    if (sizes.length === maxRank) throw scanner.error(`at most ${maxRank} axes`, start);
    sizes.push(scanner.natural());
    scanner.skip(' ');
    comma = scanner.accept(',');
    scanner.skip(' ');
  }
  if (sizes.length === 1 && !comma) throw scanner.error('a tuple, as (3,)', start);
  scanner.at++;
  return sizes;
}
