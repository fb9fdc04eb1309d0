import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '../../src/algebras/float32.ts';
import { float64 } from '../../src/algebras/float64.ts';
import { integers } from '../../src/algebras/integer.ts';
import { naturals } from '../../src/algebras/natural.ts';
import { rational, rationalOf, rationals } from '../../src/algebras/rational.ts';
import { type LawName, orderedFieldLaws, ringLaws, semiringLaws } from './laws.ts';

const brokenByRounding: LawName[] = [
  'a + (b + c) = (a + b) + c',
  'a · (b · c) = (a · b) · c',
  'a · (b + c) = a · b + a · c',
  '(a / b) · b = a, for b ≠ 0',
  'a < b gives a + c < b + c',
  '0 < a and b < c give a · b < a · c',
];

/** Ninths near 1 (they round) and near the places where numbers vanish beside 1 or underflow. */
const ninths = (...scales: number[]) =>
  fc.tuple(fc.integer({ min: -50, max: 50 }), fc.constantFrom(1, ...scales)).map(([n, s]) => (n / 9) * s);

describe('float64', () => {
  orderedFieldLaws(float64, ninths(2 ** -60, 2 ** -600), brokenByRounding);

  it('is the arithmetic of numbers', () => {
    expect(float64.add(0.1, 0.2)).toBe(0.1 + 0.2);
    expect(float64.mul(0.1, 0.2)).toBe(0.1 * 0.2);
    expect(float64.div(1, 3)).toBe(1 / 3);
    expect(float64.neg(0.1)).toBe(-0.1);
    expect(float64.exact).toBe(false);
  });

  it('knows one zero and one NaN', () => {
    expect(float64.equals(0, -0)).toBe(true);
    expect(float64.equals(NaN, NaN)).toBe(true);
    expect(float64.equals(NaN, 0)).toBe(false);
    expect(float64.show(-0)).toBe('0');
  });

  it('names itself where it divides by zero', () => {
    expect(() => float64.div(1, -0)).toThrow('float64: division by zero');
  });
});

describe('float32', () => {
  orderedFieldLaws(float32, ninths(2 ** -30, 2 ** -100).map(Math.fround), brokenByRounding);

  it('rounds every operation to single precision', () => {
    const third = Math.fround(1 / 3);
    expect(float32.add(1, 2 ** -24)).toBe(1);
    expect(float32.mul(third, third)).toBe(Math.fround(third * third));
    expect(float32.mul(third, third)).not.toBe(third * third);
    expect(float32.div(1, 3)).toBe(third);
    expect(float32.mul(2 ** -100, 2 ** -100)).toBe(0);
    expect(float32.exact).toBe(false);
  });

  it('names itself where it divides by zero', () => {
    expect(() => float32.div(1, 0)).toThrow('float32: division by zero');
  });
});

describe('integers', () => {
  ringLaws(integers, fc.bigInt());

  it('is exact far beyond the doubles', () => {
    expect(integers.add(2n ** 80n, 1n) - 2n ** 80n).toBe(1n);
    expect(integers.exact).toBe(true);
  });
});

describe('naturals', () => {
  semiringLaws(naturals, fc.nat(2 ** 17));

  it('refuses a result that is no longer an exact integer', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    expect(naturals.add(largest - 1, 1)).toBe(largest);
    expect(() => naturals.add(largest, 1)).toThrow(
      `naturals: ${largest} + 1 is not an integer from 0 to 2^53 − 1`,
    );
    expect(() => naturals.mul(2 ** 27, 2 ** 26)).toThrow(RangeError);
    expect(() => naturals.mul(2, 0.25)).toThrow('naturals: 2 · 0.25 is not');
    expect(() => naturals.add(-2, 1)).toThrow(RangeError);
  });
});

describe('rationals', () => {
  const fractions = fc
    .tuple(fc.bigInt({ min: -99n, max: 99n }), fc.bigInt({ min: -20n, max: -1n }))
    .map(([n, d]) => rational(n, d));
  orderedFieldLaws(rationals, fractions);

  it('is in lowest terms with a positive denominator', () => {
    expect(rational(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n });
    expect(rational(0n, -5n)).toEqual({ numerator: 0n, denominator: 1n });
    expect(rational(7n)).toEqual({ numerator: 7n, denominator: 1n });
    expect(rationals.show(rational(6n, -4n))).toBe('-3/2');
    expect(rationals.show(rational(4n, 2n))).toBe('2');
  });

  it('has no fraction with denominator zero', () => {
    expect(() => rational(3n, 0n)).toThrow('rational: 3 / 0 is not a number');
  });

  it('holds the exact value of every finite double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        const { numerator, denominator } = rationalOf(x);
        expect(rational(numerator, denominator)).toEqual({ numerator, denominator });
        const bits = denominator.toString(2);
        expect(bits).toMatch(/^10*$/);
        // 2^1074 isn't a double: undo the doublings in two steps.
        const half = Math.floor((bits.length - 1) / 2);
        expect((Number(numerator) / 2 ** half / 2 ** (bits.length - 1 - half)) as number).toBe(
          x === 0 ? 0 : x,
        );
      }),
    );
    expect(rationalOf(0.1)).toEqual(rational(3602879701896397n, 36028797018963968n));
    expect(rationalOf(2 ** -1074)).toEqual(rational(1n, 2n ** 1074n));
    expect(rationalOf(-Number.MAX_VALUE)).toEqual(rational(-(2n ** 1024n - 2n ** 971n)));
  });

  it.each([NaN, Infinity, -Infinity])('has no value for %s', (x) => {
    expect(() => rationalOf(x)).toThrow(`rationalOf: expected a finite number, got ${x}`);
  });
});
