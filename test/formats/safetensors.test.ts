import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DType, decodeSafetensors, encodeSafetensors } from '../../src/formats/index.ts';
import { anyArrays } from './arbitrary.ts';
import { array, attempt, failure, joined, safetensors, text, uint, unhex } from './helpers.ts';

const read = (bytes: Uint8Array) => decodeSafetensors(bytes, 'a.safetensors');
const fails = (bytes: Uint8Array) => failure(() => read(bytes));

/** The entry of an array in a header. */
const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe('reading .safetensors', () => {
  it('reads every dtype from bytes written by hand', () => {
    const known: [code: string, bytes: string, dtype: DType, values: number[]][] = [
      ['F64', '000000000000f03f 0000000000000080', 'float64', [1, -0]],
      ['F32', '0000803f 01000000', 'float32', [1, 2 ** -149]],
      ['F16', '003c 0100', 'float16', [1, 2 ** -24]],
      ['BF16', '803f 0100', 'bfloat16', [1, 2 ** -133]],
      ['I8', '80 7f', 'int8', [-128, 127]],
      ['I16', '0080 0100', 'int16', [-32768, 1]],
      ['I32', '00000080 ffffffff', 'int32', [-(2 ** 31), -1]],
      ['I64', '000000000000e0ff 0000000000002000', 'int64', [-(2 ** 53), 2 ** 53]],
      ['U8', '00 ff', 'uint8', [0, 255]],
      ['U16', '0100 ffff', 'uint16', [1, 65535]],
      ['U32', '00000080 ffffffff', 'uint32', [2 ** 31, 2 ** 32 - 1]],
      ['U64', '0000000000002000 0100000000000000', 'uint64', [2 ** 53, 1]],
      ['BOOL', '00 01', 'bool', [0, 1]],
    ];
    for (const [code, bytes, dtype, values] of known) {
      const data = unhex(bytes);
      const file = safetensors(`{"x":${entry(code, '[2]', `[0,${data.length}]`)}}`, data);
      expect(read(file).arrays.get('x'), code).toEqual(array(dtype, [2], values));
    }
  });

  it('keeps the order of the header, whatever the order of the data', () => {
    const header = `{"b":${entry('U8', '[2,1]', '[1,3]')},"a":${entry('U8', '[]', '[0,1]')}}`;
    expect([...read(safetensors(header, unhex('07 08 09'))).arrays]).toEqual([
      ['b', array('uint8', [2, 1], [8, 9])],
      ['a', array('uint8', [], [7])],
    ]);
  });

  it('reads arrays of no elements, wherever they stand', () => {
    const empty = (at: number) => entry('F32', '[0,3]', `[${at},${at}]`);
    const header = `{"a":${empty(0)},"b":${entry('U8', '[2]', '[0,2]')},"c":${empty(2)},"d":${empty(2)}}`;
    expect([...read(safetensors(header, unhex('0102'))).arrays.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect(read(safetensors('{}')).arrays.size).toBe(0);
  });

  it('reads metadata, white space, padding and escapes', () => {
    const header = `{ "__metadata__" : { "a\\n\\"\\\\\\/\\b\\f\\r\\t" : "\\u00e9\\ud83d\\ude00é" , "__proto__":"" } ,\n "x" :\t${entry('U8', '[ 1 , 1 ]', '[ 0 , 1 ]')} }   `;
    const { arrays, metadata } = read(safetensors(header, unhex('05')));
    expect([...metadata]).toEqual([
      ['a\n"\\/\b\f\r\t', 'é😀é'],
      ['__proto__', ''],
    ]);
    expect(arrays.get('x')).toEqual(array('uint8', [1, 1], [5]));
    expect(read(safetensors('{"__metadata__":{}}')).metadata.size).toBe(0);
  });

  it('takes __proto__ and constructor as names like any other', () => {
    const header = `{"__proto__":${entry('U8', '[1]', '[0,1]')},"constructor":${entry('U8', '[1]', '[1,2]')}}`;
    const { arrays } = read(safetensors(header, unhex('0102')));
    expect([...arrays.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(arrays)).toBe(Map.prototype);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  it('reads what the safetensors library wrote', () => {
    const bytes = readFileSync(new URL('fixtures/saved.safetensors', import.meta.url));
    const { arrays, metadata } = read(bytes);
    expect([...metadata]).toEqual([['made by', 'safetensors']]);
    expect(Object.fromEntries(arrays)).toEqual({
      x: array('float32', [2, 3], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5]),
      bias: array('int64', [3], [-(2 ** 53), 0, 2 ** 53]),
      mask: array('bool', [2, 1], [1, 0]),
      scalar: array('float64', [], [0.1]),
      empty: array('uint8', [0, 3], []),
      fortran: array(
        'float64',
        [2, 3, 4],
        Array.from({ length: 24 }, (_, index) => index),
      ),
      halves: array('float16', [9], [1, -2.5, 65504, 2 ** -24, -(2 ** -14), Infinity, -Infinity, NaN, -0]),
      brain: array('bfloat16', [4], [1, -3.140625, 2 ** -133, Infinity]),
    });
    // Written again, byte for byte the same: the order of the data, the alignment and the padding are the library's.
    expect(encodeSafetensors(arrays, 'a', metadata)).toEqual(Uint8Array.from(bytes));
  });
});

describe('refusing .safetensors', () => {
  it('says what is wrong, where, and what was expected', () => {
    const x = (json: string, data = unhex('01020304')) => safetensors(`{"x":${json}}`, data);
    const known: [bytes: Uint8Array, message: string][] = [
      [unhex('00'), 'header length at byte 0: expected 8 bytes, got 1'],
      [uint(5, 8), 'header at byte 8: expected 5 bytes, got 0'],
      [uint(2 * 2 ** 20 + 1, 8), 'header length: expected at most 2097152 bytes, got 2097153'],
      [unhex('ffffffffffffffff'), 'header length: expected at most 2097152 bytes, got 18446744073709552000'],
      [uint(0, 8), 'header at byte 8: expected \'{\', got ""'],
      [safetensors(' {}'), 'header at byte 8: expected \'{\', got " {}"'],
      [safetensors('[]'), 'header at byte 8: expected \'{\', got "[]"'],
      [safetensors('\ufeff{}'), 'header at byte 8: expected \'{\', got "\\u{feff}{}"'],
      [joined(uint(3, 8), unhex('7b ff 7d')), 'header: expected UTF-8, got other bytes'],
      [safetensors('{} x'), 'header at byte 11: expected only padding after the header, got "x"'],
      [safetensors('{"é":0,"é":0}'), 'header at byte 16: expected a key only once, got "\\"é\\":0}"'],
      [safetensors('{"x":0}'), 'array "x": entry: expected an object, got 0'],
      [safetensors('{"":0}'), 'name: expected a printable, non-empty one, got ""'],
      [safetensors('{"\\u001b[2J":0}'), 'name: expected a printable, non-empty one, got "\\u001b[2J"'],
      [
        safetensors('{"__metadata__":[]}'),
        '__metadata__: value: expected an object of strings, got a list of 0',
      ],
      [safetensors('{"__metadata__":{"a":1}}'), '__metadata__: "a": expected a string, got 1'],
      [safetensors('{"__metadata__":{"a":{}}}'), '__metadata__: "a": expected a string, got an object'],
      [x('{"more":1}'), 'array "x": keys: expected only dtype, shape and data_offsets, got "more"'],
      [x('{"__proto__":1}'), 'array "x": keys: expected only dtype, shape and data_offsets, got "__proto__"'],
      [
        x('{"dtype":"F32","data_offsets":[0,4]}'),
        'array "x": shape: expected a list of non-negative integers, got none',
      ],
      [
        x('{"dtype":"F32","shape":[1]}'),
        'array "x": data_offsets: expected a list of non-negative integers, got none',
      ],
      [
        x(entry('F32', '["1"]', '[0,4]')),
        'array "x": shape: expected a list of non-negative integers, got a list of 1',
      ],
      [
        x(entry('F32', '"1"', '[0,4]')),
        'array "x": shape: expected a list of non-negative integers, got "1"',
      ],
      [x(entry('F32', '[1]', '[]')), 'array "x": data_offsets: expected two integers, got a list of 0'],
      [x(entry('F32', '[1]', '[0]')), 'array "x": data_offsets: expected two integers, got a list of 1'],
      [x(entry('F32', '[1]', '[0,4,4]')), 'array "x": data_offsets: expected two integers, got a list of 3'],
      [x(entry('F32', '[1]', '[4,0]')), 'array "x": data_offsets: expected 4 bytes for F32 [1], got 4 to 0'],
      [x(entry('F32', '[2]', '[0,4]')), 'array "x": data_offsets: expected 8 bytes for F32 [2], got 0 to 4'],
      [x(entry('F32', '[1]', '[4,8]')), 'array "x": data_offsets: expected a start at 0, got 4 (a gap)'],
      [x(entry('U8', '[3]', '[0,3]')), 'data: expected 3 bytes, as the header says, got 4'],
      [x(entry('U8', '[5]', '[0,5]')), 'data: expected 5 bytes, as the header says, got 4'],
      [x(entry('BOOL', '[2,2]', '[0,4]')), 'array "x": element [0, 1] at byte 66: expected 0 or 1, got 2'],
      [
        x(entry('U64', '[1]', '[0,8]'), unhex('ffffffffffffffff')),
        'array "x": element [0] at byte 62: expected an uint64 within ±2^53, got 18446744073709551615',
      ],
    ];
    for (const [bytes, message] of known) expect(fails(bytes)).toBe(`a.safetensors: ${message}`);
    for (const code of ['"F8_E4M3"', '"C64"', '"f32"', '"__proto__"', '1', '["F32"]', '{}']) {
      expect(fails(x(`{"dtype":${code},"shape":[1],"data_offsets":[0,4]}`))).toContain(
        'array "x": dtype: expected F64, F32, F16, BF16, I8, ',
      );
    }
    expect(fails(x('{}'))).toContain('got none');
  });

  it('refuses arrays that overlap or leave a gap, in any order', () => {
    const two = (a: string, b: string) =>
      fails(safetensors(`{"a":${entry('U8', '[2]', a)},"b":${entry('U8', '[2]', b)}}`, unhex('01020304')));
    expect(two('[0,2]', '[1,3]')).toContain(
      'array "b": data_offsets: expected a start at 2, got 1 (an overlap)',
    );
    expect(two('[0,2]', '[0,2]')).toContain('(an overlap)');
    expect(two('[2,4]', '[1,3]')).toContain('array "b": data_offsets: expected a start at 0, got 1 (a gap)');
    expect(two('[3,5]', '[0,2]')).toContain('array "a": data_offsets: expected a start at 2, got 3 (a gap)');
    const inside = `{"a":${entry('U8', '[2]', '[0,2]')},"b":${entry('U8', '[0]', '[1,1]')}}`;
    expect(fails(safetensors(inside, unhex('0102')))).toContain('expected a start at 2, got 1 (an overlap)');
  });

  it('refuses what JSON.parse lets pass or hides', () => {
    const bad: [json: string, expected: string][] = [
      ['{', 'a string, got the end'],
      ['{"a"}', "':'"],
      ['{"a":}', 'a non-negative integer'],
      ['{"a":1,}', 'a string'],
      ['{"a":1 "b":1}', "',' or '}'"],
      ['{a:1}', 'a string'],
      ['{"a":1,"\\u0061":1}', 'a key only once'],
      ['{"a":{"b":1,"b":1}}', 'a key only once'],
      ['{"a":-1}', 'a non-negative integer, got "-1}"'],
      ['{"a":1.0}', 'a non-negative integer, got "1.0}"'],
      ['{"a":1e3}', 'a non-negative integer, got "1e3}"'],
      ['{"a":1E3}', 'a non-negative integer'],
      ['{"a":01}', 'a non-negative integer'],
      ['{"a":9007199254740992}', 'an integer below 2^53'],
      ['{"a":true}', 'a non-negative integer'],
      ['{"a":null}', 'a non-negative integer'],
      ['{"a":NaN}', 'a non-negative integer'],
      ['{"a":[1,]}', 'a non-negative integer'],
      ['{"a":[1 2]}', "',' or ']'"],
      ['{"a":[1', "',' or ']', got the end"],
      ['{"a":1', "',' or '}', got the end"],
      ['{"a":12', "',' or '}', got the end"],
      ['{"a', 'a string that ends'],
      ['{"a\\', 'a known escape'],
      ['{"a\\x"', 'a known escape'],
      ['{"a\\u12', 'four hexadecimal digits'],
      ['{"a\\u12g4"', 'four hexadecimal digits'],
      ['{"\\ud800":1}', 'no lone surrogate in a string'],
      ['{"a\nb":1}', 'no control character in a string'],
      ['{"a":[[[[1]]]]}', 'at most 4 levels'],
      [`{"a":[${'0,'.repeat(64)}0]}`, 'at most 64 items'],
      [`{"a":${'['.repeat(100_000)}`, 'at most 4 levels'],
      [`${'{"a":'.repeat(100_000)}`, 'at most 4 levels'],
    ];
    for (const [json, expected] of bad) {
      const message = fails(safetensors(json));
      expect(message).toMatch(/^a\.safetensors: header at byte \d+: expected /);
      expect(message).toContain(expected);
    }
  });

  it('refuses an absurd shape without asking for its memory', () => {
    const shape = (shape: string, end: number) =>
      fails(safetensors(`{"x":${entry('F64', shape, `[0,${end}]`)}}`));
    expect(shape('[1099511627776]', 2 ** 43)).toBe(
      'a.safetensors: data: expected 8796093022208 bytes, as the header says, got 0',
    );
    expect(shape('[1099511627776,1099511627776]', 8)).toContain('fewer than 2^53 elements');
    expect(shape('[0,1099511627776,1099511627776]', 0)).toContain('fewer than 2^53 elements');
  });

  it('holds the arrays and their values to the limits', () => {
    const header = `{"a":${entry('U8', '[2]', '[0,2]')},"b":${entry('U8', '[2]', '[2,4]')}}`;
    const bytes = safetensors(header, unhex('01020304'));
    const limited = (limits: { memory?: number; arrays?: number }) =>
      failure(() => decodeSafetensors(bytes, 'a.safetensors', limits));
    expect(
      decodeSafetensors(bytes, 'a.safetensors', { memory: bytes.length + 32, arrays: 2 }).arrays.size,
    ).toBe(2);
    expect(limited({ memory: bytes.length + 31 })).toContain('array "b": memory for the values of uint8 [2]');
    expect(limited({ memory: bytes.length - 1 })).toContain('memory for the file');
    expect(limited({ arrays: 1 })).toContain('number of arrays: expected at most 1 (the limit), got 2');
  });
});

describe('hostile .safetensors', () => {
  const header = `{"__metadata__":{"k":"v"},"a":${entry('F32', '[2]', '[0,8]')},"b":${entry('BOOL', '[2]', '[8,10]')}}`;
  const whole = safetensors(header, unhex('0000803f 00000040 00 01'));

  it('refuses every truncation and every extension', () => {
    expect(read(whole).arrays.size).toBe(2);
    for (let length = 0; length < whole.length; length++) fails(whole.subarray(0, length));
    for (let more = 1; more < 10; more++) fails(joined(whole, new Uint8Array(more)));
  });

  it('with any one byte changed: a FileError, unless it is data, a name, a text or a dtype of the same size', () => {
    const meaning = `${header.replace(/[{}[\]:,"]|__metadata__|dtype|shape|data_offsets|[0-9]/g, '')}`;
    expect(meaning).toBe('kvaFbBOOL');
    for (let at = 0; at < whole.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        if (byte === whole[at]) continue;
        const changed = Uint8Array.from(whole);
        changed[at] = byte;
        const result = attempt(() => read(changed));
        if (result === undefined || at >= whole.length - 10) continue;
        // The header still says the same: two arrays of these shapes and sizes, under some name.
        const arrays = [...result.arrays.values()];
        const was = header.charAt(at - 8);
        const changes = `byte ${at} from ${was} to ${String.fromCharCode(byte)}`;
        if (arrays.length === 2 && arrays.every(({ shape, data }) => shape[0] === 2 && data.length === 2)) {
          if (!meaning.includes(was)) expect.fail(changes);
        } else {
          expect.fail(changes);
        }
      }
    }
  });

  it('with random bytes changed: a FileError or arrays, nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length), fc.nat(255)), { maxLength: 6 }), (edits) => {
        const changed = Uint8Array.from(whole);
        for (const [at, byte] of edits) changed[at] = byte;
        attempt(() => read(changed));
      }),
      { numRuns: 500 },
    );
  });
});

describe('writing .safetensors', () => {
  it('writes the bytes that the format says: larger elements first, the data aligned', () => {
    const arrays = new Map([
      ['a', array('bool', [1], [1])],
      ['b', array('bfloat16', [], [1])],
    ]);
    const header = `{"a":${entry('BOOL', '[1]', '[2,3]')},"b":${entry('BF16', '[]', '[0,2]')}}`;
    expect(header.length % 8).not.toBe(0);
    const padded = header.padEnd(Math.ceil(header.length / 8) * 8);
    expect(encodeSafetensors(arrays, 'a')).toEqual(
      joined(uint(padded.length, 8), text(padded), unhex('803f 01')),
    );
    expect(encodeSafetensors(new Map(), 'a')).toEqual(joined(uint(8, 8), text('{}      ')));
  });

  it('refuses names that it would not read, values that do not fit, a header that is too long', () => {
    const x = array('int8', [1], [1]);
    const named = (name: string) => failure(() => encodeSafetensors(new Map([[name, x]]), 'a'));
    expect(named('')).toContain('printable, non-empty');
    expect(named('\ud800')).toContain('printable, non-empty');
    expect(named('__metadata__')).toContain(
      'name: expected one that the format does not reserve, got __metadata__',
    );
    expect(named('x'.repeat(1025))).toContain('name: expected at most 1024 characters, got 1025');
    const many = new Map(Array.from({ length: 3000 }, (_, index) => [`${index}`.padStart(1000, 'x'), x]));
    expect(failure(() => encodeSafetensors(many, 'a'))).toContain(
      'header: expected at most 2097152 bytes, got 3',
    );
    const half = new Map([['x', array('int8', [1], [0.5])]]);
    expect(failure(() => encodeSafetensors(half, 'a'))).toBe(
      'a: array "x": element [0]: expected an integer from -128 to 127 (int8), got 0.5',
    );
  });

  it('reads back what it wrote', () => {
    fc.assert(
      fc.property(anyArrays(), fc.dictionary(fc.string(), fc.string()), (arrays, texts) => {
        const metadata = new Map(Object.entries(texts));
        const back = read(encodeSafetensors(arrays, 'a', metadata));
        expect([...back.arrays]).toEqual([...arrays]);
        expect([...back.metadata]).toEqual([...metadata]);
      }),
    );
  });
});
