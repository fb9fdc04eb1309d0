/** Protocol Buffers, written: the parts of a message, put together. */

/** The parts of a message that is being written. */
export type Parts = readonly Uint8Array[];

/** A varint of a signed integer: negative ones take ten bytes. */
export function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** A field that holds an integer. */
export const integer = (field: number, value: number | bigint): Parts => [varint(field << 3), varint(value)];

/** A field that holds bytes: a nested message, data. */
export const bytes = (field: number, ...content: Parts): Parts => {
  const length = content.reduce((total, part) => total + part.length, 0);
  return [varint((field << 3) | 2), varint(length), ...content];
};

/** A field that holds a text. */
export const text = (field: number, value: string): Parts => bytes(field, new TextEncoder().encode(value));

/** A field that holds a float32. */
export const float = (field: number, value: number): Parts => [
  varint((field << 3) | 5),
  new Uint8Array(Float32Array.of(value).buffer),
];

/** The parts in one piece. */
export function joined(parts: Parts): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
