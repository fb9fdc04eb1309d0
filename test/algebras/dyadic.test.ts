import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dyadic, dyadicOf, dyadics, toDouble } from '../../src/algebras/dyadic.ts';
import { rational, rationalOf, rationals } from '../../src/algebras/rational.ts';
import { ringLaws } from './laws.ts';

const dyadic = fc.record({
  significand: fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })),
  exponent: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -90, max: 90 })),
});

const asRational = ({ significand, exponent }: Dyadic) =>
  exponent < 0
    ? rational(significand, 2n ** BigInt(-exponent))
    : rational(significand * 2n ** BigInt(exponent), 1n);

describe('dyadic rationals', () => {
  ringLaws(dyadics, dyadic);

  it('add, multiply, negate and compare as fractions do', () => {
    const property = fc.property(dyadic, dyadic, (a, b) => {
      const [p, q] = [asRational(a), asRational(b)];
      expect(asRational(dyadics.add(a, b))).toEqual(rationals.add(p, q));
      expect(asRational(dyadics.mul(a, b))).toEqual(rationals.mul(p, q));
      expect(asRational(dyadics.neg(a))).toEqual(rationals.neg(p));
      expect(dyadics.equals(a, b)).toBe(rationals.equals(p, q));
    });
    fc.assert(property);
  });

  it('equal numbers show alike, whatever their parts', () => {
    expect(dyadics.show({ significand: -12n, exponent: 3 })).toBe('-3·2^5');
    expect(dyadics.show({ significand: -3n, exponent: 5 })).toBe('-3·2^5');
    expect(dyadics.show({ significand: 0n, exponent: 5 })).toBe('0·2^0');
    expect(dyadics.equals({ significand: 0n, exponent: 5 }, dyadics.zero)).toBe(true);
  });
});

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('dyadicOf', () => {
  it.each([
    0,
    -0,
    1,
    -1,
    0.1,
    -0.1,
    2 ** 53 + 2,
    2 ** -1022,
    2 ** -1074,
    3 * 2 ** -1074,
    Number.MAX_VALUE,
    -1e300,
  ])('%s is itself, exactly', (x) => {
    expect(asRational(dyadicOf(x))).toEqual(rationalOf(x));
    expect(toDouble(dyadicOf(x))).toBe(x + 0);
  });

  it('every double is itself, and comes back', () => {
    fc.assert(
      fc.property(doubles, (x) => {
        expect(asRational(dyadicOf(x))).toEqual(rationalOf(x));
        expect(toDouble(dyadicOf(x))).toBe(x + 0);
      }),
    );
  });

  it.each([Number.NaN, Infinity, -Infinity])('refuses %s', (x) => {
    expect(() => dyadicOf(x)).toThrow(`dyadicOf: expected a finite number, got ${x}`);
  });
});

const bits = new DataView(new ArrayBuffer(8));

/** The next larger double. */
function above(x: number): number {
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + 1n);
  return bits.getFloat64(0);
}

function isEven(x: number): boolean {
  bits.setFloat64(0, x);
  return bits.getBigInt64(0) % 2n === 0n;
}

const half = { significand: 1n, exponent: -1 };

describe('toDouble rounds to nearest, ties to even', () => {
  /** Between two neighbours: their middle, and the middle moved by next to nothing. */
  const between = (low: number, high: Dyadic) => {
    const middle = dyadics.mul(half, dyadics.add(dyadicOf(low), high));
    const little = { significand: 1n, exponent: middle.exponent - 200 };
    return [dyadics.add(middle, dyadics.neg(little)), middle, dyadics.add(middle, little)] as const;
  };
  const neighbours = fc.oneof(
    fc.double({ min: 0, max: Number.MAX_VALUE, maxExcluded: true, noNaN: true }),
    fc.double({ min: 0, max: 2 ** -1020, noNaN: true }),
    fc.integer({ min: -1074, max: 1023 }).map((e) => 2 ** e),
  );

  it('between any two doubles, subnormal ones too', () => {
    fc.assert(
      fc.property(neighbours, (low) => {
        const high = above(low);
        const [under, middle, over] = between(low, dyadicOf(high));
        const even = isEven(low) ? low : high;
        expect([under, middle, over].map(toDouble)).toEqual([low + 0, even + 0, high]);
        const mirrored = [under, middle, over].map((x) => -toDouble(dyadics.neg(x)) + 0);
        expect(mirrored).toEqual([low + 0, even + 0, high]);
      }),
      { numRuns: 1000 },
    );
  });

  it('at the ends', () => {
    const beyond = { significand: 1n, exponent: 1024 };
    const [under, middle] = between(Number.MAX_VALUE, beyond);
    expect(toDouble(under)).toBe(Number.MAX_VALUE);
    expect(toDouble(middle)).toBe(Infinity);
    expect(toDouble(dyadics.neg(middle))).toBe(-Infinity);
    expect(toDouble({ significand: 5n, exponent: 3000 })).toBe(Infinity);
    expect(toDouble({ significand: 5n, exponent: -3000 })).toBe(0);
    expect(toDouble({ significand: 0n, exponent: 3000 })).toBe(0);
    expect(toDouble({ significand: 2n ** 4000n, exponent: -4000 })).toBe(1);
  });

  it('as Number does with integers', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }), (n) => {
        expect(toDouble({ significand: n, exponent: 0 })).toBe(Number(n) + 0);
      }),
    );
  });
});
