/** What the laws on extensions do not say: the counterexamples that mark where they stop. */
import { describe, expect, test } from 'vitest';
import { type Semiring, Tensor, tensor, unitWindow } from '../../spec/00-notation.ts';
import { convolution, outputExtent } from '../../spec/01-group-convolution.ts';
import { block } from '../../spec/03-igc-block.ts';
import {
  chainMatrix,
  complementaryPermutations,
  isStrictlyComplementary,
  type Link,
  spatialBlock,
  spatialComposite,
} from '../../spec/07-extensions.ts';
import { naturals, integers as Z } from '../../src/algebras/index.ts';

const ones = <T>(A: Semiring<T>, ...shape: [number, number, number, number]) => tensor(shape, () => A.one);

const links = (K: readonly number[], permutations: readonly (readonly number[])[]): Link<number>[] =>
  K.map((k, i) => ({
    kernel: ones(naturals, permutations[i]!.length, k, 1, 1),
    window: unitWindow,
    permutation: permutations[i]!,
  }));

const entries = (paths: ReturnType<typeof chainMatrix<number>>) =>
  Array.from({ length: paths.rows }, (_, i) =>
    Array.from({ length: paths.columns }, (_, j) => paths.at(i, j)),
  );

describe('IGCV2 chains', () => {
  test('∏K = C does not imply strict complementarity: C = 8, K = (2, 2, 2), mixing bits 0, 1, 0', () => {
    const swapBits = [0, 2, 1, 3, 4, 6, 5, 7]; // bit 0 ↔ bit 1
    const paths = chainMatrix(naturals, links([2, 2, 2], [swapBits, swapBits, [0, 1, 2, 3, 4, 5, 6, 7]]));
    expect(isStrictlyComplementary(paths)).toBe(false);
    expect(new Set(entries(paths).flat())).toEqual(new Set([0, 2]));
  });

  test('mixing bits 0, 1, 2 is strictly complementary', () => {
    const paths = chainMatrix(naturals, links([2, 2, 2], complementaryPermutations([2, 2, 2])));
    expect(isStrictlyComplementary(paths)).toBe(true);
  });

  test('the permutations of a mixed-radix chain restore the order', () => {
    const permutations = complementaryPermutations([2, 3, 4]);
    const last = permutations.reduce(
      (order, permutation) => order.map((c) => permutation[c]!),
      Array.from({ length: 24 }, (_, c) => c),
    );
    expect(last).toEqual(Array.from({ length: 24 }, (_, c) => c));
  });
});

test('a padded spatial secondary is no regular convolution at the borders', () => {
  const around = { ...unitWindow, padding: { top: 0, bottom: 0, left: 1, right: 1 } };
  const windows = { primary: around, secondary: around };
  const [x, k] = [ones(Z, 1, 1, 1, 3), ones(Z, 1, 1, 1, 3)];
  const composite = spatialComposite(Z, k, k, windows);
  const wide = { ...composite.window, padding: { top: 0, bottom: 0, left: 2, right: 2 } };
  // The block cuts y = (2, 3, 2) off at the border; the composite convolution sees it go on outside as (1, 2, 3, 2, 1).
  expect(spatialBlock(Z, x, k, k, windows).data).toEqual([5n, 7n, 5n]);
  expect(convolution(Z, x, composite.kernel, wide).data).toEqual([6n, 7n, 6n]);
});

test('a stride is no subsampling under SAME padding, whose pads depend on the stride', () => {
  const x = new Tensor([1, 1, 1, 4], [1n, 2n, 3n, 4n]);
  const [k, one] = [new Tensor([1, 1, 1, 3], [100n, 10n, 1n]), ones(Z, 1, 1, 1, 1)];
  const padded = (left: number, right: number, stride: number) =>
    block(Z, x, k, one, {
      ...unitWindow,
      stride: [1, stride],
      padding: { top: 0, bottom: 0, left, right },
    });
  // Upper SAME pads (1, 1) at stride 1, and (0, 1) at stride 2.
  expect(padded(1, 1, 1).data).toEqual([12n, 123n, 234n, 340n]);
  expect(padded(0, 1, 2).data).toEqual([123n, 340n]);
});

test('a spatial block moves by the product of the strides', () => {
  const strided = { ...unitWindow, stride: [2, 1] as const };
  const windows = { primary: strided, secondary: { ...unitWindow, stride: [3, 1] as const } };
  const composite = spatialComposite(Z, ones(Z, 1, 1, 2, 1), ones(Z, 1, 1, 2, 1), windows);
  expect(composite.window.stride).toEqual([6, 1]);
  expect(composite.kernel.shape).toEqual([1, 1, 4, 1]);
  expect(composite.kernel.data).toEqual([1n, 1n, 1n, 1n]);
  expect(outputExtent([1, 1, 10, 1], composite.kernel.shape, composite.window)).toEqual([2, 1]);
});
