/** Programs that read files, write files and end. */
import { describe, expect, it } from 'vitest';
import { type OneShotOptions, oneShot } from '../../src/implementations/one-shot.ts';
import type { Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { asked, groupCase, interleaveCase } from './cases.ts';

const abilities = { operations: ['interleave', 'group-convolution'], precision: 'float32' } as const;
const options: OneShotOptions = { abilities, format: 'safetensors', timeout: 60_000, grace: 100 };
const files = '{inputs} {outputs}';
const node = (source: string, ...words: string[]) => [process.execPath, '-e', source, ...words];
const copy = `const [, from, to] = process.argv; require('fs').copyFileSync(from, to);`;

async function outcomeOf(adapter: Promise<Adapter>, question: Case = interleaveCase()): Promise<string> {
  const opened = await adapter;
  try {
    const outcome: Outcome = await opened.run(question);
    return `${outcome.kind}: ${outcome.kind === 'answer' ? '' : outcome.reason}`;
  } finally {
    await opened.close();
  }
}

describe('a program', () => {
  it('is told everything in words, or in a file', async () => {
    const words =
      '{operation} {stride_h} {stride_w} {dilation_h} {dilation_w} {top} {bottom} {left} {right} {L} {M}';
    const source =
      'console.error(process.argv.slice(3).join(" ")); console.error(require("fs").readFileSync(process.argv[1], "utf8")); process.exit(69)';
    const outcome = await outcomeOf(
      oneShot(node(source, '{case}', '--', ...words.split(' ')), options),
      groupCase(),
    );
    const [kind, said] = [outcome.slice(0, 12), outcome.slice(13).split(' / ')];
    expect(kind).toBe('unsupported:');
    expect(said[0]).toBe('group-convolution 1 2 2 1 1 2 2 0 3 2');
    expect(said[1]).toMatch(/^\{"case":"group-convolution\/1","operation":"group-convolution","inputs":"/);
  });

  it('that copies its input is right about the interleave of one partition, and about no other', async () => {
    const adapter = await oneShot(
      `'${process.execPath}' -e "${copy.replace(/"/g, '\\"')}" ${files}`,
      options,
    );
    // The copy holds x and no y.
    expect((await adapter.run(interleaveCase(1, 3))).kind).toBe('garbage');
    await adapter.close();
    const renaming = `const fs = require('fs'); const [, from, to] = process.argv;
      fs.writeFileSync(to, fs.readFileSync(from, 'latin1').replace('"x"', '"y"'), 'latin1');`;
    const right = await oneShot(node(renaming, '{inputs}', '{outputs}'), {
      ...options,
      name: 'a copy',
      version: '2',
    });
    expect(right).toMatchObject({
      name: 'a copy',
      about: expect.stringMatching(/^2; /),
      precision: 'float32',
    });
    expect(await asked(right, interleaveCase(1, 3))).toMatch(/^PASS/);
    expect(await asked(right, interleaveCase(3, 2))).toMatch(/^FAIL/);
    await Promise.all([right.close(), right.close()]);
    await expect(right.run(interleaveCase())).rejects.toThrow('a copy: it is closed');
  });

  it.each<[what: string, source: string, expected: RegExp]>([
    ['writes nothing', '', /^garbage: it wrote no outputs.safetensors, but 'case.json'$/],
    [
      'fails',
      'echo no such layer >&2; exit 1',
      /^crash: it ended with exit code 1; its last words: no such layer$/,
    ],
    [
      'has nothing to offer',
      'echo stride: not implemented >&2; exit 1',
      /not implemented; if it can't do this case, that is no failure: end with exit code 69, and say why/,
    ],
    ['crashes', 'kill -SEGV $$', /^crash: it was killed by SIGSEGV/],
    ['refuses without a word', 'exit 69', /^unsupported: it gave no reason$/],
    ['refuses on standard output', 'echo no GPU; exit 69', /^unsupported: no GPU$/],
    ['reads to the end of its input', 'cat; exit 7', /^crash: it ended with exit code 7$/],
  ])('that %s', async (_, source, expected) => {
    expect(await outcomeOf(oneShot(['sh', '-c', source, '{inputs}', '{outputs}'], options))).toMatch(
      expected,
    );
  });

  it('that hangs is a timeout; closed before, it ends', async () => {
    const hanging = node('setInterval(() => {}, 1000)', '{case}');
    const outcome = await outcomeOf(oneShot(hanging, { ...options, timeout: 200 }));
    expect(outcome).toBe('timeout: it has not ended within 0.2 s');
    const adapter = await oneShot(hanging, options);
    const open = [adapter.run(interleaveCase()), adapter.run(interleaveCase())];
    await new Promise((resolve) => setTimeout(resolve, 50));
    await adapter.close();
    expect((await Promise.all(open)).map(({ kind }) => kind)).toEqual(['crash', 'crash']);
  });

  it('that takes too much memory is stopped', async () => {
    if (process.platform !== 'linux') return;
    const source = 'const all = []; setInterval(() => all.push(Buffer.alloc(2 ** 26, 1)), 5)';
    const outcome = await outcomeOf(oneShot(node(source, '{case}'), { ...options, memory: 300 }));
    expect(outcome).toMatch(/^crash: it took \d+ MiB of memory, more than the 300 that it may$/);
  });

  it('that is not there is a crash, case by case', async () => {
    const outcome = await outcomeOf(oneShot(`/no/such/program ${files}`, options));
    expect(outcome).toMatch(/^crash: \/no\/such\/program: can't be started/);
  });

  it.each<[template: string, message: RegExp]>([
    ['', /expected a program/],
    ['./block', /expected \{inputs\} and \{outputs\} in its arguments, or \{case\}/],
    ['./block {inputs}', /expected \{inputs\} and \{outputs\}/],
    [
      `./block ${files} {stride}`,
      /expected in braces only \{inputs\}, \{outputs\}, \{model\}, \{case\}, .*, got \{stride\}/,
    ],
    ['./block < {inputs}', /no shell runs it/],
    ['./block {model} {inputs} {outputs}', /expected "models": true in its hello for \{model\}/],
  ])('%j is refused', async (template, message) => {
    await expect(oneShot(template, options)).rejects.toThrow(message);
  });
});
