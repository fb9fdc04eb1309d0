/** The GPU path as an implementation: judged like anybody's. Runs in Node and in pages. */
import { GpuError } from '../kernels/gpu/errors.ts';
import { type Backend, backends, type GpuKernels, type GpuLayer } from '../kernels/gpu/types.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { floats, prepareCase } from './kernel-case.ts';
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

/** The backend of this name; webgpu by default. Throws a TypeError for a name that is none's. */
export function backendNamed(provider = 'webgpu'): Backend {
  const backend = backends.find((name): name is Backend => name === provider);
  if (backend !== undefined) return backend;
  throw new TypeError(`provider: expected ${backends.join(', ')}, got ${provider}`);
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
    layer = await prepareCase(kernels, question);
    const { y, shape } = await layer.run(floats(question, 'x'));
    return { kind: 'answer', arrays: new Map([['y', { shape, data: y, stored: 'float32' }]]) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof GpuError)) throw error;
    return { kind: 'crash', reason: error.message };
  } finally {
    layer?.dispose();
  }
}
