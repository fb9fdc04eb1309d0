/** The kernels' sources, run as the JavaScript that they are: on integers they give what the tensor core gives. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createGpuKernels, type GpuKernels, type GpuLayer } from '../../../src/kernels/gpu/index.ts';
import { type Case, cases, expectedBlock, expectedConvolution, operands } from '../cases.ts';
import { scriptGpu } from './script-gpu.ts';

async function agrees(
  layer: GpuLayer,
  x: Float32Array,
  residual: Float32Array | undefined,
  expected: { readonly shape: readonly number[]; readonly data: readonly number[] },
): Promise<void> {
  const { y, shape } = await layer.run(x, residual);
  layer.dispose();
  expect(shape).toEqual(expected.shape);
  const wrong = expected.data.findIndex((entry, i) => entry !== y[i]);
  expect({ index: wrong, entry: y[wrong] }).toEqual({ index: wrong, entry: expected.data[wrong] });
}

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

async function blockAgrees(gpu: GpuKernels, example: Case): Promise<void> {
  const { x, parameters, integers } = operands(example);
  const layer = await gpu.block(example.shape, parameters);
  const residual = example.has.residual ? integers(size(layer.outputShape)) : undefined;
  await agrees(layer, x, residual, expectedBlock(example, x, parameters, residual));
}

async function convolutionAgrees(gpu: GpuKernels, example: Case): Promise<void> {
  const { x, convolution, integers } = operands(example);
  const { L, Min, Mout } = example.shape;
  const layer = await gpu.convolution(
    { ...example.shape, groups: L, inputs: Min, outputs: Mout },
    convolution,
  );
  const residual = example.has.residual ? integers(size(layer.outputShape)) : undefined;
  await agrees(layer, x, residual, expectedConvolution(example, x, convolution, residual));
}

/** A block, and with its output a convolution of 2 × 2 taps: the numbers are what they are when each is read. */
async function chainAgrees(gpu: GpuKernels, example: Case): Promise<void> {
  const { x, parameters, integers } = operands(example);
  const block = await gpu.block(example.shape, parameters);
  const residual = example.has.residual ? integers(size(block.outputShape)) : undefined;
  const [N, groups, height, width] = block.outputShape;
  const window = {
    stride: [1, 2],
    dilation: [1, 1],
    padding: { top: 0, bottom: 1, left: 3, right: 1 },
  } as const;
  const convolution = await gpu.convolution(
    { N, groups, inputs: 1, outputs: 1, height, width, kernel: [2, 2], window },
    { weight: integers(groups * 4) },
  );
  const tensors = [
    await gpu.upload(x, block.inputShape),
    ...(residual ? [await gpu.upload(residual, block.outputShape)] : []),
  ] as const;
  const y = await block.apply(tensors[0]!, tensors[1]);
  const z = await convolution.apply(y);
  const read = await block.run(x, residual);
  expect((await y.read()).y).toEqual(read.y);
  expect((await z.read()).y).toEqual((await convolution.run(read.y)).y);
  for (const one of [...tensors, y, z, block, convolution]) one.dispose();
}

const large: Case = {
  shape: {
    ...{ N: 2, L: 9, Min: 2, Mout: 3, Lout: 17, height: 9, width: 8, kernel: [6, 7] },
    window: { stride: [2, 1], dilation: [1, 2], padding: { top: 3, bottom: 2, left: 6, right: 0 } },
  },
  has: { primaryBias: true, secondaryBias: true, residual: true, relu: true },
  seed: 7,
};

/** Rows of taps are written out in parts. */
const wide: Case = {
  shape: {
    ...{ N: 1, L: 2, Min: 3, Mout: 2, Lout: 2, height: 3, width: 41, kernel: [2, 67] },
    window: { stride: [1, 3], dilation: [2, 1], padding: { top: 1, bottom: 1, left: 30, right: 9 } },
  },
  has: { primaryBias: true, secondaryBias: false, residual: true, relu: false },
  seed: 8,
};

/** A single row, too long to be written out. */
const row: Case = {
  shape: { ...wide.shape, kernel: [1, 37], window: { ...wide.shape.window, dilation: [1, 2] } },
  has: { primaryBias: false, secondaryBias: true, residual: false, relu: true },
  seed: 9,
};

describe.each(['webgpu', 'webgl2'] as const)('on %s, of integers,', (backend) => {
  let gpu: GpuKernels;
  beforeAll(async () => {
    const { library } = scriptGpu('a card', backend);
    gpu = await createGpuKernels({ library, webgpu: {}, backend, require: true });
  });
  afterAll(() => gpu.dispose());

  test('the block, for every shape, window, bias, residual and rectifier', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (example) => blockAgrees(gpu, example)),
      { numRuns: 15 },
    );
  });

  test('the group convolution, likewise', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (example) => convolutionAgrees(gpu, example)),
      { numRuns: 8 },
    );
  });

  test('a kernel whose taps are looped over, and a secondary that takes several turns', async () => {
    for (const example of [large, wide, row]) {
      await blockAgrees(gpu, example);
      await convolutionAgrees(gpu, example);
    }
  });

  test('blocks in a row, of widths that fill their last entry and that don’t', async () => {
    await fc.assert(
      fc.asyncProperty(cases, (example) => chainAgrees(gpu, example)),
      { numRuns: 8 },
    );
  });
});
