import { describe, expect, it } from 'vitest';
import { campaign } from '../../src/oracle/campaign.ts';
import { mergeReports, type Part } from '../../src/oracle/merge.ts';
import { probes } from '../../src/oracle/probes/index.ts';
import { type Shard, shardOf, shareOf } from '../../src/oracle/shard.ts';
import { specAdapter } from './spec-adapter.ts';

const adapter = specAdapter({ operations: ['group-convolution', 'interleave'], gradients: false });
const drawing = { level: 1, seed: 7, runs: 20 } as const;
const ids = (shard?: Shard) => [...shardOf(probes(adapter, drawing), shard).items].map(({ id }) => id);

describe('the shards of a campaign', () => {
  it.each([1, 2, 3, 7])(
    '%i of them: disjoint, together the whole, as large as each other, the same each time',
    (count) => {
      const whole = ids();
      const shards = Array.from({ length: count }, (_, i) => ids({ index: i + 1, count }));
      expect(new Set(shards.flat()).size).toBe(whole.length);
      expect(shards.flat().toSorted()).toEqual(whole.toSorted());
      const sizes = shards.map((shard) => shard.length);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(sizes).toEqual(sizes.map((_, i) => shareOf({ index: i + 1, count }, whole.length)));
      expect(ids({ index: 1, count })).toEqual(shards[0]);
    },
  );

  it('more shards than cases: some are empty', () => {
    expect([...shardOf('ab', { index: 3, count: 5 }).items]).toEqual([]);
    expect([...shardOf('ab', { index: 2, count: 5 }).items]).toEqual(['b']);
  });

  it('know how many cases there are in all once they have seen the last', () => {
    const { items, total } = shardOf('abcde', { index: 2, count: 3 });
    expect(total()).toBeUndefined();
    expect([...items]).toEqual(['b', 'e']);
    expect(total()).toBe(5);
  });

  it('joined they are the report of the whole, but for timing', async () => {
    const run = (shard?: Shard) => campaign(adapter, { ...drawing, shard });
    const whole = await run();
    const parts = await Promise.all(
      [3, 1, 2].map(async (index): Promise<Part> => {
        const report = JSON.parse(JSON.stringify(await run({ index, count: 3 })));
        return { file: `${index}.json`, subject: 'spec', argument: 'spec', report };
      }),
    );
    const { report, missing } = mergeReports(parts);
    expect(missing).toEqual([]);
    const { timing: _, families, ...expected } = whole;
    expect(report).toMatchObject(expected);
    const byName = (list: typeof families) => list.toSorted((a, b) => a.family.localeCompare(b.family));
    expect(byName(report.families)).toEqual(byName(families));
    expect(report.verdict).toBe('PASS');
  });
});
