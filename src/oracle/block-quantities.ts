/** What a recording of a block can be asked: each step from the one before it, the output, and the gradients. */
import { type Semiring, type Shape, Tensor, unitWindow } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution, outputExtent } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { block, blockShape } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { compositeAdjoint } from './composite-adjoint.ts';
import { type Lookup, outline, shapeOf } from './lookup.ts';
import type { ChannelAxes, Quantity, Result } from './quantity.ts';
import type { Evidence } from './types.ts';

/** The quantities of a block, in its order. */
export function blockQuantities(evidence: Evidence): readonly Quantity[] {
  return [...forward(evidence), gradients(evidence)];
}

const weights = ['primary_weight', 'secondary_weight'] as const;

/** The sizes of a block, of what it computes, and how many products each convolution works out. */
function measure({ arrays, window }: Evidence) {
  const sizes = blockShape(outline(arrays.get('primary_weight')!), outline(arrays.get('secondary_weight')!));
  const { L, Min, Mout, Lout } = sizes;
  const [x, primary, secondary] = ['x', ...weights].map((name) => shapeOf(arrays.get(name)!)) as [
    Shape,
    Shape,
    Shape,
  ];
  const [N, , H, W] = x;
  const [rows, columns] = outputExtent(x, primary, window);
  const S = primary[2] * primary[3];
  const positions = N * rows * columns;
  return {
    ...sizes,
    shapes: {
      primary_weight: primary,
      secondary_weight: secondary,
      x,
      middle: [N, L * Mout, rows, columns],
      output: [N, Mout * Lout, rows, columns],
    },
    products: {
      primary: positions * L * Mout * Min * S,
      secondary: positions * Mout * Lout * L,
      composite: positions * Lout * Mout * L * Min * S,
      // Back to the input, every tap is tried at every pixel.
      primaryBack: N * H * W * L * Mout * Min * S,
      compositeBack: N * H * W * Lout * Mout * L * Min * S,
    },
  };
}

/** The biases as the specification has them. */
function biases<T>({ arrays }: Evidence, get: Lookup<T>) {
  const bias = (name: string) => (arrays.has(name) ? get(name).data : undefined);
  return { primary: bias('primary_bias'), secondary: bias('secondary_bias') };
}

function forward(evidence: Evidence): readonly Quantity[] {
  const { arrays, window, composed } = evidence;
  const { L, Mout, Lout, shapes, products } = measure(evidence);
  const has = (name: string) => arrays.has(name);
  const given = (...names: string[]) => names.filter(has);
  const features = (major: 'l' | 'm', minorSize: number) => ({ kind: 'features', major, minorSize }) as const;

  const primary = <T>(A: Semiring<T>, get: Lookup<T>) =>
    addBias(
      A,
      groupConvolution(A, get('x'), get('primary_weight'), L, window),
      biases(evidence, get).primary,
    );
  const interleaved = <T>(A: Semiring<T>, get: Lookup<T>) =>
    interleave(has('primary') ? get('primary') : primary(A, get), { L, M: Mout });
  const secondary = <T>(A: Semiring<T>, get: Lookup<T>) => {
    const input = has('interleaved') ? get('interleaved') : interleaved(A, get);
    const mixed = groupConvolution(A, input, get('secondary_weight'), Mout, unitWindow);
    return addBias(A, mixed, biases(evidence, get).secondary);
  };
  const whole = <T>(A: Semiring<T>, get: Lookup<T>) => {
    const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')] as const;
    const bias = biases(evidence, get);
    if (!composed) return block(A, x, wp, wd, window, bias);
    const W = compositeKernel(A, wp, wd);
    return addBias(A, convolution(A, x, W, window), compositeBias(A, wp, wd, bias));
  };

  const primaryFrom = given('x', 'primary_weight', 'primary_bias');
  const interleavedFrom = has('primary') ? ['primary'] : primaryFrom;
  const mixedFrom = has('interleaved') ? ['interleaved'] : interleavedFrom;
  const steps: Quantity[] = [
    {
      from: primaryFrom,
      results: [{ array: 'primary', stage: 'primary', shape: shapes.middle, axes: features('l', Mout) }],
      compute: (A, get) => ({ primary: primary(A, get) }),
      products: products.primary,
      isPermutation: false,
    },
    {
      from: interleavedFrom,
      results: [{ array: 'interleaved', stage: 'interleave', shape: shapes.middle, axes: features('m', L) }],
      compute: (A, get) => ({ interleaved: interleaved(A, get) }),
      products: has('primary') ? 0 : products.primary,
      isPermutation: has('primary'),
    },
    {
      from: [...mixedFrom, ...given('secondary_weight', 'secondary_bias')],
      results: [{ array: 'secondary', stage: 'secondary', shape: shapes.output, axes: features('m', Lout) }],
      compute: (A, get) => ({ secondary: secondary(A, get) }),
      products: products.secondary + (has('interleaved') || has('primary') ? 0 : products.primary),
      isPermutation: false,
    },
  ];
  const y = { array: 'y', shape: shapes.output, axes: features('l', Mout) };
  // With the step before it on record, y is a permutation of that; it is judged from x as well.
  if (has('secondary') && !composed) {
    steps.push({
      from: ['secondary'],
      results: [{ ...y, stage: 'deinterleave' }],
      compute: (_, get) => ({ y: deinterleave(get('secondary'), { L: Lout, M: Mout }) }),
      products: 0,
      isPermutation: true,
    });
  }
  steps.push({
    from: given('x', 'primary_weight', 'primary_bias', 'secondary_weight', 'secondary_bias'),
    results: [{ ...y, stage: 'output' }],
    compute: (A, get) => ({ y: whole(A, get) }),
    products: composed ? products.composite : products.primary + products.secondary,
    isPermutation: false,
  });
  return steps;
}

function gradients(evidence: Evidence): Quantity {
  const { arrays, window, composed } = evidence;
  const { L, Min, Mout, Lout, shapes, products } = measure(evidence);
  const gradient = (
    array: `grad_${string}`,
    shape: readonly number[],
    kind: ChannelAxes['kind'],
    major: 'l' | 'm',
    minorSize: number,
  ): Result => ({ array, stage: array, shape, axes: { kind, major, minorSize } });
  const column = <T>(values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);
  const { primary, secondary, composite, primaryBack, compositeBack } = products;
  return {
    from: ['grad_y', 'x', ...weights, ...(arrays.has('primary_bias') ? ['primary_bias'] : [])],
    results: [
      gradient('grad_x', shapes.x, 'features', 'l', Min),
      gradient('grad_primary_weight', shapes.primary_weight, 'kernel', 'l', Mout),
      gradient('grad_secondary_weight', shapes.secondary_weight, 'kernel', 'm', Lout),
      gradient('grad_primary_bias', [L * Mout], 'bias', 'l', Mout),
      gradient('grad_secondary_bias', [Mout * Lout], 'bias', 'm', Lout),
    ],
    compute: (A, get) => {
      const [g, x, wp, wd] = [
        get('grad_y'),
        get('x'),
        get('primary_weight'),
        get('secondary_weight'),
      ] as const;
      const adjoint = composed ? compositeAdjoint : blockAdjoint;
      const found = adjoint(A, g, x, wp, wd, window, biases(evidence, get));
      return {
        grad_x: found.x,
        grad_primary_weight: found.primaryKernel,
        grad_secondary_weight: found.secondaryKernel,
        grad_primary_bias: column(found.primaryBias),
        grad_secondary_bias: column(found.secondaryBias),
      };
    },
    products: composed ? composite + compositeBack : 2 * primary + 3 * secondary + primaryBack,
    isPermutation: false,
  };
}
