import { expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { type GeneratedShape, generateBlock } from '../../src/oracle/generate.ts';

const shape: GeneratedShape = {
  N: 1,
  L: 2,
  Min: 1,
  Mout: 1,
  Lout: 2,
  size: [1, 1],
  kernel: [1, 1],
  window: unitWindow,
  bias: false,
  gradients: false,
};

/** A case whose arrays are filled with one number each. */
const filled = (x: number, primary: number, secondary: number, more: Partial<GeneratedShape> = {}, g = 0) => {
  const values: Record<string, number> = {
    x,
    primary_weight: primary,
    secondary_weight: secondary,
    grad_y: g,
  };
  return generateBlock({ ...shape, ...more }, (name, length) =>
    Array.from({ length }, () => values[name] ?? 1),
  );
};

it('the largest sum counts every entry that is written, also those that a zero weight hides from y', () => {
  expect(filled(5, 7, 3).largest).toBe(2n * 5n * 7n * 3n);
  expect(filled(-5, 7, 0).largest).toBe(35n);
  expect(filled(5, 0, 0).largest).toBe(5n);
  expect(filled(0, 0, -9).largest).toBe(9n);
  expect(filled(1, 1, 1, { gradients: true }, -50).largest).toBe(100n);
  expect(filled(0, 0, 1, { bias: true }).largest).toBe(3n);
});

it('magnitudes add up where signs cancel', () => {
  const alternating = generateBlock(shape, (name, length) =>
    Array.from({ length }, (_, i) => (name === 'secondary_weight' ? (-1) ** i * 4 : 1)),
  );
  expect(alternating.arrays.get('y')!.data).toEqual([0, 0]);
  expect(alternating.largest).toBe(8n);
});
