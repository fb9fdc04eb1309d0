/**
 * The laws of an algebra, for the tests of all of them. A law is a name and two sides; one runner checks it on
 * random elements. A law that an algebra is known to break is listed as such, and the test then demands a
 * counterexample: the list can't go stale.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { OrderedField, Ring } from '../../spec/00-notation.ts';
import type { Algebra } from '../../src/algebras/algebra.ts';

type Any = Algebra<unknown>;
type Laws<A> = Readonly<
  Record<
    string,
    (A: A, a: unknown, b: unknown, c: unknown) => readonly [left: unknown, right: unknown] | boolean
  >
>;

const semiring = {
  'a + (b + c) = (a + b) + c': (A, a, b, c) => [A.add(a, A.add(b, c)), A.add(A.add(a, b), c)],
  'a + b = b + a': (A, a, b) => [A.add(a, b), A.add(b, a)],
  '0 + a = a': (A, a) => [A.add(A.zero, a), a],
  'a · (b · c) = (a · b) · c': (A, a, b, c) => [A.mul(a, A.mul(b, c)), A.mul(A.mul(a, b), c)],
  'a · b = b · a': (A, a, b) => [A.mul(a, b), A.mul(b, a)],
  '1 · a = a': (A, a) => [A.mul(A.one, a), a],
  'a · (b + c) = a · b + a · c': (A, a, b, c) => [A.mul(a, A.add(b, c)), A.add(A.mul(a, b), A.mul(a, c))],
  '0 · a = 0': (A, a) => [A.mul(A.zero, a), A.zero],
  '0 ≠ 1': (A) => !A.equals(A.zero, A.one),
  'a = a': (A, a) => A.equals(a, a),
  'a = b exactly where they show alike': (A, a, b) => A.equals(a, b) === (A.show(a) === A.show(b)),
} as const satisfies Laws<Any>;

const ring = {
  'a + (−a) = 0': (A, a) => [A.add(a, A.neg(a)), A.zero],
} as const satisfies Laws<Any & Ring<unknown>>;

const orderedField = {
  '(a / b) · b = a, for b ≠ 0': (A, a, b) => A.equals(b, A.zero) || [A.mul(A.div(a, b), b), a],
  'a / 1 = a': (A, a) => [A.div(a, A.one), a],
  'exactly one of a < b, a = b, b < a': (A, a, b) =>
    [A.less(a, b), A.equals(a, b), A.less(b, a)].filter((holds) => holds).length === 1,
  'not a < a': (A, a) => !A.less(a, a),
  'a < b and b < c give a < c': (A, a, b, c) => !(A.less(a, b) && A.less(b, c)) || A.less(a, c),
  'a < b gives a + c < b + c': (A, a, b, c) => !A.less(a, b) || A.less(A.add(a, c), A.add(b, c)),
  '0 < a and b < c give a · b < a · c': (A, a, b, c) =>
    !(A.less(A.zero, a) && A.less(b, c)) || A.less(A.mul(a, b), A.mul(a, c)),
  '0 < 1': (A) => A.less(A.zero, A.one),
} as const satisfies Laws<Any & OrderedField<unknown>>;

export type LawName = keyof typeof semiring | keyof typeof ring | keyof typeof orderedField;

function run<A extends Any>(A: A, element: fc.Arbitrary<unknown>, laws: Laws<A>, broken: readonly string[]) {
  for (const [name, law] of Object.entries(laws)) {
    const property = fc.property(element, element, element, (a, b, c) => {
      const outcome = law(A, a, b, c);
      const sides = typeof outcome === 'boolean' ? [] : outcome;
      if (sides.length === 0 ? outcome : A.equals(sides[0], sides[1])) return;
      throw new Error([...sides, a, b, c].map((value) => A.show(value)).join(' | '));
    });
    if (broken.includes(name)) {
      it(`breaks ${name}`, () => expect(fc.check(property, { numRuns: 10_000 }).failed).toBe(true));
    } else {
      it(name, () => fc.assert(property, { numRuns: 200 }));
    }
  }
}

/** The laws of a commutative semiring, as tests; those in `broken` must fail. */
export function semiringLaws<T>(
  A: Algebra<T>,
  element: fc.Arbitrary<T>,
  broken: readonly LawName[] = [],
): void {
  run(A, element, semiring, broken);
  it('says that it is exact, unless it breaks a law', () => expect(A.exact).toBe(broken.length === 0));
}

/** The laws of a commutative ring, as tests; those in `broken` must fail. */
export function ringLaws<T>(
  A: Algebra<T> & Ring<T>,
  element: fc.Arbitrary<T>,
  broken: readonly LawName[] = [],
): void {
  semiringLaws(A, element, broken);
  run(A, element, ring, broken);
}

/** The laws of an ordered field, as tests; those in `broken` must fail. */
export function orderedFieldLaws<T>(
  A: Algebra<T> & OrderedField<T>,
  element: fc.Arbitrary<T>,
  broken: readonly LawName[] = [],
): void {
  ringLaws(A, element, broken);
  run(A, element, orderedField, broken);
  it('a / 0 is a RangeError', () => {
    const property = fc.property(element, (a) => {
      expect(() => A.div(a, A.zero)).toThrow(RangeError);
    });
    fc.assert(property);
  });
}
