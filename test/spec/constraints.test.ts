/** Every constraint of the specification: its label, what was expected and what came stand in the error. */
import { expect, test } from 'vitest';
import * as spec from '../../spec/index.ts';
import { ConstraintError, type ConstraintId, Tensor, tensor, unitWindow } from '../../spec/index.ts';
import { float64 as A } from '../../src/algebras/index.ts';

const zeros = (...shape: [number, number, number, number]) => tensor(shape, () => 0);
const strided = (stride: number) => ({ ...unitWindow, stride: [stride, 1] as const });

const broken: readonly [ConstraintId, string, () => unknown, string][] = [
  ['C1', 'an index beyond the shape', () => zeros(1, 2, 3, 4).at(0, 2, 0, 0), '(0, 2, 0, 0)'],
  ['C1', 'a negative index', () => zeros(1, 2, 3, 4).at(0, -1, 0, 0), '(0, -1, 0, 0)'],
  ['C1', 'half an index', () => zeros(1, 2, 3, 4).at(0, 0, 0.5, 0), '(0, 0, 0.5, 0)'],
  ['C2', 'a size of zero', () => new Tensor([1, 0, 1, 1], []), '[1, 0, 1, 1]'],
  ['C2', 'a size that is no integer', () => new Tensor([1, 1.5, 1, 1], [0]), '[1, 1.5, 1, 1]'],
  [
    'C3',
    'too little data',
    () => new Tensor([1, 2, 1, 1], [0]),
    'expected 2 entries for [1, 2, 1, 1], got 1',
  ],
  ['C4', 'a stride of zero', () => spec.outputSize(5, 3, 0, 1, 0, 0), 'stride 0'],
  ['C4', 'half a dilation', () => spec.outputSize(5, 3, 1, 0.5, 0, 0), 'dilation 0.5'],
  ['C4', 'a negative padding', () => spec.outputSize(5, 3, 1, 1, -1, 0), 'padding -1 and 0'],
  [
    'C5',
    'a kernel beyond the input',
    () => spec.outputSize(2, 3, 1, 1, 0, 0),
    'at least 3 padded pixels, got 2',
  ],
  ['C6', 'groups that do not divide', () => spec.partition(zeros(1, 5, 1, 1), 1, 2, 0), 'divides 5, got 2'],
  ['C6', 'no groups', () => spec.partition(zeros(1, 5, 1, 1), 1, 0, 0), 'got 0'],
  ['C6', 'kernels that do not divide', () => spec.blockDiagonal(A, zeros(5, 1, 1, 1), 2), 'divides 5, got 2'],
  [
    'C7',
    'another number of channels',
    () => spec.convolution(A, zeros(1, 3, 1, 1), zeros(1, 2, 1, 1), unitWindow),
    'expected 2 input channels, got 3',
  ],
  [
    'C7',
    'another number of channels in groups',
    () => spec.groupConvolution(A, zeros(1, 3, 1, 1), zeros(2, 2, 1, 1), 2, unitWindow),
    'expected 2 × 2 channels, got 3',
  ],
  [
    'C7',
    'another number of point-wise channels',
    () => spec.depthwiseSeparable(A, zeros(1, 2, 1, 1), zeros(3, 1, 1, 1), zeros(1, 3, 1, 1), unitWindow),
    'expected 3 × 1 channels, got 2',
  ],
  [
    'C8',
    'an interleave of other channels',
    () => spec.interleave(zeros(1, 5, 1, 1), { L: 2, M: 3 }),
    '2 × 3 channels, got 5',
  ],
  [
    'C8',
    'a deinterleave of other channels',
    () => spec.deinterleave(zeros(1, 5, 1, 1), { L: 2, M: 3 }),
    'got 5',
  ],
  ['C9', 'a spatial secondary', () => spec.blockShape(zeros(2, 1, 3, 3), zeros(2, 2, 3, 3)), '3 × 3'],
  [
    'C9',
    'a spatial primary of a swapped block',
    () => spec.swappedBlock(A, zeros(1, 2, 5, 5), zeros(2, 1, 3, 3), zeros(2, 2, 3, 3), unitWindow),
    'a primary kernel of 1 × 1, got 3 × 3',
  ],
  [
    'C9',
    'a spatial primary of a swapped composite',
    () => spec.swappedComposite(A, zeros(2, 1, 1, 2), zeros(2, 2, 3, 3)),
    'a primary kernel of 1 × 1, got 1 × 2',
  ],
  [
    'C9',
    'a point-wise kernel of a separable convolution that is none',
    () => spec.depthwiseSeparable(A, zeros(1, 2, 3, 3), zeros(2, 1, 1, 1), zeros(1, 2, 3, 3), unitWindow),
    '3 × 3',
  ],
  [
    'C9',
    'factors that are kernels',
    () => spec.scaledConvolution(A, zeros(1, 2, 1, 1), zeros(2, 2, 1, 1), zeros(2, 1, 2, 1), unitWindow),
    '2 × 1',
  ],
  [
    'C9',
    'a regular secondary that is spatial',
    () =>
      spec.regularSecondaryBlock(A, zeros(1, 2, 3, 3), zeros(2, 1, 1, 1), zeros(2, 2, 3, 3), 2, unitWindow),
    'a secondary kernel of 1 × 1, got 3 × 3',
  ],
  [
    'C9',
    'the composite of a regular secondary that is spatial',
    () => spec.regularSecondaryComposite(A, zeros(2, 1, 1, 1), zeros(2, 2, 3, 3), 2),
    'a secondary kernel of 1 × 1, got 3 × 3',
  ],
  [
    'C9',
    'a chain whose second convolution is spatial',
    () => {
      const link = { window: unitWindow, permutation: [0, 1] };
      return spec.chainMatrix(A, [
        { kernel: zeros(2, 2, 3, 3), ...link },
        { kernel: zeros(2, 1, 1, 3), ...link },
      ]);
    },
    'a later kernel of 1 × 1, got 1 × 3',
  ],
  [
    'C10',
    'a depthwise convolution with two outputs for each input',
    () => spec.depthwiseSeparable(A, zeros(1, 2, 1, 1), zeros(4, 1, 1, 1), zeros(4, 2, 1, 1), unitWindow),
    'depthwise [4, 1, 1, 1], pointwise [4, 2, 1, 1]',
  ],
  [
    'C10',
    'factors that mix channels',
    () => spec.scaledConvolution(A, zeros(1, 2, 1, 1), zeros(2, 2, 1, 1), zeros(2, 2, 1, 1), unitWindow),
    'kernel [2, 2, 1, 1], factors [2, 2, 1, 1]',
  ],
  [
    'C10',
    'kernels that make no block',
    () => spec.blockShape(zeros(5, 2, 3, 3), zeros(4, 2, 1, 1)),
    'primary [5, 2, 3, 3] and secondary [4, 2, 1, 1]',
  ],
  [
    'C11',
    'a bias of another length',
    () => spec.addBias(A, zeros(1, 2, 1, 1), [1, 2, 3]),
    'expected 2 entries, got 3',
  ],
  [
    'C11',
    'a composite of biases of other lengths',
    () => spec.compositeBias(A, zeros(2, 1, 1, 1), zeros(2, 2, 1, 1), { primary: [1], secondary: [1] }),
    'expected 2 and 2 entries, got 1 and 1',
  ],
  [
    'C12',
    'a sum of unequal shapes',
    () => spec.addTensors(A, zeros(1, 2, 1, 1), zeros(2, 1, 1, 1)),
    '[1, 2, 1, 1]',
  ],
  [
    'C12',
    'an inner product of unequal shapes',
    () => spec.inner(A, zeros(1, 2, 1, 1), zeros(2, 1, 1, 1)),
    '[2, 1, 1, 1]',
  ],
  [
    'C12',
    'parts of unequal sizes',
    () => spec.concatenate([zeros(1, 2, 1, 1), zeros(1, 2, 2, 1)], 1),
    '[1, 2, 2, 1]',
  ],
  [
    'C13',
    'a product of unequal sizes',
    () => spec.product(A, new spec.Matrix(1, 2, () => 0), new spec.Matrix(3, 1, () => 0)),
    'expected 2 rows, got 3',
  ],
  [
    'C13',
    'a mixing of another width',
    () => spec.regularSecondaryComposite(A, zeros(4, 1, 1, 1), zeros(1, 3, 1, 1), 2),
    'expected 4 input channels, got 3',
  ],
  [
    'C14',
    'splits that do not divide',
    () => spec.regularAsBlock(A, zeros(3, 2, 1, 1), 2),
    'divides 2 and 3, got 2',
  ],
  [
    'C15',
    'a link of another width',
    () =>
      spec.chain(A, zeros(1, 4, 1, 1), [
        { kernel: zeros(2, 2, 1, 1), window: unitWindow, permutation: [0, 1] },
      ]),
    'a (4, K, …) kernel, got 2,2,1,1',
  ],
  [
    'C15',
    'partitions that do not divide',
    () => spec.chainMatrix(A, [{ kernel: zeros(3, 2, 1, 1), window: unitWindow, permutation: [0, 1, 2] }]),
    'a K that divides 3, got 2',
  ],
  [
    'C16',
    'a channel twice',
    () => spec.permute(zeros(1, 3, 1, 1), [0, 0, 1]),
    'each of 0 … 2 once, got [0, 0, 1]',
  ],
  [
    'C18',
    'a separated block with a square primary',
    () => spec.separatedBlock(A, zeros(1, 2, 3, 3), zeros(2, 1, 3, 3), zeros(2, 2, 3, 1), unitWindow),
    '3 × 3 and 3 × 1',
  ],
  [
    'C18',
    'a separated composite with a row for its column',
    () => spec.separatedComposite(A, zeros(2, 1, 1, 3), zeros(2, 2, 1, 3)),
    'expected kernels of 1 × kw and kh × 1, got 1 × 3 and 1 × 3',
  ],
  [
    'C19',
    'a gradient of another size than the output',
    () => spec.convolutionInputAdjoint(A, zeros(1, 2, 3, 3), zeros(2, 1, 2, 2), unitWindow, [3, 3]),
    'expected [1, 2, 2, 2], got [1, 2, 3, 3]',
  ],
  [
    'C19',
    'a gradient of another batch',
    () => spec.convolutionKernelAdjoint(A, zeros(1, 2, 2, 2), zeros(2, 1, 3, 3), unitWindow, [2, 2]),
    'expected [2, 2, 2, 2], got [1, 2, 2, 2]',
  ],
  ['C16', 'a channel too many', () => spec.permute(zeros(1, 2, 1, 1), [0, 1, 2]), 'got [0, 1, 2]'],
];

test.each(broken)('%s: %s', (constraint, _, call, says) => {
  const error = thrownBy(call);
  expect(error).toBeInstanceOf(ConstraintError);
  expect((error as ConstraintError).constraint).toBe(constraint);
  expect((error as Error).message).toContain(`${constraint} (${spec.constraints[constraint]}): expected`);
  expect((error as Error).message).toContain(says);
});

test('every constraint is broken by some test', () => {
  const elsewhere = ['C17']; // names of networks: 09-network.test.ts
  const covered = new Set(broken.map(([constraint]) => constraint as string));
  const all = Object.keys(spec.constraints);
  expect(all.filter((constraint) => !covered.has(constraint) && !elsewhere.includes(constraint))).toEqual([]);
});

test('the window is checked by the operations themselves', () => {
  const call = () => spec.convolution(A, zeros(1, 1, 4, 4), zeros(1, 1, 2, 2), strided(0));
  expect(call).toThrow('C4');
});

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
