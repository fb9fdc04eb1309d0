/** `igc bench`, its JSON, and what it does with those who aren't there, break, or lie. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Candidate, candidates } from '../../src/bench/candidates.ts';
import { casesNamed } from '../../src/bench/case.ts';
import { Disagreement } from '../../src/bench/result.ts';
import { bench } from '../../src/bench/run.ts';
import { showBench } from '../../src/cli/show-bench.ts';
import { igc } from './terminal.ts';

const liar: Candidate = {
  ...candidates.find(({ id }) => id === 'loops')!,
  id: 'liar',
  argv: () => [process.execPath, fileURLToPath(new URL('../bench/liar.mjs', import.meta.url))],
};

const effort = { rounds: 2, sample: 1, warmUp: 1 };
const run = (...taking: readonly Candidate[]) =>
  bench({ cases: casesNamed('L2M3@4x2'), candidates: taking, effort, call: false }, () => {});

describe('a bench', () => {
  test('prints what it documents, or tables', async () => {
    const { code, out, err } = await igc(
      ['bench', '--shapes', 'L2M3@4x2,dense2@4', '--candidates', 'loops,ours', '--quick', '--json'],
      {},
    );
    expect(code).toBe(0);
    expect(err).toContain('bench: L2M3@4x2: round 1 of 3');
    const report = JSON.parse(out);
    expect(report.schema).toBe('igc-oracle/bench/1');
    const told = new Set(
      [...readFileSync('docs/bench-json.md', 'utf8').matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    const { machine, candidates: participants, cases } = report;
    const results = cases.flatMap((of: { results: object[] }) => of.results);
    const objects = [report, machine, ...participants, ...cases, ...results];
    expect(objects.flatMap(Object.keys).filter((key) => !told.has(key))).toEqual([]);
    expect(cases.map(({ id }: { id: string }) => id)).toEqual(['L2M3@4x2', 'dense2@4']);
    for (const { times, worstRatio } of results) {
      expect(times).toHaveLength(3);
      expect(Math.min(...times)).toBeGreaterThan(0);
      expect(worstRatio).toBeLessThan(1);
    }
    let text = '';
    showBench(report, { out: (more) => (text += more), err: () => {}, colour: false, columns: 80 });
    expect(text).toContain('L2M3@4x2: 5,568 multiply-adds');
    expect(text).toMatch(/plain loops +\S+ +\[\S+, \S+\] +loops/);
  });

  test('times nothing once an output is wrong', async () => {
    const lie = run(liar);
    await expect(lie).rejects.toThrow(Disagreement);
    await expect(lie).rejects.toThrow(/^liar \(by heart\): \d+ of 96 numbers of sample 0 are wrong/);
  });

  test('vectors of eight take part where Node has them', async () => {
    const { candidates: there } = await run(candidates.find(({ id }) => id === 'ours-wide')!);
    const { about, skipped } = there[0]!;
    const hasThem = Number.parseInt(process.versions.node, 10) >= 22;
    expect(hasThem ? about : skipped).toContain(process.version);
    expect(hasThem ? skipped : about).toBeUndefined();
  });

  test('skips who is not there, and says so', async () => {
    const { candidates: there } = await run({ ...liar, argv: () => ['/no/such/program'] });
    expect(there[0]!.skipped).toContain('there is no /no/such/program here');
    const { candidates: many } = await run({ ...liar, threads: 1000 });
    expect(many[0]!.skipped).toMatch(/^processors: \d+, fewer than its threads$/);
  });

  test('breaks off where a process does', async () => {
    const broken = { ...liar, argv: () => [process.execPath, '-e', 'process.exit(3)'] };
    await expect(run(broken)).rejects.toThrow('liar: its process ended with exit code 3');
  });
});

test.each([
  [['--shapes', 'L24'], '--shapes: expected one of L24M2, L4M8'],
  [['--candidates', 'our'], '--candidates: expected ours'],
  [['--rounds', '0'], '--rounds: expected a positive integer'],
])('%j is refused', async (args, message) => {
  const { code, err, out } = await igc(['bench', ...args], {});
  expect([code, out]).toEqual([2, '']);
  expect(err).toContain(message);
});
