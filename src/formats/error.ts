/**
 * A file that cannot be read or written as asked. Message: `FILE: what is wrong: expected …, got …`.
 * Every defect of a file's content ends in this error and in no other.
 */
export class FileError extends Error {
  /** The file, as the caller named it. */
  readonly path: string;
  /** The message without the file. */
  readonly what: string;

  constructor(path: string, what: string, options?: ErrorOptions) {
    super(`${path}: ${what}`, options);
    this.name = 'FileError';
    this.path = path;
    this.what = what;
  }
}

/** Where in which file a reader or a writer is at work: it makes the errors that name that place. */
export class Place {
  readonly path: string;
  readonly #part: string;

  constructor(path: string, part = '') {
    this.path = path;
    this.#part = part;
  }

  /** A part of this place, as `array "x"`. */
  within(part: string): Place {
    return new Place(this.path, `${this.#part}${part}: `);
  }

  /** The error to throw: what is wrong, what was expected, what came. */
  error(what: string, expected: string, got: string, options?: ErrorOptions): FileError {
    return new FileError(this.path, `${this.#part}${what}: expected ${expected}, got ${got}`, options);
  }
}

/** A text out of a file, safe to print: quoted, escaped (no terminal control passes) and short. */
export function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
  return JSON.stringify(short).replace(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) as number).toString(16)}}`,
  );
}
