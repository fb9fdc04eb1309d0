/** TensorProto: an array in a model, its data raw or typed, never outside of the file. */
import { quoted } from '../error.ts';
import { bfloat16, decode16, float16 } from '../half.ts';
import { type ElementType, elementTypes, type OnnxTensor } from './model.ts';
import { addFloats, addIntegers, bytesIn, fieldsOf, integerIn, type Reading, textIn, view } from './wire.ts';

/** Where typed data of each element type stands, and how many bytes an element of raw data has. */
const storage: Readonly<Record<ElementType, readonly [field: number, bytes: number]>> = {
  float32: [4, 4],
  float64: [10, 8],
  int8: [5, 1],
  uint8: [5, 1],
  int16: [5, 2],
  uint16: [5, 2],
  int32: [5, 4],
  bool: [5, 1],
  float16: [5, 2],
  bfloat16: [5, 2],
  int64: [7, 8],
  uint32: [11, 4],
  uint64: [11, 8],
  string: [6, 0],
};

interface Found {
  name: string;
  type: number;
  readonly dims: number[];
  raw: Uint8Array | undefined;
  /** By the number of the field. */
  readonly typed: Map<number, number[]>;
  texts: number;
}

/** The tensor in these bytes. Throws a FileError where its data isn't exactly as its dims and type say. */
export function readTensor(bytes: Uint8Array, outer: Reading): OnnxTensor {
  const found: Found = { name: '', type: 0, dims: [], raw: undefined, typed: new Map(), texts: 0 };
  for (const field of fieldsOf(bytes, outer)) {
    const numbers = () => {
      const known = found.typed.get(field.number) ?? [];
      found.typed.set(field.number, known);
      return known;
    };
    if (field.number === 1) addIntegers(field, found.dims, 'dims of a tensor', outer);
    else if (field.number === 2) found.type = integerIn(field, 'data_type of a tensor', outer);
    else if (field.number === 3) throw outer.place.error('segment of a tensor', 'none', 'one');
    else if (field.number === 4) addFloats(field, 4, numbers(), 'float_data', outer);
    else if (field.number === 10) addFloats(field, 8, numbers(), 'double_data', outer);
    else if (field.number === 5 || field.number === 7 || field.number === 11) {
      addIntegers(field, numbers(), 'integer data', outer);
    } else if (field.number === 6) {
      bytesIn(field, 'string_data', outer);
      found.texts++;
    } else if (field.number === 8) found.name = textIn(field, 'name of a tensor', outer);
    else if (field.number === 9) found.raw = bytesIn(field, 'raw_data', outer);
    else if (field.number === 13) refuseExternal(outer);
    else if (field.number === 14 && integerIn(field, 'data_location', outer) !== 0) refuseExternal(outer);
  }
  return tensorOf(found, { ...outer, place: outer.place.within(`tensor ${quoted(found.name)}`) });
}

/** A sparse tensor is not kept, but what it is made of is checked. */
export function checkSparseTensor(bytes: Uint8Array, reading: Reading): void {
  for (const field of fieldsOf(bytes, reading)) {
    if (field.number === 1 || field.number === 2) {
      readTensor(bytesIn(field, 'part of a sparse tensor', reading), reading);
    }
  }
}

/** A model may name any file as the place of its data: none is opened. */
function refuseExternal({ place }: Reading): never {
  throw place.error('data of a tensor', 'it in the file', 'external data, which is not opened');
}

function tensorOf(found: Found, reading: Reading): OnnxTensor {
  const { name, dims, raw, typed, texts } = found;
  const { place, budget } = reading;
  for (const size of dims) {
    if (!Number.isSafeInteger(size) || size < 0) throw place.error('dims', 'sizes of at least 0', `${size}`);
  }
  const count = dims.reduce((product, size) => product * size, 1);
  if (!Number.isSafeInteger(count)) throw place.error('dims', 'at most 2^53 elements', `${dims.join(' x ')}`);
  const type = (elementTypes as Readonly<Record<number, ElementType>>)[found.type];
  if (type === undefined) return { name, dims, type: 'other', data: [] };
  const [own, size] = storage[type];
  const stray = [...typed.keys()].find((field) => field !== own);
  if (stray !== undefined || (texts > 0 && type !== 'string')) {
    throw place.error('data', `that of ${type}`, `field ${stray ?? 6}, which is of another type`);
  }
  if (type === 'string') {
    if (texts !== count || raw) throw place.error('string_data', `${count} texts`, `${texts}`);
    return { name, dims, type, data: [] };
  }
  const stored = typed.get(own) ?? [];
  if (raw !== undefined && stored.length > 0) throw place.error('data', 'raw or typed data', 'both');
  if (raw === undefined || (raw.length === 0 && stored.length > 0)) {
    if (stored.length !== count) throw place.error('data', `${count} numbers`, `${stored.length}`);
    return { name, dims, type, data: narrowed(stored, type) };
  }
  if (raw.length !== count * size) throw place.error('raw_data', `${count * size} bytes`, `${raw.length}`);
  budget.hold(8 * count, place, 'the numbers');
  return { name, dims, type, data: decodeRaw(raw, type, count) };
}

/** 16-bit floats stand in int32_data as their bits. */
function narrowed(numbers: readonly number[], type: ElementType): readonly number[] {
  const format = { float16, bfloat16 }[type as string];
  return format ? numbers.map((bits) => decode16(format, bits & 0xffff)) : numbers;
}

function decodeRaw(raw: Uint8Array, type: Exclude<ElementType, 'string'>, count: number): ArrayLike<number> {
  const bits = view(raw);
  const read: Readonly<Record<typeof type, (i: number) => number>> = {
    float32: (i) => bits.getFloat32(4 * i, true),
    float64: (i) => bits.getFloat64(8 * i, true),
    int8: (i) => bits.getInt8(i),
    uint8: (i) => bits.getUint8(i),
    bool: (i) => bits.getUint8(i),
    int16: (i) => bits.getInt16(2 * i, true),
    uint16: (i) => bits.getUint16(2 * i, true),
    float16: (i) => decode16(float16, bits.getUint16(2 * i, true)),
    bfloat16: (i) => decode16(bfloat16, bits.getUint16(2 * i, true)),
    int32: (i) => bits.getInt32(4 * i, true),
    uint32: (i) => bits.getUint32(4 * i, true),
    int64: (i) => Number(bits.getBigInt64(8 * i, true)),
    uint64: (i) => Number(bits.getBigUint64(8 * i, true)),
  };
  const data = new Float64Array(count);
  const one = read[type];
  for (let i = 0; i < count; i++) data[i] = one(i);
  return data;
}
