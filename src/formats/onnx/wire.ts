/** The wire format of Protocol Buffers, read strictly: tags, varints, fixed numbers, bytes. Groups are refused. */
import { type Place, quoted } from '../error.ts';
import type { Budget } from '../limits.ts';

/** How a field is stored: a varint, 8 bytes, bytes with their length, 4 bytes. */
export type Wire = 0 | 1 | 2 | 5;

/** One field of a message. */
export interface Field {
  readonly number: number;
  readonly wire: Wire;
  /** Where it begins in the message. */
  readonly at: number;
  /** Of a varint, as 64 unsigned bits; else 0. */
  readonly varint: bigint;
  /** Of the others; a view of the file. */
  readonly bytes: Uint8Array;
}

/** Bytes that a decoded message or number takes at most in memory, held to the budget. */
export const messageCost = 256;
const numberCost = 16;
const none = new Uint8Array(0);

/** What a reader of messages carries with it. */
export interface Reading {
  readonly place: Place;
  readonly budget: Budget;
  /** How many graphs the message lies in. */
  readonly depth?: number;
}

/** The fields of a message, in the order of the file. Throws a FileError where the bytes aren't one. */
export function* fieldsOf(bytes: Uint8Array, { place, budget }: Reading): Generator<Field> {
  budget.hold(messageCost, place, 'a message');
  const cursor = new Cursor(bytes, place);
  while (!cursor.atEnd) {
    const at = cursor.at;
    const tag = cursor.varint();
    const number = Number(tag >> 3n);
    const wire = Number(tag & 7n);
    if (number < 1 || number >= 2 ** 29) {
      throw place.error(`field at byte ${at}`, 'a number from 1 to 536870911', `${number}`);
    }
    if (wire === 0) yield { number, wire, at, varint: cursor.varint(), bytes: none };
    else if (wire === 1) yield { number, wire, at, varint: 0n, bytes: cursor.take(8) };
    else if (wire === 2) yield { number, wire, at, varint: 0n, bytes: cursor.take(cursor.length()) };
    else if (wire === 5) yield { number, wire, at, varint: 0n, bytes: cursor.take(4) };
    else throw place.error(`field ${number} at byte ${at}`, 'wire type 0, 1, 2 or 5', `${wire}`);
  }
}

class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;
  readonly #place: Place;

  constructor(bytes: Uint8Array, place: Place) {
    this.#bytes = bytes;
    this.#place = place;
  }

  get atEnd(): boolean {
    return this.at === this.#bytes.length;
  }

  /** At most ten bytes of seven bits, the last without the mark that more follow. */
  varint(): bigint {
    const start = this.at;
    let value = 0;
    // Up to four bytes fit a number: nearly all do.
    for (let i = 0; i < 4; i++) {
      const byte = this.#byte(start);
      value |= (byte & 127) << (7 * i);
      if (byte < 128) return BigInt(value);
    }
    let long = BigInt(value);
    for (let i = 4n; i < 10n; i++) {
      const byte = this.#byte(start);
      if (i === 9n && byte > 1) break;
      long |= BigInt(byte & 127) << (7n * i);
      if (byte < 128) return long;
    }
    throw this.#place.error(`number at byte ${start}`, 'a varint of at most 64 bits', 'more');
  }

  #byte(start: number): number {
    const byte = this.#bytes[this.at++];
    if (byte !== undefined) return byte;
    throw this.#place.error(`number at byte ${start}`, 'a varint', 'the end');
  }

  length(): number {
    const start = this.at;
    const length = this.varint();
    const left = this.#bytes.length - this.at;
    if (length <= BigInt(left)) return Number(length);
    throw this.#place.error(
      `length at byte ${start}`,
      `at most the ${left} bytes that are left`,
      `${length}`,
    );
  }

  take(size: number): Uint8Array {
    const left = this.#bytes.length - this.at;
    if (size > left) throw this.#place.error(`field at byte ${this.at}`, `${size} bytes`, `${left}`);
    this.at += size;
    return this.#bytes.subarray(this.at - size, this.at);
  }
}

function expectWire({ wire }: Field, expected: readonly Wire[], what: string, { place }: Reading): void {
  if (!expected.includes(wire)) throw place.error(what, `wire type ${expected.join(' or ')}`, `${wire}`);
}

/** A nested message, or bytes as they are. */
export function bytesIn(field: Field, what: string, reading: Reading): Uint8Array {
  expectWire(field, [2], what, reading);
  return field.bytes;
}

/** A text in UTF-8. */
export function textIn(field: Field, what: string, reading: Reading): string {
  const bytes = bytesIn(field, what, reading);
  reading.budget.hold(numberCost + 2 * bytes.length, reading.place, what);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const got = quoted(String.fromCharCode(...bytes.subarray(0, 60)));
    throw reading.place.error(what, 'text in UTF-8', got, { cause });
  }
}

/** A signed integer of 64 bits, exact up to 2⁵³, beyond it rounded. */
export function integerIn(field: Field, what: string, reading: Reading): number {
  expectWire(field, [0], what, reading);
  return Number(BigInt.asIntN(64, field.varint));
}

/** A float32. */
export function floatIn(field: Field, what: string, reading: Reading): number {
  expectWire(field, [5], what, reading);
  return view(field.bytes).getFloat32(0, true);
}

/** A repeated integer, one in a field or packed: adds what this field holds. */
export function addIntegers(field: Field, to: number[], what: string, reading: Reading): void {
  expectWire(field, [0, 2], what, reading);
  if (field.wire === 0) {
    reading.budget.hold(numberCost, reading.place, what);
    to.push(integerIn(field, what, reading));
    return;
  }
  reading.budget.hold(numberCost * field.bytes.length, reading.place, what);
  const cursor = new Cursor(field.bytes, reading.place);
  while (!cursor.atEnd) to.push(Number(BigInt.asIntN(64, cursor.varint())));
}

/** A repeated float32 or float64, one in a field or packed. */
export function addFloats(field: Field, size: 4 | 8, to: number[], what: string, reading: Reading): void {
  expectWire(field, [size === 4 ? 5 : 1, 2], what, reading);
  const { length } = field.bytes;
  if (length % size !== 0) throw reading.place.error(what, `a multiple of ${size} bytes`, `${length}`);
  reading.budget.hold((numberCost * length) / size, reading.place, what);
  const numbers = view(field.bytes);
  for (let at = 0; at < length; at += size) {
    to.push(size === 4 ? numbers.getFloat32(at, true) : numbers.getFloat64(at, true));
  }
}

/** Where the bytes lie: never their whole buffer, which may be Node's shared pool. */
export function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
