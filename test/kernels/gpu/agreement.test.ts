/** The kernels' sources, run as the JavaScript that they are: on integers they give what the tensor core gives. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGpuKernels, type GpuKernels, type GpuLayer } from '../../../src/kernels/gpu/index.ts';
import { type Case, cases, expectedBlock, expectedConvolution, operands } from '../cases.ts';
import { scriptGpu } from './script-gpu.ts';

let gpu: GpuKernels;
beforeAll(async () => {
  const { library } = scriptGpu();
  gpu = await createGpuKernels({ library, webgpu: {}, backend: 'webgpu', require: true });
});
afterAll(() => gpu.dispose());

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

async function blockAgrees(example: Case): Promise<void> {
  const { x, parameters, integers } = operands(example);
  const layer = await gpu.block(example.shape, parameters);
  const residual = example.has.residual ? integers(size(layer.outputShape)) : undefined;
  await agrees(layer, x, residual, expectedBlock(example, x, parameters, residual));
}

async function convolutionAgrees(example: Case): Promise<void> {
  const { x, convolution, integers } = operands(example);
  const { L, Min, Mout } = example.shape;
  const layer = await gpu.convolution(
    { ...example.shape, groups: L, inputs: Min, outputs: Mout },
    convolution,
  );
  const residual = example.has.residual ? integers(size(layer.outputShape)) : undefined;
  await agrees(layer, x, residual, expectedConvolution(example, x, convolution, residual));
}

test('the block, for every shape, window, bias, residual and rectifier', async () => {
  await fc.assert(fc.asyncProperty(cases, blockAgrees), { numRuns: 20 });
});

test('the group convolution, likewise', async () => {
  await fc.assert(fc.asyncProperty(cases, convolutionAgrees), { numRuns: 12 });
});

const large: Case = {
  shape: {
    ...{ N: 2, L: 9, Min: 2, Mout: 3, Lout: 17, height: 9, width: 8, kernel: [6, 7] },
    window: { stride: [2, 1], dilation: [1, 2], padding: { top: 3, bottom: 2, left: 6, right: 0 } },
  },
  has: { primaryBias: true, secondaryBias: true, residual: true, relu: true },
  seed: 7,
};

test('a kernel whose taps are looped over, and a secondary that takes several turns', async () => {
  await blockAgrees(large);
  await convolutionAgrees(large);
});
