/** Rounded products have factors, and what has none is refused: against an exact decision by cycles of fractions. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Precision, precisions } from '../../src/algebras/precision.ts';
import { type Rational, rationalOf, rationals } from '../../src/algebras/rational.ts';
import { countRecomposed, findFactors } from '../../src/oracle/factor/find.ts';
import type { Kernel } from '../../src/oracle/factor/types.ts';
import { halfSpacings, roundTo, spacing, split } from '../../src/oracle/spacing.ts';

const formats = Object.entries(precisions).filter(([name]) => name !== 'tfloat32');

/** A kernel of one slice. */
const slice = (rows: number, columns: number, entries: readonly number[]): Kernel => ({
  data: Float64Array.from(entries),
  sizes: { L: 1, Min: columns, Mout: 1, Lout: rows },
  kernel: [1, 1],
});

const products = (d: readonly number[], p: readonly number[], round: (x: number) => number) =>
  slice(
    d.length,
    p.length,
    d.flatMap((x) => p.map((y) => round(x * y))),
  );

const once = (format: Precision | undefined) => ({ format, roundings: 1 });

const ordinary = fc
  .record({ size: fc.double({ min: 0.01, max: 100, noNaN: true }), sign: fc.constantFrom(1, -1, 1, -1, 0) })
  .map(({ size, sign }) => size * sign);
const vector = (format: Precision) =>
  fc.array(
    ordinary.map((x) => roundTo(x, format)),
    { minLength: 1, maxLength: 5 },
  );

describe.each(formats)('%s', (_, format: Precision) => {
  const round = (x: number) => roundTo(x, format);

  test('products rounded once are composite, zero rows and columns too', () => {
    fc.assert(
      fc.property(vector(format), vector(format), (d, p) => {
        const W = products(d, p, round);
        const found = findFactors(W, once(format));
        expect(found).toMatchObject({ composite: true, broken: 0 });
        expect(found.deviation).toBeLessThanOrEqual(1 + 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  test('products rounded k times are composite with k roundings', () => {
    fc.assert(
      fc.property(vector(format), vector(format), fc.integer({ min: 2, max: 4 }), (d, p, roundings) => {
        const W = products(d, p, (x) => {
          let y = round(x);
          for (let k = 1; k < roundings; k++) y = round(y * (1 + k / 7));
          return y;
        });
        expect(findFactors(W, { format, roundings }).composite).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('an entry five units in the last place off is not, and is the one that is pointed at', () => {
    fc.assert(
      fc.property(fc.nat(15), fc.constantFrom(1, -1), (at, side) => {
        const d = [1, 1.25, -1.5, 1.75];
        const p = [1.125, -1.375, 1.625, 1.875].map((x) => x * 0.71);
        const W = products(d, p, round);
        W.data[at]! += Math.sign(W.data[at]!) * side * 10 * spacing(W.data[at]!, format);
        const found = findFactors(W, once(format));
        expect(found).toMatchObject({ composite: false, exact: false, broken: 1 });
        expect(found.first!.suspect).toMatchObject({ l2: Math.floor(at / 4), m: at % 4, value: W.data[at] });
        expect(found.first!.witness).toContainEqual(
          expect.objectContaining({ row: Math.floor(at / 4), column: at % 4 }),
        );
      }),
      { numRuns: 30 },
    );
  });
});

/** The ends of the numbers that are rounded to a. */
function ends(a: number, format: Precision): readonly [Rational, Rational] {
  const { below, above } = halfSpacings(a, format);
  const size = rationalOf(Math.abs(a));
  return [rationals.add(size, rationalOf(-below)), rationals.add(size, rationalOf(above))];
}

/** Whether a matrix of positive numbers is a rounded product: no cycle of up to six entries forbids it. */
function decided(rows: number, columns: number, a: readonly number[], format: Precision): boolean {
  const places = (n: number) => Array.from({ length: n }, (_, k) => k);
  const tours = (n: number): number[][] => [
    ...places(n).flatMap((i) => places(n).map((j) => [i, j])),
    ...places(n).flatMap((i) => places(n).flatMap((j) => places(n).map((k) => [i, j, k]))),
  ];
  const distinct = (tour: readonly number[]) => new Set(tour).size === tour.length;
  const product = (numbers: readonly Rational[]) => numbers.reduce(rationals.mul, rationals.one);
  const end = (i: number, j: number, which: 0 | 1) => ends(a[i * columns + j]!, format)[which];
  return tours(rows)
    .filter(distinct)
    .every((is) =>
      tours(columns)
        .filter((js) => js.length === is.length && distinct(js))
        .every((js) => {
          // Π of the products (i, j) is Π of the products (i, next j): the one's least is at most the other's largest.
          const least = product(is.map((i, k) => end(i, js[k]!, 0)));
          const most = product(is.map((i, k) => end(i, js[(k + 1) % js.length]!, 1)));
          return !rationals.less(most, least);
        }),
    );
}

test('yes iff no cycle of entries forbids it, decided with fractions: every answer on 3 × 3 and 2 × 3 at 4 bits', () => {
  const format: Precision = { unit: 2 ** -4, underflow: 2 ** -30, significand: 4, largest: 2 ** 30 };
  let [yes, no] = [0, 0];
  const entry = fc.double({ min: 0.9, max: 4, noNaN: true });
  const noise = fc.array(fc.double({ min: 0.85, max: 1.17, noNaN: true }), { minLength: 9, maxLength: 9 });
  fc.assert(
    fc.property(
      fc.array(entry, { minLength: 3, maxLength: 3 }),
      fc.array(entry, { minLength: 2, maxLength: 3 }),
      noise,
      (p, d, factors) => {
        const a = d.flatMap((x, i) => p.map((y, j) => roundTo(x * y * factors[3 * i + j]!, format)));
        const expected = decided(d.length, 3, a, format);
        expected ? yes++ : no++;
        expect(findFactors(slice(d.length, 3, a), once(format)).composite).toBe(expected);
      },
    ),
    { numRuns: 400, seed: 170702725 },
  );
  expect(Math.min(yes, no)).toBeGreaterThan(60);
});

test('a cycle of six can forbid what every minor allows', () => {
  const format: Precision = { unit: 2 ** -4, underflow: 2 ** -30, significand: 4, largest: 2 ** 30 };
  const found = fc.sample(
    fc.array(fc.constantFrom(...[8, 9, 10, 11, 12, 13, 14, 15].map((n) => n / 8)), {
      minLength: 9,
      maxLength: 9,
    }),
    { numRuns: 3000, seed: 1 },
  );
  const witnesses = found
    .filter((a) => !decided(3, 3, a, format))
    .map((a) => findFactors(slice(3, 3, a), once(format)).first!.witness.length);
  expect(new Set(witnesses)).toEqual(new Set([4, 6]));
});

test('signs that no column and row have', () => {
  const found = findFactors(slice(3, 3, [1, 2, 3, 2, 4, -6, 3, 6, 9]), once(precisions.float32));
  expect(found).toMatchObject({ composite: false, deviation: Number.POSITIVE_INFINITY });
  expect(found.first!.suspect).toMatchObject({ l2: 1, m: 2, value: -6 });
  expect(found.first!.suspect.expected).toBeCloseTo(6, 5);
});

test('a zero in the middle is a dropped tap, unless the product underflows', () => {
  const dropped = findFactors(slice(3, 3, [1, 2, 3, 2, 0, 6, 3, 6, 9]), once(precisions.float32));
  expect(dropped.composite).toBe(false);
  expect(dropped.first!.suspect).toMatchObject({ l2: 1, m: 1, value: 0 });
  expect(dropped.first!.suspect.expected).toBeCloseTo(4, 5);
  const tiny = [1, 2 ** -80];
  const underflown = products(tiny, [2 ** -80, 1, 3], Math.fround);
  expect([...underflown.data]).toContain(0);
  expect(findFactors(underflown, once(precisions.float32))).toMatchObject({ composite: true, exact: false });
  // The pivot's row has a zero, and the rest hangs together by other entries.
  const islands = slice(2, 2, [1, 0, 0, 1]);
  expect(findFactors(islands, once(precisions.float32)).composite).toBe(false);
  expect(findFactors(slice(2, 2, [1e-30, 0, 0, 1e-30]), once(precisions.float32)).composite).toBe(false);
  expect(findFactors(slice(2, 2, [2 ** -149, 0, 0, 2 ** -149]), once(precisions.float32)).composite).toBe(
    true,
  );
  expect(findFactors(slice(2, 2, [1, 0, 0, 1]), once(precisions.float64)).composite).toBe(false);
  const path = findFactors(slice(3, 3, [8, 0, 0, 4, 2, 0, 0, 1, 1]), once(precisions.float32));
  expect(path.composite).toBe(false);
});

test('sizes that lead a guess out of the range of doubles, around zeros', () => {
  const [s, t] = [2 ** 300, 2 ** -300];
  const chain = slice(4, 4, [s, t, 0, 0, 0, s, t, 0, 0, 0, s, t, 0, 0, 0, s]);
  const found = findFactors(chain, once(precisions.float64));
  expect(found).toMatchObject({ composite: false, deviation: Number.POSITIVE_INFINITY });
});

test('integers are judged exactly and have factors of integers', () => {
  const W = slice(2, 3, [6, 10, -4, 9, 15, -6]);
  const found = findFactors(W, once(undefined));
  expect(found).toMatchObject({ composite: true, exact: true, deviation: 0 });
  expect([[...found.secondary], [...found.primary]]).toEqual([
    [2, 3],
    [3, 5, -2],
  ]);
  const large = 2 ** 52;
  const off = findFactors(slice(2, 2, [large, large, large, large + 1]), once(undefined));
  expect(off).toMatchObject({ composite: false, exact: false, broken: 1 });
  expect(off.first).toMatchObject({ witness: [], suspect: { deviation: Number.POSITIVE_INFINITY } });
});

test('fractions whose minors vanish have exact factors as well', () => {
  const W = slice(3, 2, [0, 0, 0.75, -1.5, 2 ** -140, -(2 ** -139)]);
  const found = findFactors(W, once(precisions.float32));
  expect(found.exact).toBe(true);
  expect(countRecomposed(W, found.primary, found.secondary, once(precisions.float32))).toBe(6);
});

test('all slices of a kernel, in their places', () => {
  const sizes = { L: 2, Min: 2, Mout: 3, Lout: 2 };
  const [primary, secondary] = [
    Float64Array.from({ length: 2 * 3 * 2 * 6 }, (_, k) => ((k * 7) % 11) - 5.5),
    Float64Array.from({ length: 3 * 2 * 2 }, (_, k) => k + 1),
  ];
  const data: number[] = [];
  for (let row = 0; row < 6; row++)
    for (let l = 0; l < 2; l++)
      for (let j = 0; j < 12; j++)
        data.push(
          secondary[((row % 3) * 2 + Math.floor(row / 3)) * 2 + l]! * primary[(l * 3 + (row % 3)) * 12 + j]!,
        );
  const W: Kernel = { data: Float64Array.from(data), sizes, kernel: [2, 3] };
  expect(countRecomposed(W, primary, secondary, once(undefined))).toBe(144);
  const found = findFactors(W, once(precisions.float64));
  expect(found).toMatchObject({ composite: true, exact: true, slices: 6 });
  expect(countRecomposed(W, found.primary, found.secondary, once(precisions.float64))).toBe(144);
  // Row l′·Mout + m′ = 5 and column l·Min + m = 3, tap (1, 2).
  W.data[(5 * 4 + 3) * 6 + 5]! += 1;
  const broken = findFactors(W, once(precisions.float64));
  expect(broken).toMatchObject({ broken: 1, first: { l: 1, m2: 2 } });
  expect(broken.first!.witness.length % 2).toBe(0);
  expect(findFactors(W, once(precisions.float64), true)).toMatchObject({ composite: false, broken: 1 });
});

describe('formats', () => {
  test('rounding to float32 is Math.fround', () => {
    fc.assert(
      fc.property(fc.double({ min: -3e38, max: 3e38, noNaN: true }), (x) => {
        expect(roundTo(x, precisions.float32)).toBe(Math.fround(x) + 0);
      }),
    );
    for (const x of [
      2 ** -149,
      2 ** -150,
      3 * 2 ** -150,
      1 + 2 ** -24,
      1 + 3 * 2 ** -24,
      2 ** -126 - 2 ** -150,
    ]) {
      expect(roundTo(x, precisions.float32)).toBe(Math.fround(x));
    }
  });

  test('numbers within half a spacing are rounded to it, numbers beyond are not', () => {
    const patterns = fc.integer({ min: 1, max: 0x7f7fffff });
    fc.assert(
      fc.property(patterns, (pattern) => {
        const a = new Float32Array(new Uint32Array([pattern]).buffer)[0]!;
        const { below, above } = halfSpacings(a, precisions.float32);
        expect(Math.fround(a + above * 0.999)).toBe(a);
        expect(Math.fround(a + above * 1.001)).toBeGreaterThan(a);
        expect(Math.fround(a - below * 0.999)).toBe(a);
        expect(Math.fround(a - below * 1.001)).toBeLessThan(a);
      }),
    );
    expect(halfSpacings(1, precisions.float32)).toEqual({ below: 2 ** -25, above: 2 ** -24 });
    expect(halfSpacings(2 ** -126, precisions.float32)).toEqual({ below: 2 ** -150, above: 2 ** -150 });
    expect(halfSpacings(2 ** -149, precisions.float32)).toEqual({ below: 2 ** -150, above: 2 ** -150 });
  });

  test('the parts of a double add up, and their product is exact', () => {
    fc.assert(
      fc.property(ordinary, ordinary, (x, y) => {
        const [[a, b], [c, d]] = [split(x), split(y)];
        expect(a + b).toBe(x);
        const whole = (n: number) => BigInt(n * 2 ** 100);
        expect(BigInt(a * c * 2 ** 200)).toBe(whole(a) * whole(c));
        expect(BigInt(a * d * 2 ** 200)).toBe(whole(a) * whole(d));
      }),
    );
  });
});
