/** Messages between a page and us: what is said is what is heard, and what is no message is refused. */
import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage, WireError } from '../../src/browser/wire.ts';
import type { FromHost, ToHost } from '../../src/implementations/hosted-messages.ts';
import type { Recorded } from '../../src/oracle/types.ts';

const single = { shape: [3], data: Float32Array.of(Number.NaN, -0, 2 ** -149), stored: 'float32' } as const;
const double = { shape: [1, 1], data: Float64Array.of(Math.PI), stored: 'float64' } as const;
const padding = { top: 1, bottom: 2, left: 3, right: 4 };
const messages: readonly (ToHost | FromHost)[] = [
  { kind: 'open', module: 'files/x.js', options: { provider: 'wasm' } },
  {
    kind: 'ask',
    id: 7,
    question: {
      id: 'integers/1 – 𝕏',
      operation: 'block',
      inputs: new Map<string, Recorded>([
        ['x', single],
        ['weight', double],
      ]),
      window: { stride: [1, 2], dilation: [2, 1], padding },
    },
  },
  { kind: 'failed', reason: 'no such thing', isMissing: true },
  { kind: 'outcome', id: 7, outcome: { kind: 'unsupported', reason: 'too large' } },
  {
    kind: 'outcome',
    id: 8,
    outcome: {
      kind: 'answer',
      arrays: new Map([['y', { shape: [0], data: new Float32Array(), stored: 'float32' }]]),
    },
  },
];

describe('a message', () => {
  it.each(messages.map((message) => [message.kind, message] as const))(
    '%s arrives as it was',
    (_, message) => {
      const bytes = encodeMessage(message);
      expect(decodeMessage(bytes)).toEqual(message);
      // Wherever in memory the bytes lie, as those that Node reads do.
      const shifted = new Uint8Array(bytes.length + 3);
      shifted.set(bytes, 3);
      expect(decodeMessage(shifted.subarray(3))).toEqual(message);
      expect(decodeMessage(Buffer.from(bytes))).toEqual(message);
    },
  );

  it('that is cut off anywhere is none', () => {
    const bytes = encodeMessage(messages[1]!);
    // The last array ends where the bytes end; nothing of it may be missing.
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeMessage(bytes.subarray(0, length)), String(length)).toThrow(WireError);
    }
  });

  it.each([
    'null',
    '{}',
    '{"plain":{},"arrays":[{}]}',
    '{"plain":1,"arrays":[]}',
    '[',
    '{"plain":{},"arrays":[null]}',
  ])('with the head %s is none', (head) => {
    const bytes = new Uint8Array(4 + head.length);
    new DataView(bytes.buffer).setUint32(0, head.length, true);
    bytes.set(new TextEncoder().encode(head), 4);
    expect(() => decodeMessage(bytes)).toThrow(WireError);
  });

  it('that says more numbers than there are is none', () => {
    const bytes = encodeMessage(messages[1]!);
    const text = Buffer.from(bytes).toString('latin1');
    const lying = Buffer.from(text.replace('"length":3', '"length":9'), 'latin1');
    expect(() => decodeMessage(lying)).toThrow(/array "x": 9 numbers are not there|array "weight"/);
  });
});
