import { afterAll, describe, expect, it } from 'vitest';
import { divisorsIn, namesIn, smtRelation, smtTerm } from '../../spec/proofs/smtlib.ts';
import {
  enquiries,
  hintLemmas,
  hypothesesText,
  type Question,
  questionText,
} from '../../src/prove/questions.ts';
import { secondOpinions } from '../../src/prove/second-opinions.ts';
import { faultOf } from '../../src/prove/smt.ts';
import { startZ3 } from '../../src/prove/z3.ts';

const question = (hypotheses: readonly string[], goal: string): Question => ({
  id: 'q',
  declarations: ['(declare-const x Int)'],
  hypotheses,
  hints: [],
  goal,
});

describe('SMT-LIB text', () => {
  it('of formulas and comparisons', () => {
    expect(smtTerm('div(l*M + m, M) - 1')).toBe('(- (div (+ (* l M) m) M) 1)');
    expect(smtRelation('2*a >= b', 'Real')).toBe('(>= (* 2.0 a) b)');
    expect(namesIn(['div(a, b) = mod(c, b)', 'a < 2'])).toEqual(['a', 'b', 'c']);
    expect(divisorsIn(['div(a, b + 1) = mod(div(c, d), b + 1)'])).toEqual(['(+ b 1)', 'd']);
  });

  it('of a question', () => {
    const asked = { ...question(['(>= x 1)'], '(>= x 0)'), hints: ['true'] };
    expect(hypothesesText(asked)).toBe('(declare-const x Int)\n(assert (>= x 1))');
    expect(questionText(asked)).toBe(`${hypothesesText(asked)}\n(assert true)\n(assert (not (>= x 0)))`);
  });

  it('has balanced brackets and declares every name once', () => {
    for (const { questions } of enquiries) {
      for (const asked of questions) {
        const text = questionText(asked);
        expect(text.split('(').length).toBe(text.split(')').length);
        expect(new Set(asked.declarations).size).toBe(asked.declarations.length);
      }
    }
  });

  it('covers all ten claims', () => {
    expect([...new Set(enquiries.map(({ claim }) => claim))].sort((a, b) => a - b)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
  });
});

const z3 = await startZ3();
afterAll(() => {
  if (!('reason' in z3)) z3.close();
});

describe.skipIf('reason' in z3)('z3-solver', () => {
  const solver = z3 as Exclude<typeof z3, { reason: string }>;

  it('proves, refutes, and calls absurd hypotheses absurd', async () => {
    expect(await faultOf(solver, question(['(>= x 1)'], '(>= x 0)'))).toBe('');
    expect(await faultOf(solver, question(['(>= x 1)'], '(>= x 2)'))).toBe('q: false');
    expect(await faultOf(solver, question(['(>= x 1)', '(<= x 0)'], '(>= x 2)'))).toBe(
      'q: the hypotheses are absurd',
    );
  });

  it('the hints are instances of what it proves, and the first statements hold', async () => {
    for (const asked of [...hintLemmas, ...enquiries[0]!.questions])
      expect(await faultOf(solver, asked)).toBe('');
  });
});

it('second opinions say which solver was asked, or that it is not on the PATH', async () => {
  const asked = [
    { ...question([], '(= x x)'), id: 'true' },
    { ...question([], '(= x 1)'), id: 'false' },
  ];
  for (const { solver, asked: was, answers } of await secondOpinions(asked)) {
    if (was) {
      expect(solver).toMatch(/^(z3|cvc5) \d/);
      expect([answers.get('true'), answers.get('false')]).toEqual(['unsat', 'sat']);
    } else {
      expect(solver).toMatch(/^(z3|cvc5): not run: \1 isn't on the PATH$/);
    }
  }
});
