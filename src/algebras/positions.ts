import type { Algebra } from './algebra.ts';

/** A set of input positions, bit k for position k; null is the bottom element, where nothing arrives. */
export type Positions = bigint | null;

const limit = 2 ** 24;

/**
 * The set with one position. Number the entries densely, for example by their place in the data of x: a set takes
 * as many bits as its largest key. Throws a RangeError where the key isn't an integer from 0 to 2^24 − 1.
 */
export function position(key: number): Positions {
  if (!Number.isInteger(key) || key < 0 || key >= limit) {
    throw new RangeError(`position: expected an integer from 0 to ${limit - 1}, got ${key}`);
  }
  return 1n << BigInt(key);
}

/** The keys in a set, ascending; none in the empty set and in the bottom element. */
export function positionsOf(a: Positions): readonly number[] {
  // The leading 0 ends the search: lastIndexOf never goes below index 0.
  const bits = `0${(a ?? 0n).toString(2)}`;
  const keys: number[] = [];
  for (let i = bits.lastIndexOf('1'); i > 0; i = bits.lastIndexOf('1', i - 1)) keys.push(bits.length - 1 - i);
  return keys;
}

/**
 * Sets of input positions: the receptive field and the provenance of an output. Give each entry of x its
 * `position` and each weight `one`; a weight that is `zero`, like a tap in the padding, passes nothing on.
 *
 * Carrier: bottom or a set. `zero` is bottom, `one` the empty set; `add` is the union with bottom neutral, `mul`
 * the union with bottom annihilating. Source: the lineage semiring (Green, Karvounarakis and Tannen, Provenance
 * semirings, 2007). Errors: none.
 */
export const positions: Algebra<Positions> = {
  name: 'positions',
  exact: true,
  zero: null,
  one: 0n,
  add: (a, b) => {
    if (a === null) return b;
    return b === null ? a : a | b;
  },
  mul: (a, b) => (a === null || b === null ? null : a | b),
  equals: (a, b) => a === b,
  show: (a) => (a === null ? '⊥' : `{${positionsOf(a).join(', ')}}`),
};
