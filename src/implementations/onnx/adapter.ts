/** An ONNX runtime as an implementation: each case becomes a model of its own, which the runtime loads and runs. */
import type { Abilities, Adapter, Case, Outcome } from '../../oracle/adapter.ts';
import type { Declared } from '../module-question.ts';
import { printable } from '../printable.ts';
import { oneAtATime } from '../queue.ts';
import { caseModel } from './case-model.ts';
import { elementFor, floats, saysUnsupported } from './elements.ts';
import type { OnnxRuntime } from './runtime.ts';

/**
 * The runtime as an adapter, in this process: what it prints is printed, and a call that doesn't come back isn't ended.
 * In float32, or in float64 or float16 where that is declared; bfloat16 is asked and answered as unsupported.
 */
export function onnxAdapter(runtime: OnnxRuntime, declared: Declared = {}): Adapter {
  const abilities: Abilities = {
    operations: ['block', 'group-convolution', 'interleave'],
    precision: declared.precision ?? 'float32',
    flushesSubnormals: declared.flushesSubnormals ?? false,
    composed: declared.composed ?? false,
    winograd: declared.winograd,
    strassen: declared.strassen,
    bias: true,
    outputs: true,
    autoPad: true,
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
  const type = elementFor(precision);
  if (!type)
    return { kind: 'unsupported', reason: `models are built in ${floats.join(', ')}, not in ${precision}` };
  const { shape, data } = question.inputs.get('x')!;
  try {
    const model = await runtime.load(caseModel(question, type));
    try {
      const outputs = await model.run(new Map([['x', { type, dims: shape, data }]]));
      const y = outputs.get('y');
      if (!y) return { kind: 'garbage', reason: 'it gave no y' };
      if (y.type !== type) return { kind: 'garbage', reason: `y is of type ${printable(y.type)}` };
      // A copy: its memory may be the runtime's.
      const copy = type === 'float32' ? Float32Array.from(y.data) : Float64Array.from(y.data);
      return { kind: 'answer', arrays: new Map([['y', { shape: y.dims, data: copy, stored: type }]]) };
    } finally {
      await model.release();
    }
  } catch (error) {
    const reason = printable(error instanceof Error ? error.message : String(error));
    return { kind: saysUnsupported(reason) ? 'unsupported' : 'crash', reason };
  }
}
