/** Damage to a file: to any bytes, to the numbers that its format keeps, and to the words of its header. */
import type { Random } from './random.ts';

/** Numbers that readers get wrong. */
const awkward = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff,
] as const;

const bytesOf = (value: number, size: number) =>
  Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) % 256);

const spliced = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array =>
  Uint8Array.from(Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + remove)]));

const overwritten = (bytes: Uint8Array, at: number, by: Uint8Array): Uint8Array => {
  if (at >= bytes.length) return bytes;
  const copy = Uint8Array.from(bytes);
  copy.set(by.subarray(0, copy.length - at), at);
  return copy;
};

type Damage = (bytes: Uint8Array, random: Random) => Uint8Array;

/** Damage that knows nothing of the format. */
export const anywhere: readonly Damage[] = [
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => overwritten(bytes, random.below(bytes.length), Uint8Array.of(random.below(256))),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return overwritten(bytes, at, Uint8Array.of(bytes[at]! ^ (1 << random.below(8))));
  },
  (bytes, random) =>
    overwritten(bytes, random.below(bytes.length), bytesOf(random.pick(awkward), random.pick([1, 2, 4, 8]))),
  (bytes, random) =>
    spliced(bytes, random.below(bytes.length + 1), 0, bytesOf(random.below(2 ** 32), random.pick([1, 2, 4]))),
  (bytes, random) => spliced(bytes, random.below(bytes.length), 1 + random.below(16), new Uint8Array(0)),
  (bytes, random) => {
    const [from, size] = [random.below(bytes.length), 1 + random.below(64)];
    return spliced(bytes, random.below(bytes.length + 1), 0, bytes.subarray(from, from + size));
  },
  (bytes) => bytes,
];

/** A number of a record that begins with a mark, such as a size in an entry of an archive. */
export function inRecord(marks: readonly (readonly number[])[], span: number): Damage {
  return (bytes, random) => {
    const mark = random.pick(marks);
    const starts = [...bytes.keys()].filter((at) => mark.every((byte, i) => bytes[at + i] === byte));
    if (starts.length === 0) return bytes;
    const at = random.pick(starts) + mark.length + random.below(span);
    return overwritten(bytes, at, bytesOf(random.pick(awkward), random.pick([1, 2, 4])));
  };
}

/** A word of the header put in the place of another; `relabel` mends the length that the file gives for it, or not. */
export function inHeader(
  extent: (bytes: Uint8Array) => readonly [start: number, end: number],
  words: readonly string[],
  relabel: (bytes: Uint8Array, length: number) => void,
): Damage {
  return (bytes, random) => {
    const [start, end] = extent(bytes);
    const header = Buffer.from(bytes.subarray(start, end)).toString('latin1');
    const tokens = [...header.matchAll(/[A-Za-z0-9_]+|'[^']*'|"[^"]*"|[^\sA-Za-z0-9_]/g)];
    if (tokens.length === 0) return bytes;
    const token = random.pick(tokens);
    const word = random.next() < 0.3 ? random.pick(tokens)[0] : random.pick(words);
    const changed = Buffer.from(word, 'latin1');
    const result = spliced(bytes, start + token.index, token[0].length, changed);
    if (random.next() < 0.8) relabel(result, end - start + changed.length - token[0].length);
    return result;
  };
}

/** One to three kinds of damage, one more often, that of the format more often. */
export function damaged(bytes: Uint8Array, ofFormat: readonly Damage[], random: Random): Uint8Array {
  let result = bytes;
  for (let turn = random.pick([0, 0, 0, 1, 2]); turn >= 0; turn--) {
    if (result.length === 0) break;
    const damages = ofFormat.length > 0 && random.next() < 0.6 ? ofFormat : anywhere;
    result = random.pick(damages)(result, random);
  }
  return result;
}
