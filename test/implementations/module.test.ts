/** Modules in their own process: whatever they do, there's an outcome. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { FileError } from '../../src/formats/index.ts';
import { inProcess } from '../../src/implementations/in-process.ts';
import { type ModuleOptions, openModule } from '../../src/implementations/module.ts';
import type { Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import { families } from '../../src/oracle/probes/index.ts';
import { moduleFolder } from './broken.ts';

const modules = moduleFolder();
const opened: Adapter[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((adapter) => adapter.close()));
});
afterAll(() => modules.remove());

async function open(source: string, options: ModuleOptions = {}): Promise<Adapter> {
  const adapter = await openModule(modules.write(source), options);
  opened.push(adapter);
  return adapter;
}

const everything = {
  operations: ['block', 'group-convolution', 'interleave'],
  precision: 'float32',
  bias: true,
  gradients: true,
} as const;
const [interleave, convolution, block] = families.diagnosing(everything, {
  level: 1,
  seed: 1,
}) as unknown as Case[];
const [gradients] = families.gradients(everything, { level: 1, seed: 1 }) as unknown as Case[];

const kindAndReason = (outcome: Outcome) => [outcome.kind, 'reason' in outcome ? outcome.reason : ''];
const spec = pathToFileURL(resolve('dist/spec/index.js')).href;
const interleaveThat = (body: string) => `export function interleave({ x, L, M, out }) { ${body} }`;
/** What ends by itself has time: a slow machine changes no outcome. */
const fast = { timeout: 60_000 };

describe('what a module is', () => {
  it('is read off its exports', async () => {
    const adapter = await open(`
      export const name = 'fast kernels', precision = 'float64';
      export const limits = { stride: 2, dilation: 1, padding: 'symmetric', bias: false, kernel: 3, nonsense: () => {} };
      export function block() {}
      export const blockGradients = async () => {};`);
    expect(adapter).toMatchObject({
      name: 'fast kernels',
      operations: ['block'],
      precision: 'float64',
      stride: 2,
      dilation: 1,
      padding: 'symmetric',
      kernel: 3,
      bias: false,
      gradients: ['block'],
      widening: true,
      outputs: false,
    });
  });

  it('may be its default export, an object or an instance of a class', async () => {
    const adapter = await open(`
      class Kernels {
        name = 'a class';
        double = 2;
        interleave({ x }) { return { shape: x.shape, data: x.data.map((v) => v * this.double) }; }
      }
      export default new Kernels();`);
    expect(adapter.name).toBe('a class');
    const outcome = await adapter.run(interleave!);
    const { data } = interleave!.inputs.get('x')!;
    expect(outcome.kind === 'answer' && Array.from(outcome.arrays.get('y')!.data)).toEqual(
      Array.from(data, (v) => 2 * v),
    );
  });

  it.each([
    ['export const nothing = 1;', /expected at least one of the functions block, .*, got nothing$/],
    [
      'export const conv = () => {}; export const Block = () => {};',
      /expected at least one of the functions .* \(docs\/check-a-module.md\), got Block, conv; Block is to be called block$/,
    ],
    [
      'export const precision = "int8"; export const block = () => {};',
      /expected float32 or float64, got int8/,
    ],
    ['export const block = ;', /SyntaxError: Unexpected token/],
    ['throw new Error("no licence");', /Error: no licence/],
    ['import "./not-there.mjs";', /Cannot find module/],
    ['process.exit(0);', /before it answered the process ended with exit code 0/],
  ])('%s is none', async (source, message) => {
    await expect(open(source)).rejects.toThrow(FileError);
    await expect(open(source)).rejects.toThrow(message);
  });

  it('in TypeScript needs a Node that runs it', async () => {
    const file = join(modules.folder, 'mine.ts');
    writeFileSync(file, 'export const block = (x: number): number => x;');
    const loads = Boolean((process as { features?: { typescript?: unknown } }).features?.typescript);
    const opening = openModule(file).then((adapter) => adapter.close());
    if (loads) await opening;
    else await expect(opening).rejects.toThrow(/Build it, or strip its types/);
  });

  it('may be CommonJS', async () => {
    const file = join(modules.folder, 'mine.cjs');
    writeFileSync(file, 'exports.precision = "float64"; exports.block = () => {};');
    const adapter = await openModule(file);
    opened.push(adapter);
    expect(adapter).toMatchObject({ operations: ['block'], precision: 'float64' });
  });

  it('is there', async () => {
    await expect(openModule('not-there.mjs')).rejects.toThrow(
      'not-there.mjs: file: expected a JavaScript module',
    );
  });
});

describe('what comes back', () => {
  it('is judged: the example is right', async () => {
    const adapter = await openModule('docs/examples/my-kernels.mjs');
    opened.push(adapter);
    for (const question of [interleave!, convolution!, block!]) {
      expect((await ask(adapter, question)).verdict.kind).toBe('PASS');
    }
  });

  it('may be any array of numbers, or written to the buffer it was given', async () => {
    const into = 'for (let n = 0; n < 2; n++) for (let c = 0; c < L * M; c++) for (let p = 0; p < 4; p++)';
    const copy = `${into} out.data[(n * L * M + (c % M) * L + Math.floor(c / M)) * 4 + p] = x.data[(n * L * M + c) * 4 + p];`;
    const ways = ['', 'return out;', 'return { shape: out.shape, data: Array.from(out.data) };'];
    for (const way of ways) {
      const adapter = await open(interleaveThat(`${copy} ${way}`));
      expect((await ask(adapter, interleave!)).verdict, way).toMatchObject({ kind: 'PASS' });
    }
    const lazy = await open(interleaveThat(copy.replace('p < 4', 'p < 3')));
    expect((await ask(lazy, interleave!)).verdict).toMatchObject({ kind: 'GARBAGE', stage: 'output' });
  });

  it.each([
    ['return 3;', /interleave returned number, expected \{ shape, data \}/],
    ['return { data: [1] };', /no shape/],
    ['return { shape: [1, 1, 1, 1] };', /no data/],
    ['return { shape: [1, 1, 1, 2], data: [1] };', /1 numbers for the shape \[1, 1, 1, 2\]/],
    ['return { shape: [-1, 1, 1, 1], data: [] };', /the shape \[-1, 1, 1, 1\], expected sizes/],
    ['return { shape: [1], data: ["1"] };', /data with string at 0/],
    ['return { shape: [2 ** 31], data: { length: 2 ** 31 } };', /2147483648 numbers, more than/],
    ['x.data[0] = 1e9; return { shape: x.shape, data: x.data };', /interleave wrote to its input x/],
    ['x.shape.push(1); return { shape: [1], data: [1] };', /interleave wrote to its input x/],
  ])('%s is garbage', async (body, message) => {
    const source = interleaveThat(body);
    const adapter = inProcess(await import(modules.write(source)));
    const outcome = await adapter.run(interleave!);
    expect(outcome.kind).toBe('garbage');
    expect(kindAndReason(outcome)[1]).toMatch(message);
  });

  it('is given doubles where it says so, or somebody else does', async () => {
    const source = interleaveThat(
      'if (x.data instanceof Float64Array && out.data instanceof Float64Array) throw Error("doubles");',
    );
    const declared = await open(source, { precision: 'float64' });
    const own = await open(`export const precision = 'float64'; ${source}`);
    const single = await open(source);
    for (const adapter of [declared, own]) {
      expect(kindAndReason(await adapter.run(interleave!))[1]).toMatch(/doubles/);
    }
    expect(kindAndReason(await single.run(interleave!))[0]).toBe('answer');
  });

  it('of gradients is every gradient', async () => {
    const source = (left: string) => `
      import { block as run, blockAdjoint, Tensor } from '${spec}';
      const A = { zero: 0, one: 1, add: (a, b) => a + b, mul: (a, b) => a * b };
      const t = (a) => new Tensor(a.shape, Array.from(a.data));
      const bias = (a) => ({ primary: a.primaryBias?.data, secondary: a.secondaryBias?.data });
      const v = (data) => ({ shape: [data.length], data });
      export const precision = 'float64';
      export const block = (a) => run(A, t(a.x), t(a.primaryWeight), t(a.secondaryWeight), a, bias(a));
      export const blockGradients = (a) => {
        const g = blockAdjoint(A, t(a.gradOutput), t(a.x), t(a.primaryWeight), t(a.secondaryWeight), a, bias(a));
        const all = { x: g.x, primaryWeight: g.primaryKernel, secondaryWeight: g.secondaryKernel };
        ${left}
        return { ...all, primaryBias: v(g.primaryBias), secondaryBias: v(g.secondaryBias) };
      };`;
    const right = await open(source(''));
    const cases = [...families.gradients(right, { level: 1, seed: 1 })].slice(0, 4);
    for (const question of cases) expect((await ask(right, question)).verdict.kind).toBe('PASS');
    const without = await open(source('delete all.x;'));
    const [missing] = kindAndReason(await without.run(gradients!));
    expect(missing).toBe('garbage');
    const negative = await open(source('all.x = { shape: all.x.shape, data: all.x.data.map((d) => -d) };'));
    const { verdict } = await ask(negative, [...families.gradients(negative, { level: 1, seed: 1 })][0]!);
    expect(verdict).toMatchObject({ kind: 'FAIL', stage: 'grad_x' });
  });

  it('of the gradients of a group convolution is every gradient too', async () => {
    const source = (more: string) => `
      import { addBias, biasAdjoint, groupConvolution as run, groupInputAdjoint, groupKernelAdjoint, Tensor } from '${spec}';
      const A = { zero: 0, one: 1, add: (a, b) => a + b, mul: (a, b) => a * b };
      const t = (a) => new Tensor(a.shape, Array.from(a.data));
      export const precision = 'float64';
      export const groupConvolution = (a) => addBias(A, run(A, t(a.x), t(a.weight), a.groups, a), a.bias?.data);
      export const groupConvolutionGradients = (a) => {
        const [g, [, , H, W], [, , kh, kw]] = [t(a.gradOutput), a.x.shape, a.weight.shape];
        const all = {
          x: groupInputAdjoint(A, g, t(a.weight), a.groups, a, [H, W]),
          weight: groupKernelAdjoint(A, g, t(a.x), a.groups, a, [kh, kw]),
          bias: { shape: [g.shape[1]], data: biasAdjoint(A, g) },
        };
        ${more}
        return all;
      };`;
    const right = await open(source(''));
    expect(right.gradients).toEqual(['group-convolution']);
    const cases = [...families.gradients(right, { level: 1, seed: 1 })].slice(0, 6);
    expect(cases[0]!.operation).toBe('group-convolution');
    for (const question of cases) expect((await ask(right, question)).verdict.kind).toBe('PASS');
    const first = async (more: string) => (await ask(await open(source(more)), cases[2]!)).verdict;
    expect(await first('delete all.weight;')).toMatchObject({
      kind: 'GARBAGE',
      reason: expect.stringContaining('groupConvolutionGradients returned for weight'),
    });
    expect(await first('a.gradOutput.data[0] = 7;')).toMatchObject({
      kind: 'GARBAGE',
      reason: 'groupConvolutionGradients wrote to its input gradOutput',
    });
    const negative = 'all.bias.data = all.bias.data.map((d) => -d);';
    expect(await first(negative)).toMatchObject({ kind: 'FAIL', stage: 'grad_bias' });
  });
});

describe('what a module does', () => {
  const cases: [string, string, ModuleOptions, string, RegExp][] = [
    ['loops for ever', 'for (;;);', { timeout: 300 }, 'timeout', /no answer within 300 ms/],
    [
      'never answers',
      'return new Promise(() => {});',
      { timeout: 300 },
      'timeout',
      /no answer within 300 ms/,
    ],
    [
      'throws',
      'throw new RangeError("too wide");',
      fast,
      'crash',
      /RangeError: too wide \(.*mine-\d+.mjs:1:\d+\)/,
    ],
    ['throws what is no error', 'throw "up";', fast, 'crash', /it threw up/],
    [
      'throws later',
      'setTimeout(() => { throw new Error("late"); }); return new Promise(() => {});',
      fast,
      'crash',
      /Error: late/,
    ],
    ['exits', 'process.exit(0);', fast, 'crash', /ended with exit code 0/],
    [
      'is killed',
      'process.kill(process.pid, "SIGSEGV"); for (;;);',
      fast,
      'crash',
      /SIGSEGV \(a segmentation fault/,
    ],
    [
      "isn't done",
      'throw new Error("stride 2 is not implemented");',
      fast,
      'crash',
      /not implemented .*; if it can't do this case, that is no failure: throw an error that has code: 'UNSUPPORTED'$/,
    ],
    [
      'declines',
      'throw Object.assign(new Error("only 3x3"), { code: "UNSUPPORTED" });',
      fast,
      'unsupported',
      /^only 3x3$/,
    ],
  ];
  it.each(cases)('it %s', async (_, body, options, kind, reason) => {
    const adapter = await open(interleaveThat(body), options);
    const outcome = await adapter.run(interleave!);
    expect(kindAndReason(outcome)[0]).toBe(kind);
    expect(kindAndReason(outcome)[1]).toMatch(reason);
  });

  it('after a crash it is started again, and forgets', async () => {
    const adapter = await open(
      `let asked = 0; ${interleaveThat('if (++asked > 1) process.exit(3); return { shape: [1], data: [asked] };')}`,
      fast,
    );
    const outcomes: Outcome[] = [];
    for (let i = 0; i < 4; i++) outcomes.push(await adapter.run(interleave!));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['answer', 'crash', 'answer', 'crash']);
  });

  it.runIf(existsSync('/proc/self/statm'))('that takes too much memory is a crash', async () => {
    const greedy = 'const all = []; for (;;) all.push(new Float64Array(1e6).fill(1));';
    const adapter = await open(interleaveThat(greedy), { timeout: 60_000, memory: 256 });
    const [kind, reason] = kindAndReason(await adapter.run(interleave!));
    expect(kind).toBe('crash');
    expect(reason).toMatch(/MiB of memory, more than 256|SIGABRT|SIGTRAP/);
  });

  it('that prints without an end is a timeout, and what it prints is lost', async () => {
    const adapter = await open(interleaveThat('for (;;) console.log("x".repeat(1e6));'), { timeout: 500 });
    expect((await adapter.run(interleave!)).kind).toBe('timeout');
  });

  it('cannot answer by itself: the channel is out of its sight', async () => {
    const forged = '{ id: 1, kind: "answer", arrays: new Map() }';
    const adapter = await open(interleaveThat(`process.send(${forged}); return x;`), fast);
    const [kind, reason] = kindAndReason(await adapter.run(interleave!));
    expect([kind, reason]).toEqual(['crash', expect.stringMatching(/process.send is not a function/)]);
  });

  it('is gone when it is closed, with its children; also twice', async () => {
    const file = `${modules.folder}/pid`;
    const adapter = await open(
      `import { writeFileSync } from 'node:fs';
       import { spawn } from 'node:child_process';
       const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 1e6)']);
       writeFileSync(${JSON.stringify(file)}, process.pid + ' ' + child.pid);
       ${interleaveThat('')}`,
    );
    const pids = readFileSync(file, 'utf8').split(' ').map(Number);
    await adapter.close();
    await adapter.close();
    const alive = (pid: number) => {
      try {
        process.kill(pid, 0);
        return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z');
      } catch {
        return false;
      }
    };
    for (let i = 0; i < 50 && pids.some(alive); i++) await new Promise((done) => setTimeout(done, 20));
    expect(pids.map(alive)).toEqual([false, false]);
  });
});
