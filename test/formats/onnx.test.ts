import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/formats/index.ts';
import {
  decodeOnnx,
  encodeOnnx,
  type OnnxModel,
  type OnnxTensor,
  withOutputs,
} from '../../src/formats/onnx/index.ts';
import { bytes, float, integer, joined, type Parts, text } from '../../src/formats/onnx/message.ts';
import { attempt, failure } from './helpers.ts';

const weight: OnnxTensor = { name: 'w', type: 'float32', dims: [2, 1, 1, 2], data: [1, -2, 0.5, 4] };

const model: OnnxModel = {
  irVersion: 7,
  producer: 'a test',
  opsets: new Map([
    ['', 13],
    ['mine', 2],
  ]),
  graph: {
    name: 'small',
    nodes: [
      {
        name: 'first',
        op: 'Conv',
        domain: '',
        inputs: ['x', 'w'],
        outputs: ['y'],
        attributes: new Map([
          ['group', { kind: 'int', value: -2 }],
          ['pads', { kind: 'ints', value: [0, 1, 300, 2 ** 40] }],
          ['auto_pad', { kind: 'string', value: 'NOTSET' }],
          ['bytes', { kind: 'string', value: 'caf\u00e9 \u0000\u00ff'.repeat(300) }],
          ['alpha', { kind: 'float', value: 0.25 }],
          ['scales', { kind: 'floats', value: [1, 2.5] }],
          ['value', { kind: 'tensor', value: { name: '', type: 'int64', dims: [2], data: [-1, 7] } }],
        ]),
      },
    ],
    initializers: new Map([['w', weight]]),
    inputs: [{ name: 'x', type: 'float32', dims: [1, 2, 'height', undefined] }],
    outputs: [{ name: 'y', type: 'float32', dims: undefined }],
  },
};

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** As a text that doesn't depend on the order of keys. */
const plain = (value: unknown): string =>
  JSON.stringify(value, (_, inner) => {
    if (inner instanceof Map) return [...inner];
    if (isRecord(inner))
      return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
    return ArrayBuffer.isView(inner) ? Array.from(inner as Float64Array) : (inner as unknown);
  });

const read = (parts: Parts) => decodeOnnx(joined(parts), 'a.onnx');
const graph = (...parts: Parts) => [...integer(1, 7), ...bytes(7, ...parts)];
const tensor = (...parts: Parts) => graph(...bytes(5, ...parts));

describe('an ONNX model', () => {
  it('is read as it was written', () => {
    expect(plain(decodeOnnx(encodeOnnx(model), 'a.onnx'))).toBe(plain(model));
  });

  it('shows more of its values, and is otherwise what it was', () => {
    const more = decodeOnnx(withOutputs(encodeOnnx(model), ['a', 'b']), 'a.onnx');
    const added = ['a', 'b'].map((name) => ({ name, type: 'other', dims: undefined }));
    const expected = { ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, ...added] } };
    expect(plain(more)).toBe(plain(expected));
  });

  it('reads typed data, packed or not', () => {
    const packed = new Uint8Array(Float32Array.of(1.5, -2).buffer);
    const floats = [...integer(1, 2), ...integer(2, 1)];
    for (const data of [bytes(4, packed), [...float(4, 1.5), ...float(4, -2)]]) {
      const { initializers } = read(tensor(...floats, ...data)).graph;
      expect([...(initializers.get('')!.data as number[])]).toEqual([1.5, -2]);
    }
    const half = read(tensor(...integer(1, 1), ...integer(2, 10), ...integer(5, 0x3c00))).graph;
    expect([...(half.initializers.get('')!.data as number[])]).toEqual([1]);
  });

  it.each<[string, Parts, RegExp]>([
    ['nothing', [], /model: expected a graph \(field 7\), got none/],
    ['two graphs', [...graph(), ...bytes(7)], /graph: expected one, got a second one/],
    ['no version', bytes(7), /ir_version: expected at least 1, got 0/],
    ['a group', [Uint8Array.of(0x0b)], /field 1 at byte 0: expected wire type 0, 1, 2 or 5, got 3/],
    ['field 0', [Uint8Array.of(0, 1)], /expected a number from 1/],
    ['a lying length', [Uint8Array.of(0x3a, 0xff, 0xff, 0xff, 0x7f)], /at most the 0 bytes that are left/],
    ['an endless number', [new Uint8Array(12).fill(0xff)], /varint of at most 64 bits/],
    ['a wrong wire type', [...integer(7, 3)], /graph: expected wire type 2, got 0/],
    ['no UTF-8', graph(...bytes(2, Uint8Array.of(0xff))), /name of the graph: expected text in UTF-8/],
    ['huge dims', tensor(...integer(1, 2 ** 40), ...integer(1, 2 ** 40)), /at most 2\^53 elements/],
    [
      'less data than dims',
      tensor(...integer(1, 2 ** 30), ...integer(2, 1)),
      /expected 1073741824 numbers, got 0/,
    ],
    ['negative dims', tensor(...integer(1, -1)), /sizes of at least 0, got -1/],
    [
      'too much raw data',
      tensor(...integer(2, 1), ...bytes(9, new Uint8Array(8))),
      /raw_data: expected 4 bytes, got 8/,
    ],
    [
      'data of another type',
      tensor(...integer(2, 1), ...integer(7, 3)),
      /expected that of float32, got field 7/,
    ],
    [
      'external data',
      tensor(...bytes(13, ...text(1, 'location'), ...text(2, '/etc/passwd'))),
      /external data, which is not/,
    ],
    ['its place', tensor(...integer(14, 1)), /external data, which is not opened/],
    [
      'external data in a graph in a node',
      graph(...bytes(1, ...bytes(5, ...text(1, 'body'), ...bytes(6, ...bytes(5, ...bytes(13)))))),
      /external data/,
    ],
  ])('with %s is refused', (_, parts, message) => {
    expect(failure(() => read(parts))).toMatch(message);
  });

  it('nests eight graphs deep and no deeper', () => {
    let inner: Parts = [];
    for (let depth = 0; depth < 2000; depth++) inner = [joined(bytes(1, ...bytes(5, ...bytes(6, ...inner))))];
    expect(failure(() => read(graph(...inner)))).toMatch(/graphs in graphs: expected at most 8 deep/);
  });

  it('takes no more memory than it may', () => {
    const many = joined(graph(...Array.from({ length: 1000 }, () => joined(bytes(1)))));
    expect(() => decodeOnnx(many, 'a.onnx', { memory: 100_000 })).toThrow(/memory for a message/);
  });

  it('cut off anywhere, or with any byte changed, is a model or a FileError', () => {
    const whole = encodeOnnx(model);
    let models = 0;
    const decode = (changed: Uint8Array) => {
      if (attempt(() => decodeOnnx(changed, 'a.onnx'))) models++;
    };
    for (let end = 0; end < whole.length; end++) decode(whole.subarray(0, end));
    // Cut off between its fields at the end it's still a model, of fewer opsets.
    expect(models).toBe(2);
    for (let i = 0; i < whole.length; i++) {
      for (const flip of [1, 2, 8, 128, 255]) {
        const changed = whole.slice();
        changed[i]! ^= flip;
        decode(changed);
      }
    }
    expect(models).toBeGreaterThan(2);
  });

  it('lies in a shared pool without harm', () => {
    const pooled = Buffer.from(encodeOnnx(model));
    expect(plain(decodeOnnx(pooled, 'a.onnx'))).toBe(plain(model));
  });

  it('names the file in errors', () => {
    expect(() => decodeOnnx(new Uint8Array(), 'a.onnx')).toThrow(FileError);
    expect(failure(() => withOutputs(new Uint8Array(), ['a'], 'b.onnx'))).toMatch(/^b\.onnx: /);
  });
});
