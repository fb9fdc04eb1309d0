/** Shapes and integers for the kernels, and what the tensor core makes of them. */
import fc from 'fast-check';
import ndarray from 'ndarray';
import type { BlockParameters, BlockShape, ConvolutionParameters } from '../../src/kernels/index.ts';
import { linearCongruential } from '../../src/oracle/random.ts';
import { block, feature, groupConvolution, groupKernel, toNdarray } from '../../src/tensor/index.ts';

export interface Case {
  readonly shape: { readonly [Name in keyof BlockShape]-?: NonNullable<BlockShape[Name]> };
  /** Which of the optional arguments there are. */
  readonly has: {
    readonly primaryBias: boolean;
    readonly secondaryBias: boolean;
    readonly residual: boolean;
    readonly relu: boolean;
  };
  readonly seed: number;
}

const upTo = (max: number) => fc.integer({ min: 1, max });
const pair = (max: number) => fc.tuple(upTo(max), upTo(max));

/** Blocks of every shape; they shrink toward one channel and one pixel. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    shape: fc.record({
      ...{ N: upTo(2), L: upTo(6), Min: upTo(4), Mout: upTo(5), Lout: upTo(6) },
      ...{ height: upTo(9), width: upTo(21), kernel: pair(3) },
      window: fc.record({
        stride: pair(3),
        dilation: pair(3),
        padding: fc.record({ top: fc.nat(3), bottom: fc.nat(3), left: fc.nat(5), right: fc.nat(5) }),
      }),
    }),
    has: fc.record({
      ...{ primaryBias: fc.boolean(), secondaryBias: fc.boolean() },
      ...{ residual: fc.boolean(), relu: fc.boolean() },
    }),
    seed: fc.nat(),
  })
  .filter(({ shape: { height, width, kernel, window } }) => {
    const { padding, dilation } = window;
    const fits = (size: number, before: number, after: number, k: number, d: number) =>
      size + before + after > d * (k - 1);
    return (
      fits(height, padding.top, padding.bottom, kernel[0], dilation[0]) &&
      fits(width, padding.left, padding.right, kernel[1], dilation[1])
    );
  });

/** Integers from −4 to 4: every sum of products is exact in float32. */
export function integersFrom(seed: number): (length: number) => Float32Array {
  const next = linearCongruential(seed);
  return (length) => Float32Array.from({ length }, () => Math.floor((next() / 2 ** 32) * 9) - 4);
}

/** The operands of a case. */
export function operands({ shape, has, seed }: Case) {
  const { N, L, Min, Mout, Lout, height, width, kernel } = shape;
  const integers = integersFrom(seed);
  const x = integers(N * L * Min * height * width);
  const parameters: BlockParameters = {
    primaryWeight: integers(L * Mout * Min * kernel[0] * kernel[1]),
    secondaryWeight: integers(Mout * Lout * L),
    primaryBias: has.primaryBias ? integers(L * Mout) : undefined,
    secondaryBias: has.secondaryBias ? integers(Mout * Lout) : undefined,
    residual: has.residual,
    relu: has.relu,
  };
  const convolution: ConvolutionParameters = {
    weight: parameters.primaryWeight,
    bias: parameters.primaryBias,
    residual: has.residual,
    relu: has.relu,
  };
  return { x, parameters, convolution, integers };
}

/** The tensor core's block, with the residual added and rectified. */
export function expectedBlock(
  { shape }: Case,
  x: Float32Array,
  parameters: BlockParameters,
  residual?: Float32Array,
) {
  const { N, L, Min, Mout, Lout, height, width, kernel, window } = shape;
  const y = block(
    feature(ndarray(x, [N, L * Min, height, width]), { channels: [L, Min] }),
    groupKernel(ndarray(parameters.primaryWeight, [L * Mout, Min, ...kernel]), { groups: L }),
    groupKernel(ndarray(parameters.secondaryWeight, [Mout * Lout, L, 1, 1]), { groups: Mout }),
    window,
    { primary: parameters.primaryBias, secondary: parameters.secondaryBias },
  );
  return finished(toNdarray(y), parameters.relu, residual);
}

/** The tensor core's group convolution, likewise. */
export function expectedConvolution(
  { shape }: Case,
  x: Float32Array,
  parameters: ConvolutionParameters,
  residual?: Float32Array,
) {
  const { N, L, Min, Mout, height, width, kernel, window } = shape;
  const y = groupConvolution(
    feature(ndarray(x, [N, L * Min, height, width]), { channels: [L, Min] }),
    groupKernel(ndarray(parameters.weight, [L * Mout, Min, ...kernel]), { groups: L }),
    window,
    parameters.bias,
  );
  return finished(toNdarray(y), parameters.relu, residual);
}

function finished(
  { shape, data }: { shape: readonly number[]; data: ArrayLike<number> },
  relu: boolean | undefined,
  residual: Float32Array | undefined,
) {
  const numbers = Array.from(data, (entry, index) => {
    const sum = entry + (residual?.[index] ?? 0);
    return relu ? Math.max(sum, 0) : sum;
  });
  return { shape: [...shape], data: numbers };
}
