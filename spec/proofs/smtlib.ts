/** Formulas and comparisons as SMT-LIB text. */
import { type Expression, readFormula, readRelation } from './language.ts';

/** div and mod are SMT-LIB's own, which round down for positive divisors; a numeral has the sort of the theory. */
export function smtTerm(formula: string, sort: 'Int' | 'Real' = 'Int'): string {
  return term(readFormula(formula), sort);
}

export function smtRelation(relation: string, sort: 'Int' | 'Real' = 'Int'): string {
  const { left, sign, right } = readRelation(relation);
  return `(${sign} ${term(left, sort)} ${term(right, sort)})`;
}

/** The names that occur in formulas or comparisons, in order of appearance. */
export function namesIn(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) => text.match(/[A-Za-z]\w*/g) ?? []);
  return [...new Set(names)].filter((name) => name !== 'div' && name !== 'mod');
}

/** The divisors that occur in comparisons. */
export function divisorsIn(relations: readonly string[]): readonly string[] {
  const found = relations.flatMap((text) => {
    const { left, right } = readRelation(text);
    return [...divisors(left), ...divisors(right)];
  });
  return [...new Set(found)];
}

function divisors(e: Expression): readonly string[] {
  if ('text' in e) return [];
  const own = e.kind === 'div' || e.kind === 'mod' ? [term(e.right, 'Int')] : [];
  return [...own, ...divisors(e.left), ...divisors(e.right)];
}

function term(e: Expression, sort: 'Int' | 'Real'): string {
  if (e.kind === 'integer') return sort === 'Int' ? e.text : `${e.text}.0`;
  return 'text' in e ? e.text : `(${e.kind} ${term(e.left, sort)} ${term(e.right, sort)})`;
}
