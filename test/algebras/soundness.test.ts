import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { bound } from '../../src/algebras/bound.ts';
import { float32 } from '../../src/algebras/float32.ts';
import { type Precision, precisions, type Rounding } from '../../src/algebras/precision.ts';
import { type Rational, rational, rationalOf, rationals } from '../../src/algebras/rational.ts';
import { anyOrder, roundTo } from './any-order.ts';
import { blockCase, composed, mapCase, random, run, type Sizes } from './cases.ts';

const { float64: binary64, float32: binary32, tfloat32, bfloat16, float16 } = precisions;

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
      { numRuns: 30 },
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
      { numRuns: 30 },
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
});

describe('the inflation by our own roundings', () => {
  it('products that underflow in doubles are rounded upwards', () => {
    const A = bound(binary64);
    const small = fc.double({ min: 2 ** -515, max: 2 ** -511, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(small, small, (a, b) => {
        const { magnitude } = A.mul(A.leaf(a), A.leaf(b));
        const exact = rationals.mul(rationalOf(a), rationalOf(b));
        expect(rationals.less(rationalOf(magnitude), exact)).toBe(false);
      }),
    );
  });

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
