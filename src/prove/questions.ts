/** The theorems and obligations as questions to an SMT solver. */
import { type InductionName, inductions } from '../../spec/proofs/inductions.ts';
import { type Obligation, obligationSections } from '../../spec/proofs/obligations.ts';
import { divisorsIn, namesIn, smtRelation, smtTerm } from '../../spec/proofs/smtlib.ts';
import { spelledOut, type Theorem } from '../../spec/proofs/theorem.ts';
import { sections } from '../../spec/proofs/theorems.ts';

/** Hypotheses, which must be satisfiable, and a goal, whose negation must not be satisfiable along with them. */
export interface Question {
  readonly id: string;
  readonly declarations: readonly string[];
  readonly hypotheses: readonly string[];
  /** Instances of a lemma (`hintLemmas`) which help the solver; true whatever their terms are. */
  readonly hints: readonly string[];
  readonly goal: string;
}

/** A statement and the questions that decide it. */
export interface Enquiry {
  readonly claim: number;
  readonly statement: string;
  readonly equation: string;
  readonly inductions: readonly InductionName[];
  readonly trusted: readonly string[];
  readonly questions: readonly Question[];
}

/** SMT-LIB text that is satisfiable iff the hypotheses are. */
export function hypothesesText({ declarations, hypotheses }: Question): string {
  return [...declarations, ...hypotheses.map((h) => `(assert ${h})`)].join('\n');
}

/** SMT-LIB text that is unsatisfiable iff the hypotheses imply the goal. */
export function questionText(question: Question): string {
  const hints = question.hints.map((hint) => `(assert ${hint})`);
  return [hypothesesText(question), ...hints, `(assert (not ${question.goal}))`].join('\n');
}

/** Every hint is an instance of one of these: f ≥ 1 and b ≥ 1 make f·b ≥ b, and f ≤ −1 makes f·b ≤ −b. */
export const hintLemmas: readonly Question[] = [hint('f', 'b'), hint('(- f)', 'b')].map((goal, i) => ({
  id: `hint-${i + 1}`,
  declarations: ['(declare-const f Int)', '(declare-const b Int)'],
  hypotheses: [],
  hints: [],
  goal,
}));

function hint(f: string, b: string): string {
  return `(=> (and (>= ${f} 1) (>= ${b} 1)) (>= (* ${f} ${b}) ${b}))`;
}

/** One question for each goal of a theorem. */
export function questionsOf(theorem: Theorem): readonly Question[] {
  const { where, goals } = spelledOut(theorem);
  const sort = theorem.over === 'integers' ? 'Int' : 'Real';
  const cases = 'splits' in theorem ? (theorem.splits ?? []) : [];
  const hints = divisorsIn([...where, ...goals]).flatMap((b) =>
    cases.map((f) => smtTerm(f)).flatMap((f) => [hint(f, b), hint(`(- ${f})`, b)]),
  );
  return goals.map((goal, i) => ({
    id: goals.length === 1 ? theorem.id : `${theorem.id}/${i + 1}`,
    declarations: namesIn([...where, ...goals]).map((name) => `(declare-const ${name} ${sort})`),
    hypotheses: where.map((relation) => smtRelation(relation, sort)),
    hints,
    goal: smtRelation(goal, sort),
  }));
}

function questionOf({ id, integers = [], reals = [], functions = [], where, goal }: Obligation): Question {
  const declarations = [
    ...integers.map((name) => `(declare-const ${name} Int)`),
    ...reals.map((name) => `(declare-const ${name} Real)`),
    ...functions.map((signature) => `(declare-fun ${signature})`),
  ];
  return { id, declarations, hypotheses: where, hints: [], goal };
}

/** All statements: those of the certificates, word by word, and those that only the solvers are asked. */
export const enquiries: readonly Enquiry[] = [
  ...sections.map(({ claim, statement, equation, inductions: used = [], trusted = [], theorems }) => ({
    claim,
    statement,
    equation,
    inductions: used,
    trusted,
    questions: [
      ...used.flatMap((name) => inductions[name].theorems.flatMap(questionsOf)),
      ...theorems.flatMap(questionsOf),
    ],
  })),
  ...obligationSections.map(({ claim, statement, equation, inductions: used = [], obligations }) => ({
    claim,
    statement,
    equation,
    inductions: used,
    trusted: [],
    questions: obligations.map(questionOf),
  })),
];
