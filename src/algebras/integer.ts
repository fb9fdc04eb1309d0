import type { Ring } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/**
 * The integers ℤ: the exact output on integer data, and what integer probes are compared with.
 *
 * Carrier: every bigint. Source: the ring ℤ. Errors: none, but for memory.
 */
export const integers: Algebra<bigint> & Ring<bigint> = {
  name: 'integers',
  exact: true,
  zero: 0n,
  one: 1n,
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  neg: (a) => -a,
  equals: (a, b) => a === b,
  show: String,
};
