/**
 * A strict reader of .zip archives, as far as .npz files need them (PKWARE's APPNOTE): stored and deflated entries,
 * zip64, data descriptors. Every byte of the archive belongs to exactly one record, and what is said twice (in an
 * entry's own header and in the directory) must agree: then no two readers can see different archives.
 *
 * Not looked at, because they change nothing that is read: times, versions, attributes, comments of entries, extra
 * fields other than zip64.
 */
import { crc32 } from 'node:zlib';
import { hex, record, uint64 } from './bytes.ts';
import { type Place, quoted } from './error.ts';
import { inflate } from './inflate.ts';
import type { Budget } from './limits.ts';
import { findDirectory } from './zip-end.ts';
import { ones, widen, zip64Field } from './zip-extra.ts';
import { checkEntryName, decodeName, utf8Flag } from './zip-name.ts';

const stored = 0;
const deflated = 8;
/** Flag bit 3: sizes and CRC follow the data, because they were not known before. */
const streamedFlag = 0x0008;
/** Flag bits 1 and 2 say how hard deflate tried. */
const effortFlags = 0x0006;

const directoryEntrySize = 46;
const localHeaderSize = 30;

/** What the directory says of an entry. */
interface Listed {
  readonly name: string;
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly compressed: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly at: number;
  readonly place: Place;
}

/** An entry of an archive; `content` checks, inflates and returns its bytes. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  /** Whether `content` takes memory of its own; a stored entry is a view of the archive. */
  readonly inflates: boolean;
  content(): Uint8Array;
}

/** The entries of an archive, in the order of the directory; nothing is inflated yet. */
export function readZip(bytes: Uint8Array, place: Place, budget: Budget): readonly ZipEntry[] {
  const directory = findDirectory(bytes, place);
  budget.count(directory.count, place);
  const listed: Listed[] = [];
  const names = new Set<string>();
  let at = directory.start;
  for (let index = 0; index < directory.count; index++) {
    const { entry, next } = directoryEntry(bytes.subarray(0, directory.end), at, place);
    if (names.has(entry.name))
      throw entry.place.error('name', 'a new one in every entry', 'a second entry of this name');
    names.add(entry.name);
    listed.push(entry);
    at = next;
  }
  if (at !== directory.end) {
    throw place.error(
      'directory',
      `${directory.count} entries up to byte ${directory.end}`,
      `an end at ${at}`,
    );
  }

  // In the order of their offsets the entries follow one another from byte 0 to the directory: no gap, no overlap.
  const starts = new Map<Listed, number>();
  const ordered = [...listed].sort((a, b) => a.at - b.at);
  if ((ordered[0]?.at ?? directory.start) !== 0) {
    throw place.error('first entry', 'a start at byte 0', `${ordered[0]?.at ?? directory.start}`);
  }
  ordered.forEach((entry, index) => {
    const next = ordered[index + 1]?.at ?? directory.start;
    starts.set(entry, dataStart(bytes.subarray(0, directory.start), entry, next));
  });
  return listed.map((entry) => zipEntry(bytes, entry, starts.get(entry) as number));
}

function zipEntry(bytes: Uint8Array, entry: Listed, start: number): ZipEntry {
  const { name, size, compressed, method, crc, place } = entry;
  const data = bytes.subarray(start, start + compressed);
  return {
    name,
    size,
    inflates: method === deflated,
    content() {
      const content = method === deflated ? inflate(data, size, place) : data;
      const sum = crc32(content);
      if (sum !== crc) throw place.error('CRC-32 of the content', hex32(crc), hex32(sum));
      return content;
    },
  };
}

function directoryEntry(bytes: Uint8Array, at: number, archive: Place): { entry: Listed; next: number } {
  const view = record(bytes, at, directoryEntrySize, archive, 'directory entry');
  if (view.getUint32(0, true) !== 0x02014b50) {
    throw archive.error(`directory entry at byte ${at}`, '50 4b 01 02', hex(bytes.subarray(at, at + 4)));
  }
  const flags = view.getUint16(8, true);
  const method = view.getUint16(10, true);
  const [nameLength, extraLength, commentLength] = [28, 30, 32].map((field) =>
    view.getUint16(field, true),
  ) as [number, number, number];
  const nameAt = at + directoryEntrySize;
  const next = nameAt + nameLength + extraLength + commentLength;
  record(bytes, nameAt, next - nameAt, archive, 'name, extra fields and comment');
  const nameBytes = bytes.subarray(nameAt, nameAt + nameLength);
  const name = decodeName(nameBytes, flags, archive.within(`directory entry at byte ${at}`));
  const place = archive.within(`entry ${quoted(name)}`);
  checkEntryName(name, place);
  checkMethod(method, flags, place);
  if (view.getUint16(34, true) !== 0) throw place.error('disk', '0', `${view.getUint16(34, true)}`);

  const extra = zip64Field(bytes.subarray(nameAt + nameLength, nameAt + nameLength + extraLength), place);
  const narrow = [view.getUint32(24, true), view.getUint32(20, true), view.getUint32(42, true)];
  const [size, compressed, local] = widen(narrow, extra, place) as [number, number, number];
  if (method === stored && size !== compressed) {
    throw place.error('size of a stored entry', `the stored ${compressed} bytes`, `${size}`);
  }
  const crc = view.getUint32(16, true);
  return { entry: { name, nameBytes, flags, method, crc, compressed, size, at: local, place }, next };
}

function checkMethod(method: number, flags: number, place: Place): void {
  if (flags & 0x2041) throw place.error('encryption', 'none', `flags 0x${flags.toString(16)}`);
  if (method !== stored && method !== deflated) {
    throw place.error('compression method', '0 (stored) or 8 (deflate)', `${method}`);
  }
  const known = streamedFlag | utf8Flag | (method === deflated ? effortFlags : 0);
  if (flags & ~known) throw place.error('flags', 'none that changes the format', `0x${flags.toString(16)}`);
}

/** Checks the local header (and the data descriptor) of an entry against the directory; where its data begins. */
function dataStart(bytes: Uint8Array, entry: Listed, next: number): number {
  const { at, flags, place } = entry;
  const view = record(bytes, at, localHeaderSize, place, 'local header');
  if (view.getUint32(0, true) !== 0x04034b50) {
    throw place.error(`local header at byte ${at}`, '50 4b 03 04', hex(bytes.subarray(at, at + 4)));
  }
  same(view.getUint16(6, true), flags, 'flags', place);
  same(view.getUint16(8, true), entry.method, 'compression method', place);
  const nameAt = at + localHeaderSize;
  const extraAt = nameAt + view.getUint16(26, true);
  const start = extraAt + view.getUint16(28, true);
  record(bytes, nameAt, start - nameAt, place, 'name and extra fields');
  const nameBytes = bytes.subarray(nameAt, extraAt);
  if (hex(nameBytes) !== hex(entry.nameBytes)) {
    throw place.error('name in the local header', 'the same', `the bytes ${quoted(hex(nameBytes))}`);
  }
  checkLocalSizes(view, zip64Field(bytes.subarray(extraAt, start), place), entry);

  const end = start + entry.compressed;
  if (end > next) {
    throw place.error(
      'data',
      `an end before byte ${next}, where the next record begins`,
      `${end} (an overlap)`,
    );
  }
  checkDescriptor(bytes, end, next - end, entry);
  return start;
}

/** CRC and sizes before the data: those of the directory, or zero where they follow the data. */
function checkLocalSizes(view: DataView, field: readonly number[] | undefined, entry: Listed): void {
  const { crc, size, compressed, flags, place } = entry;
  const later = (flags & streamedFlag) !== 0;
  const is = (value: number, listed: number) => value === listed || (later && value === 0);
  if (!is(view.getUint32(14, true), crc)) {
    throw place.error('CRC-32 in the local header', hex32(crc), hex32(view.getUint32(14, true)));
  }
  if (field !== undefined && field.length !== 2) {
    throw place.error('zip64 field of the local header', 'two sizes', `${field.length}`);
  }
  for (const [what, value, wide, listed] of [
    ['size', view.getUint32(22, true), field?.[0], size],
    ['compressed size', view.getUint32(18, true), field?.[1], compressed],
  ] as const) {
    // With a zip64 field the narrow number is all ones; Python before 3.11.4 left the number itself.
    const narrow = is(value, listed) || (wide !== undefined && value === ones);
    if (!narrow || (wide !== undefined && !is(wide, listed))) {
      throw place.error(`${what} in the local header`, `${listed}`, `${narrow ? wide : value}`);
    }
  }
}

/** What lies between an entry's data and the next record: nothing, or the descriptor that its flag announces. */
function checkDescriptor(bytes: Uint8Array, at: number, length: number, entry: Listed): void {
  const { flags, crc, size, compressed, place } = entry;
  if (!(flags & streamedFlag)) {
    if (length !== 0)
      throw place.error(`after the data, at byte ${at}`, 'the next record', `${length} other bytes`);
    return;
  }
  // With or without a signature, with 32-bit or 64-bit sizes: four forms of four lengths.
  if (![12, 16, 20, 24].includes(length)) {
    throw place.error('data descriptor', '12, 16, 20 or 24 bytes', `${length}`);
  }
  const view = record(bytes, at, length, place, 'data descriptor');
  const signed = length % 8 === 0;
  const wide = length >= 20;
  const body = signed ? 4 : 0;
  const sizes = wide
    ? [uint64(view, body + 4), uint64(view, body + 12)]
    : [view.getUint32(body + 4, true), view.getUint32(body + 8, true)];
  if (signed) same(view.getUint32(0, true), 0x08074b50, 'signature of the data descriptor', place);
  same(view.getUint32(body, true), crc, 'CRC-32 in the data descriptor', place);
  same(sizes[0] as number, compressed, 'compressed size in the data descriptor', place);
  same(sizes[1] as number, size, 'size in the data descriptor', place);
}

function same(got: number, listed: number, what: string, place: Place): void {
  if (got !== listed) throw place.error(what, `${listed}`, `${got}`);
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
