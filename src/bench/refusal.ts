/** A candidate that isn't there or can't do a case; the message says why and, where it helps, how to get it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
