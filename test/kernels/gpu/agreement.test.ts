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

const large: Case = {
  shape: {
    ...{ N: 2, L: 9, Min: 2, Mout: 3, Lout: 17, height: 9, width: 8, kernel: [6, 7] },
    window: { stride: [2, 1], dilation: [1, 2], padding: { top: 3, bottom: 2, left: 6, right: 0 } },
  },
  has: { primaryBias: true, secondaryBias: true, residual: true, relu: true },
  seed: 7,
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
    await blockAgrees(gpu, large);
    await convolutionAgrees(gpu, large);
  });
});
