/** The CPU kernels behind the interface of the GPU's: what computes where there is no GPU. */

import { demand } from '../errors.ts';
import { createKernels } from '../kernels.ts';
import type { Prepared } from '../types.ts';
import { demandNumbers, demandTensor, volume } from './arguments.ts';
import type { FeatureShape, GpuDevice, GpuKernels, GpuLayer, GpuTensor } from './types.ts';

const device: GpuDevice = {
  backend: 'cpu',
  adapter: 'the kernels of igc-oracle, WebAssembly',
  software: true,
  keepsSubnormals: true,
  keepsNonFinite: true,
  entries: 2 ** 30,
};

/** `fallback`: why they compute. */
export function cpuKernels(fallback: string, cache: number): GpuKernels {
  const kernels = createKernels({ cache, winograd: false });
  const numbersOf = new WeakMap<GpuTensor, Float32Array>();
  let resident = 0;

  const tensor = (numbers: Float32Array, shape: FeatureShape): GpuTensor => {
    resident++;
    const made: GpuTensor = {
      shape,
      read: async () => ({ y: held(made).slice(), shape, ran: ran() }),
      dispose: () => {
        if (numbersOf.delete(made)) resident--;
      },
    };
    numbersOf.set(made, numbers);
    return made;
  };
  const held = (of: GpuTensor): Float32Array => {
    const numbers = numbersOf.get(of);
    const site = { operation: 'tensor', argument: 'this' };
    demand(numbers !== undefined, site, 'K1', 'a tensor in use', 'one that was disposed of, or of others');
    return numbers;
  };
  const layer = (prepared: Prepared, inputShape: FeatureShape): GpuLayer => {
    const { outputShape } = prepared;
    const compute = (x: Float32Array, residual: Float32Array | undefined) => {
      const y = new Float32Array(volume(outputShape));
      return prepared.run(x, y, residual);
    };
    return {
      inputShape,
      outputShape,
      run: async (x, residual) => {
        demandNumbers('run', 'x', x, inputShape);
        return { y: compute(x, residual), shape: outputShape, ran: ran() };
      },
      apply: async (x, residual) => {
        demandTensor('apply', 'x', x, inputShape);
        return tensor(compute(held(x), residual && held(residual)), outputShape);
      },
      dispose: () => prepared.dispose(),
    };
  };
  return {
    device,
    fallback,
    block: async (shape, parameters) => {
      const { N = 1, L, Min, height, width } = shape;
      return layer(kernels.block(shape, parameters), [N, L * Min, height, width]);
    },
    convolution: async (shape, parameters) => {
      const { N = 1, groups, inputs, height, width } = shape;
      return layer(kernels.convolution(shape, parameters), [N, groups * inputs, height, width]);
    },
    upload: async (x, shape) => {
      demandNumbers('upload', 'x', x, shape);
      return tensor(x.slice(), shape);
    },
    get statistics() {
      const { compiled, reused, evicted } = kernels.statistics;
      return { compiled, reused, evicted, resident };
    },
    dispose: async () => kernels.dispose(),
  };
}

const ran = () => ({ backend: device.backend, adapter: device.adapter, software: device.software });
