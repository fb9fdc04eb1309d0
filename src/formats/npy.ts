/**
 * The .npy format, numpy's own (numpy.lib.format, versions 1.0 to 3.0): the magic, a version, the length of a
 * header, the header (a Python dict literal), the elements.
 */
import type { ArrayFile, ArraySource, DType } from './array.ts';
import { hex, record } from './bytes.ts';
import { decodeElements, elementBytes, encodedBytes, encodeElements } from './elements.ts';
import { Place, quoted } from './error.ts';
import { allocate, Budget, type Limits } from './limits.ts';
import { parseNpyHeader } from './npy-header.ts';

/** '\x93NUMPY'. */
export const npyMagic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The longest header: numpy's own limit. That of a plain array has about 100 bytes. */
const maxHeader = 10_000;

/** The codes of numpy, after the byte order. There is none for bfloat16. */
const codes: ReadonlyMap<string, DType> = new Map([
  ['f8', 'float64'],
  ['f4', 'float32'],
  ['f2', 'float16'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['i4', 'int32'],
  ['i8', 'int64'],
  ['u1', 'uint8'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['u8', 'uint64'],
  ['b1', 'bool'],
]);

/**
 * The array in the bytes of an .npy file, little- or big-endian, row- or column-major. `path` names the file in
 * errors. Throws a FileError for everything that is not exactly one array of numbers or bools.
 */
export function decodeNpy(bytes: Uint8Array, path: string, limits?: Partial<Limits>): ArrayFile {
  const place = new Place(path);
  const budget = new Budget(limits);
  budget.hold(bytes.length, place, 'the file');
  return readNpy(bytes, place, budget);
}

/** As decodeNpy, for bytes that the budget already counts. */
export function readNpy(bytes: Uint8Array, place: Place, budget: Budget): ArrayFile {
  const magic = bytes.subarray(0, npyMagic.length);
  if (hex(magic) !== hex(Uint8Array.from(npyMagic))) {
    throw place.error(
      'first bytes',
      `${hex(Uint8Array.from(npyMagic))} (an .npy file)`,
      hex(magic) || 'no bytes',
    );
  }
  const version = record(bytes, 6, 2, place, 'version');
  const [major, minor] = [version.getUint8(0), version.getUint8(1)];
  if (major < 1 || major > 3 || minor !== 0) {
    throw place.error('version of the .npy format', '1.0, 2.0 or 3.0', `${major}.${minor}`);
  }
  const wide = major > 1;
  const start = wide ? 12 : 10;
  const lengthField = record(bytes, 8, start - 8, place, 'header length');
  const length = wide ? lengthField.getUint32(0, true) : lengthField.getUint16(0, true);
  if (length > maxHeader) throw place.error('header length', `at most ${maxHeader} bytes`, `${length}`);
  record(bytes, start, length, place, 'header');
  // Latin-1: one character a byte, so positions are bytes. All that the parser lets pass is ASCII.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1');
  const { descr, fortranOrder, shape } = parseNpyHeader(text, (at, expected, got) =>
    place.error(`header at byte ${start + at}`, expected, got),
  );
  const { dtype, littleEndian } = elementType(descr, place);
  return decodeElements(
    bytes.subarray(start + length),
    dtype,
    shape,
    { littleEndian, fortranOrder, offset: start + length },
    place,
    budget,
  );
}

function elementType(descr: string, place: Place): { dtype: DType; littleEndian: boolean } {
  const order = descr.charAt(0);
  const dtype = codes.get(descr.slice(1));
  if (descr.slice(1).startsWith('O')) {
    throw place.error(
      'dtype',
      'numbers or bools (an object array is a pickle, which can run code)',
      quoted(descr),
    );
  }
  if (dtype === undefined) {
    throw place.error('dtype', 'a byte order and f2, f4, f8, i1 to i8, u1 to u8 or b1', quoted(descr));
  }
  // One byte has no order; numpy writes '|', others '<'.
  const orders = elementBytes(dtype) === 1 ? '|<>' : '<>';
  if (!orders.includes(order)) {
    throw place.error('byte order of the dtype', [...orders].join(' or '), quoted(descr));
  }
  return { dtype, littleEndian: order !== '>' };
}

/**
 * The bytes of an .npy file (version 1.0, little-endian, row-major), the same that numpy writes. Floating-point
 * values are rounded to nearest even; an integer that does not fit is a FileError, and so is bfloat16, which numpy
 * does not have.
 */
export function encodeNpy(array: ArraySource, path: string): Uint8Array {
  return formatNpy(array, new Place(path));
}

/** As encodeNpy, at a place. */
export function formatNpy(array: ArraySource, place: Place): Uint8Array {
  const size = encodedBytes(array, place);
  const code = [...codes].find(([, dtype]) => dtype === array.dtype)?.[0];
  if (code === undefined) {
    throw place.error('dtype', 'one that numpy has (.safetensors holds bfloat16)', array.dtype);
  }
  const order = elementBytes(array.dtype) === 1 ? '|' : '<';
  const tuple = array.shape.length === 1 ? `(${array.shape[0]},)` : `(${array.shape.join(', ')})`;
  const dict = `{'descr': '${order}${code}', 'fortran_order': False, 'shape': ${tuple}, }`;
  // As numpy pads: room for the first axis to grow to 21 digits, a newline, then on to the next multiple of 64.
  const room = array.shape.length > 0 ? 21 - String(array.shape[0]).length : 0;
  const start = (Math.floor((10 + dict.length + room + 1) / 64) + 1) * 64;
  const bytes = allocate(start + size, place, () => new Uint8Array(start + size));
  bytes.set([...npyMagic, 1, 0]);
  new DataView(bytes.buffer).setUint16(8, start - 10, true);
  bytes.set(Buffer.from(`${dict.padEnd(start - 11)}\n`, 'latin1'), 10);
  encodeElements(array, bytes, start, place);
  return bytes;
}
