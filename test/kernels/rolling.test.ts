/** The rolling strategy and the tensor core agree bit for bit on integers; and it is taken only where it can be. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { createKernels } from '../../src/kernels/index.ts';
import { type Case, expectedBlock, expectedConvolution, operands } from './cases.ts';

const kernels = createKernels();
afterAll(() => kernels.dispose());

const upTo = (max: number) => fc.integer({ min: 1, max });

/** Depthwise 3×3 cases of stride 1 and 2, narrow and wide, that shrink toward one pixel. */
const cases: fc.Arbitrary<Case> = fc
  .record({
    shape: fc.record({
      ...{ N: upTo(2), L: upTo(3), Min: fc.constant(1), Mout: upTo(2), Lout: upTo(3) },
      ...{ height: upTo(9), width: upTo(30), kernel: fc.constant([3, 3] as [number, number]) },
      window: upTo(2).chain((stride) =>
        fc.record({
          stride: fc.constant([stride, stride] as [number, number]),
          dilation: fc.constant([1, 1] as [number, number]),
          padding: fc.record({
            ...{ top: fc.nat(3 - stride), bottom: fc.nat(3 - stride) },
            ...{ left: fc.nat(3 - stride), right: fc.nat(3 - stride) },
          }),
        }),
      ),
    }),
    has: fc.record({
      ...{ primaryBias: fc.boolean(), secondaryBias: fc.boolean() },
      ...{ residual: fc.boolean(), relu: fc.boolean() },
    }),
    seed: fc.nat(),
  })
  .filter(
    ({
      shape: {
        height,
        width,
        window: { padding },
      },
    }) =>
      [height + padding.top + padding.bottom, width + padding.left + padding.right].every(
        (size) => size >= 3,
      ),
  );

test('the convolution and the block are the tensor core’s on integers', () => {
  fc.assert(
    fc.property(cases, (example) => {
      const { x, parameters, convolution, integers } = operands(example);
      const { L, Min, Mout } = example.shape;
      const sizes = { ...example.shape, groups: L, inputs: Min, outputs: Mout };
      for (const [prepared, expected] of [
        [
          kernels.convolution(sizes, convolution),
          (r?: Float32Array) => expectedConvolution(example, x, convolution, r),
        ],
        [
          kernels.block(example.shape, parameters),
          (r?: Float32Array) => expectedBlock(example, x, parameters, r),
        ],
      ] as const) {
        expect(prepared.plan.strategy).toBe('rolling');
        const residual = example.has.residual ? integers(prepared.output.length) : undefined;
        prepared.output.fill(Number.NaN);
        const data = Array.from(prepared.run(x, undefined, residual), (entry) => entry + 0);
        prepared.dispose();
        expect({ shape: [...prepared.outputShape], data }).toEqual(expected(residual));
      }
    }),
    { numRuns: 80 },
  );
});

test('where it isn’t taken, the plan says why', () => {
  const plain = { groups: 2, inputs: 1, outputs: 1, height: 9, width: 9, kernel: [3, 3] } as const;
  const why = (change: object) => {
    const shape = { ...plain, ...change };
    const { inputs, kernel } = shape;
    const { plan } = kernels.convolution(shape, {
      weight: new Float32Array(2 * inputs * kernel[0] * kernel[1]),
    });
    expect(plan.strategy).not.toBe('rolling');
    return plan.why;
  };
  expect(why({ inputs: 2 })).toContain('not rolling: 2 channels a group are more than one');
  expect(why({ kernel: [3, 2] })).toContain('not rolling: its kernel is 3×2, not 3×3');
  expect(why({ window: { ...unitWindow, dilation: [1, 2] } })).toContain(
    'not rolling: its dilation is not 1',
  );
  expect(why({ window: { ...unitWindow, stride: [1, 2] } })).toContain('not rolling: its stride is 1, 2');
  const padding = { top: 2, bottom: 0, left: 0, right: 0 };
  expect(why({ window: { ...unitWindow, stride: [2, 2], padding } })).toContain(
    'not rolling: padding of 2 is more than 1',
  );
});
