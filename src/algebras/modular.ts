import type { Ring } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';
import { isPrime } from './prime.ts';

/** The largest prime below 2^26: products of residues stay below 2^52, exact in a double. */
export const P26 = 67_108_859;

/** The Mersenne prime 2^61 − 1: a false pass by chance is 2^35 times rarer than with `P26`. */
export const M61 = (1n << 61n) - 1n;

/** The integers modulo a prime, with the map from ℤ. */
export interface Modular<T> extends Algebra<T>, Ring<T> {
  readonly prime: T;
  /** The residue of an integer, negative ones too. */
  from(n: bigint): T;
}

function requirePrime(operation: string, p: bigint): void {
  if (!isPrime(p)) throw new RangeError(`${operation}: expected a prime, got ${p}`);
}

/**
 * The integers modulo a prime p, over bigint: Schwartz–Zippel. Two polynomials of degree d that differ agree at
 * a random point with probability at most d / p (the block has d = 3); it takes a field, hence a prime.
 *
 * Carrier: 0n to p − 1n. Source: the field ℤ/p (its ring is all the specification needs). Errors: RangeError
 * where p isn't a prime below 3.3·10²⁴.
 */
export function modular(p: bigint): Modular<bigint> {
  requirePrime('modular', p);
  return {
    name: `integers mod ${p}`,
    exact: true,
    prime: p,
    zero: 0n,
    one: 1n,
    from: (n) => ((n % p) + p) % p,
    add: (a, b) => (a + b) % p,
    mul: (a, b) => (a * b) % p,
    neg: (a) => (a === 0n ? a : p - a),
    equals: (a, b) => a === b,
    show: String,
  };
}

/**
 * The integers modulo a prime p below 2^26, over numbers: the same as `modular` and many times as fast, for
 * paper-sized shapes.
 *
 * Carrier: 0 to p − 1. Source: the field ℤ/p. Errors: RangeError where p isn't a prime below 2^26.
 */
export function primeField(p: number): Modular<number> {
  if (!Number.isSafeInteger(p) || p >= 2 ** 26) {
    throw new RangeError(`primeField: expected a prime below 2^26, got ${p}`);
  }
  requirePrime('primeField', BigInt(p));
  return {
    name: `integers mod ${p}`,
    exact: true,
    prime: p,
    zero: 0,
    one: 1,
    from: (n) => Number(((n % BigInt(p)) + BigInt(p)) % BigInt(p)),
    add: (a, b) => (a + b) % p,
    mul: (a, b) => (a * b) % p,
    neg: (a) => (a === 0 ? a : p - a),
    equals: (a, b) => a === b,
    show: String,
  };
}
