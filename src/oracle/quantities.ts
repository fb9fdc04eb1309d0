import { outputExtent } from '../../spec/01-group-convolution.ts';
import { blockQuantities } from './block-quantities.ts';
import { shapeOf } from './lookup.ts';
import { type ChannelAxes, type Computation, gradientResult, type Quantity } from './quantity.ts';
import { specOperations } from './spec-operations.ts';
import type { Evidence } from './types.ts';

/** The quantities that this evidence can be asked, in the order of the block. */
export function quantities(evidence: Evidence): readonly Quantity[] {
  const all = {
    block: () => blockQuantities(evidence),
    'group-convolution': () => group(evidence),
    interleave: () => [interleaveAlone(evidence)],
  }[evidence.operation]();
  const recorded = all.map(
    (computation): Quantity => ({
      ...computation,
      results: computation.results.filter(({ array }) => evidence.arrays.has(array)),
      compute: (A, get) => computation.run(specOperations(A, evidence.composed), get),
    }),
  );
  return recorded.filter(({ results }) => results.length > 0);
}

/** A group convolution, then its gradients. */
function group({ arrays, window }: Evidence): readonly Computation[] {
  const [x, weight] = [shapeOf(arrays.get('x')!), shapeOf(arrays.get('weight')!)];
  const groups = x[1] / weight[1];
  const [rows, columns] = outputExtent(x, weight, window);
  const shape = [x[0], weight[0], rows, columns];
  const axes = (kind: ChannelAxes['kind'], minorSize: number) => ({ kind, major: 'l', minorSize }) as const;
  const outputs = weight[0] / groups;
  const taps = weight[0] * weight[1] * weight[2] * weight[3];
  const products = x[0] * rows * columns * taps;
  const forward: Computation = {
    from: ['x', 'weight', 'bias'].filter((name) => arrays.has(name)),
    results: [{ array: 'y', stage: 'output', shape, axes: axes('features', outputs) }],
    run: (operations, get) => {
      const y = operations.groupConvolution(get('x'), get('weight'), groups, window);
      return { y: operations.addBias(y, arrays.has('bias') ? get('bias') : undefined) };
    },
    products,
    isPermutation: false,
  };
  const backward: Computation = {
    from: ['grad_y', 'x', 'weight'],
    results: [
      gradientResult('grad_x', x, axes('features', weight[1])),
      gradientResult('grad_weight', weight, axes('kernel', outputs)),
      gradientResult('grad_bias', [weight[0]], axes('bias', outputs)),
    ],
    run: (operations, get) => {
      const inputs = { x: get('x'), kernel: get('weight'), groups, window };
      return operations.convolutionGradients(get('grad_y'), inputs);
    },
    // Back to the input, every tap is tried at every pixel.
    products: products + x[0] * x[2] * x[3] * taps,
    isPermutation: false,
  };
  return [forward, backward];
}

function interleaveAlone({ arrays, partition }: Evidence): Computation {
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
    run: (operations, get) => ({ y: operations.interleave(get('x'), { L, M }) }),
    products: 0,
    isPermutation: true,
  };
}
