import { describe, expect, it } from 'vitest';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { mutantAdapter } from '../../src/oracle/mutants/adapter.ts';
import { catalogue, equivalences } from '../../src/oracle/mutants/catalogue.ts';
import type { Mutant } from '../../src/oracle/mutants/mutant.ts';

const seed = 170702725;
const isBias = (name: string) => name.endsWith('bias');

/** An implementation with this bug, only y of which is seen, and which overlooks biases besides. */
function overlookingBiases(mutant: Mutant): Adapter {
  const adapter = mutantAdapter(mutant);
  return {
    ...adapter,
    gradients: false,
    run: async (question: Case) => {
      const inputs = new Map([...question.inputs].filter(([name]) => !isBias(name)));
      const outcome = await adapter.run({ ...question, inputs });
      if (outcome.kind !== 'answer') return outcome;
      return { kind: 'answer', arrays: new Map([['y', outcome.arrays.get('y')!]]) };
    },
  };
}

// The bugs that concern the biases themselves are overlooked with them.
const others = catalogue.filter(
  ({ id, backward }) => !backward && !equivalences.has(id) && !/-bias-/.test(id),
);

describe('an implementation that overlooks biases and has another bug', () => {
  it.each(others.map((mutant) => [mutant.id, mutant] as const))('%s is named', async (id, mutant) => {
    const adapter = overlookingBiases(mutant);
    const { failures } = await campaign(adapter, { level: 1, seed, shrinking: false });
    const { suspects } = failures[0]!.diagnosis!;
    expect(suspects.map((suspect) => suspect.id)).toEqual([id]);
  });

  it('is told that nothing known gives this alone, and what was asked for instead', async () => {
    const adapter = overlookingBiases(others.find(({ id }) => id === 'permutations-missing')!);
    const { failures } = await campaign(adapter, { level: 1, seed, shrinking: false });
    expect(failures[0]!.diagnosis!.sentence).toMatch(
      /^it is none of the \d+ known bugs, alone; asked for a case with no biases, this is what you get when both permutations are missing/,
    );
  });

  it('and one that nobody knows is still none of them', async () => {
    const right = overlookingBiases({ ...others[0]!, steps: {} });
    const off: Adapter = {
      ...right,
      run: async (question) => {
        const outcome = await right.run(question);
        if (outcome.kind !== 'answer') return outcome;
        const y = outcome.arrays.get('y')!;
        const data = Array.from(y.data, (value, i) => (i === 0 ? value + 1 : value));
        return { kind: 'answer', arrays: new Map([['y', { ...y, data }]]) };
      },
    };
    const { failures } = await campaign(off, { level: 1, seed, shrinking: false });
    expect(failures[0]!.diagnosis).toMatchObject({ kind: 'none', suspects: [] });
    expect(failures[0]!.diagnosis!.sentence).toMatch(/^it is none of the \d+ known bugs, alone$/);
  });
});
