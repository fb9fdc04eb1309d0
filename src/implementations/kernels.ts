/** Our own kernels as an implementation: judged like anybody's. */
import { closePoints } from '../algebras/winograd.ts';
import { createKernels, KernelError, type Kernels } from '../kernels/index.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { engine } from './engine.ts';
import { floats, prepareCase } from './kernel-case.ts';
import type { Declared } from './module-question.ts';

/**
 * The kernels. Their providers: 'sums', where nothing is said, within the bound of any order; 'winograd', where 3×3
 * convolutions are within their own; 'strassen', where secondaries are.
 */
export function kernels(declared: Declared & { readonly provider?: string | undefined } = {}): Adapter {
  const { precision, flushesSubnormals, composed, provider = 'sums' } = declared;
  const [winograd, strassen] = [provider === 'winograd', provider === 'strassen'];
  const abilities: Abilities = {
    operations: ['block', 'group-convolution'],
    precision: precision ?? 'float32',
    flushesSubnormals: flushesSubnormals ?? false,
    composed: composed ?? false,
    winograd: declared.winograd ?? (winograd ? closePoints : undefined),
    strassen: declared.strassen ?? (strassen || undefined),
    bias: true,
    outputs: true,
  };
  const mine = createKernels({ winograd, strassen });
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
    const prepared = prepareCase(mine, question);
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
