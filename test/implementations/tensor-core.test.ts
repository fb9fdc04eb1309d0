import { describe, expect, it } from 'vitest';
import { tensorCore } from '../../src/implementations/tensor-core.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { blockCase } from './cases.ts';

describe('the tensor core', () => {
  it.each(['float32', 'float64'] as const)('agrees with the specification in %s', async (precision) => {
    const report = await campaign(tensorCore({ precision }), { level: 1, seed: 1, runs: 10 });
    expect(report.failures).toEqual([]);
    expect([report.verdict, report.reason]).toEqual(['PASS', expect.any(String)]);
  });

  it('has no gradients', async () => {
    const outcome = await tensorCore().run(blockCase({ gradients: true }));
    expect(outcome).toEqual({ kind: 'unsupported', reason: 'it has no gradients' });
  });
});
