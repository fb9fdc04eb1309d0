import { readFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Place } from '../../src/formats/error.ts';
import { decodeNpz, dtypes, encodeNpz } from '../../src/formats/index.ts';
import { writeZip } from '../../src/formats/zip-write.ts';
import { anyArrays } from './arbitrary.ts';
import {
  array,
  attempt,
  failure,
  joined,
  npy,
  npyHeader,
  print,
  text,
  uint,
  unhex,
  type ZipRecipe,
  zip,
} from './helpers.ts';

const read = (bytes: Uint8Array) => decodeNpz(bytes, 'a.npz');
const fails = (bytes: Uint8Array) => failure(() => read(bytes));

const content = npy(npyHeader('|u1', '(3,)'), unhex('010203'));
const x = array('uint8', [3], [1, 2, 3]);
const crc = crc32(content);
const size = content.length;
const one = (recipe: ZipRecipe) => zip({ 'x.npy': { content, ...recipe } });

/** A zip64 extra field of these numbers. */
const zip64 = (...numbers: number[]) =>
  joined(uint(1, 2), uint(8 * numbers.length, 2), ...numbers.map((number) => uint(number, 8)));
const ones = 0xffffffff;

describe('reading .npz', () => {
  it('reads stored and deflated entries, in the order of the directory', () => {
    const other = npy(npyHeader('<f8', '()'), unhex('000000000000f03f'));
    const bytes = zip({ 'x.npy': { content }, 'b.npy': { content: other, deflate: true } });
    expect([...read(bytes)]).toEqual([
      ['x', x],
      ['b', array('float64', [], [1])],
    ]);
  });

  it('reads an archive of no entries', () => {
    expect(read(zip({})).size).toBe(0);
  });

  it('reads zip64 sizes in the local header, where the narrow ones are all ones or (old Python) right', () => {
    const extra = zip64(size, size);
    expect(read(one({ local: { size: ones, compressed: ones, extra } })).get('x')).toEqual(x);
    expect(read(one({ local: { extra } })).get('x')).toEqual(x);
  });

  it('reads zip64 numbers in the directory, those that are needed and in their order', () => {
    expect(read(one({ directory: { size: ones, extra: zip64(size) } })).get('x')).toEqual(x);
    expect(read(one({ directory: { compressed: ones, extra: zip64(size) } })).get('x')).toEqual(x);
    expect(read(one({ directory: { at: ones, extra: zip64(0) } })).get('x')).toEqual(x);
    expect(
      read(one({ directory: { size: ones, compressed: ones, at: ones, extra: zip64(size, size, 0) } })).get(
        'x',
      ),
    ).toEqual(x);
  });

  it('reads data descriptors in their four forms', () => {
    const later = { flags: 8, local: { crc: 0, size: 0, compressed: 0 } };
    const signature = unhex('504b0708');
    for (const width of [4, 8]) {
      const after = joined(uint(crc, 4), uint(size, width), uint(size, width));
      expect(read(one({ ...later, after })).get('x')).toEqual(x);
      expect(read(one({ ...later, after: joined(signature, after) })).get('x')).toEqual(x);
      expect(read(one({ flags: 8, after })).get('x')).toEqual(x);
      const wide = { crc: 0, size: ones, compressed: ones, extra: zip64(0, 0) };
      expect(read(one({ flags: 8, local: wide, after })).get('x')).toEqual(x);
    }
  });

  it('reads a zip64 end record, whether or not it is needed', () => {
    for (const narrow of [{}, { count: 0xffff }, { size: ones }, { start: ones }]) {
      const bytes = zip({ 'x.npy': { content } }, { ...narrow, wide: wideEnd() });
      expect(read(bytes).get('x')).toEqual(x);
    }
  });

  it('skips what changes nothing: other extra fields, comments of entries, how hard deflate tried', () => {
    const extra = unhex('5554 0500 01 00000000');
    const bytes = one({
      deflate: true,
      flags: 6,
      local: { extra },
      directory: { extra, comment: text('hello') },
    });
    expect(read(bytes).get('x')).toEqual(x);
  });

  it('takes names as UTF-8 where the flag says so, and __proto__ as a name', () => {
    const arrays = read(zip({ '雪.npy': { content, flags: 0x0800 }, '__proto__.npy': { content } }));
    expect([...arrays.keys()]).toEqual(['雪', '__proto__']);
  });
});

/** The zip64 end record and its locator, with any number overridden. */
function wideEnd(lie: Readonly<Record<string, number>> = {}) {
  return (count: number, size: number, start: number) => {
    const n = { tag: 0x06064b50, length: 44, disk: 0, first: 0, here: count, count, size, start, ...lie };
    const at = lie.at ?? start + size;
    return joined(
      ...[uint(n.tag, 4), uint(n.length, 8), uint(45, 2), uint(45, 2), uint(n.disk, 4), uint(n.first, 4)],
      ...[uint(n.here, 8), uint(n.count, 8), uint(n.size, 8), uint(n.start, 8)],
      ...[unhex('504b0607'), uint(lie.holder ?? 0, 4), uint(at, 8), uint(lie.disks ?? 1, 4)],
    );
  };
}

describe('refusing .npz', () => {
  it('names the entry, what is wrong, what was expected and what came', () => {
    const known: [bytes: Uint8Array, message: string][] = [
      [
        one({ local: { crc: 1 }, directory: { crc: 1 } }),
        `entry "x.npy": CRC-32 of the content: expected 00000001, got ${crc.toString(16).padStart(8, '0')}`,
      ],
      [
        one({ local: { crc: 1 } }),
        `entry "x.npy": CRC-32 in the local header: expected ${crc.toString(16).padStart(8, '0')}, got 00000001`,
      ],
      [one({ local: { size: 1 } }), `entry "x.npy": size in the local header: expected ${size}, got 1`],
      [
        one({ local: { compressed: 0 } }),
        `entry "x.npy": compressed size in the local header: expected ${size}, got 0`,
      ],
      [one({ local: { flags: 8 } }), 'entry "x.npy": flags: expected 0, got 8'],
      [one({ local: { method: 8 } }), 'entry "x.npy": compression method: expected 0, got 8'],
      [one({ method: 9 }), 'entry "x.npy": compression method: expected 0 (stored) or 8 (deflate), got 9'],
      [one({ flags: 1 }), 'entry "x.npy": encryption: expected none, got flags 0x1'],
      [one({ flags: 0x41 }), 'entry "x.npy": encryption: expected none, got flags 0x41'],
      [one({ flags: 0x2000 }), 'entry "x.npy": encryption: expected none, got flags 0x2000'],
      [one({ flags: 0x20 }), 'entry "x.npy": flags: expected none that changes the format, got 0x20'],
      [one({ flags: 2 }), 'entry "x.npy": flags: expected none that changes the format, got 0x2'],
      [one({ directory: { disk: 1 } }), 'entry "x.npy": disk: expected 0, got 1'],
      [
        one({ size: size + 1 }),
        `entry "x.npy": size of a stored entry: expected the stored ${size} bytes, got ${size + 1}`,
      ],
      [
        one({ after: unhex('00') }),
        `entry "x.npy": after the data, at byte ${35 + size}: expected the next record, got 1 other bytes`,
      ],
      [
        one({ local: { name: text('y.npy') } }),
        'entry "x.npy": name in the local header: expected the same, got the bytes "79 2e 6e 70 79"',
      ],
      [
        zip({ 'x.txt': { content } }),
        'entry "x.txt": name: expected the name of an array and .npy, got "x.txt"',
      ],
      [
        zip({ '.npy': { content } }),
        'entry ".npy": name: expected the name of an array and .npy, got ".npy"',
      ],
      [
        zip({ 'x.npy': { content: text('no array') } }),
        'entry "x.npy": first bytes: expected 93 4e 55 4d 50 59 (an .npy file), got 6e 6f 20 61 72 72',
      ],
    ];
    for (const [bytes, message] of known) expect(fails(bytes)).toBe(`a.npz: ${message}`);
  });

  it('refuses names that could leave the folder, or print something else', () => {
    for (const name of [
      '../evil.npy',
      'a/b.npy',
      '/x.npy',
      'a\\b.npy',
      '...npy',
      'c:x.npy',
      'x\0.npy',
      'x\u001b.npy',
    ]) {
      expect(fails(zip({ [name]: { content } }))).toMatch(/: name: expected a (printable|plain)/);
    }
    expect(fails(zip({ 'x\u001b[2J.npy': { content } }))).toContain('entry "x\\u001b[2J.npy"');
    expect(fails(zip({ '': { content } }))).toContain('entry "": name: expected a printable, non-empty one');
    expect(fails(zip({ '雪.npy': { content } }))).toContain('name: expected ASCII, or UTF-8 with its flag');
    expect(fails(one({ flags: 0x0800, name: unhex('ff2e6e7079') }))).toContain(
      'name: expected UTF-8, got other bytes',
    );
  });

  it('refuses names of absurd length', () => {
    const named = (length: number) => fails(zip({ ['x'.repeat(length)]: { content } }));
    expect(named(1025)).toContain('name: expected at most 1024 characters, got 1025');
    expect(named(4097)).toContain('name: expected at most 4096 bytes, got 4097');
  });

  it('refuses a second entry of a name', () => {
    const second = { content, name: text('x.npy') };
    expect(fails(zip({ 'x.npy': { content }, y: second }))).toBe(
      'a.npz: entry "x.npy": name: expected a new one in every entry, got a second entry of this name',
    );
  });

  it('refuses entries that overlap, leave a gap or do not begin at byte 0', () => {
    const two = (at: number) => zip({ 'x.npy': { content }, 'y.npy': { content, directory: { at } } });
    const second = 35 + size;
    expect(attempt(() => read(two(second)))?.size).toBe(2);
    expect(fails(two(0))).toContain('(an overlap)');
    expect(fails(two(second - 1))).toContain('(an overlap)');
    expect(fails(two(second + 1))).toContain('expected the next record, got 1 other bytes');
    expect(fails(one({ directory: { at: 1 } }))).toContain('first entry: expected a start at byte 0, got 1');
    expect(fails(zip({ 'x.npy': { content } }, { before: text('#!') }))).toContain('start at byte 0, got 2');
    expect(fails(zip({}, { before: text('#!') }))).toContain('start at byte 0, got 2');
    const entry = { content, directory: { at: 0, compressed: 5 }, method: 8 };
    expect(fails(zip({ 'x.npy': entry }))).toContain('compressed size in the local header');
  });

  it('refuses a lying end record, several disks, a comment', () => {
    const end = (lie: Parameters<typeof zip>[1]) => fails(zip({ 'x.npy': { content } }, lie));
    expect(end({ comment: text('hi') })).toContain('(a whole archive without a comment)');
    expect(end({ disk: 1 })).toContain(
      'expected an archive on one disk, got disk numbers 1, 0, entries 1 of 1',
    );
    expect(end({ here: 0 })).toContain(
      'expected an archive on one disk, got disk numbers 0, 0, entries 0 of 1',
    );
    expect(end({ count: 0 })).toContain('expected 0 entries up to byte');
    expect(end({ count: 2 })).toContain('directory entry at byte');
    expect(end({ size: 1 })).toContain('where the end record begins, got 1 bytes from');
    expect(end({ start: 1 })).toContain('bytes from 1');
    expect(end({ count: 0xfffe })).toBe(
      'a.npz: number of arrays: expected at most 10000 (the limit), got 65534',
    );
    expect(fails(new Uint8Array(21))).toBe('a.npz: end of the archive at byte 0: expected 22 bytes, got 21');
    expect(fails(new Uint8Array(22))).toContain('end record at byte 0: expected 50 4b 05 06');
    const whole = zip({ 'x.npy': { content } });
    whole[whole.length - 22 - 51] = 0;
    expect(fails(whole)).toContain('directory entry at byte');
    const local = zip({ 'x.npy': { content } });
    local[0] = 0;
    expect(fails(local)).toContain('local header at byte 0: expected 50 4b 03 04, got 00 4b 03 04');
  });

  it('refuses a lying zip64 end record', () => {
    const end = (lie: Readonly<Record<string, number>>, narrow = {}) =>
      fails(zip({ 'x.npy': { content } }, { ...narrow, wide: wideEnd(lie) }));
    expect(end({ tag: 0 })).toContain('expected 50 4b 06 06 and a size of 44');
    expect(end({ length: 45 })).toContain('expected 50 4b 06 06 and a size of 44');
    expect(end({ at: 1 })).toContain('zip64 end record: expected right before its locator');
    expect(end({ disk: 1 })).toContain('an archive on one disk');
    expect(end({ first: 1 })).toContain('an archive on one disk');
    expect(end({ holder: 1 })).toContain('an archive on one disk');
    expect(end({ disks: 2 })).toContain('an archive on one disk');
    expect(end({ count: 2 })).toContain('entries in the end record: expected 2, got 1');
    expect(end({ here: 2 })).toContain('entries on this disk in the end record: expected 2, got 1');
    expect(end({ size: 2 })).toContain('size of the directory in the end record');
    expect(end({ start: 2 })).toContain('start of the directory in the end record');
    expect(end({ count: 2 ** 40, here: 2 ** 40 }, { count: 0xffff })).toContain('at most 10000 (the limit)');
    expect(end({ start: 2 ** 52 }, { start: ones })).toContain('from 4503599627370496');
    // A locator with no room for the record before it.
    const bare = joined(unhex('504b0607'), uint(0, 4), uint(0, 8), uint(1, 4));
    expect(fails(zip({}, { wide: () => bare }))).toContain('right before its locator at byte 0');
  });

  it('refuses extra fields that are not whole or say something else', () => {
    const local = (extra: Uint8Array, more = {}) => fails(one({ local: { extra, ...more } }));
    expect(local(unhex('0100'))).toContain('extra field at byte 0: expected 4 bytes, got 2');
    expect(local(unhex('0100 0800 00'))).toContain('extra field at byte 4: expected 8 bytes, got 1');
    expect(local(unhex('0100 0100 00'))).toContain(
      'zip64 field: expected one, of 64-bit numbers, got 1 bytes',
    );
    expect(local(joined(zip64(size, size), zip64(size, size)))).toContain('got two');
    expect(local(unhex('7570 0000'))).toContain('no second name');
    expect(local(zip64(size))).toContain('zip64 field of the local header: expected two sizes, got 1');
    expect(local(zip64(size, 1))).toContain(`compressed size in the local header: expected ${size}, got 1`);
    expect(local(zip64(size, size), { size: 1 })).toContain(
      `size in the local header: expected ${size}, got 1`,
    );
    expect(local(new Uint8Array(0), { size: ones })).toContain(`expected ${size}, got 4294967295`);
    expect(local(zip64(0, 0), { size: ones, compressed: ones })).toContain(`expected ${size}, got 0`);
    const listed = (extra: Uint8Array, more = {}) => fails(one({ directory: { extra, ...more } }));
    expect(listed(zip64(size))).toContain('zip64 field: expected 0 numbers, got 1');
    expect(listed(zip64(size), { size: ones, compressed: ones })).toContain(
      'zip64 field: expected 2 numbers, got 1',
    );
    expect(listed(new Uint8Array(0), { size: ones })).toContain('zip64 field: expected 1 numbers, got 0');
    expect(listed(zip64(2 ** 52), { at: ones })).toContain('start at byte 0, got 4503599627370496');
  });

  it('refuses a data descriptor that is missing, lies, or was not announced', () => {
    const right = joined(uint(crc, 4), uint(size, 4), uint(size, 4));
    const later = { flags: 8, local: { crc: 0, size: 0, compressed: 0 } };
    expect(fails(one(later))).toContain('data descriptor: expected 12, 16, 20 or 24 bytes, got 0');
    expect(fails(one({ ...later, after: joined(right, unhex('00')) }))).toContain('got 13');
    expect(fails(one({ after: right }))).toContain('expected the next record, got 12 other bytes');
    for (const at of [0, 4, 8]) {
      const after = Uint8Array.from(right);
      after[at] = (after[at] as number) ^ 1;
      expect(fails(one({ ...later, after }))).toContain('in the data descriptor: expected');
    }
    expect(fails(one({ ...later, after: joined(unhex('00000000'), right) }))).toContain(
      'signature of the data',
    );
  });
});

describe('decompression', () => {
  const deflated = deflateRawSync(content);

  it('stops at the declared size: a bomb does not expand', () => {
    const zeros = new Uint8Array(10_000_000);
    const raw = deflateRawSync(zeros);
    const bomb = one({ method: 8, raw, content: zeros, size: 100 });
    const before = process.memoryUsage().arrayBuffers;
    expect(fails(bomb)).toMatch(
      /compressed data: expected a deflate stream of 100 bytes, got an error \(.*100 bytes/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000);
  });

  it('refuses a size that no deflate stream can reach, or that is over the limit', () => {
    const lie = (size: number) => one({ method: 8, raw: deflated, size });
    expect(fails(lie(1032 * deflated.length + 1))).toContain('expected at most 1032 times the');
    expect(fails(lie(2 ** 31))).toContain('entry "x.npy": memory for the uncompressed entry');
    const big = one({
      directory: { extra: zip64(2 ** 40), size: ones },
      method: 8,
      raw: deflated,
      local: { extra: zip64(2 ** 40, deflated.length), size: ones },
    });
    expect(fails(big)).toContain('got 1099511627776');
    const zeros = npy(npyHeader('|u1', '(1000000,)'), new Uint8Array(1_000_000));
    const bytes = zip({ 'x.npy': { content: zeros, deflate: true } });
    const held = bytes.length + zeros.length + 8_000_000;
    expect(decodeNpz(bytes, 'a.npz', { memory: held }).size).toBe(1);
    expect(failure(() => decodeNpz(bytes, 'a.npz', { memory: held - 1 }))).toContain('memory for the values');
    expect(failure(() => decodeNpz(bytes, 'a.npz', { memory: 1e6 }))).toContain(
      'memory for the uncompressed entry',
    );
  });

  it('gives the memory of an entry back before the next one', () => {
    const zeros = npy(npyHeader('|u1', '(1000000,)'), new Uint8Array(1_000_000));
    const bytes = zip({
      'x.npy': { content: zeros, deflate: true },
      'y.npy': { content: zeros, deflate: true },
    });
    const held = bytes.length + zeros.length + 16_000_000;
    expect(decodeNpz(bytes, 'a.npz', { memory: held }).size).toBe(2);
    expect(failure(() => decodeNpz(bytes, 'a.npz', { memory: held - 1 }))).toContain('entry "y.npy": memory');
  });

  it('refuses more entries than the limit', () => {
    const bytes = zip({ 'x.npy': { content }, 'y.npy': { content } });
    expect(failure(() => decodeNpz(bytes, 'a.npz', { arrays: 1 }))).toContain('at most 1 (the limit), got 2');
  });

  it('refuses a stream that is broken, ends early, goes on, or gives another size', () => {
    expect(fails(one({ method: 8, raw: unhex('ffffffff'), size: 10 }))).toContain(
      'got an error (invalid block type)',
    );
    expect(fails(one({ method: 8, raw: deflated.subarray(0, -1) }))).toContain(
      'got an error (unexpected end of file)',
    );
    expect(fails(one({ method: 8, raw: joined(deflated, unhex('00')) }))).toBe(
      `a.npz: entry "x.npy": compressed size: expected a stream of ${deflated.length + 1} bytes, got ${deflated.length}`,
    );
    expect(fails(one({ method: 8, raw: deflated, size: size + 1 }))).toContain(
      `expected ${size + 1} bytes, got ${size}`,
    );
    expect(fails(one({ method: 8, raw: deflated, size: size - 1 }))).toContain(
      `a deflate stream of ${size - 1} bytes`,
    );
    expect(fails(one({ method: 8, raw: new Uint8Array(0), content: new Uint8Array(0) }))).toContain(
      'unexpected end',
    );
    expect(fails(one({ deflate: true, content: new Uint8Array(0) }))).toContain('got no bytes');
  });
});

describe('hostile .npz', () => {
  const streamed = joined(unhex('504b0708'), uint(crc, 4), uint(size, 4), uint(size, 4));
  const archives: Readonly<Record<string, Uint8Array>> = {
    stored: one({}),
    deflated: one({ deflate: true, local: { extra: zip64(size, deflateRawSync(content).length) } }),
    streamed: one({ flags: 8, local: { crc: 0, size: 0, compressed: 0 }, after: streamed }),
    wide: zip({ 'x.npy': { content, directory: { at: ones, extra: zip64(0) } } }, { wide: wideEnd() }),
  };

  it('refuses every truncation and every extension', () => {
    for (const whole of [...Object.values(archives), fixture('savez_compressed.npz')]) {
      for (let length = 0; length < whole.length; length++) fails(whole.subarray(0, length));
      for (let more = 1; more < 30; more++) fails(joined(whole, new Uint8Array(more)));
    }
  });

  it('with any one byte changed to any other: the same arrays, and only where a byte means nothing, or a FileError', () => {
    const right = print(new Map([['x', x]]));
    const all = Array.from({ length: 256 }, (_, byte) => byte);
    for (const [name, whole] of Object.entries(archives)) {
      const free = freeBytes(whole);
      for (let at = 0; at < whole.length; at++) {
        const was = whole[at] as number;
        // Every value in one archive; in the others every bit, the extremes and the size, which may stand twice.
        const bits = [1, 2, 4, 8, 16, 32, 64, 128].map((bit) => was ^ bit);
        for (const byte of name === 'stored' ? all : [...bits, 0, 255, size]) {
          if (byte === was) continue;
          const changed = Uint8Array.from(whole);
          changed[at] = byte;
          const result = attempt(() => read(changed));
          if (result === undefined) continue;
          if (print(result) !== right) expect.fail(`${name}, byte ${at} as ${byte}: other arrays`);
          if (!free(at, byte)) expect.fail(`${name}: byte ${at} as ${byte} is read`);
        }
      }
    }
  });

  it('with one bit of any byte changed in what numpy wrote: the same arrays or a FileError', () => {
    for (const name of ['savez_compressed.npz', 'streamed.npz']) {
      const whole = fixture(name);
      const right = print(read(whole));
      for (let at = 0; at < whole.length; at++) {
        const changed = Uint8Array.from(whole);
        changed[at] = (changed[at] as number) ^ (1 << (at % 8));
        const result = attempt(() => read(changed));
        if (result !== undefined && print(result) !== right) expect.fail(`${name}, byte ${at}: other arrays`);
      }
    }
  });

  it('with random bytes changed, cut, doubled: a FileError or arrays, nothing else', () => {
    const whole = fixture('savez_compressed.npz');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255)), { maxLength: 6 }),
        fc.nat(),
        (edits, cut) => {
          const changed = Uint8Array.from(whole);
          for (const [at, byte] of edits) changed[at] = byte;
          const from = cut % whole.length;
          attempt(() => read(changed));
          attempt(() => read(joined(changed.subarray(0, from), changed)));
        },
      ),
      { numRuns: 300 },
    );
  });
});

const fixture = (name: string) => Uint8Array.from(readFileSync(new URL(`fixtures/${name}`, import.meta.url)));

/**
 * Which changes of one byte may go unseen. In an archive of the one entry x.npy: versions, times and attributes;
 * the effort bits of deflate would have to agree; and unused bits at the end of a deflate stream.
 */
function freeBytes(whole: Uint8Array): (at: number, byte: number) => boolean {
  const buffer = Buffer.from(whole);
  const directory = buffer.indexOf(unhex('504b0102'));
  const wide = buffer.indexOf(unhex('504b0606'));
  const free = new Set<number>();
  const add = (from: number, count: number) => {
    for (let at = from; at < from + count; at++) free.add(at);
  };
  add(4, 2); // version needed, local
  add(10, 4); // time and date, local
  add(directory + 4, 4); // versions
  add(directory + 12, 4); // time and date
  add(directory + 36, 6); // attributes
  if (wide > 0) add(wide + 12, 4); // versions
  if (buffer.readUInt16LE(8) === 8) {
    add(35, 2); // which extra field it is: an unknown one is skipped, and the narrow sizes are right
    add(directory - 1, 1);
  }
  // The local sizes of a streamed entry are zero, or right.
  const streamed = buffer.readUInt16LE(6) === 8;
  return (at, byte) => free.has(at) || (streamed && [18, 22].includes(at) && byte === size);
}

describe('writing .npz', () => {
  const arrays = new Map([
    ['x', x],
    ['雪', array('float64', [2], [0.1, -0])],
  ]);

  it('writes the bytes that the format says', () => {
    const file = npy(npyHeader('|u1', '(3,)').padEnd(117), unhex('010203'));
    const sizes = joined(
      uint(crc32(file), 4),
      uint(file.length, 4),
      uint(file.length, 4),
      unhex('0500 0000'),
    );
    expect(encodeNpz(new Map([['x', x]]), 'a.npz')).toEqual(
      joined(
        ...[unhex('504b0304 1400 0000 0000 0000 2100'), sizes, text('x.npy'), file],
        ...[unhex('504b0102 1400 1400 0000 0000 0000 2100'), sizes, new Uint8Array(14), text('x.npy')],
        ...[unhex('504b0506 00000000 0100 0100 33000000'), uint(35 + file.length, 4), unhex('0000')],
      ),
    );
  });

  it('gives the same bytes for the same arrays, stored or deflated', () => {
    for (const compress of [false, true]) {
      const bytes = encodeNpz(arrays, 'a.npz', { compress });
      expect(encodeNpz(new Map(arrays), 'b.npz', { compress })).toEqual(bytes);
      expect([...read(bytes)]).toEqual([...arrays]);
    }
  });

  it('refuses names that it would not read, and values that do not fit', () => {
    const named = (name: string) => failure(() => encodeNpz(new Map([[name, x]]), 'a.npz'));
    for (const name of ['../x', 'a/b', 'c:d', 'a\nb']) expect(named(name)).toContain('name: expected a p');
    expect(named('x'.repeat(1021))).toContain('name: expected at most 1024 characters, got 1025');
    const half = new Map([['x', array('int8', [1], [0.5])]]);
    expect(failure(() => encodeNpz(half, 'a.npz'))).toBe(
      'a.npz: array "x": element [0]: expected an integer from -128 to 127 (int8), got 0.5',
    );
  });

  it('refuses more entries than an archive without zip64 holds', () => {
    const many = new Array<{ name: string; content: Uint8Array }>(0xffff).fill({ name: 'x.npy', content });
    const place = new Place('a.npz');
    expect(failure(() => writeZip(many, false, place))).toContain(
      'entries: expected fewer than 65535, got 65535',
    );
    expect(failure(() => writeZip(many.slice(0, 2), false, place))).toContain('a second entry of this name');
  });

  it('refuses more bytes than an archive without zip64 holds', () => {
    const huge: Uint8Array = Object.create(Uint8Array.prototype, { length: { value: 2 ** 32 } });
    expect(failure(() => writeZip([{ name: 'x.npy', content: huge }], false, new Place('a.npz')))).toBe(
      'a.npz: entry "x.npy": size of the archive: expected less than 4 GiB, got 4294967296 bytes',
    );
  });

  it('reads back what it wrote', () => {
    const types = dtypes.filter((dtype) => dtype !== 'bfloat16');
    fc.assert(
      fc.property(anyArrays(types), fc.boolean(), (arrays, compress) => {
        expect([...read(encodeNpz(arrays, 'a.npz', { compress }))]).toEqual([...arrays]);
      }),
    );
  });
});
