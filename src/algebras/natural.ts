import type { Algebra } from './algebra.ts';

function counted(operation: string, a: number, b: number, result: number): number {
  if (Number.isSafeInteger(result) && result >= 0) return result;
  throw new RangeError(`naturals: ${a} ${operation} ${b} is not an integer from 0 to 2^53 − 1`);
}

/**
 * The natural numbers: path counts. With all weights 1 an entry of the composite kernel is the number of paths
 * from one channel to another; strict complementarity (IGCV2, arXiv 1804.06202) is "1 everywhere".
 *
 * Carrier: integers from 0 to 2^53 − 1, as numbers. Source: the semiring ℕ. Errors: RangeError where a result
 * leaves the carrier; a rounded sum or product can't come back into it, so no overflow passes.
 */
export const naturals: Algebra<number> = {
  name: 'naturals',
  exact: true,
  zero: 0,
  one: 1,
  add: (a, b) => counted('+', a, b, a + b),
  mul: (a, b) => counted('·', a, b, a * b),
  equals: (a, b) => a === b,
  show: String,
};
