import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { exitCode, type Interruption } from '../../src/cli/frame.ts';
import { moduleFolder } from '../implementations/broken.ts';
import { igc } from './terminal.ts';

const modules = moduleFolder();
const bundles = mkdtempSync(join(tmpdir(), 'igc-live-'));
afterAll(() => {
  modules.remove();
  rmSync(bundles, { recursive: true, force: true });
});

const example = 'docs/examples/my-kernels.mjs';
const check = (...args: string[]) => igc(['check', ...args]);
const interleave = (body: string) => modules.write(`export function interleave({ x, L, M }) { ${body} }`);

it('a script is no recording: the message says how it is judged', async () => {
  const { code, err } = await check('--no-bundle', 'mine.py');
  expect([code, err.includes("mine.py: a program is judged with --command 'python3 mine.py'")]).toEqual([
    2,
    true,
  ]);
});

/** Signals that came: from this time on that it is asked for them; 0: before. */
function interruptedFrom(time: number): () => Interruption {
  let asked = 0;
  return () => ({
    get code() {
      return asked >= time ? exitCode.interrupted : undefined;
    },
    isAsked: async () => ++asked >= time,
    release: () => {},
  });
}

describe('igc check of a module', () => {
  it('passes the example at level 1', async () => {
    const { code, out, err } = await check(example);
    expect(code, out + err).toBe(0);
    expect(out).toMatch(/^PASS {8}docs\/examples\/my-kernels.mjs\n {12}\d+ of \d+ cases agree with the/);
    expect(out.replace(/\s+/g, ' ')).toMatch(/in float32; at most \d+ % of a rounding bound used/);
  });

  it('shows the smallest case that fails, and how to replay it', async () => {
    const file = modules.broken('L and M swapped');
    const { code, out } = await check(file, '--bundle', join(bundles, 'swapped'));
    expect(code).toBe(1);
    expect(out).toContain('L 2, M 1, Mout 3, N 1, size 1x1, kernel 1x1');
    expect(out).toContain('x [1, 2, 1, 1] = 0 1');
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /this is what you get when the interleave is its inverse: .* to mend it: reshape to \(L, Mout\) before/,
    );
    const [, bundle] = /igc check --replay (\S+)/.exec(out.replace(/\n +/g, ' '))!;

    expect((await check('--replay', bundle!, file, '--seed', '3')).err).toMatch(/--seed says nothing/);
    const again = await check('--replay', bundle!, file);
    expect([again.code, again.lines[0]!.split(' ')[0]]).toEqual([1, 'FAIL']);
    const mended = await check('--replay', bundle!, example);
    expect([mended.code, mended.lines[0]!.split(' ')[0]]).toEqual([0, 'PASS']);
    const recorded = await check(join(bundle!, 'recording.safetensors'), '--padding', '0');
    expect(recorded.code).toBe(1);
  });

  it('as JSON, on stdout alone', async () => {
    const file = modules.broken('kernel flipped');
    const { code, out, err } = await check(
      '--json',
      '--no-bundle',
      '--seed',
      '5',
      '--op',
      'group-convolution',
      '--runs',
      '1',
      file,
    );
    const report = JSON.parse(out);
    expect([code, err]).toEqual([1, '']);
    expect(report).toMatchObject({
      schema: 'igc-oracle/check-live/1',
      subject: file,
      verdict: 'FAIL',
      seed: 5,
      ended: 'failure',
    });
    expect(report.failures[0].shrunk.case.sizes).toMatchObject({ kh: 2, kw: 1, L: 1 });
    expect(report.failures[0].bundle).toBeUndefined();
    // Only its rows are flipped: none of the known bugs.
    expect(report.failures[0].diagnosis).toMatchObject({
      kind: 'none',
      stage: 'output',
      suspects: [],
      guesses: [],
      sentence: expect.stringMatching(/^it is none of the \d+ known bugs/),
      asked: 0,
    });
  });

  it.each<[string, string, string[], number, RegExp]>([
    ['hangs', 'for (;;);', ['--timeout', '100'], 1, /^TIMEOUT .*no answer within 100 ms/s],
    ['throws', 'return x.y.z;', [], 1, /^CRASH .*TypeError: Cannot read/s],
    ['gives another shape', 'return { shape: [1, 1, 1, 1], data: [1] };', [], 1, /^GARBAGE .*size 1x2/s],
    ['writes to x', 'x.data.fill(7); return x;', [], 1, /^GARBAGE .*wrote\s+to\s+its\s+input\s+x/s],
    [
      'is never the same',
      'x = { ...x, data: x.data.map(Math.random) }; return x;',
      [],
      1,
      /^FAIL .*not deterministic/s,
    ],
    [
      'can do nothing',
      "throw Object.assign(Error('no GPU'), { code: 'UNSUPPORTED' });",
      [],
      4,
      /^UNSUPPORTED .*no GPU/s,
    ],
  ])('that %s', async (_, body, options, expected, output) => {
    const { code, out } = await check(interleave(body), ...options, '--bundle', bundles);
    expect(code, out).toBe(expected);
    expect(out).toMatch(output);
  });

  it('cut short: the reports are whole, and no pass; what comes after it is not begun', async () => {
    const listen = interruptedFrom(41);
    const [xml, page] = [join(bundles, 'cut.xml'), join(bundles, 'cut.html')];
    const args = ['check', 'kernels', '--provider', 'all', '--json', '--junit', xml, '--html', page];
    const { code, out } = await igc(args, { listen });
    expect(code).toBe(130);
    const [first, ...others] = JSON.parse(out).subjects;
    expect(first).toMatchObject({ verdict: 'MISTRUSTED', cases: 10, ended: 'interrupted' });
    for (const other of others) expect(other.unavailable).toMatch(/^it was not asked/);
    expect(others.length).toBeGreaterThan(0);
    expect(readFileSync(xml, 'utf8')).toMatch(
      /<error type="MISTRUSTED" message="cut short: 10 of .*<\/testsuites>/s,
    );
    expect(readFileSync(page, 'utf8')).toMatch(/cut short: 10 of .*<\/html>/s);
  });

  it('cut short between two: the first is as it was judged, the second was not asked', async () => {
    const [xml, page] = [join(bundles, 'between.xml'), join(bundles, 'between.html')];
    const args = ['check', 'kernels', '--provider', 'all', '--op', 'group-convolution', '--shard', '1/20'];
    let begun = 0;
    // Looked at before each of them.
    const listen = (): Interruption => ({
      get code() {
        return begun++ > 0 ? exitCode.interrupted : undefined;
      },
      isAsked: async () => false,
      release: () => {},
    });
    const { code, out } = await igc([...args, '--junit', xml, '--html', page], { listen });
    expect([code, out]).toEqual([
      130,
      expect.stringMatching(/^PASS .* sums\n.*\nMISTRUSTED {2}kernels \S+ winograd\n +it was not asked/s),
    ]);
    const junit = readFileSync(xml, 'utf8');
    expect(junit.match(/<error type="MISTRUSTED" message="it was not asked/g)).toHaveLength(2);
    expect(readFileSync(page, 'utf8')).toContain('2 of 3 not right');
  });

  it('a signal after all was judged cuts nothing short: the code is of the verdict', async () => {
    let isOver = false;
    const listen = (): Interruption => ({
      get code() {
        return isOver ? exitCode.interrupted : undefined;
      },
      isAsked: async () => false,
      release: () => {},
    });
    const out = () => {
      isOver = true;
    };
    expect(
      (await igc(['check', example, '--op', 'interleave', '--shard', '1/10'], { listen, out })).code,
    ).toBe(0);
    expect(isOver).toBe(true);
  });

  it('cut short before it is asked: no pass, and the reports say so', async () => {
    const xml = join(bundles, 'unasked.xml');
    const { code, out } = await igc(['check', 'kernels', '--provider', 'all', '--junit', xml], {
      listen: interruptedFrom(0),
    });
    expect([code, out]).toEqual([
      130,
      expect.stringMatching(/^MISTRUSTED {2}kernels .*\n +it was not asked/),
    ]);
    expect(readFileSync(xml, 'utf8')).toMatch(
      /errors="\d+".*<error type="MISTRUSTED" message="it was not asked/s,
    );
  });

  it('has only so much time', async () => {
    const { code, out } = await check(example, '--time', '1', '--level', '2');
    expect([0, 4]).toContain(code);
    expect(out).toContain('; the time was up');
  });

  it.each([
    [['--stride', '2', example], 2, /--stride: only for a recording/],
    [['--manifest', 'm.json', example], 2, /--manifest: only for recordings/],
    [['--level', '3', example], 2, /--level: expected 1 or 2, got '3'/],
    [['--level', '1', 'a.npz'], 2, /--level: only for an implementation that can be asked/],
    [['--no-bundle', 'a.npz'], 2, /--no-bundle: only for an implementation/],
    [[example, 'a.npz'], 2, /expected one module and nothing beside it/],
    [['--keep-going', 'a.npz'], 2, /--keep-going: only for an implementation/],
    [['not-there.mjs'], 3, /not-there.mjs: file: expected a JavaScript module, got nothing there\n/],
    [['docs/examples/my-kernel.mjs'], 3, /nothing there; did you mean docs\/examples\/my-kernels\.mjs\?/],
    [['--replay', 'not-there', example], 3, /not-there\/case.json: .*a failure bundle, got ENOENT: [^']*\n$/],
    [['--replay', 'a-bundle'], 2, /--replay: expected what is asked again too: igc check --replay a-bundle /],
    [['--hello', 'hello.json'], 2, /--hello: it says what a --one-shot program can do, got none/],
    [['--timeout', '5s', example], 2, /--timeout: expected milliseconds, a positive integer, got '5s'/],
    [['--html', 'docs', example], 2, /docs: expected a file to write, as docs\/report.html, got a folder/],
    [['--op', 'block', '--no-bundle', 'test/cli/terminal.js'], 3, /expected a JavaScript module/],
  ])('%j: exit code %i', async (args, expected, message) => {
    const { code, err } = await check(...args);
    expect(code, err).toBe(expected);
    expect(err).toMatch(message);
  });

  it('without an operation that is asked for: 4', async () => {
    const { code, out } = await check(interleave('return x;'), '--op', 'block');
    expect([code, out]).toEqual([4, expect.stringContaining('it has no block')]);
  });

  it('wrote nothing into the working folder', () => {
    expect(existsSync('igc-failures')).toBe(false);
  });
});
