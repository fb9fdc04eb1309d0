/** The fast reference is judged like a stranger: the specification on exact numbers and on bounds says the same. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PrecisionName } from '../../src/algebras/precision.ts';
import { everything, geometries } from '../../src/laws/cases.ts';
import { quantities } from '../../src/oracle/quantities.ts';
import { type Reference, referencesFor } from '../../src/oracle/reference.ts';
import type { Evidence, StoredAs } from '../../src/oracle/types.ts';
import { random } from '../algebras/cases.ts';
import { type Arrays, compute, evidenceOf, inputs, lopsided, type Sizes, summations } from './plain.ts';

const shapes: Readonly<Record<string, Sizes>> = {
  lopsided: { ...lopsided, N: 1 },
  'one by one': { ...lopsided, kernel: [1, 1], size: [1, 5], window: { ...lopsided.window, stride: [1, 1] } },
  'padded point-wise': { ...lopsided, kernel: [1, 1], size: [3, 2] },
  'as many outputs as pixels, but others': {
    ...lopsided,
    kernel: [1, 1],
    size: [3, 3],
    window: { stride: [2, 2], dilation: [1, 1], padding: { top: 1, bottom: 1, left: 1, right: 1 } },
  },
  'only padding reaches the first output': {
    ...lopsided,
    kernel: [1, 1],
    size: [1, 4],
    window: { stride: [2, 3], dilation: [1, 1], padding: { top: 1, bottom: 0, left: 2, right: 0 } },
  },
  'one row': { ...lopsided, N: 1, size: [1, 6], kernel: [1, 3] },
  'L = 1': { ...lopsided, L: 1, M: 3, Mout: 2 },
  'M = 1': { ...lopsided, L: 4, M: 1, Mout: 1, size: [4, 5] },
};

/** Data that rounding finds hard, and data that is easy. */
const draws: Readonly<Record<string, (next: () => number) => number>> = {
  integers: (next) => Math.floor(next() * 17) - 8,
  'large integers': (next) => Math.floor((next() - 0.5) * 2 ** 24),
  float32: (next) => Math.fround((next() - 0.4) * 2 ** Math.floor(next() * 12 - 8)),
  'many zeros': (next) => (next() < 0.7 ? 0 : Math.fround(next() - 0.5)),
  'cancellation over 80 binades': (next) => Math.fround((next() - 0.5) * 2 ** Math.floor(next() * 80 - 40)),
  'few bits, many ties': (next) => (Math.floor(next() * 9) - 4) * 2 ** (12 * Math.floor(next() * 3) - 12),
  float64: (next) => (next() - 0.5) / 3,
  'float32 subnormals': (next) => Math.fround((next() - 0.5) * 2 ** -126),
};

function evidence(sizes: Sizes, draw: () => number, more: Partial<Evidence>, stored: StoredAs): Evidence {
  const given = compute(
    inputs(sizes, draw),
    sizes,
    summations.forward!,
    stored === 'float64' ? (x) => x : Math.fround,
  );
  const y = given.get('y')!;
  const likeY = { shape: y.shape, data: y.data.map(draw) };
  const other = (name: string) => ({ ...given.get(name)!, data: given.get(name)!.data.map(draw) });
  const all: Arrays = new Map([...given, ['grad_y', likeY]]);
  for (const name of ['x', 'primary_weight', 'secondary_weight', 'primary_bias', 'secondary_bias']) {
    all.set(`grad_${name}`, other(name));
  }
  const formats = Object.fromEntries([...all.keys()].map((name) => [name, stored]));
  return evidenceOf(all, sizes.window, formats, more);
}

/** What the two say differently of the entries of an array. */
function disagreements(fast: Reference, slow: Reference, got: ArrayLike<number>): string[] {
  const found: string[] = [];
  const same = (what: string, holds: boolean) => {
    if (!holds) found.push(what);
  };
  for (let i = 0; i < slow.bounds.length; i++) {
    const [bound, exact] = [slow.bounds[i]!, slow.exact.nearest(i)];
    const ours = fast.bounds[i]!;
    same(`nearest double ${i}`, Object.is(fast.exact.nearest(i), exact));
    same(`nearest float32 ${i}`, Object.is(fast.exact.nearestFloat32(i), slow.exact.nearestFloat32(i)));
    // The sums of the bounds are taken in another order.
    const close = ours >= bound * (1 - 2 ** -36) && ours <= bound * (1 + 2 ** -36) + 2 ** -190;
    same(`bound ${i}: ${ours}, not ${bound}`, close && (ours === 0) === (bound === 0));
    same(`overflow ${i}`, fast.overflows[i] === slow.overflows[i]);
    // What came, what should have, its neighbours, and the very edge of the bound.
    for (const value of [got[i]!, exact, exact + bound, exact - bound, exact * (1 + 2 ** -52)]) {
      const decides = (reference: Reference) => reference.exact.distance(i, value, bound) <= bound;
      same(`whether ${value} is right at ${i}`, decides(fast) === decides(slow));
    }
  }
  return found;
}

const precisions: readonly [PrecisionName, StoredAs][] = [
  ['float32', 'float32'],
  ['float64', 'float64'],
  ['tfloat32', 'float32'],
  ['bfloat16', 'bfloat16'],
  ['float32', 'float16'],
];

/** Every quantity of a block, by the fast way and by the specification. */
function compareAll(sizes: Sizes, draw: () => number, turn: number): void {
  const [precision, stored] = precisions[turn]!;
  const found = evidence(sizes, draw, { precision, flushesSubnormals: turn === 4 }, stored);
  const missing = [['primary_bias'], ['primary', 'interleaved', 'secondary'], []][turn % 3]!;
  const arrays = new Map([...found.arrays].filter(([array]) => !missing.includes(array)));
  const asked = quantities({ ...found, arrays });
  const computed = new Set(asked.flatMap(({ results }) => results.map(({ array }) => array)));
  for (const quantity of asked) {
    const fast = referencesFor(quantity, { ...found, arrays }, computed);
    const slow = referencesFor(quantity, { ...found, arrays }, computed, true);
    for (const [array, reference] of slow) {
      const differ = disagreements(fast.get(array)!, reference, arrays.get(array)!.data);
      expect(differ.slice(0, 3), `${array} from ${quantity.from} in ${precision}`).toEqual([]);
    }
  }
}

describe.each(Object.entries(shapes))('%s', (_, sizes) => {
  it.each(Object.entries(draws))('%s', (name, draw) => {
    precisions.forEach((_, turn) => {
      const next = random(name.length + turn);
      compareAll(sizes, () => draw(next), turn);
    });
  });
});

it('drawn shapes: strides, dilations and paddings of every kind', () => {
  const part = fc.integer({ min: 1, max: 2 });
  const drawn = fc.record({
    L: part,
    M: part,
    Mout: part,
    geometry: geometries({ ...everything, kernel: 2 }),
  });
  fc.assert(
    fc.property(drawn, fc.nat(), fc.constantFrom(0, 1), ({ geometry, ...parts }, seed, turn) => {
      const next = random(seed);
      compareAll({ ...parts, ...geometry, N: 1 }, () => draws[turn ? 'float64' : 'integers']!(next), turn);
    }),
    { seed: 1, numRuns: 60 },
  );
});
