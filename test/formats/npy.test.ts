import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DType, decodeNpy, dtypes, encodeNpy } from '../../src/formats/index.ts';
import { anyArray } from './arbitrary.ts';
import { array, attempt, failure, joined, npy, npyHeader, text, uint, unhex } from './helpers.ts';

const read = (bytes: Uint8Array) => decodeNpy(bytes, 'a.npy');
const fails = (bytes: Uint8Array) => failure(() => read(bytes));

describe('reading .npy', () => {
  it('reads every dtype, both byte orders, from bytes written by hand', () => {
    const known: [descr: string, bytes: string, dtype: DType, values: number[]][] = [
      ['<f8', '000000000000f03f 0000000000000080', 'float64', [1, -0]],
      ['>f8', '3ff0000000000000 7ff0000000000000', 'float64', [1, Infinity]],
      ['<f4', '0000803f 01000000', 'float32', [1, 2 ** -149]],
      ['>f4', '3f800000 c0490fdb', 'float32', [1, Math.fround(-Math.PI)]],
      ['<f2', '003c 0100', 'float16', [1, 2 ** -24]],
      ['>f2', '3c00 0001', 'float16', [1, 2 ** -24]],
      ['|i1', '80 7f', 'int8', [-128, 127]],
      ['<i1', '80 7f', 'int8', [-128, 127]],
      ['>i1', '80 7f', 'int8', [-128, 127]],
      ['<i2', '0080 0100', 'int16', [-32768, 1]],
      ['>i2', '8000 0001', 'int16', [-32768, 1]],
      ['<i4', '00000080 ffffffff', 'int32', [-(2 ** 31), -1]],
      ['>i4', '80000000 00000002', 'int32', [-(2 ** 31), 2]],
      ['<i8', '000000000000e0ff 0000000000002000', 'int64', [-(2 ** 53), 2 ** 53]],
      ['>i8', 'ffffffffffffffff 0020000000000000', 'int64', [-1, 2 ** 53]],
      ['|u1', '00 ff', 'uint8', [0, 255]],
      ['<u2', '0100 ffff', 'uint16', [1, 65535]],
      ['>u2', '0001 fffe', 'uint16', [1, 65534]],
      ['<u4', '00000080 ffffffff', 'uint32', [2 ** 31, 2 ** 32 - 1]],
      ['>u4', '80000000 00000001', 'uint32', [2 ** 31, 1]],
      ['<u8', '0000000000002000 0100000000000000', 'uint64', [2 ** 53, 1]],
      ['>u8', '0020000000000000 0000000000000001', 'uint64', [2 ** 53, 1]],
      ['|b1', '00 01', 'bool', [0, 1]],
    ];
    for (const [descr, bytes, dtype, values] of known) {
      expect(read(npy(npyHeader(descr, '(2,)'), unhex(bytes))), descr).toEqual(array(dtype, [2], values));
    }
  });

  it('reads Fortran order: the first axis runs fastest in the file', () => {
    const bytes = npy(npyHeader('|i1', '(2, 3)', 'True'), unhex('00 03 01 04 02 05'));
    expect(read(bytes)).toEqual(array('int8', [2, 3], [0, 1, 2, 3, 4, 5]));
    expect(read(npy(npyHeader('|i1', '(0, 3)', 'True'))).shape).toEqual([0, 3]);
    expect(read(npy(npyHeader('|i1', '()', 'True'), unhex('07')))).toEqual(array('int8', [], [7]));
  });

  it('reads scalars and arrays of no elements', () => {
    expect(read(npy(npyHeader('|u1', '()'), unhex('09')))).toEqual(array('uint8', [], [9]));
    expect(read(npy(npyHeader('<f8', '(3, 0, 2)')))).toEqual(array('float64', [3, 0, 2], []));
  });

  it('reads versions 2.0 and 3.0, whose header length has four bytes', () => {
    const header = text(`${npyHeader('|u1', '(1,)')}\n`);
    for (const version of ['0200', '0300']) {
      const bytes = joined(
        unhex('934e554d5059'),
        unhex(version),
        uint(header.length, 4),
        header,
        unhex('05'),
      );
      expect(read(bytes)).toEqual(array('uint8', [1], [5]));
    }
  });

  it('takes the header as Python would: any order of keys, either quote, spaces where they are free', () => {
    const data = unhex('01 02');
    for (const header of [
      `{"shape":(1,2),"fortran_order":False,"descr":"|u1"}`,
      `{ 'fortran_order' : False , 'shape' : ( 1 , 2 , ) , 'descr' : '|u1' , }     `,
    ]) {
      expect(read(npy(header, data))).toEqual(array('uint8', [1, 2], [1, 2]));
    }
  });

  it('reads a view that does not start at byte 0 of its buffer', () => {
    const bytes = joined(new Uint8Array(3), npy(npyHeader('<f8', '(1,)'), unhex('000000000000f03f')));
    expect(read(bytes.subarray(3)).data[0]).toBe(1);
  });
});

describe('refusing .npy', () => {
  it('says what is wrong, where, and what was expected', () => {
    const data = unhex('01 02');
    const known: [bytes: Uint8Array, message: string][] = [
      [new Uint8Array(0), 'first bytes: expected 93 4e 55 4d 50 59 (an .npy file), got no bytes'],
      [text('NUMPY!'), 'first bytes: expected 93 4e 55 4d 50 59 (an .npy file), got 4e 55 4d 50 59 21'],
      [unhex('934e554d5059 01'), 'version at byte 6: expected 2 bytes, got 1'],
      [unhex('934e554d5059 0400 0000'), 'version of the .npy format: expected 1.0, 2.0 or 3.0, got 4.0'],
      [unhex('934e554d5059 0000 0000'), 'version of the .npy format: expected 1.0, 2.0 or 3.0, got 0.0'],
      [unhex('934e554d5059 0101 0000'), 'version of the .npy format: expected 1.0, 2.0 or 3.0, got 1.1'],
      [unhex('934e554d5059 0100 00'), 'header length at byte 8: expected 2 bytes, got 1'],
      [unhex('934e554d5059 0100 0500 7b'), 'header at byte 10: expected 5 bytes, got 1'],
      [unhex('934e554d5059 0200 ffffffff'), 'header length: expected at most 10000 bytes, got 4294967295'],
      [npy(npyHeader('<f8', '(2,)'), data), 'data from byte 68 on: expected 16 bytes for float64 [2], got 2'],
      [npy(npyHeader('|u1', '(1,)'), data), 'data from byte 68 on: expected 1 bytes for uint8 [1], got 2'],
      [npy(npyHeader('|b1', '(1, 2)'), data), 'element [0, 1] at byte 71: expected 0 or 1, got 2'],
      [
        npy(npyHeader('>i8', '(1, 2, 1)'), unhex('0000000000000000 0020000000000001')),
        'element [0, 1, 0] at byte 81: expected an int64 within ±2^53, got 9007199254740993',
      ],
      [
        npy(npyHeader('<i8', '()'), unhex('ffffffffffffdfff')),
        'element [] at byte 66: expected an int64 within ±2^53, got -9007199254740993',
      ],
      [
        npy(npyHeader('<u8', '(1,)'), unhex('ffffffffffffffff')),
        'element [0] at byte 68: expected an uint64 within ±2^53, got 18446744073709551615',
      ],
    ];
    for (const [bytes, message] of known) expect(fails(bytes)).toBe(`a.npy: ${message}`);
  });

  it('refuses what is not a number: objects (pickles), records, texts, complex numbers, unknown byte orders', () => {
    const dtype = (descr: string) => fails(npy(npyHeader(descr, '(1,)'), new Uint8Array(8)));
    expect(dtype('|O')).toContain('an object array is a pickle');
    expect(dtype('|O8')).toContain('an object array is a pickle');
    for (const descr of ['<c16', '<U2', '|S8', '|V8', '<M8', '<f16', 'f8', '', '<', '<f8 ', '<F8', '<b1b1']) {
      expect(dtype(descr)).toMatch(/dtype: expected .*, got "/);
    }
    expect(dtype('=f8')).toBe('a.npy: byte order of the dtype: expected < or >, got "=f8"');
    expect(dtype('|f8')).toBe('a.npy: byte order of the dtype: expected < or >, got "|f8"');
    expect(dtype('=u1')).toBe('a.npy: byte order of the dtype: expected | or < or >, got "=u1"');
    const structured = `{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }`;
    expect(fails(npy(structured))).toContain('at byte 20: expected a simple dtype, not a structured one');
  });

  it('refuses a header that is not exactly the dict', () => {
    const bad: [header: string, expected: string][] = [
      ['', '\'{\', got "\\n"'],
      ['{}', 'all of the keys descr, fortran_order and shape'],
      [`{'descr': '<f8', 'fortran_order': False, }`, 'all of the keys'],
      [`{'descr': '<f8', 'shape': (1,), }`, 'all of the keys'],
      [`{'shape': (1,), 'fortran_order': False}`, 'all of the keys'],
      [`{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': ()}`, 'the key descr only once'],
      [
        `{'descr': '<f8', 'fortran_order': False, 'fortran_order': False, 'shape': ()}`,
        'the key fortran_order only',
      ],
      [`{'descr': '<f8', 'fortran_order': False, 'shape': (), 'shape': ()}`, 'the key shape only once'],
      [`{'descr': '<f8', 'fortran_order': False, 'shape': (), 'more': ()}`, 'only the keys'],
      [`{'descr': '<f8', 'fortran_order': False, 'shape': (), '__proto__': ()}`, 'only the keys'],
      [`{descr: '<f8'}`, 'a quoted string'],
      [`{'descr' '<f8'}`, "':'"],
      [`{'descr': <f8}`, 'a quoted string'],
      [`{'descr': '<f8}`, "printable ASCII without escapes, then '"],
      [`{'descr': '<f\\x38'}`, 'printable ASCII without escapes'],
      [`{'descr': '\u007f'}`, 'printable ASCII without escapes'],
      [`{'descr': "<f8'}`, 'then "'],
      [`{'descr': '<f8' 'shape': ()}`, "',' or '}'"],
      [`{'descr': '<f8',, 'shape': ()}`, 'a quoted string'],
      [`{'fortran_order': true}`, 'True or False'],
      [`{'fortran_order': 0}`, 'True or False'],
      [`{'shape': 3}`, 'a tuple'],
      [`{'shape': [3]}`, 'a tuple'],
      [`{'shape': (3)}`, 'a tuple, as (3,)'],
      [`{'shape': (,)}`, 'a non-negative integer'],
      [`{'shape': (3 4)}`, "',' or ')'"],
      [`{'shape': (3,,)}`, 'a non-negative integer'],
      [`{'shape': (-3,)}`, 'a non-negative integer, got "-3,)}'],
      [`{'shape': (3L,)}`, "',' or ')'"],
      [`{'shape': (3.0,)}`, "',' or ')'"],
      [`{'shape': (03,)}`, 'a non-negative integer'],
      [`{'shape': (None,)}`, 'a non-negative integer'],
      [`{'shape': (3,`, 'a non-negative integer'],
      [`{'shape': (9007199254740992,)}`, 'an integer below 2^53'],
      [`{'shape': (${'9'.repeat(400)},)}`, 'an integer below 2^53'],
      [`{'shape': (${'1,'.repeat(65)})}`, 'at most 64 axes'],
      [`${npyHeader('<f8', '()')} x`, 'spaces and a newline'],
      [`${npyHeader('<f8', '()')}\n`, 'nothing after the newline'],
      [`${npyHeader('<f8', '()')}\n{}`, 'nothing after the newline'],
    ];
    for (const [header, expected] of bad) {
      const message = fails(npy(header, new Uint8Array(8)));
      expect(message).toMatch(/^a\.npy: header at byte \d+: expected /);
      expect(message).toContain(expected);
    }
    // The newline itself is missing: the header's length stops before it.
    const line = text(npyHeader('<f8', '()'));
    const bytes = joined(unhex('934e554d50590100'), uint(line.length, 2), line, new Uint8Array(8));
    expect(fails(bytes)).toContain('expected spaces and a newline, got the end');
  });

  it('refuses an absurd shape without asking for its memory', () => {
    expect(fails(npy(npyHeader('<f8', '(1099511627776,)')))).toContain('expected 8796093022208 bytes');
    expect(fails(npy(npyHeader('<f8', '(1099511627776, 1099511627776)')))).toContain(
      'fewer than 2^53 elements',
    );
    expect(fails(npy(npyHeader('<f8', '(0, 1099511627776, 1099511627776)')))).toContain(
      'fewer than 2^53 elements',
    );
    expect(read(npy(npyHeader('<f8', '(0, 1099511627776)'))).data.length).toBe(0);
  });

  it('counts the file and its values against the limit', () => {
    const bytes = npy(npyHeader('|u1', '(100,)'), new Uint8Array(100));
    const limit = bytes.length + 800;
    expect(decodeNpy(bytes, 'a.npy', { memory: limit }).data.length).toBe(100);
    expect(failure(() => decodeNpy(bytes, 'a.npy', { memory: limit - 1 }))).toBe(
      `a.npy: memory for the values of uint8 [100]: expected at most 799 bytes (the limit of ${limit - 1}, less what is held), got 800`,
    );
    expect(failure(() => decodeNpy(bytes, 'a.npy', { memory: 10 }))).toContain('memory for the file');
    expect(failure(() => decodeNpy(bytes, 'a.npy', { memory: Number.NaN }))).toContain('memory for the file');
  });
});

describe('hostile .npy', () => {
  const whole = npy(
    npyHeader('<i4', '(2, 3)'),
    unhex('01000000 02000000 03000000 04000000 05000000 06000000'),
  );

  it('refuses every truncation and every extension', () => {
    expect(read(whole)).toEqual(array('int32', [2, 3], [1, 2, 3, 4, 5, 6]));
    for (let length = 0; length < whole.length; length++) fails(whole.subarray(0, length));
    for (let more = 1; more < 10; more++) fails(joined(whole, new Uint8Array(more)));
  });

  it('with any one byte changed: a FileError, unless the byte is data, or the dtype or the shape keep their size', () => {
    const header = Buffer.from(whole).indexOf('}');
    const survivors = new Set<string>();
    for (let at = 0; at < whole.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = Uint8Array.from(whole);
        if (changed[at] === byte) continue;
        changed[at] = byte;
        const result = attempt(() => read(changed));
        if (result === undefined) continue;
        expect(result.data.length).toBe(6);
        if (at < header) survivors.add(String.fromCharCode(byte));
        else if (at < whole.length - 24) expect.fail(`byte ${at} as ${byte}`);
      }
    }
    // '<i4' as '>i4', '<u4' or '<f4', a space for the last comma: nothing else in the header can change unseen.
    expect([...survivors].sort().join('')).toBe(' >fu');
  });
});

describe('writing .npy', () => {
  it('writes the bytes that the format says', () => {
    const bytes = encodeNpy(array('float32', [2], [1, -2]), 'a.npy');
    const dict = `{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }`;
    expect(bytes).toEqual(
      joined(unhex('934e554d5059 0100 7600'), text(`${dict.padEnd(117)}\n`), unhex('0000803f 000000c0')),
    );
  });

  it('rounds floating-point values to nearest even and refuses integers that do not fit', () => {
    const back = (dtype: DType, value: number) =>
      read(encodeNpy(array(dtype, [1], [value]), 'a.npy')).data[0];
    expect(back('float32', 1 + 2 ** -24)).toBe(1);
    expect(back('float32', 1 + 3 * 2 ** -24)).toBe(1 + 2 ** -22);
    expect(back('float32', 1e300)).toBe(Infinity);
    expect(back('float16', 2049)).toBe(2048);
    expect(back('float64', -0)).toBe(-0);
    for (const [dtype, value] of [
      ['int8', 128],
      ['int8', -129],
      ['int8', 0.5],
      ['uint8', -1],
      ['int32', Number.NaN],
      ['int64', 2 ** 53 + 2],
      ['uint64', -1],
      ['uint64', Infinity],
      ['bool', 2],
    ] as const) {
      const source = array(dtype, [1, 2], [0, value]);
      expect(failure(() => encodeNpy(source, 'a.npy'))).toMatch(
        new RegExp(`^a.npy: element \\[0, 1\\]: expected an integer from .* \\(${dtype}\\), got ${value}$`),
      );
    }
  });

  it('refuses an array that is none', () => {
    const fails = (dtype: string, shape: number[], length: number) =>
      failure(() =>
        encodeNpy({ dtype: dtype as DType, shape, data: new Array<number>(length).fill(0) }, 'a.npy'),
      );
    expect(fails('bfloat16', [1], 1)).toContain('expected one that numpy has (.safetensors holds bfloat16)');
    expect(fails('complex', [1], 1)).toMatch(/dtype: expected float64, .*, got complex$/);
    expect(fails('toString', [1], 1)).toMatch(/got toString$/);
    expect(fails('int8', [2, 3], 5)).toBe('a.npy: data: expected 6 values for int8 [2, 3], got 5');
    expect(fails('int8', [-1], 1)).toBe('a.npy: shape: expected non-negative integers, got [-1]');
    expect(fails('int8', [1.5], 1)).toContain('non-negative integers');
    expect(fails('int8', new Array<number>(65).fill(1), 1)).toBe(
      'a.npy: shape: expected at most 64 axes, got 65',
    );
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyArray(dtypes.filter((dtype) => dtype !== 'bfloat16')), (source) => {
        expect(read(encodeNpy(source, 'a.npy'))).toEqual(source);
      }),
    );
  });
});
