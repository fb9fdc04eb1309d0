import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { type Bounded, bound } from '../../src/algebras/bound.ts';
import { float64 } from '../../src/algebras/float64.ts';
import { precisions, type Rounding } from '../../src/algebras/precision.ts';
import { type BlockCase, blockCase, composed, mapCase, random, run, type Sizes } from './cases.ts';
import { semiringLaws } from './laws.ts';

describe('bound', () => {
  // Coarse enough for its own arithmetic to be exact.
  const A = bound({ unit: 2 ** -4, underflow: 2 ** -6, significand: 4, largest: 15 });
  const leaf = fc.integer({ min: -4, max: 4 }).map(A.leaf);
  const product = fc.tuple(leaf, leaf).map(([a, b]) => A.mul(a, b));
  semiringLaws(
    A,
    fc.oneof(
      leaf,
      product,
      fc.tuple(product, leaf).map(([a, b]) => A.add(a, b)),
    ),
    ['a · (b · c) = (a · b) · c', '1 · a = a', 'a · (b + c) = a · b + a · c'],
  );

  it('a leaf has no error', () => {
    expect(A.leaf(-3)).toEqual({ value: -3, magnitude: 3, inherited: 0, terms: 0, roundings: 0 });
    expect(A.errorOf(A.leaf(-3))).toBe(0);
    expect(A.errorOf(A.zero)).toBe(0);
    expect(A.exact).toBe(false);
    expect(A.name).toBe('bound with u = 2^-4');
    expect(A.show(A.leaf(-3))).toBe('-3 (A = 3, e = 0, k = 0)');
  });

  it.each([NaN, Infinity, -Infinity])('has no leaf %s', (x) => {
    expect(() => A.leaf(x)).toThrow(`bound: expected a finite number, got ${x}`);
  });

  it('counts the nonzero terms, a bias as one', () => {
    const [two, three] = [A.leaf(2), A.leaf(3)];
    expect(A.mul(two, three).terms).toBe(1);
    expect(A.mul(two, A.zero).terms).toBe(0);
    expect(A.add(A.mul(two, three), A.mul(A.zero, three)).terms).toBe(1);
    expect(A.add(A.add(A.mul(two, three), A.mul(two, two)), three).terms).toBe(3);
    expect(A.add(two, three).terms).toBe(2);
  });

  it('inflates by 2⁻⁵² for each of its own roundings: 1 a sum, 19 a product, 5 the finish', () => {
    const B = bound(precisions.float64);
    const product = B.mul(B.one, B.one);
    const sum = B.add(product, B.add(product, product));
    expect([product.roundings, sum.roundings, B.mul(sum, product).roundings]).toEqual([19, 21, 59]);
    expect(B.errorOf(product)).toBe(2 ** -53 * (1 + 24 * 2 ** -52));
    expect(B.errorOf(B.add(product, product))).toBe(4 * 2 ** -53 * (1 + 25 * 2 ** -52));
  });

  it('is finite only where its own doubles are, and never NaN', () => {
    const B = bound(precisions.float64);
    const huge = B.mul(B.leaf(1e300), B.leaf(1e300));
    expect(B.errorOf(B.mul(huge, B.leaf(1)))).toBe(Infinity);
    expect(B.errorOf(B.mul(huge, B.leaf(-1e-300)))).toBe(Infinity);
    expect(B.errorOf(B.mul(huge, B.zero))).toBe(0);
  });
});

describe('precisions', () => {
  const formats = Object.entries(precisions).flatMap(([name, p]): [string, Rounding, number][] => [
    [name, p, p.largest],
    ...('operands' in p
      ? [[`operands of ${name}`, p.operands, p.largest] as [string, Rounding, number]]
      : []),
  ]);

  it.each(formats)('%s: u and η follow from the significand and the largest exponent', (_, p, largest) => {
    const exponent = BigInt(largest).toString(2).length - 1;
    expect(p.unit).toBe(2 ** -p.significand);
    expect(p.underflow).toBe(2 ** (2 - exponent - p.significand));
  });

  it.each(Object.entries(precisions))('%s: the largest number has a significand of ones', (_, p) => {
    expect(BigInt(p.largest).toString(2)).toMatch(new RegExp(`^1{${p.significand}}0*$`));
  });

  it('float32 and float64 are those of the machine', () => {
    for (const [round, p] of [
      [Math.fround, precisions.float32],
      [Number, precisions.float64],
    ] as const) {
      expect([round(1 + p.unit), round(1 + 2 * p.unit)]).toEqual([1, 1 + 2 * p.unit]);
      expect([round(p.underflow / 2), round(p.underflow)]).toEqual([0, p.underflow]);
      expect(round(p.largest)).toBe(p.largest);
      expect(round(p.largest * (1 + 2 * p.unit))).toBe(Infinity);
    }
  });
});

/** Unpadded, so that every output has k₁ = MS, k₂ = L and K = GS terms. */
const sizes: Sizes = { N: 2, L: 3, M: 2, kernel: [2, 3], image: [3, 4], window: unitWindow };
const [k1, k2, K] = [12, 3, 36];

/** Σ|wᵈ| over the row of the secondary kernel behind entry i of the output; Σ|x| over its patch. */
function weights(c: BlockCase<number>): { secondary: readonly number[]; patch: readonly number[] } {
  const size = mapCase(c, Math.abs);
  const ones = mapCase(c, () => 1);
  const secondary = run(float64, { ...ones, secondary: size.secondary }).data.map((s) => s / k1);
  const patch = run(float64, { ...ones, x: size.x }).data;
  return { secondary, patch };
}

const { float64: binary64, float32: binary32, tfloat32, bfloat16, float16 } = precisions;

describe.each(Object.entries({ binary64, binary32, bfloat16, float16 }))(
  'the closed formulas in %s',
  (_, p) => {
    const { unit: u, underflow: eta } = p;
    const A = bound(p);
    const next = random(7);

    // With the smaller x the terms in η weigh more. In double precision η is that of our own arithmetic, too.
    it.each(eta > 2 ** -1074 ? [1, eta / u, eta] : [1])('hold for x of size %s', (scale) => {
      const c = blockCase(sizes, (name) => (next() - 0.5) * (name === 'x' ? scale : 4));
      const magnitude = run(float64, mapCase(c, Math.abs)).data;
      const { secondary, patch } = weights(c);
      const leaves = mapCase(c, A.leaf);
      const stages = run(A, leaves).data;
      const whole = composed(A, leaves).data;
      const close = (element: Bounded, expected: number): void => {
        expect(A.errorOf(element) / expected).toBeGreaterThan(1 - 2 ** -45);
        expect(A.errorOf(element) / expected).toBeLessThan(1 + 2 ** -40);
      };
      magnitude.forEach((a, i) => {
        // (1 + k₁u)(1 + k₂u) − 1, multiplied out: in float64 precision 1 + k·u is no double.
        const two = ((k1 + k2) * u + k1 * k2 * u ** 2) * a;
        close(stages[i]!, two + k1 * eta * secondary[i]! * (1 + k2 * u) + k2 * eta);
        close(whole[i]!, ((K + 1) * u + K * u ** 2) * a + eta * patch[i]! * (1 + K * u) + K * eta);
      });
    });
  },
);

describe('beyond the closed formulas', () => {
  it('where k·u > 1 the underflow term grows with k', () => {
    const B = bound(bfloat16);
    const { unit, underflow } = bfloat16;
    const sum = (k: number) =>
      Array.from({ length: k }, () => B.mul(B.leaf(underflow), B.leaf(0.5))).reduce(B.add);
    const excess = (k: number) => B.errorOf(sum(k)) - k * unit * sum(k).magnitude;
    expect(excess(256) / (256 * underflow)).toBeCloseTo(1, 9);
    expect(excess(768) / (768 * underflow)).toBeCloseTo(2, 9);
  });

  it('operands that are rounded first add their own error', () => {
    const B = bound(tfloat32);
    const { unit, underflow, operands } = tfloat32;
    const rounded = (size: number, error: number) =>
      error + operands.unit * (size + error) + operands.underflow;
    const first = B.mul(B.leaf(3), B.leaf(-5));
    const inherited = (3 + rounded(3, 0)) * (5 + rounded(5, 0)) - 15;
    expect(first.inherited).toBeCloseTo(inherited, 12);
    const error = inherited + unit * (15 + inherited) + underflow;
    expect(B.errorOf(first)).toBeCloseTo(error, 12);
    const second = B.mul(first, B.leaf(2));
    expect(second.inherited).toBeCloseTo((15 + rounded(15, error)) * (2 + rounded(2, 0)) - 30, 12);
    expect(B.mul(B.leaf(3), B.zero)).toEqual(B.zero);
  });
});
