/** The composite theorem for every small geometry, against a statement that shares no code with the specification. */
import { expect, test } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { outputSize } from '../../spec/01-group-convolution.ts';
import type { BlockCase } from '../../src/laws/cases.ts';
import { outputRowsAndColumns, places, productsAt } from '../../src/prove/composite-statement.ts';
import { axes, geometries, sizesUpTo } from '../../src/prove/shapes.ts';
import { counterexample, largeScope, proveScope, scope, smallScope } from '../../src/prove/small-scope.ts';
import { bothMirrored, oneRowMore, silent, withoutP } from './wrong.ts';

test('at least 20 000 geometries: block and composite are the sums of the products of the claim', async () => {
  const row = await proveScope(smallScope, silent);
  expect([row.outcome, row.reason]).toEqual(['proved', undefined]);
  expect(row.detail).toMatch(/^23104 geometries, all there are: L, M, Mout ≤ 3 with L·M·Mout ≤ 6/);
});

test('`npm run prove` enumerates at least 250 000', () => {
  let count = 0;
  for (const _ of scope(largeScope)) count++;
  expect(count).toBe(263_296);
});

test('a block without P fails, and the first geometry that shows it is named', async () => {
  const row = await proveScope({ ...smallScope, kernel: 1 }, silent, withoutP);
  expect(row.outcome).toBe('failed');
  expect(row.reason).toContain('L 2, Lout 2, Min 1, Mout 2, N 1, size 1×1');
  expect(row.reason).toContain('the block: the entry at {"n":0,"l2":0,"m2":1,"i":0,"j":0} is');
});

const small: BlockCase = {
  ...{ L: 2, Lout: 2, Min: 1, Mout: 2, N: 1, size: [1, 2], kernel: [1, 2], seed: 0, magnitude: 0 },
  window: { ...unitWindow, padding: { ...unitWindow.padding, left: 1 } },
};

test('a convolution that is wrong in the same way as the block fails', async () => {
  const found = await counterexample(small, bothMirrored);
  expect(found).toContain('the block: the entry at');
});

test('a shape that is wrong is told as such', async () => {
  const found = await counterexample(small, oneRowMore);
  expect(found).toBe('the block: the shape is [1, 4, 2, 2], not [1, 4, 1, 2]');
});

test('the statement, by hand: L = 2, M = 1, Mout = 2, a 1 × 2 kernel with one pixel of padding on the left', () => {
  // Output l′ = 1, m′ = 0 at column 0 sees only its second tap; at column 1 both.
  expect(productsAt(small, { n: 0, l2: 1, m2: 0, i: 0, j: 0 })).toEqual([
    [0, 1, 2],
    [2, 5, 3],
  ]);
  expect(productsAt(small, { n: 0, l2: 1, m2: 0, i: 0, j: 1 })).toEqual([
    [0, 0, 2],
    [1, 1, 2],
    [2, 4, 3],
    [3, 5, 3],
  ]);
  expect([...places(small)]).toHaveLength(8);
});

test('the steps of the window are as many as the output size says', () => {
  for (const { size, kernel, stride, dilation, before, after } of axes({ ...largeScope, size: 7 })) {
    const padding = { top: before, bottom: after, left: 0, right: 0 };
    const window = { stride: [stride, 1], dilation: [dilation, 1], padding } as const;
    const [rows] = outputRowsAndColumns({ ...small, size: [size, 1], kernel: [kernel, 1], window });
    expect(rows).toBe(outputSize(size, kernel, stride, dilation, before, after));
  }
});

test('what is enumerated is distinct, and as much as the bound says', () => {
  expect(sizesUpTo(3, 3, 6)).toHaveLength(16);
  expect(sizesUpTo(2, 2, Number.POSITIVE_INFINITY)).toEqual([
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
  ]);
  // One tap: 2 sizes × 2 strides × 4 pads. Two taps: 15 of 16 fit with dilation 1 or 2, without the tight ones.
  expect(axes({ kernel: 1, stride: 2, dilation: 9, padding: 1, size: 2 })).toHaveLength(16);
  const bound = { N: 2, kernel: 2, stride: 2, dilation: 2, padding: 1, size: 2 } as const;
  for (const kind of ['together', 'each alone'] as const) {
    const all = [...geometries({ ...bound, axes: kind })].map((g) => JSON.stringify(g));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBe(2 * (kind === 'together' ? axes(bound).length ** 2 : 2 * axes(bound).length - 1));
  }
});
