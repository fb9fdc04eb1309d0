/**
 * Messages as bytes, between a page and us: the length of a head (32 bits, little-endian), the head as JSON, zeros up to a
 * multiple of 8, the arrays one after the other, each from a multiple of 8. Runs on both sides.
 */
import type { FromHost, ToHost } from '../implementations/hosted-messages.ts';
import type { Recorded, StoredAs } from '../oracle/types.ts';

type Message = FromHost | ToHost;
type Arrays = ReadonlyMap<string, Recorded>;

interface Sent {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stored: StoredAs;
  /** Bytes of a number. */
  readonly size: 4 | 8;
  readonly length: number;
}

/** Bytes that are no message. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

const aligned = (bytes: number) => Math.ceil(bytes / 8) * 8;

/** A message as bytes; its arrays are in Float32Arrays or Float64Arrays. */
export function encodeMessage(message: Message): Uint8Array<ArrayBuffer> {
  const [plain, arrays] = apart(message);
  const list = [...arrays].map(([name, { shape, data, stored }]): [Sent, Float32Array | Float64Array] => {
    const numbers = data instanceof Float32Array ? data : Float64Array.from(data);
    const size = numbers instanceof Float32Array ? 4 : 8;
    return [{ name, shape, stored, size, length: numbers.length }, numbers];
  });
  const head = new TextEncoder().encode(JSON.stringify({ plain, arrays: list.map(([sent]) => sent) }));
  const start = aligned(4 + head.length);
  const total = list.reduce((at, [{ size, length }]) => at + aligned(size * length), start);
  const bytes = new Uint8Array(total);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  let at = start;
  for (const [{ size, length }, { buffer, byteOffset, byteLength }] of list) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += aligned(size * length);
  }
  return bytes;
}

/** The message in the bytes. Throws a WireError where there is none; what kind it is, isn't looked at. */
export function decodeMessage(bytes: Uint8Array): Message {
  if (bytes.length < 4) throw new WireError(`expected a message, got ${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  if (length > bytes.length - 4)
    throw new WireError(`expected a head of ${length} bytes, got ${bytes.length - 4}`);
  const { plain, arrays } = headIn(bytes.subarray(4, 4 + length));
  let at = aligned(4 + length);
  const decoded = new Map<string, Recorded>();
  for (const { name, shape, stored, size, length: count } of arrays) {
    const end = at + size * count;
    if (end > bytes.length) throw new WireError(`array "${name}": ${count} numbers are not there`);
    // A copy with a buffer of its own (slice of Node's Buffer is none), which starts where numbers of 8 bytes may.
    const { buffer } = new Uint8Array(bytes.subarray(at, end));
    const data = size === 4 ? new Float32Array(buffer) : new Float64Array(buffer);
    decoded.set(name, { shape, data, stored });
    at += aligned(size * count);
  }
  return together(plain as Message, decoded);
}

function headIn(bytes: Uint8Array): { readonly plain: unknown; readonly arrays: readonly Sent[] } {
  let head: unknown;
  try {
    head = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new WireError('expected a head in JSON', { cause });
  }
  if (!isObject(head) || !isObject(head.plain) || !Array.isArray(head.arrays) || !head.arrays.every(isSent)) {
    throw new WireError('expected a head that says which arrays follow');
  }
  return { plain: head.plain, arrays: head.arrays };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function isSent(value: unknown): value is Sent {
  if (!isObject(value)) return false;
  const { name, shape, stored, size, length } = value;
  return (
    typeof name === 'string' &&
    Array.isArray(shape) &&
    typeof stored === 'string' &&
    (size === 4 || size === 8) &&
    Number.isSafeInteger(length) &&
    (length as number) >= 0
  );
}

/** A message without its arrays, and those. */
function apart(message: Message): [object, Arrays] {
  if (message.kind === 'ask') {
    const { inputs, ...question } = message.question;
    return [{ ...message, question }, inputs];
  }
  if (message.kind === 'outcome' && message.outcome.kind === 'answer') {
    return [{ ...message, outcome: { kind: 'answer' } }, message.outcome.arrays];
  }
  return [message, new Map()];
}

function together(plain: Message, arrays: Arrays): Message {
  if (plain.kind === 'ask') return { ...plain, question: { ...plain.question, inputs: arrays } };
  if (plain.kind === 'outcome' && plain.outcome?.kind === 'answer') {
    return { ...plain, outcome: { kind: 'answer', arrays } };
  }
  return plain;
}
