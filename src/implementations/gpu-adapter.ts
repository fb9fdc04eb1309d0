/** The GPU path as an implementation: judged like anybody's. Runs in Node and in pages. */
import { GpuError } from '../kernels/gpu/errors.ts';
import type { GpuKernels, GpuLayer } from '../kernels/gpu/types.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';
import { MissingError } from './missing.ts';
import type { Declared } from './module-question.ts';

/** What an open GPU answers. It must be no fallback; it is disposed of with the adapter. */
export function gpuAdapter(kernels: GpuKernels, where: string, declared: Declared = {}): Adapter {
  const { backend, adapter, software, keepsSubnormals } = kernels.device;
  const abilities: Abilities = {
    operations: ['block', 'group-convolution'],
    precision: declared.precision ?? 'float32',
    flushesSubnormals: declared.flushesSubnormals ?? !keepsSubnormals,
    composed: declared.composed ?? false,
    bias: true,
    outputs: true,
  };
  return {
    name: 'gpu',
    about: `igc-oracle/gpu, ${backend} on ${adapter}${software ? ' (software)' : ''}; ${where}`,
    ...abilities,
    run: (question) => answer(kernels, question),
    close: () => kernels.dispose(),
  };
}

/** That there is no device is no verdict on us; that it is wrong is one. */
export function asMissing(error: unknown): never {
  if (error instanceof GpuError && error.kind === 'unavailable') {
    throw new MissingError(error.message, { cause: error });
  }
  throw error;
}

async function answer(kernels: GpuKernels, question: Case): Promise<Outcome> {
  if (question.inputs.has('grad_y')) return { kind: 'unsupported', reason: 'it has no gradients' };
  let layer: GpuLayer | undefined;
  try {
    layer = await layerOf(kernels, question);
    const { y, shape } = await layer.run(numbers(question, 'x')!);
    return { kind: 'answer', arrays: new Map([['y', { shape, data: y, stored: 'float32' }]]) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof GpuError)) throw error;
    return { kind: 'crash', reason: error.message };
  } finally {
    layer?.dispose();
  }
}

function layerOf(kernels: GpuKernels, question: Case): Promise<GpuLayer> {
  const { operation, inputs, window } = question;
  const [N, channels, height, width] = shapeOf(inputs.get('x')!);
  if (operation === 'group-convolution') {
    const [O, I, kh, kw] = shapeOf(inputs.get('weight')!);
    const groups = channels / I;
    return kernels.convolution(
      { N, groups, inputs: I, outputs: O / groups, height, width, kernel: [kh, kw], window },
      { weight: numbers(question, 'weight')!, bias: numbers(question, 'bias') },
    );
  }
  const [O, Min, kh, kw] = shapeOf(inputs.get('primary_weight')!);
  const [rows, L] = shapeOf(inputs.get('secondary_weight')!);
  const Mout = O / L;
  return kernels.block(
    { N, L, Min, Mout, Lout: rows / Mout, height, width, kernel: [kh, kw], window },
    {
      primaryWeight: numbers(question, 'primary_weight')!,
      secondaryWeight: numbers(question, 'secondary_weight')!,
      primaryBias: numbers(question, 'primary_bias'),
      secondaryBias: numbers(question, 'secondary_bias'),
    },
  );
}

function numbers({ inputs }: Case, name: string): Float32Array | undefined {
  const array = inputs.get(name);
  return array && Float32Array.from(array.data);
}
