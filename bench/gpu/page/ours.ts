/** Our block on a GPU, and on the CPU. */

import type { BenchCase } from '../../../src/bench/case.ts';
import type { BenchInputs } from '../../../src/bench/inputs.ts';
import { window } from '../../../src/bench/inputs.ts';
import { kernelsOf } from '../../../src/kernels/gpu/kernels.ts';
import type { Library } from '../../../src/kernels/gpu/library.ts';
import type { Backend } from '../../../src/kernels/gpu/types.ts';
import { createKernels } from '../../../src/kernels/index.ts';
import type { Candidate } from './candidate.ts';

const shapeOf = ({ L, M, size, N }: BenchCase) =>
  ({ N, L, Min: M, height: size, width: size, kernel: [3, 3], window }) as const;
const parametersOf = ({ primary, secondary }: BenchInputs) => ({
  primaryWeight: primary,
  secondaryWeight: secondary,
});

export function gpuCandidate(library: Library, backend: Backend): Candidate {
  return {
    name: `igc-oracle/gpu, ${backend}`,
    api: backend === 'webgpu' ? 'webgpu' : 'webgl',
    isOurs: true,
    prepare: async (question, inputs) => {
      const gpu = await kernelsOf(library, { backend, allowSoftware: true, require: true });
      const layer = await gpu.block(shapeOf(question), parametersOf(inputs));
      return {
        run: async () => (await layer.run(inputs.x)).y,
        end: () => gpu.dispose(),
      };
    },
  };
}

export const cpuCandidate: Candidate = {
  name: 'igc-oracle/kernels, WebAssembly, 1 thread',
  api: 'wasm',
  isOurs: true,
  prepare: async (question, inputs) => {
    const kernels = createKernels({ winograd: false });
    const block = kernels.block(shapeOf(question), parametersOf(inputs));
    const y = new Float32Array(block.output.length);
    return {
      run: async () => block.run(inputs.x, y).slice(),
      end: async () => kernels.dispose(),
    };
  },
};
