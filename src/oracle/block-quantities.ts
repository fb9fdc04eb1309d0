/** What a recording of a block can be asked: each step from the one before it, the output, and the gradients. */
import { type Shape, unitWindow } from '../../spec/00-notation.ts';
import { outputExtent } from '../../spec/01-group-convolution.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { outline, shapeOf } from './lookup.ts';
import type { BlockInputs, Operations } from './operations.ts';
import { type ChannelAxes, type Computation, gradientResult } from './quantity.ts';
import type { Evidence } from './types.ts';

/** The quantities of a block, in its order. */
export function blockQuantities(evidence: Evidence): readonly Computation[] {
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

/** What the block was given, as `get` has it. */
function inputsOf<V>({ arrays, window }: Evidence, get: (name: string) => V): BlockInputs<V> {
  const bias = (name: string) => (arrays.has(name) ? get(name) : undefined);
  return {
    x: get('x'),
    primary: get('primary_weight'),
    secondary: get('secondary_weight'),
    primaryBias: bias('primary_bias'),
    secondaryBias: bias('secondary_bias'),
    window,
  };
}

function forward(evidence: Evidence): readonly Computation[] {
  const { arrays, window, composed } = evidence;
  const { L, Mout, Lout, shapes, products } = measure(evidence);
  const has = (name: string) => arrays.has(name);
  const given = (...names: string[]) => names.filter(has);
  const features = (major: 'l' | 'm', minorSize: number) => ({ kind: 'features', major, minorSize }) as const;

  const primary = <V>(operations: Operations<V>, get: (name: string) => V) => {
    const { x, primary, primaryBias } = inputsOf(evidence, get);
    return operations.addBias(operations.groupConvolution(x, primary, L, window), primaryBias);
  };
  const interleaved = <V>(operations: Operations<V>, get: (name: string) => V) =>
    operations.interleave(has('primary') ? get('primary') : primary(operations, get), { L, M: Mout });
  const secondary = <V>(operations: Operations<V>, get: (name: string) => V) => {
    const input = has('interleaved') ? get('interleaved') : interleaved(operations, get);
    const { secondary, secondaryBias } = inputsOf(evidence, get);
    return operations.addBias(operations.groupConvolution(input, secondary, Mout, unitWindow), secondaryBias);
  };

  const primaryFrom = given('x', 'primary_weight', 'primary_bias');
  const interleavedFrom = has('primary') ? ['primary'] : primaryFrom;
  const mixedFrom = has('interleaved') ? ['interleaved'] : interleavedFrom;
  const steps: Computation[] = [
    {
      from: primaryFrom,
      results: [{ array: 'primary', stage: 'primary', shape: shapes.middle, axes: features('l', Mout) }],
      run: (operations, get) => ({ primary: primary(operations, get) }),
      products: products.primary,
      isPermutation: false,
    },
    {
      from: interleavedFrom,
      results: [{ array: 'interleaved', stage: 'interleave', shape: shapes.middle, axes: features('m', L) }],
      run: (operations, get) => ({ interleaved: interleaved(operations, get) }),
      products: has('primary') ? 0 : products.primary,
      isPermutation: has('primary'),
    },
    {
      from: [...mixedFrom, ...given('secondary_weight', 'secondary_bias')],
      results: [{ array: 'secondary', stage: 'secondary', shape: shapes.output, axes: features('m', Lout) }],
      run: (operations, get) => ({ secondary: secondary(operations, get) }),
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
      run: (operations, get) => ({ y: operations.deinterleave(get('secondary'), { L: Lout, M: Mout }) }),
      products: 0,
      isPermutation: true,
    });
  }
  steps.push({
    from: given('x', 'primary_weight', 'primary_bias', 'secondary_weight', 'secondary_bias'),
    results: [{ ...y, stage: 'output' }],
    run: (operations, get) => ({ y: operations.block(inputsOf(evidence, get)) }),
    products: composed ? products.composite : products.primary + products.secondary,
    isPermutation: false,
  });
  return steps;
}

function gradients(evidence: Evidence): Computation {
  const { arrays, composed } = evidence;
  const { L, Min, Mout, Lout, shapes, products } = measure(evidence);
  const gradient = (
    array: `grad_${string}`,
    shape: readonly number[],
    kind: ChannelAxes['kind'],
    major: 'l' | 'm',
    minorSize: number,
  ) => gradientResult(array, shape, { kind, major, minorSize });
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
    run: (operations, get) => operations.gradients(get('grad_y'), inputsOf(evidence, get)),
    products: composed ? composite + compositeBack : 2 * primary + 3 * secondary + primaryBack,
    isPermutation: false,
  };
}
