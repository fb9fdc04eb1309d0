/** Damage to Protocol Buffers that knows their structure: fields of a message, and of the messages in it. */
import type { Random } from './random.ts';

/** A field as it stands in a message: its tag, and what follows. */
interface Piece {
  readonly number: number;
  readonly wire: number;
  /** Of wire type 2: without its length. */
  readonly content: Uint8Array;
}

type Change = (pieces: readonly Piece[], random: Random) => readonly Uint8Array[];

/** A varint of any number, in at least so many bytes. */
function varint(value: bigint, least = 1): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  } while (rest > 0n || bytes.length < least);
  bytes[bytes.length - 1]! &= 127;
  return Uint8Array.from(bytes);
}

const joined = (parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts));

const tag = (number: number, wire: number) => varint(BigInt(number) * 8n + BigInt(wire));

function written({ number, wire, content }: Piece, length = BigInt(content.length)): Uint8Array {
  return joined([tag(number, wire), ...(wire === 2 ? [varint(length)] : []), content]);
}

export const nested = (number: number, ...parts: readonly Uint8Array[]): Uint8Array =>
  written({ number, wire: 2, content: joined(parts) });

const number = (field: number, value: bigint): Uint8Array => joined([tag(field, 0), varint(value)]);

const text = (field: number, value: string): Uint8Array => nested(field, Buffer.from(value));

/** The fields of a message; undefined where the bytes are none. */
function piecesOf(bytes: Uint8Array): Piece[] | undefined {
  const pieces: Piece[] = [];
  let at = 0;
  const next = (): number => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = bytes[at++];
      if (byte === undefined || scale > 2 ** 42) return Number.NaN;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    const head = next();
    const [number, wire] = [Math.floor(head / 8), head % 8];
    const start = at;
    if (wire === 0) while (bytes[at++]! >= 128);
    else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire !== 2) return undefined;
    const length = wire === 2 ? next() : 0;
    const from = wire === 2 ? at : start;
    at += length;
    if (!(number >= 1) || !(at <= bytes.length)) return undefined;
    pieces.push({ number, wire, content: bytes.subarray(from, at) });
  }
  return pieces;
}

/** Numbers that dims, lengths and counts get wrong. */
const awkward = [
  0n,
  1n,
  -1n,
  255n,
  1n << 31n,
  (1n << 32n) - 1n,
  (1n << 53n) + 1n,
  (1n << 63n) - 1n,
  1n << 63n,
] as const;

/** What a model may have where nobody expects it: by the field numbers of onnx.proto. */
const intruders: readonly ((random: Random) => Uint8Array)[] = [
  // A tensor whose data lies in another file, in a segment, or twice.
  () => joined([nested(13, text(1, 'location'), text(2, '../../../../etc/passwd')), number(14, 1n)]),
  () => nested(13, text(1, 'location'), text(2, '/dev/zero')),
  () => nested(3, number(1, 0n), number(2, 1n << 40n)),
  (random) => nested(9, new Uint8Array(random.below(40))),
  (random) => nested(random.pick([4, 5, 7, 10, 11]), new Uint8Array(random.below(40)).fill(1)),
  (random) => number(1, random.pick(awkward)),
  (random) => nested(1, ...Array.from({ length: random.below(40) }, () => varint(random.pick(awkward)))),
  // Graphs in nodes in graphs.
  (random) => {
    let graph = nested(2, Buffer.from('g'));
    for (let depth = random.below(40); depth > 0; depth--)
      graph = nested(1, nested(5, text(1, 'body'), nested(6, graph), number(20, 5n)));
    return graph;
  },
  (random) =>
    text(random.pick([1, 2, 3, 8]), random.pick(['__proto__', 'constructor', '', 'x', 'w0', '\u0000'])),
  (random) => nested(random.pick([1, 2, 8]), Uint8Array.of(0xc3, 0x28)),
  // Groups, and numbers of fields that there aren't.
  (random) => tag(random.below(30) + 1, random.pick([3, 4, 6, 7])),
  () => tag(0, 0),
  () => joined([varint((1n << 63n) - 1n), varint(1n)]),
];

const changes: readonly Change[] = [
  // Once more, elsewhere, or not at all.
  (pieces, random) => [...pieces, random.pick(pieces)].map((piece) => written(piece)),
  (pieces, random) => pieces.toSorted(() => random.next() - 0.5).map((piece) => written(piece)),
  (pieces, random) => without(pieces, random.below(pieces.length)),
  // A length that lies, a number that is longer than it need be.
  (pieces, random) =>
    instead(pieces, random, (piece) =>
      written(piece, random.pick([...awkward, BigInt(piece.content.length + random.below(9) - 4)])),
    ),
  (pieces, random) =>
    instead(pieces, random, ({ number, wire, content }) =>
      wire === 2
        ? joined([tag(number, 2), varint(BigInt(content.length), 1 + random.below(11)), content])
        : joined([tag(number, 0), varint(random.pick(awkward), 1 + random.below(11))]),
    ),
  // Another wire type, another field.
  (pieces, random) =>
    instead(pieces, random, (piece) => written({ ...piece, wire: random.pick([0, 1, 2, 3, 4, 5, 6, 7]) })),
  (pieces, random) => instead(pieces, random, (piece) => written({ ...piece, number: 1 + random.below(26) })),
  (pieces, random) =>
    instead(pieces, random, ({ number }) => joined([tag(number, 0), varint(random.pick(awkward))])),
  (pieces, random) =>
    instead(pieces, random, (piece) =>
      written({ ...piece, content: piece.content.subarray(0, random.below(piece.content.length + 1)) }),
    ),
  // Something that doesn't belong there.
  (pieces, random) => {
    const all = pieces.map((piece) => written(piece));
    all.splice(random.below(all.length + 1), 0, random.pick(intruders)(random));
    return all;
  },
  // Very many of a kind.
  (pieces, random) => {
    const piece = random.pick(pieces);
    return [...pieces, ...Array.from({ length: random.below(300) }, () => piece)].map((each) =>
      written(each),
    );
  },
];

function without(pieces: readonly Piece[], i: number): readonly Uint8Array[] {
  return pieces.filter((_, k) => k !== i).map((piece) => written(piece));
}

function instead(
  pieces: readonly Piece[],
  random: Random,
  by: (piece: Piece) => Uint8Array,
): readonly Uint8Array[] {
  const i = random.below(pieces.length);
  return pieces.map((piece, k) => (k === i ? by(piece) : written(piece)));
}

/** Damage to one field of the message or of one inside it; the lengths around it stay right. */
export function inMessage(bytes: Uint8Array, random: Random): Uint8Array {
  const pieces = piecesOf(bytes);
  if (!pieces || pieces.length === 0) return bytes;
  const inner = [...pieces.keys()].filter(
    (i) => pieces[i]!.wire === 2 && piecesOf(pieces[i]!.content)?.length,
  );
  if (inner.length > 0 && random.next() < 0.75) {
    const i = random.pick(inner);
    const content = inMessage(pieces[i]!.content, random);
    return joined(pieces.map((piece, k) => written(k === i ? { ...piece, content } : piece)));
  }
  return joined(random.pick(changes)(pieces, random));
}
