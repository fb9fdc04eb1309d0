import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CampaignReport } from '../../src/oracle/report-types.ts';
import { moduleFolder } from '../implementations/broken.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc merge-'));
const modules = moduleFolder();
afterAll(() => {
  modules.remove();
  rmSync(folder, { recursive: true });
});

const right = modules.write(
  'export function interleave({ x, L, M }) { ' +
    'const [N, C, H, W] = x.shape, P = H * W, data = new Float32Array(x.data.length);' +
    'for (let n = 0; n < N; n++) for (let l = 0; l < L; l++) for (let m = 0; m < M; m++)' +
    'for (let p = 0; p < P; p++) data[(n * C + m * L + l) * P + p] = x.data[(n * C + l * M + m) * P + p];' +
    'return { shape: x.shape, data }; }',
);
const wrong = modules.write(
  'export function interleave({ x }) { return { shape: x.shape, data: x.data.slice() }; }',
);

async function report(name: string, ...args: readonly string[]): Promise<string> {
  const { out } = await igc([
    'check',
    '--json',
    '--no-bundle',
    '--runs',
    '10',
    '--op',
    'interleave',
    ...args,
  ]);
  const file = join(folder, name);
  writeFileSync(file, out);
  return file;
}

/** A copy of a report with some fields changed. */
function edited(file: string, name: string, change: Partial<CampaignReport> | object): string {
  const copy = join(folder, name);
  writeFileSync(copy, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }));
  return copy;
}

let shards: string[];
beforeAll(async () => {
  shards = await Promise.all([1, 2, 3].map((i) => report(`right-${i}.json`, right, '--shard', `${i}/3`)));
});

const merge = (...args: readonly string[]) => igc(['merge', ...args]);

describe('igc merge', () => {
  it('remarks are joined, those of reports that have none as well', async () => {
    const [reason, first] = ['y holds more', 'integers/1'];
    const remarked = (file: string, cases: number) =>
      edited(file, `remarked-${cases}.json`, { remarks: [{ reason, cases, first }] });
    const without = edited(shards[1]!, 'no-remarks.json', { remarks: undefined });
    const given = [remarked(shards[0]!, 3), without, remarked(shards[2]!, 4)];
    const { out } = await merge('--json', ...given);
    expect(JSON.parse(out).remarks).toEqual([{ reason, cases: 7, first }]);
    expect((await merge(...given)).out).toContain('remark, 7 times, first in integers/1: y holds more');
  });

  it('shards, in any order, are the whole', async () => {
    const whole = JSON.parse(readFileSync(await report('whole.json', right), 'utf8'));
    const { code, out } = await merge('--json', shards[2]!, shards[0]!, shards[1]!);
    const merged = JSON.parse(out);
    expect(code).toBe(0);
    const { counts, cases, elements, verdict, reason, trusted } = whole;
    expect(merged).toMatchObject({ counts, cases, elements, verdict, reason, trusted });
    expect(merged).toMatchObject({ schema: 'igc-oracle/merge/1', missing: [], seeds: [whole.seed] });
    expect(merged.parts.map((part: { shard: object }) => part.shard)).toEqual(
      [1, 2, 3].map((index) => ({ index, count: 3, total: whole.cases })),
    );
    expect((await merge(...shards)).out).toMatch(/^PASS .*\n.*cases agree.*\n(.*\n)*.*3 of 3 reports/);
  });

  it('a missing shard: no pass', async () => {
    const { code, out } = await merge('--json', shards[0]!, shards[2]!);
    const merged = JSON.parse(out);
    expect([code, merged.verdict]).toEqual([4, 'MISTRUSTED']);
    expect(merged.reason).toMatch(/^a shard is missing: 2\/3 of seed \d+; of the others: /);
    expect(merged.missing).toEqual([{ seed: merged.seed, index: 2, count: 3 }]);
  });

  it('a failure in a shard is the failure of all, with its replay', async () => {
    const failing = await Promise.all(
      [1, 2].map((i) => report(`wrong-${i}.json`, wrong, '--shard', `${i}/2`, '--keep-going')),
    );
    const { code, out } = await merge(
      '--html',
      join(folder, 'm.html'),
      '--junit',
      join(folder, 'm.xml'),
      ...failing,
    );
    expect(code).toBe(1);
    expect(out).toMatch(/^FAIL /);
    const page = readFileSync(join(folder, 'm.html'), 'utf8');
    expect(page).toContain('the smallest case that fails so');
    expect(page).toMatch(/where y is wrong, judged from x<\/h3>\n.*\n<figure><svg/);
    expect(readFileSync(join(folder, 'm.xml'), 'utf8')).toContain('<failure type="FAIL"');
  });

  it('other seeds are other campaigns', async () => {
    const more = await report('seed.json', right, '--seed', '9');
    const { code, out } = await merge('--json', ...shards, more);
    expect([code, JSON.parse(out).seeds]).toEqual([
      0,
      [9, JSON.parse(readFileSync(shards[0]!, 'utf8')).seed],
    ]);
  });

  it('what was merged may be merged again', async () => {
    const joined = async (name: string, ...files: readonly string[]) => {
      const copy = join(folder, name);
      writeFileSync(copy, (await merge('--json', ...files)).out);
      return copy;
    };
    const two = await joined('two.json', shards[0]!, shards[2]!);
    const all = JSON.parse(readFileSync(await joined('all.json', two, shards[1]!), 'utf8'));
    const { timing, ...once } = JSON.parse((await merge('--json', ...shards)).out);
    const { timing: _, families, ...again } = all;
    expect({ ...again, families: expect.anything() }).toEqual({ ...once, families: expect.anything() });
    expect(all.parts).toHaveLength(3);

    const twice = await merge(two, shards[0]!);
    expect([twice.code, twice.err]).toEqual([
      3,
      expect.stringMatching(/shard 1\/3 of seed \d+ is given twice/),
    ]);
    const odd = edited(two, 'odd.json', { parts: [] });
    expect((await merge(odd)).err).toMatch(/parts: expected at least one/);
  });

  it('a report with a failure that makes no sense has no picture', async () => {
    const failing = await report('odd-failure.json', wrong);
    const { failures } = JSON.parse(readFileSync(failing, 'utf8'));
    const [{ shrunk, ...failure }] = failures;
    const page = join(folder, 'odd.html');
    const changed = { ...shrunk, case: { ...shrunk.case, sizes: { ...shrunk.case.sizes, L: 7 } } };
    const copy = edited(failing, 'odd-copy.json', { failures: [{ ...failure, shrunk: changed }] });
    expect((await merge('--html', page, copy)).code).toBe(1);
    expect(readFileSync(page, 'utf8')).not.toContain('where y is wrong');
  });

  it.each<[string, (copy: typeof edited) => string[], RegExp]>([
    [
      'the same twice',
      (copy) => [...shards, copy(shards[0]!, 'again.json', {})],
      /shard 1\/3 of seed \d+ is in .*right-1\.json too/,
    ],
    [
      'another split',
      (copy) => [...shards, copy(shards[0]!, 'split.json', { shard: { index: 1, count: 4 } })],
      /expected a shard of 3 as in .*, got 1\/4/,
    ],
    [
      'another implementation',
      (copy) => [shards[0]!, copy(shards[1]!, 'other.json', { subject: 'other.mjs' })],
      /subject: expected ".*mjs" as in .*, got "other.mjs"/,
    ],
    [
      'another version',
      (copy) => {
        const { implementation } = JSON.parse(readFileSync(shards[1]!, 'utf8'));
        return [
          shards[0]!,
          copy(shards[1]!, 'v.json', { implementation: { ...implementation, about: 'v2' } }),
        ];
      },
      /about: expected ".*" as in .*, got "v2"/,
    ],
    [
      'another level',
      (copy) => [shards[0]!, copy(shards[1]!, 'l.json', { level: 2 })],
      /level: expected 1 as in/,
    ],
    [
      'sums that are wrong',
      (copy) => [copy(shards[0]!, 's.json', { cases: 1 })],
      /cases: the sum of its counts/,
    ],
    [
      'a share that is whole and was cut short',
      (copy) => [copy(shards[0]!, 'cut.json', { ended: 'interrupted' })],
      /ended: whether it saw all cases: expected true, got false/,
    ],
    [
      'fewer cases than its share',
      (copy) => [copy(shards[0]!, 't.json', { shard: { index: 1, count: 3, total: 900 } })],
      /cases: the share of shard 1\/3: expected 300/,
    ],
    ['no report', () => ['test/recordings/l1m5.npz'], /expected a report of igc check --json/],
    [
      'a report of recordings',
      (copy) => [copy(shards[0]!, 'r.json', { schema: 'igc-oracle/check/1' })],
      /schema: expected "igc-oracle\/check-live\/1"/,
    ],
    [
      'a hostile field',
      (copy) => [copy(shards[0]!, 'h.json', { families: [{ family: {} }] })],
      /families\[0\].family: expected a text, got {}/,
    ],
    ['none of them', () => ['not-there.json'], /not-there.json: file: expected a report/],
  ])('%s: refused', async (_, files, message) => {
    const { code, err, out } = await merge(...files(edited));
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(message);
  });

  it('nothing to merge is a usage error', async () => {
    expect((await merge()).code).toBe(2);
  });

  it.each(['0/3', '4/3', '1', '1/0', '-1/3', '1/3x', '01/3'])('--shard %s', async (text) => {
    const { code, err } = await igc(['check', right, '--shard', text]);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining(`--shard: expected i/n with 1 <= i <= n, as 3/8, got '${text}'`),
    ]);
  });

  it('--shard of recordings or of a replay says nothing', async () => {
    expect((await igc(['check', 'a.npz', '--shard', '1/2'])).err).toContain(
      '--shard: only for an implementation',
    );
  });
});
