/** Our own tensor core as an implementation: judged like anybody's. */
import ndarray from 'ndarray';
import type { PrecisionName } from '../algebras/precision.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { shapeOf } from '../oracle/lookup.ts';
import type { Recorded } from '../oracle/types.ts';
import {
  block,
  type Feature,
  feature,
  groupConvolution,
  groupKernel,
  interleave,
  TensorError,
  toNdarray,
} from '../tensor/index.ts';
import { engine } from './engine.ts';
import type { Declared } from './module-question.ts';

/** The tensor core in float32, or in float64 where that is declared. Its sums are float64 in both. */
export function tensorCore({
  precision,
  flushesSubnormals,
  composed,
  winograd,
  strassen,
}: Declared = {}): Adapter {
  const dtype = precision === 'float64' ? 'float64' : 'float32';
  const abilities: Abilities = {
    operations: ['block', 'group-convolution', 'interleave'],
    precision: precision ?? dtype,
    flushesSubnormals: flushesSubnormals ?? false,
    composed: composed ?? false,
    winograd,
    strassen,
    bias: true,
    outputs: true,
  };
  return {
    name: 'tensor-core',
    about: `igc-oracle's tensor core, data in ${dtype}, sums in float64; ${engine()}`,
    ...abilities,
    run: async (question) => answer(question, dtype),
    close: async () => {},
  };
}

type Dtype = Extract<PrecisionName, 'float32' | 'float64'>;

function answer(question: Case, dtype: Dtype): Outcome {
  if (question.inputs.has('grad_y')) return { kind: 'unsupported', reason: 'it has no gradients' };
  try {
    const { shape, data } = toNdarray(compute(question, dtype));
    return { kind: 'answer', arrays: new Map([['y', { shape, data, stored: dtype }]]) };
  } catch (error) {
    if (!(error instanceof TensorError)) throw error;
    return { kind: 'crash', reason: error.message };
  }
}

function compute({ operation, inputs, window, partition }: Case, dtype: Dtype): Feature {
  const get = (name: string) => inputs.get(name)!;
  const vector = (name: string) => (inputs.has(name) ? numbers(get(name), dtype) : undefined);
  const tensor = (name: string) => ndarray(numbers(get(name), dtype), [...get(name).shape]);
  const channels = shapeOf(get('x'))[1];
  if (operation === 'interleave') {
    return interleave(feature(tensor('x'), { channels: [partition!.L, partition!.M] }));
  }
  if (operation === 'group-convolution') {
    const groups = channels / shapeOf(get('weight'))[1];
    const x = feature(tensor('x'), { channels: [groups, channels / groups] });
    return groupConvolution(x, groupKernel(tensor('weight'), { groups }), window, vector('bias'));
  }
  const L = shapeOf(get('secondary_weight'))[1];
  const Mout = shapeOf(get('primary_weight'))[0] / L;
  const x = feature(tensor('x'), { channels: [L, channels / L] });
  const primary = groupKernel(tensor('primary_weight'), { groups: L });
  const secondary = groupKernel(tensor('secondary_weight'), { groups: Mout });
  const biases = { primary: vector('primary_bias'), secondary: vector('secondary_bias') };
  // The sizes are known at run time alone.
  return block<number, number, number, number>(x, primary, secondary, window, biases);
}

function numbers({ data }: Recorded, dtype: Dtype): Float32Array | Float64Array {
  return dtype === 'float64' ? Float64Array.from(data) : Float32Array.from(data);
}
