/** Whether bugs are the same function on a shape is proved where it can be, and said where it isn't. */
import { describe, expect, it } from 'vitest';
import { evidenceOf } from '../../../src/oracle/ask.ts';
import { diagnose } from '../../../src/oracle/diagnose.ts';
import { runMutant } from '../../../src/oracle/mutants/adapter.ts';
import { catalogue, mutantOf } from '../../../src/oracle/mutants/catalogue.ts';
import { caseShapeOf } from '../../../src/oracle/mutants/question-shape.ts';
import { provedRight, sameness } from '../../../src/oracle/mutants/same-function.ts';
import { integers } from '../../../src/oracle/probes/numbers.ts';
import { caseOf, type Plan } from '../../../src/oracle/probes/plan.ts';
import { template } from '../../../src/oracle/probes/templates.ts';

const abilities = { operations: ['block'], precision: 'float64' } as const;
const questionOf = (plan: Plan) => {
  const { inputs, ...rest } = caseOf('case', plan, 'float64', integers(plan, 'float64', 1));
  return { ...rest, arrays: inputs };
};
const two = template({ L: 2, M: 2, kernel: [1, 2], size: [2, 2], pads: [0, 0, 1, 0] });
const right = { steps: {} };

describe('two functions', () => {
  it('are proved to be the same: with two partitions the interleave is its own inverse', () => {
    expect(sameness([right, mutantOf('permutations-inverse')], questionOf(two))).toEqual({ kind: 'proved' });
    const three = { ...two, L: 3, Lout: 3 };
    expect(sameness([right, mutantOf('permutations-inverse')], questionOf(three))).toEqual({
      kind: 'refuted',
    });
  });

  it('are the same where what is no polynomial is made of equal ones', () => {
    const relu = mutantOf('relu-between');
    const inverse = mutantOf('permutations-inverse');
    const both = { steps: { ...inverse.steps, ...relu.steps } };
    expect(sameness([relu, both], questionOf(two))).toEqual({ kind: 'proved' });
    expect(sameness([right, relu], questionOf(two))).toEqual({ kind: 'refuted' });
  });

  it('that are too large are not proved, and that is said', () => {
    const large = { ...two, size: [60, 60] } as const;
    expect(sameness([right, mutantOf('permutations-inverse')], questionOf(large))).toEqual({
      kind: 'agreed',
      cases: 8,
    });
    expect(provedRight([mutantOf('permutations-inverse')], questionOf(large))).toEqual([]);
  });

  it('of a group convolution, with their gradients', () => {
    const plan = { ...two, operation: 'group-convolution', gradients: true } as const;
    const question = questionOf({ ...plan, kernel: [1, 1] });
    const flipped = ['kernel-flipped', 'gradient-x-flipped', 'gradient-kernel-flipped'].map(mutantOf);
    expect(provedRight(flipped, question)).toEqual(flipped);
    expect(provedRight(flipped, questionOf(plan))).toEqual([]);
  });
});

it.each([two, template({ N: 2, L: 1, M: 2, Mout: 3, size: [1, 2], bias: true })])(
  'every bug that its rule calls invisible on %j is proved to be so, and no other',
  (plan) => {
    const question = questionOf(plan);
    const shape = caseShapeOf(question);
    const forward = catalogue.filter(({ backward, operations }) => !backward && operations.includes('block'));
    const invisible = forward.filter((mutant) => mutant.invisible(shape));
    expect(invisible.length).toBeGreaterThan(10);
    const proved = new Set(forward.flatMap((mutant) => provedRight([mutant], question)));
    expect([...proved].map(({ id }) => id)).toEqual(invisible.map(({ id }) => id));
  },
);

it('a diagnosis says which', () => {
  const question = caseOf('case', two, 'float64', integers(two, 'float64', 1));
  const found = diagnose(evidenceOf(abilities, question, runMutant(mutantOf('kernel-flipped'), question)!));
  expect(found.kind).toBe('named');
  expect(found.invisible).toContain('permutations-inverse');
  expect(found.proved).toEqual(found.invisible);
});
