import { describe, expect, it } from 'vitest';
import { kernels } from '../../src/implementations/kernels.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { blockCase } from './cases.ts';

describe('the kernels', () => {
  it('agree with the specification on every probe', async () => {
    const mine = kernels();
    const report = await campaign(mine, { level: 1, seed: 1, runs: 10, shard: { index: 1, count: 4 } });
    await mine.close();
    expect(report.failures).toEqual([]);
    expect([report.verdict, report.reason]).toEqual(['PASS', expect.any(String)]);
  });

  it('have no gradients', async () => {
    const outcome = await kernels().run(blockCase({ gradients: true }));
    expect(outcome).toEqual({ kind: 'unsupported', reason: 'it has no gradients' });
  });
});
