import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booleans } from '../../src/algebras/boolean.ts';
import { integers } from '../../src/algebras/integer.ts';
import { naturals } from '../../src/algebras/natural.ts';
import {
  polynomials as A,
  constant,
  degree,
  evaluate,
  type Polynomial,
  terms,
  variable,
} from '../../src/algebras/polynomial.ts';
import { ringLaws } from './laws.ts';

const term = fc.tuple(fc.bigInt({ min: -3n, max: 3n }), fc.array(fc.nat(3), { maxLength: 3 }));
const polynomial: fc.Arbitrary<Polynomial> = fc
  .array(term, { maxLength: 5 })
  .map((list) =>
    list.map(([n, variables]) => variables.map(variable).reduce(A.mul, constant(n))).reduce(A.add, A.zero),
  );
const [x, y, z] = [variable(0), variable(1), variable(2)] as const;
const sum = (...list: Polynomial[]) => list.reduce(A.add);

describe('polynomials', () => {
  ringLaws(A, polynomial);

  it('evaluation is a homomorphism to the integers', () => {
    const values = fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(polynomial, polynomial, values, (p, q, v) => {
        const at = (r: Polynomial) => evaluate(integers, r, (i) => v[i]!);
        expect(at(A.add(p, q))).toBe(at(p) + at(q));
        expect(at(A.mul(p, q))).toBe(at(p) * at(q));
        expect(at(A.neg(p))).toBe(-at(p));
      }),
    );
    expect(evaluate(integers, variable(3), (i) => BigInt(i) + 10n)).toBe(13n);
    expect(evaluate(integers, constant(-6n), () => 0n)).toBe(-6n);
  });

  it('evaluates in a semiring where no coefficient is negative', () => {
    const square = A.mul(sum(x, y), sum(x, y));
    expect(evaluate(naturals, square, (i) => i + 1)).toBe(9);
    expect(evaluate(booleans, square, (i) => i === 0)).toBe(true);
    expect(() => evaluate(naturals, A.neg(square), () => 1)).toThrow(
      'evaluate: the coefficient -1 needs a ring',
    );
  });

  it('keeps one normal form', () => {
    const square = A.mul(sum(x, y), sum(y, x));
    expect(terms(square)).toEqual([
      { coefficient: 1n, variables: [0, 0] },
      { coefficient: 2n, variables: [0, 1] },
      { coefficient: 1n, variables: [1, 1] },
    ]);
    expect(A.show(square)).toBe('x0·x0 + 2·x0·x1 + x1·x1');
    expect(A.show(sum(constant(1n), A.neg(z), A.mul(z, x)))).toBe('1 + x0·x2 + -1·x2');
    expect(A.show(A.zero)).toBe('0');
    expect(terms(sum(x, A.neg(x)))).toEqual([]);
  });

  it('tells apart what differs in a coefficient, a variable, a degree or a term', () => {
    const different = [A.zero, A.one, x, y, A.mul(x, x), A.mul(x, y), sum(x, x), sum(x, y), sum(x, y, z)];
    different.forEach((p, i) => {
      expect(different.findIndex((q) => A.equals(p, q))).toBe(i);
    });
  });

  it('has a degree: that of a product is the sum, that of zero −∞', () => {
    expect([A.one, x, A.mul(x, sum(y, A.one)), sum(A.mul(z, z), x)].map(degree)).toEqual([0, 1, 2, 2]);
    expect(degree(sum(x, A.neg(x)))).toBe(-Infinity);
  });

  it('leaves its operands as they were', () => {
    const p = sum(z, y, x);
    const q = sum(y, A.neg(z));
    const before = [A.show(p), A.show(q)];
    for (const operation of [A.add, A.mul, A.equals]) operation(p, q);
    A.neg(p);
    expect([A.show(p), A.show(q)]).toEqual(before);
    expect(p).toEqual(sum(z, y, x));
  });

  it('doubling does not explode, and long sums need no deep recursion', () => {
    let p = sum(...Array.from({ length: 100 }, (_, i) => variable(i)));
    for (let i = 0; i < 100; i++) p = A.add(p, p);
    expect(terms(p).map((t) => t.coefficient)).toEqual(Array.from({ length: 100 }, () => 2n ** 100n));
    let one = x;
    for (let i = 0; i < 100; i++) one = A.add(one, one);
    expect(terms(one)).toEqual([{ coefficient: 2n ** 100n, variables: [0] }]);
    const long = Array.from({ length: 20_000 }, () => y).reduce(A.add, A.zero);
    expect(A.show(long)).toBe('20000·x1');
  });

  it.each([-1, 0.5, NaN])('has no variable %s', (i) => {
    expect(() => variable(i)).toThrow(`variable: expected 0, 1, 2…, got ${i}`);
  });
});
