/** The composite theorem over ℤ/p: how rare a false pass is, and that a wrong block doesn't pass. */
import { expect, test } from 'vitest';
import { P26 } from '../../src/algebras/modular.ts';
import { borderClasses } from '../../src/prove/border.ts';
import { degrees } from '../../src/prove/degrees.ts';
import { falsePassLimit, paperShapes, proveShape, roundsFor } from '../../src/prove/modular.ts';
import { freshSeed, residues } from '../../src/prove/residues.ts';
import { withoutP } from './wrong.ts';

test.each([
  { L: 24, M: 2, size: 5, positions: 'all' },
  { L: 4, M: 8, size: 5, positions: 'all' },
  { L: 8, M: 13, size: 8, positions: 'one of each border class' },
] as const)('block and composite agree at L$L M$M on $size × $size, $positions', async (shape) => {
  const row = await proveShape(shape);
  expect([row.outcome, row.reason]).toEqual(['proved', undefined]);
  expect(row.detail).toContain('3 rounds');
  expect(row.detail).toContain('degree 3');
  expect(row.detail).toContain('(3/p)^3 = 8.9e-23');
});

test.each(['all', 'one of each border class'] as const)('a block without P fails: %s', async (positions) => {
  const row = await proveShape({ L: 3, M: 2, size: 4, positions }, 'a seed', withoutP);
  expect(row.outcome).toBe('failed');
  expect(row.reason).toMatch(/^seed a seed, round 0: \d+ against \d+ in channel 1 at/);
});

test('the shapes are the paper’s, whole where that is fast enough', () => {
  expect(paperShapes.map(({ L, M, size, positions }) => `L${L}M${M} ${size} ${positions}`)).toEqual([
    'L24M2 32 all',
    'L4M8 32 all',
    'L32M26 8 one of each border class',
  ]);
});

test('rounds are repeated until a false pass is rarer than 1e-17', () => {
  expect(falsePassLimit).toBe(1e-17);
  const { rounds, probability } = roundsFor(3, P26);
  expect(rounds).toBe(3);
  expect(probability).toBeLessThan(falsePassLimit);
  expect((3 / P26) ** (rounds - 1)).toBeGreaterThanOrEqual(falsePassLimit);
  expect(roundsFor(1, 2 ** 61)).toEqual({ rounds: 1, probability: 2 ** -61 });
});

test('a position of each border class sees another set of taps', () => {
  const axis = { kernel: 3, stride: 1, dilation: 1, before: 1, after: 1 };
  expect(borderClasses({ ...axis, size: 8 })).toEqual([[0], [1, 2, 3, 4, 5, 6], [7]]);
  expect(borderClasses({ ...axis, size: 1 })).toEqual([[0]]);
  expect(borderClasses({ ...axis, size: 6, dilation: 2, before: 2, after: 2 })).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
});

test('residues follow from seed and name, and are uniform', () => {
  expect(residues('s', 'x', P26, 4)).toEqual(residues('s', 'x', P26, 4));
  expect(residues('s', 'x', P26, 4)).not.toEqual(residues('s', 'y', P26, 4));
  expect(residues('s', 'x', P26, 4)).not.toEqual(residues('t', 'x', P26, 4));
  expect(freshSeed()).not.toBe(freshSeed());
  // p = 5 keeps five of eight patterns: each residue about 2000 times, 5 standard deviations are 200.
  const counts = [0, 0, 0, 0, 0];
  for (const r of residues('s', 'x', 5, 10_000)) counts[r]!++;
  for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
});

test('degrees: a product adds them, a sum takes the larger, zero has none', () => {
  const { variable, one, zero, add, mul } = degrees;
  expect(add(mul(variable, variable), one)).toBe(2);
  expect(mul(zero, variable)).toBe(Number.NEGATIVE_INFINITY);
});
