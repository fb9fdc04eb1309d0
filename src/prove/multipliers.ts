/**
 * Finds the multipliers of a certificate's identity. For fixed products of hypotheses they are the solutions of
 * linear equations and inequalities, which z3 solves over the rational numbers. Nothing here is trusted.
 */

import { type Expression, readFormula } from '../../spec/proofs/language.ts';
import { constant, degree, type Polynomial, polynomials, terms, variable } from '../algebras/polynomial.ts';
import type { Z3 } from './z3.ts';

/** Hypotheses p ≥ 0 and q = 0, and what stands behind d in the identity, as in spec/proofs/checker.ts. */
export interface Branch {
  readonly ge: readonly Polynomial[];
  readonly eq: readonly Polynomial[];
  readonly last: Polynomial;
}

/** [[[c, [index of p, …], [square root, …]], …], [k of each q], d], as the checker reads it. */
export type Leaf = readonly [
  readonly (readonly [c: string, indices: readonly number[], roots: readonly string[]])[],
  readonly string[],
  string,
];

/** An unknown multiplier, with the polynomial that it multiplies: a product, or a monomial times an equation. */
type Unknown =
  | { readonly of: Polynomial; readonly indices: readonly number[]; readonly roots: readonly string[] }
  | { readonly of: Polynomial; readonly equation: number; readonly monomial: Polynomial };

/** How large the products and the multipliers of equations may be, from what is found fast to what is found late. */
interface Effort {
  readonly factors: number;
  readonly multiplier: number;
  readonly squareFactors: number;
}
const efforts: readonly Effort[] = [
  { factors: 1, multiplier: 0, squareFactors: 0 },
  { factors: 2, multiplier: 1, squareFactors: 1 },
  { factors: 2, multiplier: 2, squareFactors: 2 },
];
const rlimit = 20_000_000;

const { add, mul, neg } = polynomials;

/** Polynomials with names for their variables. */
export class Names {
  private readonly names: string[] = [];

  read(formula: string): Polynomial {
    return this.from(readFormula(formula));
  }

  private from(e: Expression): Polynomial {
    if (e.kind === 'integer') return constant(BigInt(e.text));
    if (e.kind === 'name') return variable(this.idOf(e.text));
    const [left, right] = [this.from(e.left), this.from(e.right)];
    if (e.kind === '+') return add(left, right);
    if (e.kind === '-') return add(left, neg(right));
    if (e.kind === '*') return mul(left, right);
    throw new SyntaxError(`${e.kind} is no polynomial`);
  }

  private idOf(name: string): number {
    const id = this.names.indexOf(name);
    return id >= 0 ? id : this.names.push(name) - 1;
  }

  /** The polynomial in the checker's language. */
  write(p: Polynomial): string {
    const text = terms(p)
      .map(({ coefficient, variables }) => {
        const size = coefficient < 0n ? -coefficient : coefficient;
        const factors = variables.map((v) => this.names[v]!);
        if (size !== 1n || factors.length === 0) factors.unshift(`${size}`);
        return `${coefficient < 0n ? '-' : '+'} ${factors.join('*')}`;
      })
      .join(' ');
    return text.replace(/^\+ /, '').replace(/^- /, '-') || '0';
  }
}

/** The multipliers that show a branch to be absurd, as few as possible; undefined if none of this size exist. */
export async function findLeaf(
  z3: Z3,
  names: Names,
  branch: Branch,
  roots: readonly string[],
  factors: number,
): Promise<Leaf | undefined> {
  const longer = factors > 2 ? [{ factors, multiplier: 0, squareFactors: 0 }] : [];
  for (const effort of [...efforts, ...longer]) {
    let unknowns = candidates(names, branch, roots, effort);
    let solution = await solve(z3, branch.last, unknowns);
    if (!solution) continue;
    unknowns = unknowns.filter((_, i) => solution![i]!.n !== 0n);
    for (const unknown of [...unknowns]) {
      const fewer = unknowns.filter((u) => u !== unknown);
      const better = await solve(z3, branch.last, fewer);
      if (better) unknowns = fewer.filter((_, i) => better[i]!.n !== 0n);
    }
    solution = await solve(z3, branch.last, unknowns);
    return solution && toLeaf(names, branch, unknowns, solution);
  }
  return undefined;
}

function candidates(names: Names, { ge, eq }: Branch, roots: readonly string[], effort: Effort): Unknown[] {
  const products = (most: number) =>
    choices(ge.length, most).map((indices) => ({
      of: indices.map((i) => ge[i]!).reduce(mul, constant(1n)),
      indices,
      roots: [] as readonly string[],
    }));
  const squares = roots.flatMap((root) => {
    const square = mul(names.read(root), names.read(root));
    return products(effort.squareFactors).map((p) => ({ ...p, of: mul(p.of, square), roots: [root] }));
  });
  const variables = [...new Set([...ge, ...eq].flatMap((p) => terms(p).flatMap((t) => t.variables)))];
  const monomials = choices(variables.length, effort.multiplier).map((chosen) =>
    chosen.map((i) => variable(variables[i]!)).reduce(mul, constant(1n)),
  );
  const multiples = eq.flatMap((q, equation) =>
    monomials.map((monomial) => ({ of: mul(monomial, q), equation, monomial })),
  );
  // The product of no hypothesis is a constant: d says as much.
  return [...products(effort.factors).slice(1), ...squares, ...multiples].filter(({ of }) => degree(of) >= 0);
}

/** All multisets of at most `most` of the numbers 0 … n − 1, the smaller ones first. */
function choices(n: number, most: number): (readonly number[])[] {
  const found: number[][] = [[]];
  for (let from = 0, size = 1; size <= most; size++) {
    const to = found.length;
    for (const shorter of found.slice(from, to)) {
      for (let i = shorter.at(-1) ?? 0; i < n; i++) found.push([...shorter, i]);
    }
    from = to;
  }
  return found;
}

interface Fraction {
  readonly n: bigint;
  readonly d: bigint;
}

/** Multipliers with Σ multiplier · of + last ≡ 0, those of products at least 0. */
async function solve(
  z3: Z3,
  last: Polynomial,
  unknowns: readonly Unknown[],
): Promise<readonly Fraction[] | undefined> {
  const equations = new Map<string, string[]>();
  const put = (p: Polynomial, factor: string) => {
    for (const { coefficient, variables } of terms(p)) {
      const key = variables.join();
      const row = equations.get(key) ?? [];
      row.push(coefficient < 0n ? `(* (- ${-coefficient}.0) ${factor})` : `(* ${coefficient}.0 ${factor})`);
      equations.set(key, row);
    }
  };
  unknowns.forEach((unknown, i) => {
    put(unknown.of, `x${i}`);
  });
  put(last, '1.0');
  const assertions = [
    ...unknowns.map((_, i) => `(declare-const x${i} Real)`),
    ...unknowns.flatMap((unknown, i) => ('indices' in unknown ? [`(assert (>= x${i} 0.0))`] : [])),
    ...[...equations.values()].map((row) => `(assert (= 0.0 (+ 0.0 ${row.join(' ')})))`),
  ];
  const { result, model } = await z3.solve(assertions.join('\n'), rlimit);
  if (result !== 'sat') return undefined;
  return unknowns.map((_, i) => fraction(model.get(`x${i}`) ?? '0.0'));
}

/** Reads 2.0, (- 2.0), (/ 2.0 3.0), (- (/ 2.0 3.0)) and (/ (- 2.0) 3.0). */
function fraction(text: string): Fraction {
  const [n = 0n, d = 1n] = [...text.matchAll(/(\d+)\.0/g)].map((match) => BigInt(match[1]!));
  return { n: text.includes('-') ? -n : n, d };
}

function toLeaf(
  names: Names,
  { eq }: Branch,
  unknowns: readonly Unknown[],
  solution: readonly Fraction[],
): Leaf {
  const d = solution.reduce((common, value) => (common / gcd(common, value.d)) * value.d, 1n);
  const whole = (i: number): bigint => solution[i]!.n * (d / solution[i]!.d);
  const products = unknowns.flatMap((u, i) =>
    'indices' in u ? [[`${whole(i)}`, u.indices, u.roots] as const] : [],
  );
  const multiples = eq.map((_, equation) =>
    unknowns.reduce(
      (k, u, i) =>
        'equation' in u && u.equation === equation ? add(k, mul(constant(whole(i)), u.monomial)) : k,
      constant(0n),
    ),
  );
  return [products, multiples.map((k) => names.write(k)), `${d}`];
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
