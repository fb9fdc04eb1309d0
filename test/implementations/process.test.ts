/** Somebody else's process: started, heard, ended, whatever it does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { inWords } from '../../src/implementations/ending.ts';
import { Lines } from '../../src/implementations/lines.ts';
import { patience, within } from '../../src/implementations/patience.ts';
import { printable } from '../../src/implementations/printable.ts';
import { Process } from '../../src/implementations/process.ts';
import { Tail } from '../../src/implementations/tail.ts';
import { splitWords } from '../../src/implementations/words.ts';
import { isAlive, isGone } from './alive.ts';

const node = (source: string) => [process.execPath, '-e', source];
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('words of a command line', () => {
  it.each<[line: string, words: readonly string[]]>([
    ['python3 mine.py', ['python3', 'mine.py']],
    ['  a\tb \n c ', ['a', 'b', 'c']],
    [`a 'b c' "d e" f\\ g`, ['a', 'b c', 'd e', 'f g']],
    [`a'b'"c"d`, ['abcd']],
    [`'' ""`, ['', '']],
    [`"\\"\\\\\\n" '\\'`, ['"\\\\n', '\\']],
    [`sh -c 'a | b > $c'`, ['sh', '-c', 'a | b > $c']],
    [
      'a "\\$HOME" \\$x \\; *.py ~ {inputs} x=1 #',
      ['a', '$HOME', '$x', ';', '*.py', '~', '{inputs}', 'x=1', '#'],
    ],
  ])('%j', (line, words) => {
    expect(splitWords(line)).toEqual(words);
  });

  it.each([
    '',
    '  ',
    `a 'b`,
    `a "b`,
    'a\\',
    'a | b',
    'a && b',
    'a; b',
    'a > b',
    '$HOME/a',
    'a "$HOME"',
    'a `b`',
    '(a)',
  ])('refuses %j', (line) => {
    expect(() => splitWords(line)).toThrow(/^command .*: (expected|the |nothing follows|no shell)/);
  });
});

describe('lines', () => {
  const piped = (most = 10) => {
    const stream = new PassThrough();
    return { stream, lines: new Lines(stream, most) };
  };

  it('come whole, however they are cut', async () => {
    const { stream, lines } = piped();
    const heard = (async () => [
      await lines.next(),
      await lines.next(),
      await lines.next(),
      await lines.next(),
    ])();
    for (const byte of Buffer.from('one\ntwö\n\n')) {
      stream.write(Buffer.from([byte]));
      await pause(0);
    }
    stream.end();
    expect(await heard).toEqual([
      { kind: 'line', text: 'one' },
      { kind: 'line', text: 'twö' },
      { kind: 'line', text: '' },
      { kind: 'end' },
    ]);
    expect(await lines.next()).toEqual({ kind: 'end' });
  });

  it.each<[string, Buffer, RegExp]>([
    ['too long', Buffer.from('12345678901'), /more than 10 bytes/],
    ['too long, with its end', Buffer.from('12345678901\n'), /more than 10 bytes/],
    ['not UTF-8', Buffer.from([0xc3, 0x28, 0x0a]), /isn't UTF-8/],
    ['without an end', Buffer.from('1234'), /4 bytes without an end/],
  ])('a line that is %s is a fault, for good', async (_, bytes, reason) => {
    const { stream, lines } = piped();
    stream.end(bytes);
    expect(await lines.next()).toEqual({ kind: 'fault', reason: expect.stringMatching(reason) });
    expect(await lines.next()).toMatchObject({ kind: 'fault' });
  });

  it('a flood that nobody asked for is not kept', async () => {
    const { stream, lines } = piped();
    for (let i = 0; i < 1000; i++) stream.write('x\n');
    stream.end();
    await pause(0);
    let count = 0;
    while (lines.unread()?.kind === 'line') count++;
    expect(count).toBe(4);
  });
});

describe('what it says on standard error', () => {
  it('is kept from its end, without what a terminal would obey', async () => {
    const stream = new PassThrough();
    const tail = new Tail(stream, 40);
    stream.write('x'.repeat(1000));
    stream.end('\n\u001b[31mred\u001b[0m\r\nthen\n\nlast\u202e\n');
    await pause(0);
    expect(tail.lastLines()).toBe('\u{fffd}[31mred\u{fffd}[0m / then / last\u{fffd}');
    const aborting = new PassThrough();
    const abort = new Tail(aborting, 1000);
    aborting.end(
      'no memory\n 1: 0xb8d0a3 node::Abort() [node]\n----- JavaScript stack trace -----\n6: emit (node:events:5:2)\n   ^^^^\n',
    );
    await pause(0);
    expect(abort.lastLines()).toBe('no memory');
    expect(printable('a\tb\u0000')).toBe('a\u{fffd}b\u{fffd}');
  });
});

describe('patience', () => {
  it('ends what takes too long, and nothing else', async () => {
    expect(await within(20, new Promise(() => {}))).toBeUndefined();
    expect(await within(10_000, Promise.resolve('here'))).toBe('here');
    await expect(within(10_000, Promise.reject(new Error('no')))).rejects.toThrow('no');
    let expired = false;
    patience(10, () => {
      expired = true;
    }).end();
    await pause(50);
    expect(expired).toBe(false);
  });

  it('does not count the time in which we were busy', async () => {
    let expired = false;
    const waiting = patience(200, () => {
      expired = true;
    });
    const until = performance.now() + 300;
    while (performance.now() < until);
    await pause(0);
    expect(expired).toBe(false);
    waiting.end();
  });
});

describe('a process', () => {
  it('ends by itself, and how is said in words', async () => {
    const endings = {
      'exit 0': 'ended with exit code 0',
      'exit 7': 'ended with exit code 7',
      'exit 139':
        'ended with exit code 139, as shells do after SIGSEGV (a segmentation fault: an index out of bounds, or a bad pointer)',
      'kill -TERM $$': 'was killed by SIGTERM',
    };
    for (const [source, words] of Object.entries(endings)) {
      const started = await Process.start(['sh', '-c', source]);
      started.stdout.resume();
      expect(inWords(await started.ended)).toBe(words);
      expect(inWords(await started.stop())).toBe(words);
    }
  });

  it('is killed with its group, though it and its child ignore SIGTERM', async () => {
    const source = `
      process.on('SIGTERM', () => {});
      const child = require('child_process').spawn(process.execPath, ['-e',
        'process.on("SIGTERM", () => {}); console.log(process.pid); setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      setInterval(() => {}, 1000);`;
    const started = await Process.start(node(source), { grace: 50 });
    const line = await new Lines(started.stdout, 100).next();
    const grandchild = Number(line.kind === 'line' ? line.text : Number.NaN);
    expect([isAlive(started.pid), isAlive(grandchild)]).toEqual([true, true]);
    expect(inWords(await started.stop())).toMatch(/^was killed by SIGKILL/);
    expect([await isGone(started.pid), await isGone(grandchild)]).toEqual([true, true]);
  });

  it('that is stopped (SIGSTOP) is killed all the same', async () => {
    const started = await Process.start(['sh', '-c', 'kill -STOP $$'], { grace: 50 });
    await pause(200);
    expect((await started.stop()).signal).toMatch(/^SIG(TERM|KILL)$/);
  });

  it('that never reads costs us no wait, and writing to a dead one does nothing', async () => {
    const started = await Process.start(node('setInterval(() => {}, 1000)'));
    for (let i = 0; i < 100; i++) started.write('x'.repeat(10_000));
    await started.stop();
    started.write('more');
    started.end();
    const gone = await Process.start(node('process.stdin.destroy(); setTimeout(() => {}, 100)'));
    gone.write('x'.repeat(1_000_000));
    gone.stdout.resume();
    expect((await gone.finish(60_000)).code).toBe(0);
  });

  it('gets its variables, its working folder and its arguments as they are', async () => {
    const source = 'console.log(JSON.stringify([process.env.IGC_X, process.cwd(), process.argv.slice(1)]))';
    const started = await Process.start([...node(source), '$HOME *', ''], { env: { IGC_X: '1' }, cwd: '/' });
    const line = await new Lines(started.stdout, 1000).next();
    expect(line).toEqual({ kind: 'line', text: '["1","/",["$HOME *",""]]' });
    await started.ended;
  });

  it.each<[argv: readonly string[], reason: RegExp]>([
    [[], /expected a program/],
    [[''], /expected a program/],
    [['/no/such/program'], /there is no such program/],
    [['/tmp'], /is it executable\?/],
    [[process.execPath, 'a\0b'], /can't be started/],
  ])('%j is refused', async (argv, reason) => {
    await expect(Process.start(argv)).rejects.toThrow(reason);
  });
});

describe('when we end', () => {
  // The compiled file: Node 20 runs no TypeScript. `npm test` compiles first.
  const compiled = new URL('../../dist/src/implementations/process.js', import.meta.url).href;
  const stubborn = 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 1000)';
  const parent = (ending: string) => `
    import { once } from 'node:events';
    import { Process } from '${compiled}';
    const busy = setInterval(() => {}, 1000);
    const started = await Process.start([process.execPath, '-e', ${JSON.stringify(stubborn)}]);
    await once(started.stdout, 'data');
    console.log(started.pid);
    clearInterval(busy);
    ${ending}`;

  it.each<[how: string, ending: string, signal: NodeJS.Signals | undefined, code: number | null]>([
    ['by running out of work', '', undefined, 0],
    ['by process.exit', 'process.exit(3);', undefined, 3],
    ['by an error that nobody catches', 'throw new Error("ours");', undefined, 1],
    ['by Ctrl-C', 'setInterval(() => {}, 1000);', 'SIGINT', null],
    ['by SIGTERM', 'setInterval(() => {}, 1000);', 'SIGTERM', null],
  ])('%s, no process stays', async (_, ending, signal, code) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', parent(ending)], { stdio: 'pipe' });
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    const ended = once(child, 'exit');
    if (signal) child.kill(signal);
    expect(await ended).toEqual([code, signal ?? null]);
    expect(pid).toBeGreaterThan(1);
    expect(await isGone(pid)).toBe(true);
  });
});
