import { crc32, deflateRawSync } from 'node:zlib';
import { type Place, quoted } from './error.ts';
import { allocate } from './limits.ts';
import { checkEntryName, utf8Flag } from './zip-name.ts';

/** An entry to be written. */
export interface ZipSource {
  readonly name: string;
  readonly content: Uint8Array;
}

/** 1 January 1980, the first day of the format: an archive does not depend on when it was made. */
const date = 0x0021;

/**
 * A .zip archive of these entries, in this order: no zip64, so everything is below 4 GiB and 65 535 entries. Stored
 * entries give the same bytes everywhere; deflated ones for the same version of zlib.
 */
export function writeZip(entries: readonly ZipSource[], compress: boolean, place: Place): Uint8Array {
  if (entries.length >= 0xffff) throw place.error('entries', 'fewer than 65535', `${entries.length}`);
  const names = new Set<string>();
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  let directorySize = 0;
  for (const { name, content } of entries) {
    const where = place.within(`entry ${quoted(name)}`);
    checkEntryName(name, where);
    if (names.has(name)) throw where.error('name', 'a new one in every entry', 'a second entry of this name');
    names.add(name);
    checkSize(content.length, where);
    const data = compress ? deflateRawSync(content, { level: 9 }) : content;
    const nameBytes = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0); // version 2.0 reads it
    common.writeUInt16LE(nameBytes.length === name.length ? 0 : utf8Flag, 2);
    common.writeUInt16LE(compress ? 8 : 0, 4);
    common.writeUInt16LE(date, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const signature = Buffer.from('PK\x03\x04', 'latin1');
    locals.push(signature, common, nameBytes, data);

    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), common, tail, nameBytes);
    directorySize += 46 + nameBytes.length;
    offset += 30 + nameBytes.length + data.length;
    checkSize(offset + directorySize, where);
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directorySize, 12);
  end.writeUInt32LE(offset, 16);
  const total = offset + directorySize + end.length;
  const archive = allocate(total, place, () => new Uint8Array(total));
  let at = 0;
  for (const part of [...locals, ...directory, end]) {
    archive.set(part, at);
    at += part.length;
  }
  return archive;
}

function checkSize(bytes: number, place: Place): void {
  if (bytes >= 0xffffffff) throw place.error('size of the archive', 'less than 4 GiB', `${bytes} bytes`);
}
