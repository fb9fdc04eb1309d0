/** A correct implementation of the block and its gradients on random data, as evidence. */
import type { Tensor } from '../spec/00-notation.ts';
import { type PrecisionName, precisions } from '../src/algebras/precision.ts';
import type { Rational } from '../src/algebras/rational.ts';
import type { WinogradPoints } from '../src/algebras/winograd.ts';
import { chainParts } from '../src/oracle/chain-parts.ts';
import { lookup } from '../src/oracle/lookup.ts';
import { specOperations } from '../src/oracle/spec-operations.ts';
import type { Evidence, Recorded } from '../src/oracle/types.ts';
import { winogradOrSum } from '../src/oracle/winograd.ts';
import type { Random } from './fuzz/random.ts';
import { type OrderName, ordered, rounding } from './orders.ts';

const formats = {
  float64: 'float64',
  float32: 'float32',
  tfloat32: 'float32',
  bfloat16: 'bfloat16',
  float16: 'float16',
} as const;

/**
 * Shapes and numbers are drawn: cancellation, zeros, and a spread of sizes. `composed`: as one convolution;
 * `winograd`: convolutions by Winograd's with these points, 3×3 all.
 */
export function rightBlock(
  random: Random,
  precision: PrecisionName,
  order: OrderName,
  flushesSubnormals: boolean,
  composed: boolean,
  winograd?: WinogradPoints,
): Evidence {
  const stored = formats[precision];
  const A = ordered(order, precisions[precision], flushesSubnormals);
  const round = rounding(precisions[stored], flushesSubnormals);
  const [L, Min, Mout] = [1 + random.below(4), 1 + random.below(3), 1 + random.below(3)];
  const [kh, kw] = winograd ? [3, 3] : [1 + random.below(3), 1 + random.below(3)];
  const [H, W] = [kh + random.below(4), kw + random.below(4)];
  const step = () => (winograd ? 1 : 1 + random.below(2));
  const window = {
    stride: [step(), step()],
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
  const constant = (c: Rational) => A.leaf(round(Number(c.numerator) / Number(c.denominator)));
  const convolve = winograd && winogradOrSum(chainParts(A, constant), winograd);
  const { block, gradients } = specOperations(A, composed, convolve);
  const biases = { primaryBias: get('primary_bias'), secondaryBias: get('secondary_bias') };
  const inputs = { x, primary, secondary, ...biases, window };
  type Terms = Parameters<typeof A.finish>[0];
  const whole = ({ data, shape }: Tensor<Terms>, axes: 1 | 4 = 4): Recorded => ({
    shape: axes === 1 ? [data.length] : shape,
    data: data.map(A.finish),
    stored,
  });
  const y = whole(block(inputs));
  const gradient = drawn(y.shape);
  const g = lookup({ arrays: new Map([['grad_y', gradient]]) }, A.leaf)('grad_y');
  const found = Object.entries(gradients(g, inputs)).map(
    ([name, entries]) => [name, whole(entries, name.endsWith('bias') ? 1 : 4)] as const,
  );
  const arrays = new Map([...given, ['grad_y', gradient] as const, ['y', y] as const, ...found]);
  return { operation: 'block', arrays, window, precision, flushesSubnormals, composed, winograd };
}
