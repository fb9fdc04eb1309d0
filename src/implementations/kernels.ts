/** Our own kernels as an implementation: judged like anybody's. */
import { closePoints } from '../algebras/winograd.ts';
import { createKernels, KernelError, type Kernels, type Prepared } from '../kernels/index.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';
import { engine } from './engine.ts';
import type { Declared } from './module-question.ts';

/**
 * The kernels. Their providers: 'sums', where nothing is said, within the bound of any order; 'winograd', where 3×3
 * convolutions are within their own.
 */
export function kernels(declared: Declared & { readonly provider?: string | undefined } = {}): Adapter {
  const { precision, flushesSubnormals, composed, provider = 'sums' } = declared;
  const winograd = provider === 'winograd';
  const abilities: Abilities = {
    operations: ['block', 'group-convolution'],
    precision: precision ?? 'float32',
    flushesSubnormals: flushesSubnormals ?? false,
    composed: composed ?? false,
    winograd: declared.winograd ?? (winograd ? closePoints : undefined),
    bias: true,
    outputs: true,
  };
  const mine = createKernels({ winograd });
  return {
    name: 'kernels',
    about: `igc-oracle's kernels, WebAssembly SIMD in float32, ${provider}; ${engine()}`,
    ...abilities,
    run: async (question) => answer(mine, question),
    close: async () => mine.dispose(),
  };
}

/** One question, prepared, computed and disposed of. */
export function answer(mine: Kernels, question: Case): Outcome {
  if (question.inputs.has('grad_y')) return { kind: 'unsupported', reason: 'it has no gradients' };
  if (question.operation === 'interleave') {
    return { kind: 'unsupported', reason: 'it has no interleave alone' };
  }
  try {
    const prepared = prepare(mine, question);
    try {
      const data = prepared.run(floats(question, 'x')).slice();
      const y = { shape: prepared.outputShape, data, stored: 'float32' as const };
      return { kind: 'answer', arrays: new Map([['y', y]]) };
    } finally {
      prepared.dispose();
    }
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return { kind: 'crash', reason: error.message };
  }
}

function prepare(mine: Kernels, question: Case): Prepared {
  const { operation, inputs, window } = question;
  const shape = (name: string) => shapeOf(inputs.get(name)!);
  const maybe = (name: string) => (inputs.has(name) ? floats(question, name) : undefined);
  const [N, channels, height, width] = shape('x');
  if (operation === 'group-convolution') {
    const [outputs, Min, ...kernel] = shape('weight');
    const groups = channels / Min;
    const sizes = { N, groups, inputs: Min, outputs: outputs / groups, height, width, kernel, window };
    return mine.convolution(sizes, { weight: floats(question, 'weight'), bias: maybe('bias') });
  }
  const [outputs, Min, ...kernel] = shape('primary_weight');
  const [mixed, L] = shape('secondary_weight');
  const Mout = outputs / L;
  const sizes = { N, L, Min, Mout, Lout: mixed / Mout, height, width, kernel, window };
  return mine.block(sizes, {
    primaryWeight: floats(question, 'primary_weight'),
    secondaryWeight: floats(question, 'secondary_weight'),
    primaryBias: maybe('primary_bias'),
    secondaryBias: maybe('secondary_bias'),
  });
}

function floats({ inputs }: Case, name: string): Float32Array {
  const { data } = inputs.get(name)!;
  return data instanceof Float32Array ? data : Float32Array.from(data);
}
