/**
 * What a recording can be asked: recorded arrays as functions of others, written with the specification and generic
 * over the algebra. Run on exact numbers they give what the arrays should be, on rounding bounds how far a correct
 * implementation may be from it.
 */
import { type Semiring, Tensor, unitWindow } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution, outputExtent } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { block, blockShape } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { compositeAdjoint } from './composite-adjoint.ts';
import { type Lookup, tensorOf } from './lookup.ts';
import type { Evidence, Stage } from './types.ts';

/** One computation: the recorded arrays that it gives, what they are computed from, and how. */
export interface Quantity {
  readonly from: readonly string[];
  readonly results: readonly Result[];
  /** The results, and perhaps others, by name; a bias of C entries is (1, C, 1, 1). */
  compute<T>(A: Semiring<T>, get: Lookup<T>): Readonly<Record<string, Tensor<T>>>;
  /** How many products `compute` works out. */
  readonly products: number;
  /** Whether entries only change places. */
  readonly isPermutation: boolean;
}

/** A recorded array that a computation should have given. */
export interface Result {
  readonly array: string;
  readonly stage: Stage;
  readonly shape: readonly number[];
  readonly axes: ChannelAxes;
}

/** The factors of a channel axis, for a position in words: channel = major · minorSize + minor. */
export interface ChannelAxes {
  readonly kind: 'features' | 'kernel' | 'bias';
  readonly major: 'l' | 'm';
  readonly minorSize: number;
}

/** The quantities that this evidence can be asked, in the order of the block. */
export function quantities(evidence: Evidence): readonly Quantity[] {
  const all = {
    block: () => [...forward(evidence), gradients(evidence)],
    'group-convolution': () => [group(evidence)],
    interleave: () => [interleaveAlone(evidence)],
  }[evidence.operation]();
  const recorded = all.map((quantity) => ({
    ...quantity,
    results: quantity.results.filter(({ array }) => evidence.arrays.has(array)),
  }));
  return recorded.filter(({ results }) => results.length > 0);
}

/** The sizes of a block, of what it computes, and how many products each convolution works out. */
function measure({ arrays, window }: Evidence) {
  const shapeOf = (name: string) => arrays.get(name)!.shape as readonly [number, number, number, number];
  const kernel = (name: string) => tensorOf(arrays.get(name)!, (x) => x);
  const sizes = blockShape(kernel('primary_weight'), kernel('secondary_weight'));
  const { L, Min, Mout, Lout } = sizes;
  const [x, primary, secondary] = [shapeOf('x'), shapeOf('primary_weight'), shapeOf('secondary_weight')];
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

const weights = ['primary_weight', 'secondary_weight'];

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

function group({ arrays, window }: Evidence): Quantity {
  const [x, weight] = ['x', 'weight'].map(
    (name) => arrays.get(name)!.shape as readonly [number, number, number, number],
  ) as [readonly [number, number, number, number], readonly [number, number, number, number]];
  const groups = x[1] / weight[1];
  const [rows, columns] = outputExtent(x, weight, window);
  const shape = [x[0], weight[0], rows, columns];
  return {
    from: ['x', 'weight', 'bias'].filter((name) => arrays.has(name)),
    results: [
      {
        array: 'y',
        stage: 'output',
        shape,
        axes: { kind: 'features', major: 'l', minorSize: weight[0] / groups },
      },
    ],
    compute: (A, get) => {
      const y = groupConvolution(A, get('x'), get('weight'), groups, window);
      return { y: addBias(A, y, arrays.has('bias') ? get('bias').data : undefined) };
    },
    products: x[0] * rows * columns * weight[0] * weight[1] * weight[2] * weight[3],
    isPermutation: false,
  };
}

function interleaveAlone({ arrays, partition }: Evidence): Quantity {
  const { L, M } = partition!;
  return {
    from: ['x'],
    results: [
      {
        array: 'y',
        stage: 'output',
        shape: arrays.get('x')!.shape,
        axes: { kind: 'features', major: 'm', minorSize: L },
      },
    ],
    compute: (_, get) => ({ y: interleave(get('x'), { L, M }) }),
    products: 0,
    isPermutation: true,
  };
}
