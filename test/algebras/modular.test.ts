import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { M61, modular, P26, primeField } from '../../src/algebras/modular.ts';
import { isPrime } from '../../src/algebras/prime.ts';
import { ringLaws } from './laws.ts';

describe('isPrime', () => {
  it('agrees with the sieve of Eratosthenes below 5000', () => {
    const composite = new Set<number>();
    for (let n = 2; n < 5000; n++) {
      expect(isPrime(BigInt(n)), `${n}`).toBe(!composite.has(n));
      for (let m = n * n; m < 5000; m += n) composite.add(m);
    }
    expect([-7n, 0n, 1n].map(isPrime)).toEqual([false, false, false]);
  });

  it('is not fooled by Carmichael numbers nor by strong pseudoprimes to many bases', () => {
    // 3 215 031 751: bases 2, 3, 5, 7. 341 550 071 728 321: 2 to 17. The last: 2 to 37.
    const liars = [561n, 3_215_031_751n, 341_550_071_728_321n, 318_665_857_834_031_151_167_461n];
    expect(liars.map(isPrime)).toEqual([false, false, false, false]);
  });

  it('recognises large primes and products of two', () => {
    expect(isPrime(M61)).toBe(true);
    expect(isPrime(2n ** 67n - 1n)).toBe(false);
    expect(isPrime(2n ** 64n - 59n)).toBe(true);
  });

  it('refuses numbers that it could not decide', () => {
    const decided = 3_317_044_064_679_887_385_961_981n;
    expect(isPrime(decided - 168n)).toBe(true);
    expect(() => isPrime(decided)).toThrow(`isPrime: expected a number below ${decided}, got ${decided}`);
  });
});

describe.each([7n, M61])('modular(%s)', (p) => {
  const A = modular(p);
  ringLaws(A, fc.bigInt({ min: 0n, max: p - 1n }));

  it('is the image of the integers', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(A.from(a)).toBeGreaterThanOrEqual(0n);
        expect(A.from(a)).toBeLessThan(p);
        expect((A.from(a) - a) % p).toBe(0n);
        expect(A.add(A.from(a), A.from(b))).toBe(A.from(a + b));
        expect(A.mul(A.from(a), A.from(b))).toBe(A.from(a * b));
        expect(A.neg(A.from(a))).toBe(A.from(-a));
      }),
    );
    expect(A.prime).toBe(p);
    expect(A.neg(0n)).toBe(0n);
  });
});

describe.each([2, 101, P26])('primeField(%s)', (p) => {
  const A = primeField(p);
  ringLaws(A, fc.integer({ min: 0, max: p - 1 }));

  it('agrees with modular', () => {
    const B = modular(BigInt(p));
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (a, b) => {
        expect(BigInt(A.from(a))).toBe(B.from(a));
        expect(BigInt(A.add(A.from(a), A.from(b)))).toBe(B.from(a + b));
        expect(BigInt(A.mul(A.from(a), A.from(b)))).toBe(B.from(a * b));
        expect(BigInt(A.neg(A.from(a)))).toBe(B.from(-a));
      }),
    );
    expect(A.prime).toBe(p);
    expect(A.neg(0)).toBe(0);
  });
});

describe('the primes', () => {
  it('P26 is the largest prime below 2^26', () => {
    const larger = Array.from({ length: 2 ** 26 - P26 - 1 }, (_, i) => BigInt(P26 + 1 + i));
    expect(larger.filter(isPrime)).toEqual([]);
    expect(isPrime(BigInt(P26))).toBe(true);
    // The largest product of residues is exact.
    expect(BigInt((P26 - 1) * (P26 - 1))).toBe(BigInt(P26 - 1) ** 2n);
  });

  it('a modulus that is not a prime is refused', () => {
    expect(() => modular(91n)).toThrow('modular: expected a prime, got 91');
    expect(() => primeField(1)).toThrow('primeField: expected a prime, got 1');
    expect(() => primeField(2 ** 26)).toThrow('primeField: expected a prime below 2^26, got 67108864');
    expect(() => primeField(67_108_879)).toThrow('primeField: expected a prime below 2^26, got 67108879');
    expect(() => primeField(6.5)).toThrow('primeField: expected a prime below 2^26, got 6.5');
  });
});
