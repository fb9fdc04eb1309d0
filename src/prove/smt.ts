import { trustedInductions } from './certificates.ts';
import {
  type Enquiry,
  enquiries,
  hintLemmas,
  hypothesesText,
  type Question,
  questionText,
} from './questions.ts';
import { type Opinion, secondOpinions } from './second-opinions.ts';
import type { Layer, ProofRow } from './types.ts';
import { startZ3, type Z3 } from './z3.ts';

/** z3's own count of steps for a question: the answer is the same on every machine. */
const rlimit = 10_000_000;

/** What z3 says of one question: '' if its hypotheses are satisfiable and imply the goal, else what is wrong. */
export async function faultOf(z3: Z3, question: Question, satisfiable = new Set<string>()): Promise<string> {
  const hypotheses = hypothesesText(question);
  if (question.hypotheses.length > 0 && !satisfiable.has(hypotheses)) {
    const { result } = await z3.solve(hypotheses, rlimit);
    if (result !== 'sat')
      return `${question.id}: the hypotheses are ${result === 'unsat' ? 'absurd' : 'undecided'}`;
    satisfiable.add(hypotheses);
  }
  const { result } = await z3.solve(questionText(question), rlimit);
  if (result === 'unsat') return '';
  return `${question.id}: ${result === 'sat' ? 'false' : `undecided after ${rlimit} steps`}`;
}

/** Asks z3 everything, and the other solvers what they think: a row for each statement. */
export const smtLayer: Layer = async (progress) => {
  const z3 = await startZ3();
  if ('reason' in z3) return enquiries.map((enquiry) => row(enquiry, [], 'not run', z3.reason, 0));
  try {
    // The other solvers are programs of their own: they run beside z3-solver.
    const asked = secondOpinions(enquiries.flatMap(({ questions }) => questions));
    const known = new Map<string, string>();
    const satisfiable = new Set<string>();
    const times = new Map<Enquiry, number>();
    for (const enquiry of enquiries) {
      progress(`SMT: ${enquiry.statement}`);
      const start = performance.now();
      for (const question of [...hintLemmas, ...enquiry.questions]) {
        if (!known.has(question.id)) known.set(question.id, await faultOf(z3, question, satisfiable));
      }
      times.set(enquiry, performance.now() - start);
    }
    progress('SMT: second opinions');
    const opinions = await asked;
    return enquiries.map((enquiry) => {
      const questions = [...hintLemmas, ...enquiry.questions];
      const faults = questions.flatMap((question) => [
        known.get(question.id),
        contradiction(question, opinions),
      ]);
      const reason = faults.filter((fault) => fault).join('; ');
      const said = [
        `z3-solver ${z3.version}: ${enquiry.questions.length} questions`,
        ...opinions.map((opinion) => summary(opinion, enquiry.questions)),
      ];
      return row(enquiry, said, reason ? 'failed' : 'proved', reason, times.get(enquiry)!);
    });
  } finally {
    z3.close();
  }
};

function contradiction(question: Question, opinions: readonly Opinion[]): string {
  const against = opinions.find(({ answers }) => answers.get(question.id) === 'sat');
  return against ? `${question.id}: ${against.solver} says that it is false` : '';
}

function summary({ solver, asked, answers }: Opinion, questions: readonly Question[]): string {
  if (!asked) return solver;
  const agreed = questions.filter(({ id }) => answers.get(id) === 'unsat').length;
  return agreed === questions.length
    ? `${solver} agrees`
    : `${solver} agrees on ${agreed}, the others undecided`;
}

function row(
  { claim, statement, equation, inductions, trusted }: Enquiry,
  said: readonly string[],
  outcome: ProofRow['outcome'],
  reason: string,
  milliseconds: number,
): ProofRow {
  return {
    claim,
    statement,
    equation,
    strength: 'all sizes',
    checker: 'SMT',
    detail: said.join('; '),
    trusted: ['z3', ...trustedInductions(inductions), ...trusted],
    outcome,
    ...(reason && { reason }),
    milliseconds,
  };
}
