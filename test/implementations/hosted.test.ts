/** Runtimes in a process of their own: one that hangs, crashes or answers nonsense costs a case, never the oracle. */
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { CallError } from '../../src/implementations/child/call.ts';
import { childPlace } from '../../src/implementations/child/place.ts';
import { ImplementationError } from '../../src/implementations/error.ts';
import { hosted } from '../../src/implementations/hosted.ts';
import { remoteRuntime } from '../../src/implementations/onnx/remote.ts';
import type { Adapter, Case } from '../../src/oracle/adapter.ts';
import { moduleFolder } from './broken.ts';

const modules = moduleFolder();
const opened: Adapter[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((adapter) => adapter.close()));
});
afterAll(() => modules.remove());

const address = (source: string) => pathToFileURL(modules.write(source)).href;
const question: Case = {
  id: 'one',
  operation: 'interleave',
  inputs: new Map([['x', { shape: [1, 2, 1, 1], data: Float32Array.of(5, -0), stored: 'float32' }]]),
  window: { stride: [1, 1], dilation: [1, 1], padding: { top: 0, bottom: 0, left: 0, right: 0 } },
  partition: { L: 2, M: 1 },
};

/** A module whose adapter does this with a question; its x says what, so that one process does several things. */
const adapterThat = (body: string) => `
  export const open = async (options) => ({
    name: 'fake ' + (options.provider ?? ''), operations: ['interleave'], precision: 'float32',
    async run(question) { const x = question.inputs.get('x'); ${body} },
    async close() {},
  });`;
const right = "return { kind: 'answer', arrays: new Map([['y', x]]) };";

async function open(source: string, timeout = 60_000): Promise<Adapter> {
  const options = { module: address(source), open: { provider: 'cpu' }, timeout };
  const adapter = await hosted('fake', childPlace(), options);
  opened.push(adapter);
  return adapter;
}
const asked = (first: number): Case => ({
  ...question,
  inputs: new Map([['x', { shape: [1], data: [first], stored: 'float32' }]]),
});

describe('an implementation in a process of its own', () => {
  it('answers as it would here, and gets copies', async () => {
    const adapter = await open(
      adapterThat(`${right.replace('x]]', '{ ...x, data: x.data.map((v) => v) }]]')}`),
    );
    expect(adapter).toMatchObject({ name: 'fake cpu', operations: ['interleave'] });
    expect(await adapter.run(question)).toEqual({
      kind: 'answer',
      arrays: new Map([['y', question.inputs.get('x')]]),
    });
  });

  it.each([
    ['process.abort()', 'crash', /killed by SIGABRT/],
    [
      "console.error('out of luck'); process.exit(7)",
      'crash',
      /ended with exit code 7; its last words: out of luck/,
    ],
    ["throw new Error('no kernel')", 'crash', /^no kernel$/],
    ['return 3', 'garbage', /answered nothing|no outcome/],
    [
      "return { kind: 'answer', arrays: new Map([['y', { shape: [9], data: [1], stored: 'float32' }]]) }",
      'garbage',
      /1 numbers for the shape/,
    ],
  ] as const)('that does %s: %s', async (fault, kind, reason) => {
    const adapter = await open(adapterThat(`if (x.data[0] === 1) { ${fault} } ${right}`));
    expect(await adapter.run(asked(1))).toEqual({ kind, reason: expect.stringMatching(reason) });
    expect(await adapter.run(asked(2))).toMatchObject({ kind: 'answer' });
  });

  it('that hangs is a timeout, and asked on in a fresh process', async () => {
    const adapter = await open(adapterThat(`if (x.data[0] === 1) for (;;); ${right}`), 500);
    expect(await adapter.run(asked(1))).toEqual({ kind: 'timeout', reason: 'no answer within 500 ms' });
    expect(await adapter.run(asked(2))).toMatchObject({ kind: 'answer' });
  });

  it.each([
    ['export const open = 1;', /fake: can't be opened: .*not a function/],
    ['process.exit(3);', /fake: can't be opened: before it answered the process ended with exit code 3/],
    ["export const open = async () => ({ name: 'x' });", /did not say what it can do/],
  ])('%s is none', async (source, message) => {
    await expect(open(source)).rejects.toThrow(message);
  });
});

describe('an ONNX runtime in a process of its own', () => {
  const y = { type: 'float32', dims: [1], data: Float32Array.of(1) };
  const run = async (body: string, timeout = 60_000) => {
    const module = address(`export async function call(options, { name, model, inputs }) {
      if (!model) return { about: name + ' 1.0', outputs: new Map() };
      ${body} }`);
    const runtime = await remoteRuntime('onnxruntime-node', { module, timeout });
    expect(runtime.about).toBe('onnxruntime-node 1.0');
    return (await runtime.load(Uint8Array.of(1))).run(new Map([['x', y]]));
  };

  it('gives what it computed', async () => {
    expect(await run("return { about: '', outputs: new Map([['y', inputs.get('x')]]) };")).toEqual(
      new Map([['y', y]]),
    );
  });

  it.each([
    ['process.abort();', ImplementationError, /onnxruntime-node: before it answered .* SIGABRT/],
    ["throw new Error('bad model');", CallError, /^bad model$/],
    ['return 3;', ImplementationError, /no tensors by name/],
    [
      "return { about: '', outputs: new Map([['y', { type: 'float32', dims: [2], data: new Float32Array(1) }]]) };",
      ImplementationError,
      /no tensors by name/,
    ],
  ] as const)('that does %s: an error', async (body, kind, message) => {
    const running = run(body);
    await expect(running).rejects.toThrow(kind);
    await expect(running).rejects.toThrow(message);
  });

  it('that hangs is ended', async () => {
    // The first call, which only names it, must be through by then on any machine.
    await expect(run('for (;;);', 5000)).rejects.toThrow(/no answer within 5000 ms/);
  });
});
