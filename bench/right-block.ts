/** A correct implementation of the block and its gradients on random data, as evidence. */
import type { Tensor } from '../spec/00-notation.ts';
import { addBias, convolution } from '../spec/01-group-convolution.ts';
import { block } from '../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../spec/08-adjoint.ts';
import { type PrecisionName, precisions } from '../src/algebras/precision.ts';
import { compositeAdjoint } from '../src/oracle/composite-adjoint.ts';
import { lookup } from '../src/oracle/lookup.ts';
import type { Evidence, Recorded } from '../src/oracle/types.ts';
import type { Random } from './fuzz/random.ts';
import { type OrderName, ordered, rounding } from './orders.ts';

const formats = {
  float64: 'float64',
  float32: 'float32',
  tfloat32: 'float32',
  bfloat16: 'bfloat16',
  float16: 'float16',
} as const;

/** Shapes and numbers are drawn: cancellation, zeros, and a spread of sizes. `composed`: as one convolution. */
export function rightBlock(
  random: Random,
  precision: PrecisionName,
  order: OrderName,
  flushesSubnormals: boolean,
  composed: boolean,
): Evidence {
  const stored = formats[precision];
  const A = ordered(order, precisions[precision], flushesSubnormals);
  const round = rounding(precisions[stored], flushesSubnormals);
  const [L, Min, Mout] = [1 + random.below(4), 1 + random.below(3), 1 + random.below(3)];
  const [kh, kw] = [1 + random.below(3), 1 + random.below(3)];
  const [H, W] = [kh + random.below(4), kw + random.below(4)];
  const window = {
    stride: [1 + random.below(2), 1 + random.below(2)],
    dilation: [1, 1],
    padding: { top: random.below(2), bottom: random.below(2), left: random.below(2), right: random.below(2) },
  } as const;
  const entry = () => (random.next() < 0.1 ? 0 : round((random.next() - 0.4) * 2 ** (random.below(10) - 7)));
  const drawn = (shape: readonly number[]): Recorded => {
    const data = Float64Array.from({ length: shape.reduce((product, n) => product * n, 1) }, entry);
    return { shape, data, stored };
  };
  const given = new Map([
    ['x', drawn([1 + random.below(2), L * Min, H, W])],
    ['primary_weight', drawn([L * Mout, Min, kh, kw])],
    ['secondary_weight', drawn([Mout * L, L, 1, 1])],
    ['primary_bias', drawn([L * Mout])],
    ['secondary_bias', drawn([Mout * L])],
  ]);
  const get = lookup({ arrays: given }, A.leaf);
  const [x, primary, secondary] = [get('x'), get('primary_weight'), get('secondary_weight')];
  const bias = { primary: get('primary_bias').data, secondary: get('secondary_bias').data };
  type Terms = Parameters<typeof A.finish>[0];
  const finished = (data: readonly Terms[], shape: readonly number[]): Recorded => ({
    shape,
    data: data.map(A.finish),
    stored,
  });
  const whole = ({ data, shape }: Tensor<Terms>) => finished(data, shape);
  const y = whole(
    composed
      ? addBias(
          A,
          convolution(A, x, compositeKernel(A, primary, secondary), window),
          compositeBias(A, primary, secondary, bias),
        )
      : block(A, x, primary, secondary, window, bias),
  );
  const gradient = drawn(y.shape);
  const g = lookup({ arrays: new Map([['grad_y', gradient]]) }, A.leaf)('grad_y');
  const adjoint = composed ? compositeAdjoint : blockAdjoint;
  const found = adjoint(A, g, x, primary, secondary, window, bias);
  const arrays = new Map([
    ...given,
    ['grad_y', gradient] as const,
    ['y', y] as const,
    ['grad_x', whole(found.x)] as const,
    ['grad_primary_weight', whole(found.primaryKernel)] as const,
    ['grad_secondary_weight', whole(found.secondaryKernel)] as const,
    ['grad_primary_bias', finished(found.primaryBias, [L * Mout])] as const,
    ['grad_secondary_bias', finished(found.secondaryBias, [Mout * L])] as const,
  ]);
  return { operation: 'block', arrays, window, precision, flushesSubnormals, composed };
}
