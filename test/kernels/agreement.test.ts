/** The kernels and the tensor core are two implementations of one definition: on integers they agree bit for bit. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { createKernels, type Prepared } from '../../src/kernels/index.ts';
import { type Case, cases, expectedBlock, expectedConvolution, operands } from './cases.ts';

const kernels = createKernels();
afterAll(() => kernels.dispose());

/** Runs twice, since a run must leave nothing behind, and gives the memory back. */
function runTwice(prepared: Prepared, x: Float32Array, residual: Float32Array | undefined) {
  try {
    prepared.run(
      x.map((entry) => entry + 1),
      undefined,
      residual,
    );
    const y = prepared.run(x, new Float32Array(prepared.output.length), residual);
    return { shape: [...prepared.outputShape], data: y };
  } finally {
    prepared.dispose();
  }
}

interface Numbers {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

/** Shapes and entries; −0 is 0. Of many entries, only the first that differs is worth printing. */
function expectSame(got: Numbers, expected: Numbers): void {
  expect(got.shape).toEqual(expected.shape);
  const wrong = Array.from(expected.data).findIndex((entry, index) => entry !== got.data[index]);
  const at = (data: ArrayLike<number>) => ({ index: wrong, entry: data[wrong] });
  expect(at(got.data)).toEqual(at(expected.data));
}

function blockAgrees(example: Case): void {
  const { x, parameters, integers } = operands(example);
  const prepared = kernels.block(example.shape, parameters);
  const residual = example.has.residual ? integers(prepared.output.length) : undefined;
  const got = runTwice(prepared, x, residual);
  expectSame(got, expectedBlock(example, x, parameters, residual));
}

function convolutionAgrees(example: Case): void {
  const { x, convolution, integers } = operands(example);
  const { L, Min, Mout } = example.shape;
  const shape = { ...example.shape, groups: L, inputs: Min, outputs: Mout };
  const prepared = kernels.convolution(shape, convolution);
  const residual = example.has.residual ? integers(prepared.output.length) : undefined;
  const got = runTwice(prepared, x, residual);
  expectSame(got, expectedConvolution(example, x, convolution, residual));
}

test('the block is the tensor core’s on integers: every shape, window, bias, residual and rectifier', () => {
  fc.assert(fc.property(cases, blockAgrees), { numRuns: 60 });
});

test('so is the convolution', () => {
  fc.assert(fc.property(cases, convolutionAgrees), { numRuns: 60 });
});

/** Shapes at the edges of what the strategies tell apart. */
const edges: readonly (Partial<Case['shape']> & { readonly what: string })[] = [
  { what: 'one pixel', L: 3, Min: 2, Mout: 2, Lout: 3 },
  { what: 'no padding, which needs no copy', L: 2, Min: 3, Mout: 3, Lout: 5, height: 9, width: 33 },
  { what: 'several strips, the last one shorter', L: 25, Min: 2, Mout: 2, Lout: 25, height: 29, width: 67 },
  {
    what: 'rows too long to be copied by unrolled code',
    L: 1,
    Min: 1,
    Mout: 2,
    Lout: 1,
    height: 3,
    width: 131,
  },
  {
    what: 'a kernel as large as the image',
    L: 2,
    Min: 2,
    Mout: 1,
    Lout: 2,
    height: 5,
    width: 7,
    kernel: [5, 7],
  },
];
const nothing = { primaryBias: false, secondaryBias: true, residual: false, relu: true };
const small = { N: 1, height: 1, width: 1, kernel: [1, 1], window: unitWindow } as const;

test.each(edges)('$what', ({ what, ...shape }) => {
  const sizes = { L: 1, Min: 1, Mout: 1, Lout: 1, ...small, ...shape };
  const padded = { ...unitWindow, padding: { top: 1, bottom: 2, left: 3, right: 1 } };
  for (const window of what.startsWith('no padding') ? [unitWindow] : [unitWindow, padded]) {
    const example = { shape: { ...sizes, window }, has: nothing, seed: 1 };
    blockAgrees(example);
    convolutionAgrees(example);
  }
});

test('padding that dwarfs the image: the general strategy, which says so', () => {
  // No row of the output needs less than 400 rows of the padded input.
  const padding = { top: 400, bottom: 3, left: 900, right: 2 };
  const window = { stride: [2, 300], dilation: [400, 500], padding } as const;
  const sizes = {
    ...small,
    N: 2,
    L: 3,
    Min: 2,
    Mout: 3,
    Lout: 2,
    height: 2,
    width: 3,
    kernel: [2, 2],
    window,
  } as const;
  for (const flag of [false, true]) {
    const has = { primaryBias: !flag, secondaryBias: flag, residual: flag, relu: flag };
    const example = { shape: sizes, has, seed: 2 };
    blockAgrees(example);
    convolutionAgrees(example);
    const prepared = kernels.block(sizes, operands(example).parameters);
    expect(prepared.plan).toMatchObject({ strategy: 'general', algorithm: 'sum' });
    expect(prepared.plan.why).toMatch(/not direct: with its padding a group of 48 bytes takes \d+/);
    prepared.dispose();
  }
});
