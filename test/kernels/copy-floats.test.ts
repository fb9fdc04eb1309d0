/** Copies between shared memory and other are copies: every bit, from and to the middle of arrays, and nothing beside them. */
import { expect, test } from 'vitest';
import { copyFloats } from '../../src/kernels/copy-floats.ts';

const sizes = [0, 1, 4095, 4096, 4097, 20_001, 140_001];

test.each(['in', 'out', 'shared both', 'shared neither'])('copies floats: %s', (way) => {
  for (const size of sizes) {
    const shared = (yes: boolean) =>
      new Float32Array(yes ? new SharedArrayBuffer(4 * (size + 9)) : new ArrayBuffer(4 * (size + 9)));
    const from = shared(way === 'out' || way === 'shared both');
    const to = shared(way === 'in' || way === 'shared both').fill(7);
    const bits = (array: Float32Array) => new Uint32Array(array.buffer);
    // Subnormals, negative zero and the payloads of NaN among them.
    bits(from).forEach((_, i) => {
      bits(from)[i] = Math.imul(i, 0x9e37_79b1);
    });
    copyFloats(to.subarray(3, 3 + size), from.subarray(5, 5 + size));
    const before = new Float32Array([7, 7, 7]);
    expect([...bits(to).subarray(0, 3)]).toEqual([...bits(before)]);
    expect(Buffer.compare(bytes(to, 3, size), bytes(from, 5, size))).toBe(0);
    expect(to.subarray(3 + size).every((x) => x === 7)).toBe(true);
  }
});

function bytes(array: Float32Array, at: number, length: number): Buffer {
  return Buffer.from(array.buffer as ArrayBuffer, 4 * at, 4 * length);
}
