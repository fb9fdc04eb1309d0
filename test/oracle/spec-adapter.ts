/** The specification itself as an implementation, in any precision: every sum and every product rounded. */
import type { Semiring, Tensor } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import { block } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { biasAdjoint, blockAdjoint, groupInputAdjoint, groupKernelAdjoint } from '../../spec/08-adjoint.ts';
import { precisions } from '../../src/algebras/precision.ts';
import type { Abilities, Adapter, Case } from '../../src/oracle/adapter.ts';
import { evidenceOf } from '../../src/oracle/ask.ts';
import { compositeAdjoint } from '../../src/oracle/composite-adjoint.ts';
import { lookup } from '../../src/oracle/lookup.ts';
import { storedFor } from '../../src/oracle/probes/plan.ts';
import { roundTo } from '../../src/oracle/spacing.ts';
import type { Recorded } from '../../src/oracle/types.ts';

type Arrays = Map<string, Recorded>;

/** Everything that the specification can do, or what is given. */
export function specAdapter(abilities: Partial<Abilities> = {}): Adapter {
  const all: Abilities = {
    operations: ['block', 'group-convolution', 'interleave'],
    precision: 'float32',
    bias: true,
    gradients: true,
    outputs: true,
    ...abilities,
  };
  return {
    name: 'the specification',
    ...all,
    run: async (question) => ({ kind: 'answer', arrays: computed(all, question) }),
    close: async () => {},
  };
}

function computed(abilities: Abilities, question: Case): Arrays {
  const stored = storedFor(abilities.precision);
  const format = precisions[stored];
  const { operands } = { operands: undefined, ...precisions[abilities.precision] };
  const least = abilities.flushesSubnormals ? format.underflow * 2 ** (format.significand - 1) : 0;
  const round = (x: number) => {
    const rounded = Number.isFinite(x) ? roundTo(x, format) : x;
    return Math.abs(rounded) < least ? 0 : rounded;
  };
  const coarse = (x: number) => (operands && Number.isFinite(x) ? roundTo(x, { ...format, ...operands }) : x);
  const A: Semiring<number> = {
    zero: 0,
    one: 1,
    add: (a, b) => round(a + b),
    mul: (a, b) => round(coarse(a) * coarse(b)),
  };
  const { inputs, window, operation, partition } = question;
  const get = lookup(evidenceOf(abilities, question, new Map()), (x) => x);
  const vector = (name: string) => (inputs.has(name) ? get(name).data : undefined);
  const put = (name: string, { shape, data }: Pick<Tensor<number>, 'shape' | 'data'>): [string, Recorded] => [
    name,
    { shape: name.endsWith('bias') ? [data.length] : shape, data, stored },
  ];
  const column = (data: readonly number[]) => ({ shape: [1, data.length, 1, 1] as const, data });
  if (operation === 'interleave') return new Map([put('y', interleave(get('x'), partition!))]);
  if (operation === 'group-convolution') {
    const groups = get('x').shape[1] / get('weight').shape[1];
    const y = groupConvolution(A, get('x'), get('weight'), groups, window);
    const forward = put('y', addBias(A, y, vector('bias')));
    if (!inputs.has('grad_y')) return new Map([forward]);
    const [g, [, , H, W], [, , kh, kw]] = [get('grad_y'), get('x').shape, get('weight').shape];
    return new Map([
      forward,
      put('grad_x', groupInputAdjoint(A, g, get('weight'), groups, window, [H, W])),
      put('grad_weight', groupKernelAdjoint(A, g, get('x'), groups, window, [kh, kw])),
      put('grad_bias', column(biasAdjoint(A, g))),
    ]);
  }
  const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')];
  const bias = { primary: vector('primary_bias'), secondary: vector('secondary_bias') };
  const y = abilities.composed
    ? addBias(A, convolution(A, x, compositeKernel(A, wp, wd), window), compositeBias(A, wp, wd, bias))
    : block(A, x, wp, wd, window, bias);
  if (!inputs.has('grad_y')) return new Map([put('y', y)]);
  const adjoint = abilities.composed ? compositeAdjoint : blockAdjoint;
  const gradients = adjoint(A, get('grad_y'), x, wp, wd, window, bias);
  return new Map([
    put('y', y),
    put('grad_x', gradients.x),
    put('grad_primary_weight', gradients.primaryKernel),
    put('grad_secondary_weight', gradients.secondaryKernel),
    put('grad_primary_bias', column(gradients.primaryBias)),
    put('grad_secondary_bias', column(gradients.secondaryBias)),
  ]);
}
