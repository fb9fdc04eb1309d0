/** Each bug shows exactly where its predicate says that it can. */
import { describe, expect, it } from 'vitest';
import type { Case } from '../../../src/oracle/adapter.ts';
import { runMutant } from '../../../src/oracle/mutants/adapter.ts';
import { catalogue, equivalences } from '../../../src/oracle/mutants/catalogue.ts';
import type { Mutant } from '../../../src/oracle/mutants/mutant.ts';
import { caseShapeOf } from '../../../src/oracle/mutants/question-shape.ts';
import type { Recorded } from '../../../src/oracle/types.ts';
import { drawCase } from './draw.ts';

type Answer = ReadonlyMap<string, Recorded> | undefined;

/** What can be seen from outside: y and the gradients. */
function seen(answer: Answer): string {
  if (!answer) return 'none';
  return [...answer]
    .filter(([name]) => name === 'y' || name.startsWith('grad_'))
    .map(([name, { shape, data }]) => `${name} [${shape}] ${Array.from(data, (x) => x + 0)}`)
    .join('\n');
}

const seeds = Array.from({ length: 120 }, (_, seed) => seed);

/** The case without grad_y, for bugs of the output. */
function forward(question: Case): Case {
  return { ...question, inputs: new Map([...question.inputs].filter(([name]) => name !== 'grad_y')) };
}

const known = new Map<string, { readonly question: Case; readonly right: string }>();

/** A case and what is right there: with the gradients, or without. */
function caseWith(seed: number, numbers: number, gradients: boolean) {
  const key = `${seed} ${numbers} ${gradients}`;
  const drawn = drawCase(seed, numbers).question;
  const question = gradients ? drawn : forward(drawn);
  const found = known.get(key) ?? { question, right: seen(runMutant({ steps: {} }, question)) };
  known.set(key, found);
  return found;
}

/** Whether a bug shows on a case. */
function shows(mutant: Mutant, seed: number, numbers: number): boolean {
  const { question, right } = caseWith(seed, numbers, mutant.backward === true);
  return seen(runMutant(mutant, question)) !== right;
}

/** Few bugs need a second look where they can show: half of all signs hide a ReLU of one number. */
const looks = 24;

describe('a bug is visible exactly where its predicate says so', () => {
  it.each(catalogue.map((mutant) => [mutant.id, mutant] as const))('%s', (_, mutant) => {
    let [visible, invisible] = [0, 0];
    for (const seed of seeds) {
      const { plan, question } = drawCase(seed);
      const { inputs, ...rest } = question;
      const predicted = !mutant.invisible(caseShapeOf({ ...rest, arrays: inputs }));
      let differs = shows(mutant, seed, 0);
      for (let look = 1; predicted && !differs && look < looks; look++) differs = shows(mutant, seed, look);
      if (differs !== predicted)
        throw new Error(`it ${differs ? 'shows' : 'is hidden'} on ${JSON.stringify(plan)}`);
      if (differs) visible++;
      else invisible++;
    }
    if (equivalences.has(mutant.id)) expect(visible).toBe(0);
    else expect(Math.min(visible, invisible)).toBeGreaterThan(0);
  });
});
