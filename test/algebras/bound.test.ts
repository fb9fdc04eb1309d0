import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Semiring, type Tensor, unitWindow } from '../../spec/00-notation.ts';
import { convolution } from '../../spec/01-group-convolution.ts';
import { block } from '../../spec/03-igc-block.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import { type Bounded, bound } from '../../src/algebras/bound.ts';
import { float32 } from '../../src/algebras/float32.ts';
import { float64 } from '../../src/algebras/float64.ts';
import { type Precision, precisions, type Rounding } from '../../src/algebras/precision.ts';
import { type Rational, rational, rationalOf, rationals } from '../../src/algebras/rational.ts';
import { anyOrder, roundTo } from './any-order.ts';
import { type BlockCase, blockCase, mapCase, random, type Sizes } from './cases.ts';
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

  it('is finite only where its own doubles are, and never NaN', () => {
    const B = bound(precisions.float64);
    const huge = B.mul(B.leaf(1e300), B.leaf(1e300));
    expect(B.errorOf(B.mul(huge, B.leaf(1)))).toBe(Infinity);
    expect(B.errorOf(B.mul(huge, B.leaf(-1e-300)))).toBe(Infinity);
    expect(B.errorOf(B.mul(huge, B.zero))).toBe(0);
  });
});

describe('precisions', () => {
  it.each(Object.entries(precisions))('%s: u is half a unit of the last place of 1', (_, p) => {
    expect(p.unit).toBe(2 ** -p.significand);
    // The largest number is as many ones as the significand has bits.
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

const composed = <T>(A: Semiring<T>, c: BlockCase<T>): Tensor<T> =>
  convolution(A, c.x, compositeKernel(A, c.primary, c.secondary), c.window);
const run = <T>(A: Semiring<T>, c: BlockCase<T>): Tensor<T> =>
  block(A, c.x, c.primary, c.secondary, c.window);

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

/** |computed − exact| ≤ limit, in rational arithmetic. */
function within(computed: number, exact: Rational, limit: number): boolean {
  const difference = rationals.add(rationalOf(computed), rationals.neg(exact));
  const size = rationals.less(difference, rationals.zero) ? rationals.neg(difference) : difference;
  return !rationals.less(rationalOf(limit), size);
}

/** Entries of a format over a range of exponents that reaches underflow, some alike so that sums cancel. */
function entries(format: Rounding, next: () => number): () => number {
  const spread = Math.log2(format.underflow) / 2;
  return () => {
    const scale = next() < 0.5 ? 1 : 2 ** Math.round(next() * spread);
    const x = next() < 0.3 ? Math.sign(next() - 0.5) * (1 + format.unit * 6) : next() * 4 - 2;
    return next() < 0.1 ? 0 : roundTo(format, x * scale);
  };
}

const shapes = fc.record({
  seed: fc.integer(),
  N: fc.constant(1),
  L: fc.integer({ min: 1, max: 3 }),
  M: fc.integer({ min: 1, max: 3 }),
  kernel: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
  image: fc.constant([2, 2] as const),
  window: fc.constantFrom(unitWindow, { ...unitWindow, padding: { top: 1, bottom: 0, left: 0, right: 1 } }),
});

describe('roundTo, the rounding of the tests', () => {
  it('is Math.fround in float32', () => {
    const next = random(3);
    for (let i = 0; i < 2000; i++) {
      const x = (next() - 0.5) * 2 ** Math.round(next() * 200 - 170);
      expect(roundTo(precisions.float32, x)).toBe(Math.fround(x) + 0);
    }
    for (const x of [1 + 2 ** -24, 1 + 3 * 2 ** -24, 2 ** -150, 3 * 2 ** -150, -(2 ** -150), 2 - 2 ** -25]) {
      expect(roundTo(precisions.float32, x)).toBe(Math.fround(x) + 0);
    }
  });
});

describe.each(Object.entries<Precision>({ binary32, tfloat32, bfloat16, float16 }))('in %s', (_, format) => {
  const A = bound(format);

  it('no order of summation, fused or not, leaves the bound of the block or of the composed convolution', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const next = random(shape.seed);
        const c = blockCase(shape, entries(format, next));
        const implementation = anyOrder(next, format);
        const exact = run(rationals, mapCase(c, rationalOf)).data;
        for (const evaluate of [run, composed]) {
          const computed = evaluate(implementation, mapCase(c, implementation.leaf)).data;
          evaluate(A, mapCase(c, A.leaf)).data.forEach((element, i) => {
            const got = implementation.finish(computed[i]!);
            expect(within(got, exact[i]!, A.errorOf(element)), `${got}, ${A.show(element)}`).toBe(true);
            // The value that it is compared with is exact up to float64.
            expect(within(element.value, exact[i]!, A.errorOf(element) * (2 ** -53 / format.unit))).toBe(
              true,
            );
          });
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('in float64', () => {
  const A = bound(binary64);

  it('the order of the specification keeps within the bound, down to the smallest doubles', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const c = blockCase(shape, entries(binary64, random(shape.seed)));
        const exact = run(rationals, mapCase(c, rationalOf)).data;
        run(A, mapCase(c, A.leaf)).data.forEach((element, i) => {
          expect(within(element.value, exact[i]!, A.errorOf(element)), A.show(element)).toBe(true);
        });
      }),
      { numRuns: 60 },
    );
  });

  it('a product that vanishes in a double is still counted', () => {
    const tiny = A.leaf(2 ** -600);
    const lost = A.mul(tiny, tiny);
    expect(lost.terms).toBe(1);
    expect(within(lost.value, rational(1n, 2n ** 1200n), A.errorOf(lost))).toBe(true);
    const grown = A.mul(A.leaf(2 ** 1000), lost);
    expect(within(grown.value, rational(1n, 2n ** 200n), A.errorOf(grown))).toBe(true);
  });
});

describe('the two-stage bound is needed, and is not loose', () => {
  const A = bound(binary32);
  const one: Sizes = { N: 1, L: 1, M: 1, kernel: [1, 1], image: [1, 1], window: unitWindow };

  it('k·u·A + k·η, with k the nonzero products of the composite kernel, is exceeded by two roundings', () => {
    const next = random(5);
    const ratios = Array.from({ length: 500 }, () => {
      const c = blockCase(one, () => Math.fround(1 + next() / 16));
      const exact = run(rationals, mapCase(c, rationalOf)).data[0]!;
      const { magnitude } = run(A, mapCase(c, A.leaf)).data[0]!;
      const error = rationals.add(rationalOf(run(float32, c).data[0]!), rationals.neg(exact));
      const size = Math.abs(Number(error.numerator) / Number(error.denominator));
      return [
        size / (binary32.unit * magnitude),
        size / A.errorOf(run(A, mapCase(c, A.leaf)).data[0]!),
      ] as const;
    });
    expect(Math.max(...ratios.map(([single]) => single))).toBeGreaterThan(1.5);
    const two = Math.max(...ratios.map(([, stages]) => stages));
    expect(two).toBeGreaterThan(0.75);
    expect(two).toBeLessThanOrEqual(1);
  });

  it('k·u·A + k·η is exceeded without limit where the primary underflows and the secondary magnifies', () => {
    const c = blockCase(one, (name) => (name === 'secondary' ? 2 ** 100 : 2 ** -75));
    const exact = 2 ** -50;
    expect(run(float32, c).data).toEqual([0]);
    const element = run(A, mapCase(c, A.leaf)).data[0]!;
    expect(exact).toBeGreaterThan(2 ** 23 * (binary32.unit * element.magnitude + binary32.underflow));
    expect(A.errorOf(element)).toBeGreaterThan(exact);
  });

  it('beyond k·u = 1 the underflow term grows with k', () => {
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
    const element = B.mul(B.leaf(3), B.leaf(-5));
    const inherited = (3 * (1 + operands.unit) + operands.underflow) * (5 * (1 + operands.unit)) - 15;
    expect(element.inherited).toBeCloseTo(inherited, 12);
    expect(B.errorOf(element)).toBeCloseTo(inherited + unit * (15 + inherited) + underflow, 12);
    expect(B.mul(B.leaf(3), B.zero)).toEqual(B.zero);
  });
});

describe('the inflation by our own roundings', () => {
  it('covers sums whose rounding in doubles is always downwards', () => {
    // In float64 precision: A = 1 + 2⁻⁵³ + 2⁻⁵³ + … stays 1 in doubles, k·u·A must not.
    const A = bound(binary64);
    const k = 1000;
    const tiny = A.mul(A.leaf(2 ** -53), A.one);
    let total = A.mul(A.one, A.one);
    for (let i = 0; i < k; i++) total = A.add(total, tiny);
    expect(total.magnitude).toBe(1);
    const exact = rational(BigInt(k + 1) * (2n ** 53n + BigInt(k)), 2n ** 106n);
    expect(rationals.less(rationalOf(A.errorOf(total)), exact)).toBe(false);
    expect(total.roundings).toBeGreaterThanOrEqual(k);
  });
});
