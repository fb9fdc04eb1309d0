/**
 * What a theorem is, and what the checker gets to see of it. A theorem is written in the language of the formulas
 * (language.ts), division with remainder included; the checker knows polynomials alone.
 */
import type { Implication } from './checker.ts';
import { type Expression, readFormula, readRelation, substitute } from './language.ts';

/** Something about integers, or about the elements of an ordered ring such as the real numbers. */
export interface OrderTheorem {
  readonly id: string;
  readonly words: string;
  readonly over: 'integers' | 'ordered ring';
  /** Names that are at least 1. */
  readonly sizes?: readonly string[];
  /** Names that are at least 0 and below a formula: indices. */
  readonly below?: Readonly<Record<string, string>>;
  /** Further hypotheses. */
  readonly where?: readonly string[];
  readonly goals: readonly string[];
  /** For the search of a certificate, no part of the statement: cases, square roots and longer products to try. */
  readonly splits?: readonly string[];
  readonly squares?: readonly string[];
  readonly factors?: number;
}

/** An equation in every commutative semiring (no minus occurs) or in every commutative ring. */
export interface RingTheorem {
  readonly id: string;
  readonly words: string;
  readonly over: 'commutative semiring' | 'commutative ring';
  /** Abbreviations; a later one may use the earlier ones. */
  readonly let?: Readonly<Record<string, string>>;
  readonly goals: readonly string[];
}

export type Theorem = OrderTheorem | RingTheorem;

const isOfRings = (theorem: Theorem): theorem is RingTheorem => theorem.over.startsWith('commutative');

/** The theorem with its abbreviations put in and its sizes and indices written as hypotheses. */
export function spelledOut(theorem: Theorem): { where: readonly string[]; goals: readonly string[] } {
  if (isOfRings(theorem)) {
    const abbreviations = Object.entries(theorem.let ?? {}).reverse();
    const full = (goal: string) =>
      abbreviations.reduce((g, [name, is]) => substitute(g, { [name]: is }), goal);
    return { where: [], goals: theorem.goals.map(full) };
  }
  const { sizes = [], below = {}, where = [], goals } = theorem;
  const indices = Object.entries(below).flatMap(([name, bound]) => [`${name} >= 0`, `${name} < ${bound}`]);
  return { where: [...sizes.map((name) => `${name} >= 1`), ...indices, ...where], goals };
}

/** The theorem as the checker sees it: polynomials that are at least 0 or equal to 0. */
export function toImplication(theorem: Theorem): Implication {
  const { where, goals } = spelledOut(theorem);
  const over = theorem.over === 'ordered ring' ? 'ordered ring' : 'integers';
  const divisions = new Divisions();
  const side = (relation: string) => comparison(relation, over, divisions);
  const hypotheses = where.map(side);
  const conclusions = goals.map(side);
  return {
    over,
    ge: [...hypotheses.flatMap((h) => ('ge' in h ? [h.ge] : [])), ...divisions.ge],
    eq: [...hypotheses.flatMap((h) => ('eq' in h ? [h.eq] : [])), ...divisions.eq],
    goals: conclusions,
  };
}

/** A hint (a formula) in the same names as `toImplication` uses. */
export function toPolynomials(theorem: Theorem, formulas: readonly string[]): readonly string[] {
  const { where, goals } = spelledOut(theorem);
  const divisions = new Divisions();
  for (const relation of [...where, ...goals]) comparison(relation, 'integers', divisions);
  return formulas.map((formula) => divisions.polynomial(readFormula(formula)));
}

function comparison(
  text: string,
  over: Implication['over'],
  divisions: Divisions,
): { readonly ge: string } | { readonly eq: string } {
  const relation = readRelation(text);
  const left = divisions.polynomial(relation.left);
  const right = divisions.polynomial(relation.right);
  if (relation.sign === '=') return { eq: minus(left, right) };
  const strict = relation.sign === '<' || relation.sign === '>';
  if (strict && over !== 'integers') throw new SyntaxError(`${text}: strict, which only integers can be`);
  const [larger, smaller] = relation.sign.startsWith('<') ? [right, left] : [left, right];
  return { ge: strict ? `${minus(larger, smaller)} - 1` : minus(larger, smaller) };
}

const minus = (a: string, b: string): string => (b === '0' ? a : `${a} - ${bracketed(b)}`);
const bracketed = (text: string): string => (/^\w+$/.test(text) ? text : `(${text})`);

/**
 * Division with remainder, put as polynomials: each div(a, b) becomes a new name q and each mod(a, b) a new name r,
 * with the hypotheses a = q·b + r and 0 ≤ r < b, which determine both, for any b ≥ 1.
 */
class Divisions {
  readonly ge: string[] = [];
  readonly eq: string[] = [];
  private readonly known = new Map<string, number>();

  polynomial(e: Expression): string {
    if (e.kind === 'integer' || e.kind === 'name') return e.text;
    const left = this.polynomial(e.left);
    const right = this.polynomial(e.right);
    if (e.kind === '+') return `${left} + ${right}`;
    if (e.kind === '-') return minus(left, right);
    if (e.kind === '*') return `${bracketed(left)}*${bracketed(right)}`;
    const n = this.number(left, right);
    return e.kind === 'div' ? `q${n}` : `r${n}`;
  }

  private number(dividend: string, divisor: string): number {
    const key = `${dividend} by ${divisor}`;
    const n = this.known.get(key) ?? this.known.size + 1;
    if (!this.known.has(key)) {
      this.known.set(key, n);
      this.eq.push(minus(dividend, `q${n}*${bracketed(divisor)} + r${n}`));
      this.ge.push(`r${n}`, `${bracketed(divisor)} - 1 - r${n}`);
    }
    return n;
  }
}

/** The hypotheses that make `name` 1 where a < b and 0 elsewhere. */
export function isOneIfBelow(name: string, a: string, b: string): readonly string[] {
  return [
    `${name}*(1 - ${name}) = 0`,
    `${name}*(${b} - 1 - (${a})) >= 0`,
    `(1 - ${name})*(${a} - (${b})) >= 0`,
  ];
}

/** The hypotheses that make `name` 1 where a = b and 0 elsewhere, of integers. */
export function isOneIfEqual(name: string, a: string, b: string): readonly string[] {
  const distance = `(${a} - (${b}))`;
  return [
    `${name}*(1 - ${name}) = 0`,
    `${name}*${distance} = 0`,
    `(1 - ${name})*(${distance}*${distance} - 1) >= 0`,
  ];
}
