/** Cutting a job into chunks: they cover it, fit their slots, and copying through them changes no number. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { type Chunk, chunksOf, cutOf, isEven, type Range } from '../../src/kernels/chunks.ts';
import { createKernels } from '../../src/kernels/index.ts';
import { integersFrom } from './cases.ts';

const upTo = (max: number) => fc.integer({ min: 1, max });

test('chunks cover a tensor once, in order; each fits a slot, and all slots the tensor', () => {
  const whole = fc.record({ images: upTo(40), groups: upTo(40), input: upTo(50_000), output: upTo(50_000) });
  fc.assert(
    fc.property(whole, fc.boolean(), upTo(5), ({ images, groups, input, output }, mixes, threads) => {
      const job = { images, groups, inputBytes: 4 * groups * input, outputBytes: 4 * groups * output };
      const cut = cutOf(job, mixes, job.inputBytes + job.outputBytes, threads);
      const chunks = chunksOf(job, cut);
      const check = (range: (chunk: Chunk) => Range, imageBytes: number, slot: number) => {
        const ends = chunks.map((chunk) => range(chunk).end);
        expect(chunks.map((chunk) => range(chunk).begin)).toEqual([0, ...ends.slice(0, -1)]);
        expect(ends.at(-1)).toBe(images * imageBytes);
        if (chunks.length === 1) return;
        const longest = Math.max(...chunks.map((chunk) => range(chunk).end - range(chunk).begin));
        expect(longest).toBeLessThanOrEqual(slot);
        expect(slot * cut.slots).toBeLessThanOrEqual(images * imageBytes);
      };
      check(({ input: range }) => range, job.inputBytes, cut.inputSlot);
      check(({ output: range }) => range, job.outputBytes, cut.outputSlot);
      expect(chunks.length === 1 || isEven(chunks.length, threads)).toBe(true);
      if (mixes) expect(chunks.every((chunk) => chunk.groups === undefined)).toBe(true);
    }),
  );
});

/** Depthwise and blocks of several chunks, with and without a residual. */
const window = { ...unitWindow, padding: { top: 1, bottom: 1, left: 1, right: 1 } };
const shapes = [
  { N: 2, L: 43, Min: 1, height: 40, width: 41 },
  { N: 7, L: 5, Min: 3, height: 33, width: 37 },
] as const;

const kernels = createKernels({ relaxed: false });

test.each(shapes)(
  'copied chunk by chunk it is what it is in place: $N images of $L × $Min channels',
  (sizes) => {
    const integers = integersFrom(sizes.L);
    const { N, L, Min, height, width } = sizes;
    const shape = { ...sizes, kernel: [3, 3] as const, window };
    const x = integers(N * L * Min * height * width);
    const third = integers(x.length);
    const weight = integers(L * Min * Min * 9);
    for (const residual of [undefined, third]) {
      const epilogue = { relu: true, residual: residual !== undefined };
      for (const prepared of [
        kernels.convolution({ ...shape, groups: L, inputs: Min, outputs: Min }, { weight, ...epilogue }),
        kernels.block(shape, { primaryWeight: weight, secondaryWeight: integers(Min * L * L), ...epilogue }),
      ]) {
        prepared.input.set(x);
        if (residual) prepared.residual!.set(residual);
        const expected = prepared.run().slice();
        const same = (got: Float32Array) => expect(got.findIndex((v, i) => v !== expected[i])).toBe(-1);
        same(prepared.run(x, new Float32Array(x.length), residual));
        same(prepared.run(x, undefined, residual));
        // Wherever the arrays lie: one of them twice, parts of each other, views of the memory.
        const both = x.slice();
        same(prepared.run(both, both, residual));
        const shifted = new Float32Array(x.length + 8);
        shifted.set(x, 8);
        same(prepared.run(shifted.subarray(8), shifted.subarray(0, x.length), residual));
        prepared.input.set(x);
        same(prepared.run(prepared.input, prepared.output, residual));
        if (residual) {
          prepared.input.set(x);
          const sum = residual.slice();
          same(prepared.run(undefined, sum, sum));
        }
        prepared.dispose();
      }
    }
  },
);
