import { outputExtent } from '../../spec/01-group-convolution.ts';
import { blockQuantities } from './block-quantities.ts';
import { shapeOf } from './lookup.ts';
import type { Computation, Quantity } from './quantity.ts';
import { specOperations } from './spec-operations.ts';
import type { Evidence } from './types.ts';

/** The quantities that this evidence can be asked, in the order of the block. */
export function quantities(evidence: Evidence): readonly Quantity[] {
  const all = {
    block: () => blockQuantities(evidence),
    'group-convolution': () => [group(evidence)],
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

function group({ arrays, window }: Evidence): Computation {
  const [x, weight] = [shapeOf(arrays.get('x')!), shapeOf(arrays.get('weight')!)];
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
    run: (operations, get) => {
      const y = operations.groupConvolution(get('x'), get('weight'), groups, window);
      return { y: operations.addBias(y, arrays.has('bias') ? get('bias') : undefined) };
    },
    products: x[0] * rows * columns * weight[0] * weight[1] * weight[2] * weight[3],
    isPermutation: false,
  };
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
