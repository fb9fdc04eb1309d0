/**
 * The .safetensors format: the length of a header (8 bytes), the header (JSON), the elements, little-endian and
 * row-major, one array after the other without a gap.
 */
import { type ArraySource, checkName, type DType, elementCount, type NamedArrays } from './array.ts';
import { record, uint64 } from './bytes.ts';
import { decodeElements, elementBytes, encodedBytes, encodeElements } from './elements.ts';
import { Place, quoted } from './error.ts';
import { type HeaderJson, parseHeaderJson } from './json.ts';
import { allocate, Budget, type Limits } from './limits.ts';

/**
 * The longest header: room for the 10 000 arrays of the default limit. Parsed, the worst text of this length takes
 * under 100 MiB.
 */
export const maxSafetensorsHeader = 2 * 2 ** 20;

const codes: ReadonlyMap<string, DType> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I8', 'int8'],
  ['I16', 'int16'],
  ['I32', 'int32'],
  ['I64', 'int64'],
  ['U8', 'uint8'],
  ['U16', 'uint16'],
  ['U32', 'uint32'],
  ['U64', 'uint64'],
  ['BOOL', 'bool'],
]);

/** Where in the data one array lies: bytes begin ≤ i < end. */
interface Extent {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A .safetensors file: its arrays in the order of the header, and the texts of its `__metadata__`. */
export interface Safetensors {
  readonly arrays: NamedArrays;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the bytes of a .safetensors file. `path` names the file in errors. Throws a FileError where the header is
 * not as the format has it, or where the arrays overlap, leave a gap or do not fill the file to its end.
 */
export function decodeSafetensors(bytes: Uint8Array, path: string, limits?: Partial<Limits>): Safetensors {
  const place = new Place(path);
  const budget = new Budget(limits);
  budget.hold(bytes.length, place, 'the file');
  return readSafetensors(bytes, place, budget);
}

/** As decodeSafetensors, for bytes that the budget already counts. */
export function readSafetensors(bytes: Uint8Array, place: Place, budget: Budget): Safetensors {
  const length = uint64(record(bytes, 0, 8, place, 'header length'), 0);
  if (length > maxSafetensorsHeader) {
    throw place.error('header length', `at most ${maxSafetensorsHeader} bytes`, `${length}`);
  }
  record(bytes, 8, length, place, 'header');
  const header = parseHeader(bytes.subarray(8, 8 + length), place);

  const metadata = new Map<string, string>();
  const extents: Extent[] = [];
  for (const [name, entry] of header) {
    if (name === '__metadata__') readMetadata(entry, metadata, place);
    else extents.push(readExtent(name, entry, place));
  }
  budget.count(extents.length, place);
  const data = bytes.subarray(8 + length);
  checkTiling(extents, data.length, place);

  const arrays: NamedArrays = new Map();
  for (const { name, dtype, shape, begin, end } of extents) {
    const layout = { littleEndian: true, fortranOrder: false, offset: 8 + length + begin };
    const where = place.within(`array ${quoted(name)}`);
    arrays.set(name, decodeElements(data.subarray(begin, end), dtype, shape, layout, where, budget));
  }
  return { arrays, metadata };
}

function parseHeader(bytes: Uint8Array, place: Place): ReadonlyMap<string, HeaderJson> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw place.error('header', 'UTF-8', 'other bytes', { cause });
  }
  const error = (at: number, expected: string, got: string) =>
    place.error(`header at byte ${8 + Buffer.byteLength(text.slice(0, at))}`, expected, got);
  if (!text.startsWith('{')) throw error(0, "'{'", quoted(text.slice(0, 24)));
  // What starts with '{' and parses is an object.
  return parseHeaderJson(text, error) as ReadonlyMap<string, HeaderJson>;
}

function isObject(json: HeaderJson): json is ReadonlyMap<string, HeaderJson> {
  return json instanceof Map;
}

function readMetadata(entry: HeaderJson, metadata: Map<string, string>, place: Place): void {
  const where = place.within('__metadata__');
  if (!isObject(entry)) throw where.error('value', 'an object of strings', kind(entry));
  for (const [key, text] of entry) {
    if (typeof text !== 'string') throw where.error(quoted(key), 'a string', kind(text));
    metadata.set(key, text);
  }
}

function readExtent(name: string, entry: HeaderJson, place: Place): Extent {
  checkName(name, place);
  const where = place.within(`array ${quoted(name)}`);
  if (!isObject(entry)) throw where.error('entry', 'an object', kind(entry));
  for (const key of entry.keys()) {
    if (!['dtype', 'shape', 'data_offsets'].includes(key)) {
      throw where.error('keys', 'only dtype, shape and data_offsets', quoted(key));
    }
  }
  const code = entry.get('dtype');
  const dtype = typeof code === 'string' ? codes.get(code) : undefined;
  if (dtype === undefined) throw where.error('dtype', [...codes.keys()].join(', '), kind(code));
  const shape = integers(entry.get('shape'), 'shape', where);
  const [begin, end, ...more] = integers(entry.get('data_offsets'), 'data_offsets', where);
  if (begin === undefined || end === undefined || more.length > 0) {
    throw where.error('data_offsets', 'two integers', kind(entry.get('data_offsets')));
  }
  const size = elementCount(shape, where) * elementBytes(dtype);
  if (end - begin !== size) {
    throw where.error(
      'data_offsets',
      `${size} bytes for ${code} [${shape.join(', ')}]`,
      `${begin} to ${end}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function integers(json: HeaderJson | undefined, key: string, place: Place): readonly number[] {
  if (!Array.isArray(json) || !json.every((item) => typeof item === 'number')) {
    throw place.error(key, 'a list of non-negative integers', kind(json));
  }
  return json;
}

/** What came, for an error: short values as they are, others by their kind. */
function kind(json: HeaderJson | undefined): string {
  if (json === undefined) return 'none';
  if (typeof json === 'string') return quoted(json);
  if (typeof json === 'number') return `${json}`;
  return isObject(json) ? 'an object' : `a list of ${json.length}`;
}

/** The arrays, in the order of their offsets, cover the data once: no gap, no overlap, nothing left over. */
function checkTiling(extents: readonly Extent[], size: number, place: Place): void {
  let covered = 0;
  for (const { name, begin, end } of [...extents].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) {
      const wrong = begin > covered ? 'a gap' : 'an overlap';
      throw place.error(
        `array ${quoted(name)}: data_offsets`,
        `a start at ${covered}`,
        `${begin} (${wrong})`,
      );
    }
    covered = end;
  }
  if (covered !== size) throw place.error('data', `${covered} bytes, as the header says`, `${size}`);
}

/**
 * The bytes of a .safetensors file. The header keeps the order of the arrays; the data is sorted by element size,
 * larger first, and begins at a multiple of 8, so that every array is aligned. The same arrays in the same order
 * give the same bytes. Floating-point values are rounded to nearest even; an integer that does not fit is a FileError.
 */
export function encodeSafetensors(
  arrays: ReadonlyMap<string, ArraySource>,
  path: string,
  metadata: ReadonlyMap<string, string> = new Map(),
): Uint8Array {
  const place = new Place(path);
  const { extents, size } = layOut(arrays, place);
  const entries: string[] = [];
  if (metadata.size > 0) {
    const texts = [...metadata].map(([key, text]) => `${JSON.stringify(key)}:${JSON.stringify(text)}`);
    entries.push(`"__metadata__":{${texts.join(',')}}`);
  }
  for (const [name, array] of arrays) {
    const { begin, end } = extents.get(name) as Extent;
    const code = [...codes].find(([, dtype]) => dtype === array.dtype)?.[0];
    entries.push(
      `${JSON.stringify(name)}:{"dtype":"${code}","shape":[${array.shape.join(',')}],"data_offsets":[${begin},${end}]}`,
    );
  }
  const json = Buffer.from(`{${entries.join(',')}}`);
  const header = Buffer.alloc(Math.ceil(json.length / 8) * 8, ' ');
  header.set(json);
  if (header.length > maxSafetensorsHeader) {
    throw place.error('header', `at most ${maxSafetensorsHeader} bytes`, `${header.length}`);
  }
  const start = 8 + header.length;
  const bytes = allocate(start + size, place, () => new Uint8Array(start + size));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  for (const [name, array] of arrays) {
    const { begin } = extents.get(name) as Extent;
    encodeElements(array, bytes, start + begin, place.within(`array ${quoted(name)}`));
  }
  return bytes;
}

/** Where each array goes: by element size, larger first, otherwise in the given order; and the size of all. */
function layOut(
  arrays: ReadonlyMap<string, ArraySource>,
  place: Place,
): { extents: ReadonlyMap<string, Extent>; size: number } {
  const sized = [...arrays].map(([name, array]) => {
    checkName(name, place);
    const where = place.within(`array ${quoted(name)}`);
    if (name === '__metadata__') throw where.error('name', 'one that the format does not reserve', name);
    return { name, array, size: encodedBytes(array, where) };
  });
  sized.sort((a, b) => elementBytes(b.array.dtype) - elementBytes(a.array.dtype));
  const extents = new Map<string, Extent>();
  let begin = 0;
  for (const { name, array, size } of sized) {
    extents.set(name, { name, dtype: array.dtype, shape: array.shape, begin, end: begin + size });
    begin += size;
  }
  return { extents, size: begin };
}
