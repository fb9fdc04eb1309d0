/** An ONNX runtime as an implementation: each case becomes a model of its own, which the runtime loads and runs. */
import type { Abilities, Adapter, Case, Outcome } from '../../oracle/adapter.ts';
import type { Declared } from '../module-question.ts';
import { printable } from '../printable.ts';
import { oneAtATime } from '../queue.ts';
import { caseModel } from './case-model.ts';
import type { OnnxRuntime } from './runtime.ts';

/**
 * The runtime as an adapter, in this process: what it prints is printed, and a call that doesn't come back isn't ended.
 * In float32; other formats are asked and answered as unsupported.
 */
export function onnxAdapter(runtime: OnnxRuntime, declared: Declared = {}): Adapter {
  const abilities: Abilities = {
    operations: ['block', 'group-convolution', 'interleave'],
    precision: declared.precision ?? 'float32',
    flushesSubnormals: declared.flushesSubnormals ?? false,
    composed: declared.composed ?? false,
    winograd: declared.winograd,
    bias: true,
    outputs: true,
  };
  const queue = oneAtATime(`${runtime.name}: it is closed`);
  return {
    name: runtime.name,
    about: runtime.about,
    ...abilities,
    run: (question) => queue.add(() => answer(runtime, abilities, question)),
    close: () => queue.close(async () => {}),
  };
}

async function answer(runtime: OnnxRuntime, { precision }: Abilities, question: Case): Promise<Outcome> {
  if (question.inputs.has('grad_y')) return { kind: 'unsupported', reason: 'it has no gradients' };
  if (precision !== 'float32' && precision !== 'tfloat32') {
    return { kind: 'unsupported', reason: `models are built in float32, not in ${precision}` };
  }
  const { shape, data } = question.inputs.get('x')!;
  try {
    const model = await runtime.load(caseModel(question));
    try {
      const outputs = await model.run(new Map([['x', { type: 'float32', dims: shape, data }]]));
      const y = outputs.get('y');
      if (!y) return { kind: 'garbage', reason: 'it gave no y' };
      if (y.type !== 'float32') return { kind: 'garbage', reason: `y is of type ${printable(y.type)}` };
      // A copy: its memory may be the runtime's.
      const copy = Float32Array.from(y.data);
      return { kind: 'answer', arrays: new Map([['y', { shape: y.dims, data: copy, stored: 'float32' }]]) };
    } finally {
      await model.release();
    }
  } catch (error) {
    const reason = printable(error instanceof Error ? error.message : String(error));
    const kind = /NOT_IMPLEMENTED|not implemented|not supported/i.test(reason) ? 'unsupported' : 'crash';
    return { kind, reason };
  }
}
