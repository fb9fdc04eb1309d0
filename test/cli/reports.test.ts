import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.ts';
import { moduleFolder } from '../implementations/broken.ts';
import { all, parseXml } from '../reports/xml.ts';
import { igc } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'igc reports-'));
const modules = moduleFolder();
afterAll(() => {
  modules.remove();
  rmSync(folder, { recursive: true });
});

const recordings = ['l1m5', 'wrong-kernel-flipped', 'wrong-interleave-swapped'].map(
  (name) => `test/recordings/${name}.npz`,
);
const at = (name: string) => join(folder, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const flipped = modules.broken('kernel flipped');

/** Runs igc as in a step of GitHub Actions. */
async function onGitHub(args: readonly string[], summary?: string) {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
  let [out, err] = ['', ''];
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
    colour: false,
    columns: 80,
    env,
  };
  const code = await run(args, terminal);
  return { code, out, err };
}

describe('reports of recordings', () => {
  it('JUnit and HTML in one run; the exit code is that of the check', async () => {
    const { code } = await igc(['check', ...recordings, '--junit', at('r.xml'), '--html', at('r.html')]);
    expect(code).toBe(1);
    const root = parseXml(read('r.xml'));
    expect(root.attributes).toMatchObject({ tests: '3', failures: '2', errors: '0' });
    const [failure] = all(root, 'failure');
    expect(failure!.text).toContain('this is what you get when the kernel is flipped');
    expect(failure!.text).toContain('replay: igc check test/recordings/wrong-kernel-flipped.npz');
    const page = read('r.html');
    expect(page).toContain('1 of 3 as they should be');
    expect(page.match(/<figure>/g)!.length).toBeGreaterThanOrEqual(4);
  });

  it('a manifest: what fails as expected is good', async () => {
    const entries = recordings.map((file) => ({
      file: resolve(file),
      ...(file.includes('swapped') ? { options: { padding: '1' } } : {}),
      expect: { verdict: file.includes('wrong') ? 'FAIL' : 'PASS' },
    }));
    writeFileSync(at('manifest.json'), JSON.stringify({ recordings: entries }));
    const { code } = await igc(['check', '--manifest', at('manifest.json'), '--junit', at('m.xml')]);
    const root = parseXml(read('m.xml'));
    expect([code, root.attributes.failures, root.attributes.errors]).toEqual([0, '0', '0']);
  });
});

describe('a live check', () => {
  const check = (...args: readonly string[]) =>
    igc(['check', flipped, '--op', 'group-convolution', '--bundle', at('bundles'), ...args]);

  it('shows the failure where it was found, the smallest case, and the replay', async () => {
    const { code } = await check('--junit', at('l.xml'), '--html', at('l.html'));
    expect(code).toBe(1);
    const page = read('l.html');
    for (const text of [
      'where y is wrong',
      'the smallest case that fails so',
      'igc check --replay',
      'what was asked',
    ]) {
      expect(page).toContain(text);
    }
    const [failure] = all(parseXml(read('l.xml')), 'failure');
    expect(failure!.text).toContain('the smallest case that fails so: 1 group');
  });

  it('replaces no file unless told to, and says so before anything is asked', async () => {
    writeFileSync(at('mine.html'), 'mine');
    const { code, err, out } = await check('--html', at('mine.html'));
    expect([code, out, read('mine.html')]).toEqual([2, '', 'mine']);
    expect(err).toContain('it is there already; --force replaces it');
    expect((await check('--html', at('mine.html'), '--force', '--no-bundle')).code).toBe(1);
    expect(read('mine.html')).toMatch(/^<!doctype html>/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('a folder that isn’t there is said so before anything is asked', async () => {
    const lost = join(folder, 'no', 'r.xml');
    const { code, out, err } = await check('--junit', lost);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(`${lost}: there is no folder ${join(folder, 'no')}`);
  });

  it('a report that can’t be written is said so, and is no pass', async () => {
    const lost = at(`${'x'.repeat(300)}.xml`);
    const failed = await check('--junit', lost, '--no-bundle');
    expect(failed.code).toBe(1);
    expect(failed.err).toContain('no report was written');
    expect((await igc(['check', recordings[0]!, '--junit', lost])).code).toBe(3);
  });

  it('--force without a report, and one file for both, are slips', async () => {
    expect((await check('--force')).code).toBe(2);
    expect((await check('--html', at('x'), '--junit', at('x'))).err).toContain('is the JUnit report too');
  });
});

describe('on GitHub Actions', () => {
  it('an annotation for each failure, and a summary after what is there', async () => {
    writeFileSync(at('summary.md'), '# before\n');
    const { code, err } = await onGitHub(['check', ...recordings], at('summary.md'));
    expect(code).toBe(1);
    const lines = err.split('\n').filter((line) => line.startsWith('::'));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(
      /^::error file=test\/recordings\/wrong-kernel-flipped.npz,title=igc%3A FAIL%3A .*::.*%0A/,
    );
    expect(read('summary.md')).toMatch(/^# before\n### igc check: 1 of 3 as they should be\n/);
  });

  it('elsewhere there is neither', async () => {
    const { err } = await igc(['check', ...recordings]);
    expect(err).toBe('');
  });

  it('what an implementation says is no command, in text or JSON', async () => {
    const hostile = modules.write(`export function interleave() {
      throw new Error(' ::set-output name=a::b\\n::error::c ##[set-output name=a]b ' + '::warning::w '.repeat(20));
    }`);
    const text = await onGitHub(['check', hostile, '--no-bundle']);
    expect(text.out).toContain('CRASH');
    const ours = text.err.split('\n').filter((line) => /^\s*::/.test(line));
    expect(ours).toHaveLength(1);
    expect(ours[0]).toMatch(/^::error /);
    expect(text.out).not.toMatch(/^\s*::/m);
    expect(text.out).not.toContain('##[');
    const asJson = await onGitHub(['check', hostile, '--no-bundle', '--json']);
    expect(asJson.out).not.toContain('##[');
    expect(JSON.stringify(JSON.parse(asJson.out))).toContain('##[set-output');
  });
});
