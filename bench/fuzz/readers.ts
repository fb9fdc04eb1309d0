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
