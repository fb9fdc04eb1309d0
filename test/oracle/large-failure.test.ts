/** A failure that is too large to be compared with the known bugs: it is made smaller first. */
import { expect, it } from 'vitest';
import { campaign } from '../../src/oracle/campaign.ts';
import { mutantAdapter } from '../../src/oracle/mutants/adapter.ts';
import { mutantOf } from '../../src/oracle/mutants/catalogue.ts';
import { integers } from '../../src/oracle/probes/numbers.ts';
import { caseOf } from '../../src/oracle/probes/plan.ts';
import { template } from '../../src/oracle/probes/templates.ts';

it('the diagnosis is that of the smallest case', async () => {
  const plan = template({ L: 5, M: 8, kernel: [3, 3], size: [26, 28], pads: [1, 1, 1, 1] });
  const adapter = mutantAdapter(mutantOf('first-permutation-missing'));
  const cases = [caseOf('large', plan, 'float32', integers(plan, 'float32', 1))];
  const found = async (shrinking: false | { readonly runs: number }) => {
    const [failure] = (await campaign(adapter, { level: 1, seed: 1, cases, shrinking })).failures;
    return failure!.diagnosis!;
  };
  expect((await found(false)).kind).toBe('too large');
  const { suspects } = await found({ runs: 200 });
  expect(suspects.map(({ id }) => id)).toContain('first-permutation-missing');
});
