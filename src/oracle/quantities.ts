/**
 * What a recording can be asked: each recorded array as a function of others, written with the specification and
 * generic over the algebra. Run on exact numbers it gives what the array should be, on rounding bounds how far a
 * correct implementation may be from it.
 */
import { type Semiring, Tensor, unitWindow } from '../../spec/00-notation.ts';
import { addBias, convolution, groupConvolution } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { block, blockShape } from '../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import type { Evidence, Stage } from './types.ts';

/** The recorded array of this name, in an algebra. */
export type Lookup<T> = (name: string) => Tensor<T>;

/** One recorded array, what it is computed from, and how. */
export interface Quantity {
  readonly array: string;
  readonly stage: Stage;
  readonly from: readonly string[];
  compute<T>(A: Semiring<T>, get: Lookup<T>): Tensor<T>;
  /** The factors of its channel axis, for the position in words: channel = major · minorSize + minor. */
  readonly axes: ChannelAxes;
}

/** How channels are counted: channel = major · minorSize + minor. */
export interface ChannelAxes {
  readonly kind: 'features' | 'kernel' | 'bias';
  readonly major: 'l' | 'm';
  readonly minorSize: number;
}

/** The quantities that this evidence can be asked, in the order of the block. */
export function quantities(evidence: Evidence): readonly Quantity[] {
  const all = {
    block: () => blockQuantities(evidence),
    'group-convolution': () => groupQuantities(evidence),
    interleave: () => interleaveQuantities(evidence),
  }[evidence.operation]();
  return all.filter(({ array }) => evidence.arrays.has(array));
}

/** A bias as the specification has it, from its recorded (1, C, 1, 1). */
function bias<T>(get: Lookup<T>, arrays: Evidence['arrays'], name: string): readonly T[] | undefined {
  return arrays.has(name) ? get(name).data : undefined;
}

const column = <T>(values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);

function blockQuantities({ arrays, window, composed }: Evidence): readonly Quantity[] {
  const has = (name: string) => arrays.has(name);
  const { L, Min, Mout, Lout } = blockShape(arrays.get('primary_weight')!, arrays.get('secondary_weight')!);
  const weights = ['primary_weight', 'secondary_weight'];
  const given = (...names: string[]) => names.filter(has);
  const biases = <T>(get: Lookup<T>) => ({
    primary: bias(get, arrays, 'primary_bias'),
    secondary: bias(get, arrays, 'secondary_bias'),
  });
  const outputOrder = { kind: 'features', major: 'l', minorSize: Mout } as const;

  const primary = <T>(A: Semiring<T>, get: Lookup<T>) =>
    addBias(A, groupConvolution(A, get('x'), get('primary_weight'), L, window), biases(get).primary);
  const interleaved = <T>(A: Semiring<T>, get: Lookup<T>) =>
    interleave(has('primary') ? get('primary') : primary(A, get), { L, M: Mout });
  const secondary = <T>(A: Semiring<T>, get: Lookup<T>) => {
    const input = has('interleaved') ? get('interleaved') : interleaved(A, get);
    const mixed = groupConvolution(A, input, get('secondary_weight'), Mout, unitWindow);
    return addBias(A, mixed, biases(get).secondary);
  };
  const whole = <T>(A: Semiring<T>, get: Lookup<T>) => {
    const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')] as const;
    if (!composed) return block(A, x, wp, wd, window, biases(get));
    const W = compositeKernel(A, wp, wd);
    return addBias(A, convolution(A, x, W, window), compositeBias(A, wp, wd, biases(get)));
  };

  const primaryFrom = given('x', 'primary_weight', 'primary_bias');
  const interleavedFrom = has('primary') ? ['primary'] : primaryFrom;
  const secondaryFrom = [
    ...(has('interleaved') ? ['interleaved'] : interleavedFrom),
    ...given('secondary_weight', 'secondary_bias'),
  ];
  const wholeFrom = given('x', 'primary_weight', 'primary_bias', 'secondary_weight', 'secondary_bias');
  const steps: Quantity[] = [
    { array: 'primary', stage: 'primary', from: primaryFrom, compute: primary, axes: outputOrder },
    {
      array: 'interleaved',
      stage: 'interleave',
      from: interleavedFrom,
      compute: interleaved,
      axes: { kind: 'features', major: 'm', minorSize: L },
    },
    {
      array: 'secondary',
      stage: 'secondary',
      from: secondaryFrom,
      compute: secondary,
      axes: { kind: 'features', major: 'm', minorSize: Lout },
    },
  ];
  // With the step before it on record, y is a permutation of that, bit for bit; it is judged from x as well.
  if (has('secondary')) {
    steps.push({
      array: 'y',
      stage: 'deinterleave',
      from: ['secondary'],
      compute: (_, get) => deinterleave(get('secondary'), { L: Lout, M: Mout }),
      axes: outputOrder,
    });
  }
  steps.push({ array: 'y', stage: 'output', from: wholeFrom, compute: whole, axes: outputOrder });
  if (!has('grad_y')) return steps;

  const gradient = (array: string, axes: ChannelAxes, pick: Pick): Quantity => ({
    array,
    stage: array as Stage,
    from: ['grad_y', 'x', ...weights, ...given('primary_bias')],
    compute: (A, get) =>
      pick(blockAdjoint(A, get('grad_y'), get('x'), get(weights[0]!), get(weights[1]!), window, biases(get))),
    axes,
  });
  return [
    ...steps,
    gradient('grad_x', { kind: 'features', major: 'l', minorSize: Min }, (g) => g.x),
    gradient('grad_primary_weight', { kind: 'kernel', major: 'l', minorSize: Mout }, (g) => g.primaryKernel),
    gradient(
      'grad_secondary_weight',
      { kind: 'kernel', major: 'm', minorSize: Lout },
      (g) => g.secondaryKernel,
    ),
    gradient('grad_primary_bias', { kind: 'bias', major: 'l', minorSize: Mout }, (g) =>
      column(g.primaryBias),
    ),
    gradient('grad_secondary_bias', { kind: 'bias', major: 'm', minorSize: Lout }, (g) =>
      column(g.secondaryBias),
    ),
  ];
}

type Pick = <T>(gradients: ReturnType<typeof blockAdjoint<T>>) => Tensor<T>;

function groupQuantities({ arrays, window }: Evidence): readonly Quantity[] {
  const [x, weight] = [arrays.get('x')!, arrays.get('weight')!];
  const groups = x.shape[1] / weight.shape[1];
  return [
    {
      array: 'y',
      stage: 'output',
      from: ['x', 'weight', 'bias'].filter((name) => arrays.has(name)),
      compute: (A, get) =>
        addBias(A, groupConvolution(A, get('x'), get('weight'), groups, window), bias(get, arrays, 'bias')),
      axes: { kind: 'features', major: 'l', minorSize: weight.shape[0] / groups },
    },
  ];
}

function interleaveQuantities({ partition }: Evidence): readonly Quantity[] {
  const { L, M } = partition!;
  return [
    {
      array: 'y',
      stage: 'output',
      from: ['x'],
      compute: (_, get) => interleave(get('x'), { L, M }),
      axes: { kind: 'features', major: 'm', minorSize: L },
    },
  ];
}
