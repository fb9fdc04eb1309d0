import type { FileError } from './error.ts';
import { quoted } from './error.ts';

/** Reads a header's text from left to right; every error says where it stopped and what stood there. */
export class Scanner {
  readonly text: string;
  at = 0;
  readonly #error: (at: number, expected: string, got: string) => FileError;

  constructor(text: string, error: (at: number, expected: string, got: string) => FileError) {
    this.text = text;
    this.#error = error;
  }

  /** The next character; empty at the end. */
  get next(): string {
    return this.text.charAt(this.at);
  }

  /** Steps over the next character if it is this one. */
  accept(char: string): boolean {
    const there = this.next === char;
    if (there) this.at++;
    return there;
  }

  /** Steps over the next character, which must be this one. */
  expect(char: string, expected = `'${char}'`): void {
    if (!this.accept(char)) throw this.error(expected);
  }

  /** Steps over every character of `set`. */
  skip(set: string): void {
    while (this.next !== '' && set.includes(this.next)) this.at++;
  }

  /** The characters from here to the first that is not in `set`. */
  take(set: string): string {
    const start = this.at;
    this.skip(set);
    return this.text.slice(start, this.at);
  }

  /** A non-negative integer in decimal digits, small enough to be exact. */
  natural(): number {
    const start = this.at;
    const digits = this.take('0123456789');
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) {
      throw this.error('a non-negative integer', start);
    }
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) throw this.error('an integer below 2^53', start);
    return value;
  }

  /** The error to throw: what was expected where. */
  error(expected: string, at: number = this.at): FileError {
    const rest = this.text.slice(at, at + 24);
    return this.#error(at, expected, rest === '' ? 'the end' : quoted(rest));
  }
}
