/** Something outside this package that isn't there or doesn't start; the message says how to get it. */
export class MissingError extends Error {
  override readonly name: string = 'MissingError';
}
