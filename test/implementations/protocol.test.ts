/** The line protocol, word by word: what is said, what is understood and what is refused. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helloLine, questionLine, readAnswer, readHello } from '../../src/implementations/protocol.ts';
import { gradientsOf } from '../../src/oracle/adapter.ts';
import { blockCase, groupCase, interleaveCase } from './cases.ts';

const least = { igc: 1, name: 'mine', precision: 'float32', operations: ['block'] };
const places = { inputs: '/tmp/igc-1/1/inputs.npz', outputs: '/tmp/igc-1/1/outputs.npz' };

describe('hello', () => {
  it('is asked for in one line', () => {
    expect(helloLine()).toBe('{"igc":1,"hello":"igc-oracle"}\n');
  });

  it('needs a name, a precision and operations', () => {
    const abilities = { precision: 'float32', operations: ['block'] };
    expect(readHello(JSON.stringify(least))).toEqual({
      name: 'mine',
      format: 'npz',
      models: false,
      abilities,
      version: undefined,
    });
  });

  it('may say all that an adapter can', () => {
    const abilities = {
      precision: 'bfloat16',
      operations: ['interleave', 'group-convolution', 'block'],
      flushesSubnormals: true,
      composed: false,
      bias: true,
      gradients: true,
      stride: 2,
      dilation: 1,
      padding: 'symmetric',
      widening: false,
      outputs: true,
      kernel: 7,
      partitions: 64,
    };
    const line = { igc: 1, name: 'mine', version: '1.2', format: 'safetensors', ...abilities };
    expect(readHello(JSON.stringify(line))).toEqual({
      name: 'mine',
      version: '1.2',
      format: 'safetensors',
      models: false,
      abilities,
    });
  });

  it('may have the gradients of some operations alone', () => {
    const gradients = (given: unknown) => {
      const all = { ...least, operations: ['block', 'group-convolution', 'interleave'] };
      return gradientsOf(readHello(JSON.stringify({ ...all, gradients: given })).abilities);
    };
    expect(gradients(true)).toEqual(['block', 'group-convolution']);
    expect(gradients(false)).toEqual([]);
    expect(gradients(['group-convolution'])).toEqual(['group-convolution']);
    for (const wrong of [['interleave'], [], ['block', 'block'], 'block', 1]) {
      expect(() => gradients(wrong)).toThrow(
        /"gradients": expected true, false or a list of some of "block", "group-convolution"/,
      );
    }
  });

  it('may ask for models, which can name a padding, have no gradients, and are of a type of ONNX runtimes', () => {
    const hello = (change: object) => readHello(JSON.stringify({ ...least, models: true, ...change }));
    expect(hello({})).toMatchObject({ models: true, abilities: { autoPad: true } });
    expect(() => hello({ gradients: true })).toThrow('"gradients": expected none beside "models", got some');
    expect(() => hello({ precision: 'bfloat16' })).toThrow(
      '"precision": expected one of "float32", "float64", "float16" beside "models", got \'bfloat16\'',
    );
  });

  it.each<[change: object, message: RegExp]>([
    [{ igc: '1' }, /"igc": expected 1, the version of the protocol, got '"1"'/],
    [{ name: undefined }, /"name": expected a name, printable, in one line, got none/],
    [{ name: '' }, /"name": /],
    [{ name: 'a\u001b[31m' }, /"name": expected a name, printable/],
    [{ name: 'x'.repeat(201) }, /"name": /],
    [{ version: 1.13 }, /"version": expected a version, printable, in one line, got '1.13'/],
    [{ precision: 'f32' }, /"precision": expected one of "float64", "float32", "tfloat32".*, got '"f32"'/],
    [{ precision: 'toString' }, /"precision": /],
    [
      { operations: [] },
      /"operations": expected a list of some of "block", "group-convolution", "interleave"/,
    ],
    [{ operations: 'block' }, /"operations": /],
    [{ operations: ['block', 'block'] }, /"operations": /],
    [{ operations: ['block', 'pool'] }, /"operations": .*, got '\["block","pool"\]'/],
    [{ operations: ['__proto__'] }, /"operations": /],
    [{ format: 'npy' }, /"format": expected one of "npz", "safetensors", got '"npy"'/],
    [{ bias: 1 }, /"bias": expected true or false, got '1'/],
    [{ stride: 0 }, /"stride": expected a positive integer, got '0'/],
    [{ stride: 1.5 }, /"stride": /],
    [{ dilation: null }, /"dilation": expected a positive integer, got 'null'/],
    [{ padding: 'same' }, /"padding": expected "any", "symmetric" or "none"/],
    [{ stirde: 1 }, /expected igc, name, version, format, models and abilities, got 'stirde' too/],
    [{ __proto__x: 1 }, /got '__proto__x' too/],
  ])('%j is refused', (change, message) => {
    expect(() => readHello(JSON.stringify({ ...least, ...change }))).toThrow(message);
  });

  it.each([
    '',
    'null',
    '1',
    '[]',
    '"hello"',
    '{',
    '{"igc":1',
    `${JSON.stringify(least)}x`,
    '['.repeat(60_000),
  ])('a line that is no object is refused: %.20s', (line) => {
    expect(() => readHello(line)).toThrow(/^expected an object in JSON, got '.{0,160}'$/);
  });

  it('keys that mean something to JavaScript are keys like any other', () => {
    const line = `{"__proto__": {"igc": 1}, ${JSON.stringify(least).slice(1)}`;
    expect(() => readHello(line)).toThrow("got '__proto__' too");
    expect(() => readHello('{"__proto__": {"igc": 1}}')).toThrow('"igc": expected 1');
  });
});

describe('a question', () => {
  const said = (question: Parameters<typeof questionLine>[1]) => {
    const line = questionLine('17', question, places);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    return JSON.parse(line) as object;
  };

  it('says the window as it is, and L and M by the shapes', () => {
    expect(said(blockCase())).toEqual({
      id: '17',
      case: 'block/1',
      operation: 'block',
      ...places,
      stride: [1, 2],
      dilation: [2, 1],
      padding: [1, 2, 2, 0],
      L: 3,
      M: 2,
    });
  });

  it('of a group convolution says its groups and their channels, of an interleave the partition', () => {
    expect(said(groupCase())).toMatchObject({ operation: 'group-convolution', L: 3, M: 2 });
    expect(said(interleaveCase(4, 5))).toMatchObject({
      operation: 'interleave',
      L: 4,
      M: 5,
      padding: [0, 0, 0, 0],
    });
  });
});

describe('an answer', () => {
  it.each<[line: object, answer: object]>([
    [{ id: '17', ok: true }, { kind: 'ok' }],
    [
      { id: '17', unsupported: 'no dilation' },
      { kind: 'unsupported', reason: 'no dilation' },
    ],
    [
      { id: '17', error: '' },
      { kind: 'error', reason: '' },
    ],
  ])('%j', (line, answer) => {
    expect(readAnswer(JSON.stringify(line), '17')).toEqual(answer);
  });

  it.each<[line: object, message: RegExp]>([
    [{ ok: true }, /"id": expected the id of the question, got none/],
    [{ id: 17, ok: true }, /"id": expected the id of the question, got '17'/],
    [{ id: '18', ok: true }, /"id": expected '17', that of the question, got '18'/],
    [{ id: '17' }, /"ok": expected true \(or "unsupported" or "error" with a reason\), got none/],
    [{ id: '17', ok: 'true' }, /"ok": expected true/],
    [{ id: '17', ok: false }, /"ok": expected true/],
    [{ id: '17', error: null }, /"error": expected a reason, got 'null'/],
    [
      { id: '17', ok: true, error: 'x' },
      /expected an id and one of "ok", "unsupported", "error", got 'ok' too/,
    ],
    [{ id: '17', ok: true, time: 3 }, /got 'time' too/],
  ])('%j is refused', (line, message) => {
    expect(() => readAnswer(JSON.stringify(line), '17')).toThrow(message);
  });
});

describe('docs/implementations.md', () => {
  const text = readFileSync(new URL('../../docs/implementations.md', import.meta.url), 'utf8');
  const shown = (what: string) => new RegExp(`<!-- ${what}: .*-->\\n\`\`\`json\\n([^\`]*)`).exec(text)![1]!;

  it('shows a hello that is understood, and names every field', () => {
    expect(readHello(shown('hello'))).toMatchObject({
      name: 'my kernels',
      abilities: { bias: true, gradients: false },
    });
    const fields = [
      'stride',
      'dilation',
      'kernel',
      'partitions',
      'padding',
      'widening',
      'outputs',
      'composed',
    ];
    for (const field of [...fields, 'flushesSubnormals', 'format']) expect(text).toContain(`\`${field}\``);
  });

  it('shows the question that is asked', () => {
    const question = JSON.parse(shown('question')) as { id: string; inputs: string; outputs: string };
    expect(question).toEqual(JSON.parse(questionLine(question.id, blockCase(), question)));
  });
});
