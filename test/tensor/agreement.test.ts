/** The tensor core and the specification are two implementations of one definition. */
import fc from 'fast-check';
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import { ConstraintError, Tensor, type Window } from '../../spec/00-notation.ts';
import * as spec from '../../spec/index.ts';
import { float64 } from '../../src/algebras/float64.ts';
import {
  block,
  type Dtype,
  type Feature,
  type FeatureLayout,
  feature,
  type GroupKernel,
  groupConvolution,
  groupKernel,
  interleave,
  interleaveView,
  type KernelLayout,
  type PaddingOption,
  TensorError,
  tensorWindow,
  toNdarray,
  toSpec,
  type WindowOptions,
} from '../../src/tensor/index.ts';
import { allocate, type Embedding, embed, embeddings } from './arrays.ts';

const upTo = (max: number) => fc.integer({ min: 1, max });
const pairs = (max: number) => fc.tuple(upTo(max), upTo(max));

const paddings: fc.Arbitrary<PaddingOption> = fc.oneof(
  fc.constantFrom<PaddingOption[]>('valid', 'same', 'same-upper', 'same-lower'),
  fc.integer({ min: 0, max: 2 }),
  fc.record({ top: fc.nat(3), bottom: fc.nat(3), left: fc.nat(3), right: fc.nat(3) }),
);

const windows: fc.Arbitrary<WindowOptions> = fc.record({
  stride: fc.oneof(upTo(3), pairs(3)),
  dilation: fc.oneof(upTo(2), pairs(2)),
  padding: paddings,
});

/** Small integers: every sum of products is exact in float32 too. */
const integers = fc.integer({ min: -8, max: 8 });
const reals = fc.double({ min: -1e3, max: 1e3, noNaN: true });

interface Case {
  readonly sizes: { N: number; L: number; Min: number; Mout: number; Lout: number; H: number; W: number };
  readonly kernel: readonly [number, number];
  readonly window: WindowOptions;
  readonly dtype: Dtype;
  readonly layout: FeatureLayout;
  readonly kernelLayouts: readonly [KernelLayout, KernelLayout];
  readonly embeddings: readonly [Embedding, Embedding, Embedding];
  readonly x: readonly number[];
  readonly primary: readonly number[];
  readonly secondary: readonly number[];
  readonly biases: readonly [readonly number[] | undefined, readonly number[] | undefined];
}

/** Blocks of every shape. They shrink toward L = M = 1, one pixel, stride 1 and row-major arrays. */
const cases = (dtypes: readonly Dtype[], entries: fc.Arbitrary<number>): fc.Arbitrary<Case> =>
  fc
    .tuple(
      fc.record({
        N: upTo(2),
        L: upTo(3),
        Min: upTo(3),
        Mout: upTo(3),
        Lout: upTo(3),
        H: upTo(5),
        W: upTo(12),
      }),
      pairs(3),
    )
    .chain(([sizes, kernel]) => {
      const { N, L, Min, Mout, Lout, H, W } = sizes;
      const layout = fc.constantFrom<KernelLayout[]>('OIHW', 'OHWI', 'HWIO');
      const array = (length: number) => fc.array(entries, { minLength: length, maxLength: length });
      return fc.record({
        sizes: fc.constant(sizes),
        kernel: fc.constant(kernel),
        window: windows,
        dtype: fc.constantFrom(...dtypes),
        layout: fc.constantFrom<FeatureLayout[]>('NCHW', 'NHWC'),
        kernelLayouts: fc.tuple(layout, layout),
        embeddings: fc.tuple(embeddings, embeddings, embeddings),
        x: array(N * L * Min * H * W),
        primary: array(L * Mout * Min * kernel[0] * kernel[1]),
        secondary: array(Mout * Lout * L),
        biases: fc.tuple(
          fc.option(array(L * Mout), { nil: undefined }),
          fc.option(array(Mout * Lout), { nil: undefined }),
        ),
      });
    });

/** Each layout as a transposition of NCHW or OIHW. */
const transpositions = {
  NCHW: [0, 1, 2, 3],
  NHWC: [0, 2, 3, 1],
  OIHW: [0, 1, 2, 3],
  OHWI: [0, 2, 3, 1],
  HWIO: [2, 3, 1, 0],
} as const;

/** The operands of a case for the core and for the specification. */
function operands({ sizes, kernel, window, dtype, layout, kernelLayouts, embeddings: lie, ...data }: Case) {
  const { N, L, Min, Mout, Lout, H, W } = sizes;
  const shapes = {
    x: [N, L * Min, H, W],
    primary: [L * Mout, Min, ...kernel],
    secondary: [Mout * Lout, L, 1, 1],
  } as const;
  const array = embed(data.x, shapes.x, dtype, lie[0]).transpose(...transpositions[layout]);
  const primary = embed(data.primary, shapes.primary, dtype, lie[1]);
  const secondary = embed(data.secondary, shapes.secondary, dtype, lie[2]);
  const typed = (bias: readonly number[] | undefined) => {
    const values = bias && allocate(dtype, bias.length);
    values?.set(bias ?? []);
    return values;
  };
  return {
    core: {
      x: feature(array, { channels: [L, Min], layout }),
      primary: groupKernel(primary.transpose(...transpositions[kernelLayouts[0]]), {
        groups: L,
        layout: kernelLayouts[0],
      }),
      secondary: groupKernel(secondary.transpose(...transpositions[kernelLayouts[1]]), {
        groups: Mout,
        layout: kernelLayouts[1],
      }),
      biases: { primary: typed(data.biases[0]), secondary: typed(data.biases[1]) },
    },
    spec: {
      x: new Tensor(shapes.x, data.x),
      primary: new Tensor(shapes.primary, data.primary),
      secondary: new Tensor(shapes.secondary, data.secondary),
      biases: { primary: data.biases[0], secondary: data.biases[1] },
      window: tensorWindow(window, { input: [H, W], kernel }) satisfies Window,
    },
  };
}

/** The shape and entries that a function returns, or the constraint that it names. −0 counts as 0. */
function outcome(compute: () => Tensor<number>) {
  try {
    const { shape, data } = compute();
    return { shape, data: data.map((entry) => entry + 0) };
  } catch (error) {
    if (error instanceof TensorError || error instanceof ConstraintError) return error.constraint;
    throw error;
  }
}

const exact = cases(['float64', 'float32'], integers);

test('the block is the specification’s on integers: every shape, window, layout, memory order and element type', () => {
  fc.assert(
    fc.property(exact, (example) => {
      const { core, spec: s } = operands(example);
      expect(
        outcome(() => toSpec(block(core.x, core.primary, core.secondary, example.window, core.biases))),
      ).toEqual(outcome(() => spec.block(float64, s.x, s.primary, s.secondary, s.window, s.biases)));
    }),
    { numRuns: 400 },
  );
});

test('the group convolution is the specification’s on integers', () => {
  fc.assert(
    fc.property(exact, (example) => {
      const { core, spec: s } = operands(example);
      expect(
        outcome(() => toSpec(groupConvolution(core.x, core.primary, example.window, core.biases.primary))),
      ).toEqual(
        outcome(() => {
          const y = spec.groupConvolution(float64, s.x, s.primary, example.sizes.L, s.window);
          return spec.addBias(float64, y, s.biases.primary);
        }),
      );
    }),
    { numRuns: 200 },
  );
});

test('on float64 data the block is the specification’s to the last bit: both add in one order', () => {
  fc.assert(
    fc.property(cases(['float64'], reals), (example) => {
      const { core, spec: s } = operands(example);
      expect(
        outcome(() => toSpec(block(core.x, core.primary, core.secondary, example.window, core.biases))),
      ).toEqual(outcome(() => spec.block(float64, s.x, s.primary, s.secondary, s.window, s.biases)));
    }),
    { numRuns: 100 },
  );
});

test('interleave and interleaveView are the specification’s interleave', () => {
  fc.assert(
    fc.property(exact, (example) => {
      const { core, spec: s } = operands(example);
      const expected = spec.interleave(s.x, { L: example.sizes.L, M: example.sizes.Min }).data;
      expect(toSpec(interleaveView(core.x)).data).toEqual(expected);
      expect(toSpec(interleave(core.x)).data).toEqual(expected);
    }),
    { numRuns: 100 },
  );
});

test('toNdarray in any layout and back is the same feature map', () => {
  fc.assert(
    fc.property(exact, fc.constantFrom<FeatureLayout[]>('NCHW', 'NHWC'), (example, layout) => {
      const { core } = operands(example);
      for (const x of [core.x, interleaveView(core.x)]) {
        const array = toNdarray<number, number>(x, layout);
        expect(toSpec(feature(array, { channels: [x.major, x.minor], layout })).data).toEqual(toSpec(x).data);
      }
    }),
    { numRuns: 100 },
  );
});

test('a regular convolution is a group convolution of one group', () => {
  const x = new Tensor(
    [1, 3, 4, 4],
    Array.from({ length: 48 }, (_, i) => (i % 7) - 3),
  );
  const kernel = new Tensor(
    [2, 3, 3, 3],
    Array.from({ length: 54 }, (_, i) => (i % 5) - 2),
  );
  const regular: Feature<1, 2> = groupConvolution(
    feature(embed(x.data, x.shape), { channels: [1, 3] }),
    groupKernel(embed(kernel.data, kernel.shape), { groups: 1, inputs: 3, outputs: 2 }),
    { padding: 1 },
  );
  const window = tensorWindow({ padding: 1 }, { input: [4, 4], kernel: [3, 3] });
  expect(toSpec(regular).data).toEqual(spec.convolution(float64, x, kernel, window).data);
});

const one = (entries: readonly number[], dtype: Dtype) => ({
  x: feature(embed(entries, [1, entries.length, 1, 1], dtype), { channels: [1, entries.length] }),
  ones: groupKernel(embed(Array<number>(entries.length).fill(1), [1, entries.length, 1, 1], dtype), {
    groups: 1,
  }),
});

/** x · [1, 1, …] + bias. */
function total({ x, ones }: { x: Feature<1, number>; ones: GroupKernel<1> }, bias?: Float32Array): number {
  return toNdarray(groupConvolution(x, ones, {}, bias)).get(0, 0, 0, 0);
}

test('on float32 data a convolution sums in float64 and rounds once, after the bias', () => {
  const big = 2 ** 24;
  expect(total(one([big, 1, 1], 'float32'))).toBe(big + 2);
  expect(total(one([big, 1], 'float32'), Float32Array.of(1))).toBe(big + 2);
  expect(total(one([big, 1], 'float32'))).toBe(big);
});

test('a float32 block rounds between its two convolutions', () => {
  const big = 2 ** 24;
  const x = feature(embed([big, 1], [1, 2, 1, 1], 'float32'), { channels: [1, 2] });
  const primary = groupKernel(embed([1, 1], [1, 2, 1, 1], 'float32'), { groups: 1, inputs: 2, outputs: 1 });
  const secondary = groupKernel(embed([1], [1, 1, 1, 1], 'float32'), { groups: 1, inputs: 1, outputs: 1 });
  const y = block(x, primary, secondary, {}, { secondary: Float32Array.of(1) });
  // (2²⁴ + 1) rounds to 2²⁴, and so does 2²⁴ + 1 once more; unrounded, 2²⁴ + 2 would come.
  expect(toSpec(y).data).toEqual([big]);
});

test('a padding meets an infinite weight as in the specification: NaN', () => {
  const weights = [Number.POSITIVE_INFINITY, 1];
  const x = feature(embed([1, 1], [1, 1, 1, 2]), { channels: [1, 1] });
  const kernel = groupKernel(embed(weights, [1, 1, 1, 2]), { groups: 1, inputs: 1, outputs: 1 });
  const window = tensorWindow(
    { padding: { top: 0, bottom: 0, left: 1, right: 0 } },
    { input: [1, 2], kernel: [1, 2] },
  );
  const expected = spec.convolution(
    float64,
    new Tensor([1, 1, 1, 2], [1, 1]),
    new Tensor([1, 1, 1, 2], weights),
    window,
  );
  expect(expected.data).toEqual([Number.NaN, Number.POSITIVE_INFINITY]);
  expect(toSpec(groupConvolution(x, kernel, window)).data).toEqual(expected.data);
});

test('a bias may be an ndarray of any stride', () => {
  const x = feature(embed([5, 7], [1, 2, 1, 1]), { channels: [2, 1] });
  const kernel = groupKernel(embed([1, 1], [2, 1, 1, 1]), { groups: 2, inputs: 1, outputs: 1 });
  const bias = ndarray(Float64Array.of(20, 0, 10), [2], [-2], 2);
  expect(toSpec(groupConvolution(x, kernel, {}, bias)).data).toEqual([15, 27]);
});
