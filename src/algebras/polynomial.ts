import type { Ring, Semiring } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/** A monomial with its coefficient: the variables ascend, each as often as its exponent says. */
export interface Term {
  readonly coefficient: bigint;
  readonly variables: readonly number[];
}

/** A polynomial in normal form: distinct monomials in a fixed order, no coefficient zero. */
interface Expanded {
  readonly terms: readonly Term[];
}

/** A sum that is worked out only when someone looks; `size` is the number of terms before they are collected. */
interface Sum {
  readonly left: Polynomial;
  readonly right: Polynomial;
  readonly size: number;
}

/** A polynomial with integer coefficients. Opaque: read it with `terms`, `degree` and `evaluate`. */
export type Polynomial = Expanded | Sum;

const zero: Expanded = { terms: [] };

/** The polynomial x_i. Throws a RangeError where i isn't a non-negative integer. */
export function variable(i: number): Polynomial {
  if (!Number.isSafeInteger(i) || i < 0) throw new RangeError(`variable: expected 0, 1, 2…, got ${i}`);
  return { terms: [{ coefficient: 1n, variables: [i] }] };
}

/** The polynomial n. */
export function constant(n: bigint): Polynomial {
  return n === 0n ? zero : { terms: [{ coefficient: n, variables: [] }] };
}

function compare(a: readonly number[], b: readonly number[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

/** The normal form of a sum of terms; sorts the array that it is given. */
function collect(list: Term[]): Expanded {
  list.sort((a, b) => compare(a.variables, b.variables));
  const result: Term[] = [];
  for (let i = 0; i < list.length; ) {
    const { variables } = list[i]!;
    let { coefficient } = list[i]!;
    for (i++; i < list.length && compare(list[i]!.variables, variables) === 0; i++) {
      coefficient += list[i]!.coefficient;
    }
    if (coefficient !== 0n) result.push({ coefficient, variables });
  }
  return { terms: result };
}

/** The terms of a polynomial: distinct monomials in a fixed order, no coefficient zero. */
export function terms(p: Polynomial): readonly Term[] {
  if ('terms' in p) return p.terms;
  const list: Term[] = [];
  const pending: Polynomial[] = [p];
  for (let q = pending.pop(); q; q = pending.pop()) {
    if ('terms' in q) for (const term of q.terms) list.push(term);
    else pending.push(q.left, q.right);
  }
  return collect(list).terms;
}

/** The largest number of factors in a monomial; −∞ for the zero polynomial. */
export function degree(p: Polynomial): number {
  return terms(p).reduce((largest, { variables }) => Math.max(largest, variables.length), -Infinity);
}

function sizeOf(p: Polynomial): number {
  return 'terms' in p ? p.terms.length : p.size;
}

/** Below this many terms a summand waits; two larger ones are collected, so that p + p + … can't explode. */
const small = 64;

function add(a: Polynomial, b: Polynomial): Polynomial {
  const sizes = [sizeOf(a), sizeOf(b)] as const;
  if (sizes[0] === 0) return b;
  if (sizes[1] === 0) return a;
  const sum = { left: a, right: b, size: sizes[0] + sizes[1] };
  return Math.min(...sizes) < small ? sum : { terms: terms(sum) };
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  const result: number[] = [];
  let j = 0;
  for (const i of a) {
    while (j < b.length && b[j]! < i) result.push(b[j++]!);
    result.push(i);
  }
  while (j < b.length) result.push(b[j++]!);
  return result;
}

function mul(a: Polynomial, b: Polynomial): Polynomial {
  const right = terms(b);
  const list: Term[] = [];
  for (const s of terms(a)) {
    for (const t of right) {
      list.push({
        coefficient: s.coefficient * t.coefficient,
        variables: merge(s.variables, t.variables),
      });
    }
  }
  return collect(list);
}

function neg(p: Polynomial): Polynomial {
  return { terms: terms(p).map(({ coefficient, variables }) => ({ coefficient: -coefficient, variables })) };
}

function equals(a: Polynomial, b: Polynomial): boolean {
  const right = terms(b);
  const left = terms(a);
  return (
    left.length === right.length &&
    left.every(({ coefficient, variables }, i) => {
      const other = right[i]!;
      return coefficient === other.coefficient && compare(variables, other.variables) === 0;
    })
  );
}

function show(p: Polynomial): string {
  const parts = terms(p).map(({ coefficient, variables }) => {
    const names = variables.map((i) => `x${i}`);
    return [...(coefficient === 1n && names.length > 0 ? [] : [`${coefficient}`]), ...names].join('·');
  });
  return parts.join(' + ') || '0';
}

/**
 * Polynomials with integer coefficients, ℤ[x0, x1, …]: a proof, for a shape. Give each entry of x, Wᵖ and Wᵈ a
 * variable of its own; an identity between the results holds in every commutative ring, and in every commutative
 * semiring if neither side used `neg` (its coefficients are then naturals).
 *
 * Carrier: `Polynomial`, immutable. A sum of n products takes n steps and is collected once, when it is
 * multiplied, compared or shown. Source: the free commutative ring. Errors: none, but for memory.
 */
export const polynomials: Algebra<Polynomial> & Ring<Polynomial> = {
  name: 'polynomials',
  exact: true,
  zero,
  one: constant(1n),
  add,
  mul,
  neg,
  equals,
  show,
};

function multiple<T>(A: Semiring<T> & Partial<Ring<T>>, n: bigint, a: T): T {
  if (n < 0n) {
    if (!A.neg) throw new RangeError(`evaluate: the coefficient ${n} needs a ring`);
    return multiple(A, -n, A.neg(a));
  }
  let result = A.zero;
  for (let power = a; n > 0n; n >>= 1n, power = A.add(power, power)) {
    if (n & 1n) result = A.add(result, power);
  }
  return result;
}

/**
 * The value of a polynomial in any algebra, with `at(i)` for x_i: the homomorphism that makes ℤ[x0, x1, …] free.
 * Throws a RangeError where a coefficient is negative and the algebra has no `neg`.
 */
export function evaluate<T>(A: Semiring<T> & Partial<Ring<T>>, p: Polynomial, at: (i: number) => T): T {
  return terms(p).reduce((total, { coefficient, variables }) => {
    const monomial = variables.reduce((product, i) => A.mul(product, at(i)), A.one);
    return A.add(total, multiple(A, coefficient, monomial));
  }, A.zero);
}
