import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dual } from '../../src/algebras/dual.ts';
import { float64 } from '../../src/algebras/float64.ts';
import { integers } from '../../src/algebras/integer.ts';
import { ringLaws } from './laws.ts';

describe('dual integers', () => {
  const A = dual(integers);
  const small = fc.bigInt({ min: -50n, max: 50n });
  ringLaws(A, fc.record({ value: small, tangent: small }));

  it('differentiates a polynomial: (t³ − 2t + 5)′ = 3t² − 2', () => {
    fc.assert(
      fc.property(small, (t) => {
        const x = { value: t, tangent: 1n };
        const cube = A.mul(x, A.mul(x, x));
        const y = A.add(A.add(cube, A.neg(A.mul(A.constant(2n), x))), A.constant(5n));
        expect(y).toEqual({ value: t ** 3n - 2n * t + 5n, tangent: 3n * t ** 2n - 2n });
      }),
    );
  });

  it('ε² = 0', () => {
    const epsilon = { value: 0n, tangent: 1n };
    expect(A.equals(A.mul(epsilon, epsilon), A.zero)).toBe(true);
    expect(A.show(epsilon)).toBe('0 + ε·(1)');
  });

  it('is as exact as its base', () => {
    expect([A.exact, A.name]).toEqual([true, 'dual integers']);
    expect([dual(float64).exact, dual(float64).name]).toEqual([false, 'dual float64']);
  });
});
