/** The laws hold for the kernels, as for anybody's. */
import { afterAll, describe, test } from 'vitest';
import { createKernels, type Prepared } from '../../src/kernels/index.ts';
import { type Array4, type Implementation, igcLaws, type Moves, type Result } from '../../src/laws/index.ts';

const kernels = createKernels({ winograd: false });
afterAll(() => kernels.dispose());

const floats = (array: Array4) => Float32Array.from(array.data);
const maybe = (array: Array4 | undefined) => array && floats(array);
const windowOf = ({ stride, dilation, padding }: Moves) => ({ stride, dilation, padding });

function computed(prepared: Prepared, x: Array4): Result {
  const data = prepared.run(floats(x)).slice();
  prepared.dispose();
  return { shape: [...prepared.outputShape], data };
}

const implementation: Implementation = {
  name: 'kernels',
  groupConvolution({ x, weight, groups, bias, ...moves }) {
    const [N, , height, width] = x.shape as [number, number, number, number];
    const [outputs, inputs, ...kernel] = weight.shape as [number, number, number, number];
    const sizes = { N, groups, inputs, outputs: outputs / groups, height, width, kernel };
    const parameters = { weight: floats(weight), bias: maybe(bias) };
    return computed(kernels.convolution({ ...sizes, window: windowOf(moves) }, parameters), x);
  },
  block({ x, primaryWeight, secondaryWeight, primaryBias, secondaryBias, ...moves }) {
    const [N, , height, width] = x.shape as [number, number, number, number];
    const [outputs, Min, ...kernel] = primaryWeight.shape as [number, number, number, number];
    const [mixed, L] = secondaryWeight.shape as [number, number];
    const Mout = outputs / L;
    const parameters = {
      primaryWeight: floats(primaryWeight),
      secondaryWeight: floats(secondaryWeight),
      primaryBias: maybe(primaryBias),
      secondaryBias: maybe(secondaryBias),
    };
    const sizes = { N, L, Min, Mout, Lout: mixed / Mout, height, width, kernel };
    return computed(kernels.block({ ...sizes, window: windowOf(moves) }, parameters), x);
  },
  limits: { outputs: true },
};

describe('the kernels obey', () => {
  for (const law of igcLaws(implementation, { runs: 15 })) {
    test.skipIf(law.skip !== undefined)(law.skip ? `${law.name}: skipped, ${law.skip}` : law.name, law.run);
  }
});
