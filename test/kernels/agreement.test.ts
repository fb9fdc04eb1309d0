/** The kernels and the tensor core are two implementations of one definition: on integers they agree bit for bit. */
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
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
    return { shape: [...prepared.outputShape], data: Array.from(y, (entry) => entry + 0) };
  } finally {
    prepared.dispose();
  }
}

function blockAgrees(example: Case): void {
  const { x, parameters, integers } = operands(example);
  const prepared = kernels.block(example.shape, parameters);
  const residual = example.has.residual ? integers(prepared.output.length) : undefined;
  const got = runTwice(prepared, x, residual);
  expect(got).toEqual(expectedBlock(example, x, parameters, residual));
}

function convolutionAgrees(example: Case): void {
  const { x, convolution, integers } = operands(example);
  const { L, Min, Mout } = example.shape;
  const shape = { ...example.shape, groups: L, inputs: Min, outputs: Mout };
  const prepared = kernels.convolution(shape, convolution);
  const residual = example.has.residual ? integers(prepared.output.length) : undefined;
  const got = runTwice(prepared, x, residual);
  expect(got).toEqual(expectedConvolution(example, x, convolution, residual));
}

test('the block is the tensor core’s on integers: every shape, window, bias, residual and rectifier', () => {
  fc.assert(fc.property(cases, blockAgrees), { numRuns: 100 });
});

test('so is the convolution', () => {
  fc.assert(fc.property(cases, convolutionAgrees), { numRuns: 100 });
});
