/**
 * Small readers that are no relatives of ours: they take for granted what ours checks, and are only asked about files
 * that ours has read. Then both must have read the same.
 */
import { inflateRawSync } from 'node:zlib';
import { bfloat16, decode16, float16 } from '../../src/formats/half.ts';

export interface Plain {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

type Get = (view: DataView, at: number, little: boolean) => number;

const kinds: Readonly<Record<string, readonly [size: number, get: Get]>> = {
  f8: [8, (v, at, le) => v.getFloat64(at, le)],
  f4: [4, (v, at, le) => v.getFloat32(at, le)],
  f2: [2, (v, at, le) => decode16(float16, v.getUint16(at, le))],
  bf: [2, (v, at, le) => decode16(bfloat16, v.getUint16(at, le))],
  i1: [1, (v, at) => v.getInt8(at)],
  i2: [2, (v, at, le) => v.getInt16(at, le)],
  i4: [4, (v, at, le) => v.getInt32(at, le)],
  i8: [8, (v, at, le) => Number(v.getBigInt64(at, le))],
  u1: [1, (v, at) => v.getUint8(at)],
  u2: [2, (v, at, le) => v.getUint16(at, le)],
  u4: [4, (v, at, le) => v.getUint32(at, le)],
  u8: [8, (v, at, le) => Number(v.getBigUint64(at, le))],
  b1: [1, (v, at) => v.getUint8(at)],
};

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const volume = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

function elements(bytes: Uint8Array, kind: string, count: number, little: boolean): number[] {
  const [size, get] = kinds[kind]!;
  const view = viewOf(bytes);
  return Array.from({ length: count }, (_, i) => get(view, i * size, little));
}

export function npy(bytes: Uint8Array): Plain {
  const view = viewOf(bytes);
  const [start, length] = bytes[6] === 1 ? [10, view.getUint16(8, true)] : [12, view.getUint32(8, true)];
  const header = Buffer.from(bytes.subarray(start, start + length)).toString('latin1');
  const [, order, kind] = /'descr'\s*:\s*'([<>|])(\w+)'|"descr"/.exec(header) ?? [];
  const shape = (/\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((part) => part.trim())
    .map(Number);
  const count = volume(shape);
  const stored = elements(bytes.subarray(start + length), kind!, count, order !== '>');
  if (!/fortran_order'\s*:\s*True/.test(header)) return { shape, data: stored };
  const data = stored.map((_, i) => {
    let [rest, at, step] = [i, 0, count];
    const index = shape.map((size) => {
      step /= size;
      const digit = Math.floor(rest / step);
      rest %= step;
      return digit;
    });
    for (let axis = shape.length - 1; axis >= 0; axis--) at = at * shape[axis]! + index[axis]!;
    return stored[at]!;
  });
  return { shape, data };
}

export function npz(bytes: Uint8Array): ReadonlyMap<string, Plain> {
  const view = viewOf(bytes);
  let end = bytes.length - 22;
  while (
    view.getUint32(end, true) !== 0x06054b50 ||
    end + 22 + view.getUint16(end + 20, true) !== bytes.length
  )
    end--;
  const found = new Map<string, Plain>();
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; i--) {
    const [method, packed, name, extra, comment, local] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint16(at + 28, true),
      view.getUint16(at + 30, true),
      view.getUint16(at + 32, true),
      view.getUint32(at + 42, true),
    ];
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const content = bytes.subarray(start, start + packed);
    const file = Buffer.from(bytes.subarray(at + 46, at + 46 + name)).toString('utf8');
    if (file.endsWith('.npy'))
      found.set(file.slice(0, -4), npy(method === 0 ? content : inflateRawSync(content)));
    at += 46 + name + extra + comment;
  }
  return found;
}

const codes: Readonly<Record<string, string>> = {
  F64: 'f8',
  F32: 'f4',
  F16: 'f2',
  BF16: 'bf',
  I8: 'i1',
  I16: 'i2',
  I32: 'i4',
  I64: 'i8',
  U8: 'u1',
  U16: 'u2',
  U32: 'u4',
  U64: 'u8',
  BOOL: 'b1',
};

export function safetensors(bytes: Uint8Array): ReadonlyMap<string, Plain> {
  const length = Number(viewOf(bytes).getBigUint64(0, true));
  interface Entry {
    readonly dtype: string;
    readonly shape: readonly number[];
    readonly data_offsets: readonly [number, number];
  }
  const text = Buffer.from(bytes.subarray(8, 8 + length)).toString('utf8');
  const header = JSON.parse(text) as Readonly<Record<string, Entry>>;
  const arrays = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return new Map(
    arrays.map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin],
        },
      ]) => {
        const data = elements(bytes.subarray(8 + length + begin), codes[dtype]!, volume(shape), true);
        return [name, { shape, data }];
      },
    ),
  );
}

/** One field of a message: its number, and a varint or bytes; packed numbers are bytes. */
type Field = readonly [number: number, value: bigint | undefined, bytes: Uint8Array];

function* fields(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): bigint => {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asUintN(64, value);
      shift += 7n;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const wire = Number(tag & 7n);
    const value = wire === 0 ? varint() : undefined;
    const size = wire === 2 ? Number(varint()) : ({ 1: 8, 5: 4 }[wire] ?? 0);
    at += size;
    yield [Number(tag >> 3n), value, bytes.subarray(at - size, at)];
  }
}

/** The element types of TensorProto. */
const onnxTypes: Readonly<Record<number, string>> = {
  1: 'f4',
  2: 'u1',
  3: 'i1',
  4: 'u2',
  5: 'i2',
  6: 'i4',
  7: 'i8',
  9: 'b1',
  10: 'f2',
  11: 'f8',
  12: 'u4',
  13: 'u8',
  16: 'bf',
};

/** The initializers of a model whose types are numbers. */
export function onnx(bytes: Uint8Array): ReadonlyMap<string, Plain> {
  const found = new Map<string, Plain>();
  for (const [outer, , graph] of fields(bytes)) {
    if (outer !== 7) continue;
    for (const [inner, , tensor] of fields(graph)) {
      if (inner !== 5) continue;
      const [name, plain] = onnxTensor(tensor);
      if (plain) found.set(name, plain);
    }
  }
  return found;
}

function onnxTensor(bytes: Uint8Array): [name: string, tensor: Plain | undefined] {
  let [name, type, raw] = ['', 0, new Uint8Array(0)];
  const [shape, typed]: number[][] = [[], []];
  for (const [number, value, content] of fields(bytes)) {
    const integers = () => {
      const all = value === undefined ? [...fields(packedAsFields(content))] : [[0, value] as const];
      return all.map(([, n]) => Number(BigInt.asIntN(64, n!)));
    };
    const floats = (kind: 'f4' | 'f8', size: number) => elements(content, kind, content.length / size, true);
    if (number === 1) shape!.push(...integers());
    else if (number === 2) type = Number(value);
    else if (number === 4) typed!.push(...floats('f4', 4));
    else if (number === 5 || number === 7 || number === 11) typed!.push(...integers());
    else if (number === 8) name = new TextDecoder().decode(content);
    else if (number === 9) raw = Uint8Array.from(content);
    else if (number === 10) typed!.push(...floats('f8', 8));
  }
  const kind = onnxTypes[type];
  if (!kind) return [name, undefined];
  if (typed!.length === 0) return [name, { shape: shape!, data: elements(raw, kind, volume(shape!), true) }];
  const half = { f2: float16, bf: bfloat16 }[kind];
  return [name, { shape: shape!, data: half ? typed!.map((bits) => decode16(half, bits & 0xffff)) : typed! }];
}

/** Packed varints, each with a tag in front of it. */
function packedAsFields(packed: Uint8Array): Uint8Array {
  return Uint8Array.from(
    [...packed].flatMap((byte, i) => (i === 0 || packed[i - 1]! < 128 ? [8, byte] : [byte])),
  );
}
