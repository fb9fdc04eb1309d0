import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bfloat16, decode16, encode16, float16 } from '../../src/formats/half.ts';

describe('float16 and bfloat16', () => {
  it('decodes binary16 by its definition', () => {
    const known: [number, number][] = [
      [0x0000, 0],
      [0x8000, -0],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x3555, 0.333251953125],
      [0x3c00, 1],
      [0x3c01, 1 + 2 ** -10],
      [0xc000, -2],
      [0x7bff, 65504],
      [0x7c00, Infinity],
      [0xfc00, -Infinity],
      [0x7e00, NaN],
      [0xfc01, NaN],
    ];
    for (const [bits, value] of known) expect(decode16(float16, bits), bits.toString(16)).toBe(value);
  });

  it('decodes bfloat16 as the upper half of a float32, all 65536 of them', () => {
    const view = new DataView(new ArrayBuffer(4));
    for (let bits = 0; bits < 0x10000; bits++) {
      view.setUint32(0, bits * 0x10000);
      if (!Object.is(decode16(bfloat16, bits), view.getFloat32(0))) expect.fail(bits.toString(16));
    }
  });

  it('writes every value back as the bits it came from', () => {
    for (const format of [float16, bfloat16]) {
      for (let bits = 0; bits < 0x10000; bits++) {
        const value = decode16(format, bits);
        if (!Number.isNaN(value) && encode16(format, value) !== bits) expect.fail(bits.toString(16));
      }
    }
  });

  it('writes NaN as a quiet NaN', () => {
    expect(encode16(float16, Number.NaN)).toBe(0x7e00);
    expect(encode16(bfloat16, Number.NaN)).toBe(0x7fc0);
  });

  it('rounds to the nearest value, ties to the even one, and beyond the largest to infinity', () => {
    for (const format of [float16, bfloat16]) {
      const largest = ((0x7fff >> format.fraction) << format.fraction) - 1;
      for (let bits = 0; bits < largest; bits += 7) {
        const low = decode16(format, bits);
        const high = decode16(format, bits + 1);
        const middle = low + (high - low) / 2;
        const even = bits % 2 === 0 ? bits : bits + 1;
        if (encode16(format, middle) !== even) expect.fail(`tie after ${bits}`);
        if (encode16(format, middle - (high - low) / 1024) !== bits)
          expect.fail(`below the tie after ${bits}`);
        if (encode16(format, middle + (high - low) / 1024) !== bits + 1)
          expect.fail(`above the tie after ${bits}`);
      }
    }
    expect(encode16(float16, 65519.99)).toBe(0x7bff);
    expect(encode16(float16, 65520)).toBe(0x7c00);
    expect(encode16(float16, -1e6)).toBe(0xfc00);
    expect(encode16(float16, 2 ** 16)).toBe(0x7c00);
    expect(encode16(bfloat16, Number.MAX_VALUE)).toBe(0x7f80);
    expect(encode16(float16, 5e-324)).toBe(0);
    expect(encode16(bfloat16, -5e-324)).toBe(0x8000);
  });

  it('rounds once: by way of float32 this tie would go the other way', () => {
    const value = 1 + 2 ** -11 + 2 ** -30;
    expect(encode16(float16, value)).toBe(0x3c01);
    expect(encode16(float16, Math.fround(value))).toBe(0x3c00);
  });

  it('is never further from the value than any neighbour', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -65504, max: 65504 }), (value) => {
        const bits = encode16(float16, value);
        const error = Math.abs(decode16(float16, bits) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          const other = Math.abs(decode16(float16, neighbour & 0xffff) - value);
          if (other < error) return false;
        }
        return true;
      }),
    );
  });
});
