/** Commands in any language, the good and the bad: each ends in the outcome that it deserves, and leaves nothing. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type CommandOptions, command } from '../../src/implementations/command.ts';
import { ImplementationError } from '../../src/implementations/error.ts';
import type { Adapter, Outcome } from '../../src/oracle/adapter.ts';
import { isAlive, isGone } from './alive.ts';
import { asked, interleaveCase, verdictOn } from './cases.ts';

const faulty = fileURLToPath(new URL('faulty.mjs', import.meta.url));
/** Long enough for any machine; only what must time out has less. */
const patient: CommandOptions = { timeout: 60_000, startTimeout: 60_000, grace: 200 };
/** The folder for temporary files of these tests: what is left in it was left behind. */
const temporary = mkdtempSync(join(tmpdir(), 'igc-test-'));
process.env.TMPDIR = temporary;

const open: Adapter[] = [];
afterEach(async () => {
  for (const adapter of open.splice(0)) await adapter.close();
});
afterAll(() => {
  expect(readdirSync(temporary), 'folders left behind').toEqual([]);
  rmSync(temporary, { recursive: true });
  expect(startedHere(), 'processes left behind').toEqual([]);
});

/** The processes that were started by these tests: they have the folder in their environment. */
function startedHere(): readonly string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((pid) => {
    try {
      const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`TMPDIR=${temporary}`);
      return marked && Number(pid) !== process.pid && isAlive(Number(pid));
    } catch {
      return false;
    }
  });
}

async function start(mode: string, options: CommandOptions = {}, ...more: string[]): Promise<Adapter> {
  const adapter = await command([process.execPath, faulty, mode, ...more], { ...patient, ...options });
  open.push(adapter);
  return adapter;
}

const show = (outcome: Outcome) => `${outcome.kind}: ${outcome.kind === 'answer' ? '' : outcome.reason}`;

async function refusal(argv: string | readonly string[], options: CommandOptions = {}): Promise<string> {
  const error = await command(argv, { ...patient, ...options }).then(
    async (adapter) => {
      await adapter.close();
      return 'it started';
    },
    (cause: unknown) => cause,
  );
  expect(error).toBeInstanceOf(ImplementationError);
  const { kind, message } = error as ImplementationError;
  return `${kind}: ${message}`;
}

describe('a right command', () => {
  it('says what it is and passes, case after case', async () => {
    const adapter = await start('right');
    expect(adapter).toMatchObject({
      name: 'faulty: right',
      precision: 'float32',
      operations: ['interleave'],
    });
    expect(adapter.about).toBe(`1; ${process.execPath} ${faulty} right`);
    const declared = await start('right', { precision: 'tfloat32', flushesSubnormals: true });
    expect(declared).toMatchObject({ precision: 'tfloat32', flushesSubnormals: true, composed: false });
    for (const [L, M] of [
      [3, 2],
      [2, 5],
      [1, 4],
      [4, 1],
    ] as const) {
      expect(await asked(adapter, interleaveCase(L, M))).toMatch(/^PASS/);
    }
  });

  it('answers questions in the order in which they were asked, all at once', async () => {
    const adapter = await start('right');
    const cases = Array.from({ length: 20 }, (_, i) => interleaveCase(3, 2, i));
    const verdicts = await Promise.all(cases.map((question) => asked(adapter, question)));
    expect(new Set(verdicts.map((verdict) => verdict.slice(0, 4)))).toEqual(new Set(['PASS']));
  });

  it('may be slow, and may talk without end on standard error', async () => {
    for (const mode of ['is slow but right', 'floods standard error']) {
      expect(await asked(await start(mode), interleaveCase())).toMatch(/^PASS/);
    }
  });

  it('closes twice, and is asked no more', async () => {
    const adapter = await start('right');
    await Promise.all([adapter.close(), adapter.close()]);
    await adapter.close();
    await expect(adapter.run(interleaveCase())).rejects.toThrow('it is closed');
  });

  it('closed while it is asked, it ends', async () => {
    const adapter = await start('hangs');
    const [first, second] = [adapter.run(interleaveCase()), adapter.run(interleaveCase())];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await adapter.close();
    expect((await first).kind).toBe('crash');
    expect(await second).toEqual({ kind: 'crash', reason: 'it was closed before it answered' });
  });

  it('a case that no float32 holds is our mistake, said before anything is asked', async () => {
    const adapter = await start('right');
    const question = interleaveCase(1, 1);
    const x = { shape: [1, 1, 1, 1], data: [2 ** 24 + 1], stored: 'integer' as const };
    await expect(adapter.run({ ...question, inputs: new Map([['x', x]]) })).rejects.toThrow(
      'x[0] = 16777217 is no float32',
    );
    expect(await asked(adapter, interleaveCase())).toMatch(/^PASS/);
  });
});

describe('a command that does not start', () => {
  const hello = '{"igc":1,"name":"x","precision":"float32","operations":["interleave"]}';
  const says = (line: string) => `printf '%s\\n' '${line}'; cat >/dev/null`;

  it.each<[what: string, source: string, expected: RegExp]>([
    ['exits at once', 'true', /^crash: .*it ended with exit code 0, before it answered/],
    [
      'crashes',
      'echo no library >&2; exit 1',
      /^crash: .*exit code 1, before it answered; its last words: no library/,
    ],
    [
      'in prose, with a word on standard error',
      `echo no GPU, falling back >&2; ${says('Loading 3 %')}`,
      /^garbage: .*got 'Loading 3 %' \(.*\); its last words: no GPU, falling back \(expected its first line/,
    ],
    [
      'in prose, after many words on standard error',
      `seq 100000 >&2; ${says('Loading 3 %')}`,
      /; its last words: 99998 \/ 99999 \/ 100000 \(expected its first line/,
    ],
    [
      'in prose',
      says('Loading 3 %'),
      /^garbage: .*got 'Loading 3 %' \(nothing else belongs on standard output; print it on standard error\)/,
    ],
    [
      'with a typo',
      says(`${hello.slice(0, -1)},"stirde":1}`),
      /^garbage: .*said hello wrongly: .*got 'stirde' too/,
    ],
    [
      'without precision',
      says('{"igc":1}'),
      /^garbage: .*"operations": expected a list of some of .*, got none/,
    ],
    [
      'twice',
      says(`${hello}\n${hello}`),
      /^garbage: .*it wrote a line after its hello that nobody asked for/,
    ],
    [
      'in version 2',
      says(hello.replace('1', '2')),
      /^garbage: .*"igc": expected 1, the version of the protocol, got '2'/,
    ],
    ['not in UTF-8', "printf '{\\377}\\n'; cat", /^garbage: .*it wrote a line that isn't UTF-8/],
    [
      'without an end',
      "while printf '%4000s'; do :; done",
      /^garbage: .*it wrote a line of more than 65536 bytes/,
    ],
  ])('%s', async (_, source, expected) => {
    expect(await refusal(['sh', '-c', source])).toMatch(expected);
  });

  it('never says hello', async () => {
    const message = await refusal(['sh', '-c', 'cat >/dev/null'], { startTimeout: 200 });
    expect(message).toMatch(/^timeout: .*no answer within 0.2 s/);
  });

  it.each<[line: string, expected: RegExp]>([
    ['', /^usage: .*expected a program/],
    [
      'no-such-program-at-all --x',
      /^usage: no-such-program-at-all: can't be started: there is no such program/,
    ],
    ['OMP_NUM_THREADS=1 python3 x.py', /^usage: .*for variables: env OMP_NUM_THREADS=1 …/],
    [fileURLToPath(new URL('cases.ts', import.meta.url)), /^usage: .*is it executable\?/],
    ["python3 'mine.py", /^usage: .*the ' at 9 has no end/],
    ['python3 mine.py > log', /^usage: .*no shell runs it: quote the > at 17/],
  ])('%s', async (line, expected) => {
    expect(await refusal(line)).toMatch(expected);
  });
});

describe('a command that goes wrong when it is asked: the outcome, and a right answer to the next', () => {
  let shared: Adapter | undefined;
  afterAll(() => shared?.close());

  it.each<[mode: string, expected: RegExp]>([
    ['crashes with SIGSEGV', /^crash: it was killed by SIGSEGV \(a segmentation fault/],
    ['crashes with SIGKILL', /^crash: it was killed by SIGKILL \(from outside/],
    [
      'throws',
      /^crash: it ended with exit code 1, before it answered; its last words: .*index 7 is out of bounds[^;]*$/,
    ],
    [
      'throws not implemented',
      /not implemented.*; if it can't do this case, .*: answer \{"id": …, "unsupported"/,
    ],
    ['reports not implemented', /NotImplementedError.*; if it can't .*: answer \{"id": …, "unsupported"/],
    ['exits with 0', /^crash: it ended with exit code 0, before it answered$/],
    ['exits with 3', /^crash: it ended with exit code 3, before it answered$/],
    ['reports an error', /^crash: it reports an error: CUDA out of memory$/],
    ['says unsupported', /^unsupported: no interleave of 6 channels$/],
    ['floods standard output when asked', /^garbage: it wrote a line of more than 65536 bytes$/],
    [
      'floods standard output with lines',
      /^garbage: it answered wrongly: expected an object in JSON, got 'x'/,
    ],
    ['answers half a line and exits', /^garbage: it wrote a last line of 9 bytes without an end$/],
    ['answers half an object', /^garbage: it answered wrongly: expected an object in JSON, got '\{"id": "1'/],
    ['answers a list', /^garbage: it answered wrongly: expected an object in JSON, got '\["/],
    ['answers with a wrong id', /^garbage: it answered wrongly: "id": expected '[0-9a-f]{16}', .*, got '1'$/],
    ['answers ok: false', /^garbage: it answered wrongly: "ok": expected true/],
    [
      'answers more than was asked',
      /^garbage: it answered wrongly: "ok"|^garbage: it answered wrongly: expected an id and one of/,
    ],
    ['answers twice', /^garbage: it wrote a line after its answer to answers twice that nobody asked for/],
    ['closes standard output', /^garbage: it closed its standard output before it answered$/],
    ['writes no output', /^garbage: it wrote no outputs.safetensors$/],
    ['writes another name', /^garbage: it wrote no outputs.safetensors, but 'result.safetensors'$/],
    ['writes half of its output', /^garbage: outputs.safetensors: /],
    ['writes an empty output', /^garbage: outputs.safetensors: /],
    ['lies about its shape', /^garbage: outputs.safetensors: /],
    ['writes a bomb', /^garbage: outputs.safetensors: memory for the file: expected at most/],
    ['writes a pipe', /^garbage: outputs.safetensors is not a regular file$/],
    [
      'writes integers',
      /^garbage: .*array y: expected floating-point numbers no coarser than float32, got int32$/,
    ],
    ['writes in half precision', /^garbage: .*array y: .* no coarser than float32, got float16$/],
    ['writes an input as its output', /^garbage: .*array 'x' \(an input\): expected only outputs: y$/],
    ['writes without y', /^garbage: .*array y: expected it, got no arrays$/],
    ['writes to its inputs', /^garbage: it wrote to its inputs: inputs.safetensors has changed$/],
    ['deletes its inputs', /^garbage: it wrote to its inputs: inputs.safetensors is gone$/],
    ['deletes the folder', /^garbage: it wrote to its inputs: inputs.safetensors is gone$/],
  ])('%s', async (fault, expected) => {
    shared ??= await command([process.execPath, faulty], patient);
    expect(show(await shared.run({ ...interleaveCase(), id: fault }))).toMatch(expected);
    expect(await asked(shared, interleaveCase())).toMatch(/^PASS/);
  });

  it.each([
    ['writes NaN', 'GARBAGE'],
    ['writes another shape', 'GARBAGE'],
    ['swaps L and M', 'FAIL'],
  ])('%s: an answer, and the verdict is %s', async (fault, expected) => {
    shared ??= await command([process.execPath, faulty], patient);
    const question = { ...interleaveCase(), id: fault };
    expect(verdictOn(question, shared, await shared.run(question)).kind).toBe(expected);
  });

  it('answers before it is asked: the first question finds it', async () => {
    const adapter = await start('answers before it is asked').catch((error: ImplementationError) => error);
    // Where both lines come in one piece it's found at once.
    const found = adapter instanceof Error ? adapter.message : show(await adapter.run(interleaveCase()));
    expect(found).toMatch(
      /it wrote a line after its hello that nobody asked for|"id": expected '[0-9a-f]{16}'.*got '0'/,
    );
  });

  it('answers, then exits: the next question finds it', async () => {
    const adapter = await start('answers, then exits');
    expect(await asked(adapter, interleaveCase())).toMatch(/^PASS/);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(show(await adapter.run(interleaveCase()))).toMatch(
      /^crash: it ended with exit code 0, (before|after) /,
    );
    expect(await asked(adapter, interleaveCase())).toMatch(/^PASS/);
  });

  it('crashes once: it is restarted and right', async () => {
    const memory = join(tmpdir(), `igc-crashed-once-${process.pid}`);
    try {
      const adapter = await start('crashes once', {}, memory);
      expect(show(await adapter.run(interleaveCase()))).toMatch(
        /^crash: it was killed by SIGABRT \(it gave up/,
      );
      expect(existsSync(memory)).toBe(true);
      expect(await asked(adapter, interleaveCase())).toMatch(/^PASS/);
    } finally {
      rmSync(memory, { force: true });
    }
  });

  it('is restarted no more often than it may be', async () => {
    const adapter = await start('exits with 3', { restarts: 1 });
    const reasons = [];
    for (let i = 0; i < 3; i++) reasons.push(show(await adapter.run(interleaveCase())));
    expect(reasons[1]).toMatch(/^crash: it ended with exit code 3/);
    expect(reasons[2]).toBe("crash: it isn't started again: it has ended 2 times");
  });
});

describe('a command that does not answer', () => {
  it.each<[mode: string, hint: RegExp]>([
    ['hangs', /^timeout: no answer within 0.2 s$/],
    ['ignores SIGTERM', /^timeout: no answer within 0.2 s$/],
    ['never reads', /^timeout: no answer within 0.2 s$/],
    ['closes standard input', /^timeout: no answer within 0.2 s; it had closed its standard input$/],
    ['answers half a line', /^timeout: no answer within 0.2 s; it wrote 9 bytes of a line without an end$/],
  ])('%s: a timeout, killed within a second of it', async (mode, hint) => {
    const adapter = await start(mode, { timeout: 200, grace: 100 });
    const began = performance.now();
    expect(show(await adapter.run(interleaveCase()))).toMatch(hint);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('that it never reads does not hold us, however much there is to read', async () => {
    const adapter = await start('never reads', { timeout: 200 });
    const question = { ...interleaveCase(), id: 'x'.repeat(2 ** 20) };
    expect((await adapter.run(question)).kind).toBe('timeout');
  });

  it('is not late because we were busy', async () => {
    const adapter = await start('is slow but right', { timeout: 500 });
    const verdict = asked(adapter, interleaveCase());
    setTimeout(() => {
      const until = performance.now() + 800;
      while (performance.now() < until);
    }, 100);
    expect(await verdict).toMatch(/^PASS/);
  });
});

describe('children of a command', () => {
  const grandchildOf = (words: string) => Number(/grandchild (\d+)/.exec(words)![1]);

  it('that hold the pipes of a dead command open hide nothing, and are killed', async () => {
    const adapter = await start('leaves a child behind and crashes');
    const outcome = show(await adapter.run(interleaveCase()));
    expect(outcome).toMatch(/^crash: it was killed by SIGSEGV/);
    expect(await isGone(grandchildOf(outcome))).toBe(true);
  });

  it('that left the group hide nothing either', async () => {
    const adapter = await start('leaves an escaped child behind and crashes');
    const outcome = show(await adapter.run(interleaveCase()));
    expect(outcome).toMatch(/^crash: it was killed by SIGSEGV/);
    process.kill(grandchildOf(outcome), 'SIGKILL');
  });

  it('are killed when a right command is closed', async () => {
    const adapter = await start('leaves a child behind', { timeout: 60_000 });
    expect(await asked(adapter, interleaveCase())).toMatch(/^PASS/);
    await adapter.close();
  });
});
