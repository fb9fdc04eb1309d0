/** `igc check --command` and `--one-shot`: programs in any language. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { faultHello, faultPrograms, sourceOf } from '../../src/implementations/fault-programs.ts';
import { splitWords } from '../../src/implementations/words.ts';
import { igc, undocumented } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), "igc-it's here-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const check = (...args: string[]) => igc(['check', ...args]);
const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
const written = (name: string, text: string) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
};
/** The command line of a program of the self-test. */
const program = (id: string) => {
  const source = sourceOf(faultPrograms.find((fault) => fault.id === id)!);
  return `${quoted(process.execPath)} ${quoted(written(`${id}.mjs`, source))}`;
};
const hello = written('hello.json', faultHello);
const fits = (text: string) => text.replace(/\n +/g, ' ');

describe('a command', () => {
  it('that is right passes', async () => {
    const line = program('command-right');
    const { code, out, err } = await check('--command', line, '--runs', '5');
    expect(code, out + err).toBe(0);
    expect(out).toMatch(/^PASS {8}.*command-right.mjs'\n {12}\d+ of \d+ cases agree with the specification/);
  });

  it('that never says hello has as long for it as for a case', async () => {
    const began = performance.now();
    const { code, err } = await check('--command', 'sleep 100', '--timeout', '400');
    expect([code, err]).toEqual([1, expect.stringMatching(/within 0.4 s/)]);
    expect(performance.now() - began).toBeLessThan(30_000);
  });

  it('that is wrong is told which bug it has, and how to replay it: by a mended one, by a one-shot program', async () => {
    const line = program('command-echo');
    const { code, out } = await check('--json', '--command', line, '--bundle', join(folder, 'b'));
    const report = JSON.parse(out);
    expect([code, report.subject, report.verdict]).toEqual([1, line, 'FAIL']);
    const [failure] = report.failures;
    const { diagnosis, bundle } = failure;
    const own = { guesses: diagnosis.guesses, asked: diagnosis.asked };
    expect(undocumented(report, report.implementation, failure, failure.case, failure.shrunk, own)).toEqual(
      [],
    );
    expect(diagnosis).toMatchObject({
      kind: 'named',
      suspects: [{ id: 'first-permutation-missing', advice: expect.any(String) }],
      sentence: expect.stringMatching(/^this is what you get when /),
    });

    const { replay, implementation, ...told } = JSON.parse(readFileSync(join(bundle, 'case.json'), 'utf8'));
    expect(told.diagnosis).toEqual(diagnosis);
    expect(splitWords(implementation)).toEqual(['--command', line]);
    const [, ...args] = splitWords(replay);
    const again = await igc(args);
    expect([again.code, again.lines[0]!.split(' ')[0]]).toEqual([1, 'FAIL']);
    expect(fits(again.out)).toContain('this is what you get when');
    const mended = await check('--replay', bundle, '--command', program('command-right'));
    expect([mended.code, mended.lines[0]!.split(' ')[0]]).toEqual([0, 'PASS']);
    const oneShot = await check(
      '--replay',
      bundle,
      '--one-shot',
      `${program('one-shot-right')} {case}`,
      '--hello',
      hello,
    );
    expect([oneShot.code, oneShot.lines[0]!.split(' ')[0]]).toEqual([0, 'PASS']);
  });

  it.each([
    [
      'never answers',
      'command-hangs',
      ['--timeout', '200', '--start-timeout', '60000'],
      /^TIMEOUT .*no answer within 0.2 s/s,
    ],
    ['is killed by SIGSEGV', 'command-segfault', [], /^CRASH .*was killed by SIGSEGV/s],
    ['prints prose', 'command-prose', [], /^GARBAGE .*nothing else belongs on standard output/s],
  ])('that %s', async (_, id, options, output) => {
    const line = program(id);
    const { code, out } = await check(
      '--command',
      line,
      '--no-bundle',
      '--replay',
      firstBundle(),
      ...options,
    );
    expect(code, out).toBe(1);
    expect(fits(out)).toMatch(output);
  });
});

it('a one-shot program that is wrong', async () => {
  const template = `${program('one-shot-silent')} {case}`;
  const { code, out } = await check('--one-shot', template, '--hello', hello, '--replay', firstBundle());
  expect([code, fits(out)]).toEqual([
    1,
    expect.stringMatching(/^GARBAGE .*it wrote no outputs.safetensors/s),
  ]);
});

/** A case to be asked: the bundle that a test above wrote. */
const firstBundle = () => join(folder, 'b', 'fault-interleave-FAIL');

it.each<[args: string[], expected: number, message: RegExp]>([
  [['--command', 'no-such-program-at-all'], 2, /no-such-program-at-all: can't be started: there is no/],
  [['--command', 'python3 mine.py | tee log'], 2, /no shell runs it: quote the | at/],
  [
    ['--command', "sh -c 'echo no library >&2; exit 1'"],
    1,
    /exit code 1, before it answered; its last words: no library/,
  ],
  [['--command', 'echo Loading'], 1, /got 'Loading' \(nothing else belongs on standard output; print/],
  [['--command', 'a', 'b.npz'], 2, /expected a program or files, got both: b.npz/],
  [['--command', 'a', '--one-shot', 'b {case}'], 2, /--one-shot: expected it or --command, got both/],
  [['--command', 'a', '--hello', hello], 2, /--hello: only for --one-shot/],
  [['--command', 'a', '--manifest', 'm.json'], 2, /--manifest: only for recordings/],
  [['--command', 'a', '--stride', '2'], 2, /--stride: only for a recording/],
  [['--hello', hello, 'a.npz'], 2, /--hello: it says what a --one-shot program can do, got none/],
  [['--one-shot', 'a {case}'], 2, /--one-shot: expected --hello FILE too/],
  [['--one-shot', 'a {cas}', '--hello', hello], 2, /got \{cas\}/],
  [['--one-shot', 'a {inputs}', '--hello', hello], 2, /expected \{inputs\} and \{outputs\}/],
  [
    ['--one-shot', 'a {case}', '--hello', 'not-there.json'],
    3,
    /not-there.json: file: expected what a program/,
  ],
  [['--one-shot', 'a {case}', '--hello', written('h.json', '{"igc":2}')], 3, /field "igc": expected 1/],
  [['--one-shot', 'a {case}', '--hello', written('p.json', 'name: x')], 3, /expected an object in JSON/],
])('%j: exit code %i', async (args, expected, message) => {
  const { code, out, err } = await check(...args);
  expect([code, out]).toEqual([expected, '']);
  expect(err).toMatch(message);
});
