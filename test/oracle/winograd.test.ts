/** F(4×4, 3×3): the identity, exactly, and the bound on the error of those who compute with it. */
import { describe, expect, it } from 'vitest';
import { type Shape, Tensor, tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { precisions } from '../../src/algebras/precision.ts';
import { type Rational, rational, rationals } from '../../src/algebras/rational.ts';
import {
  closePoints,
  lavinGray,
  type WinogradPoints,
  winogradTransforms,
} from '../../src/algebras/winograd.ts';
import { chainParts } from '../../src/oracle/chain-parts.ts';
import { compare } from '../../src/oracle/compare.ts';
import { quantities } from '../../src/oracle/quantities.ts';
import { referencesFor } from '../../src/oracle/reference.ts';
import type { Evidence, Recorded } from '../../src/oracle/types.ts';
import { winogradConvolution } from '../../src/oracle/winograd.ts';
import { anyOrder } from '../algebras/any-order.ts';
import { random } from '../algebras/cases.ts';

const exact = chainParts(rationals, (x) => x);

const sets: readonly WinogradPoints[] = [lavinGray, closePoints, [4, 1 / 4]];

describe.each(sets.map((points) => [points]))('points 0, ±%s and infinity', (points) => {
  it('equals the correlation on every pair of basis vectors, so on everything: both are bilinear', () => {
    // 36 pictures of one pixel, 9 kernels of one tap.
    const pixels = tensor([36, 1, 6, 6], (n, _, h, w) => rational(n === 6 * h + w ? 1n : 0n));
    const taps = tensor([9, 1, 3, 3], (o, _, u, v) => rational(o === 3 * u + v ? 1n : 0n));
    const right = groupConvolution(rationals, pixels, taps, 1, unitWindow);
    expect(winogradConvolution(exact, points, pixels, taps, 1, unitWindow)).toEqual(right);
  });

  it('equals the group convolution: several groups, samples and tiles, padding on four sides, tiles cut off', () => {
    const next = random(1);
    const draw = (shape: Shape) =>
      tensor(shape, () => rational(BigInt(Math.floor(next() * 19) - 9), BigInt(1 + Math.floor(next() * 3))));
    const [x, kernel] = [draw([2, 4, 5, 9]), draw([6, 2, 3, 3])];
    const window: Window = { ...unitWindow, padding: { top: 1, bottom: 2, left: 0, right: 1 } };
    const right = groupConvolution(rationals, x, kernel, 2, window);
    expect(winogradConvolution(exact, points, x, kernel, 2, window)).toEqual(right);
  });
});

it('the points must be two different powers of two', () => {
  for (const points of [
    [1, 1],
    [3, 1],
    [1, 32],
    [-1, 2],
  ] as const) {
    expect(() => winogradTransforms(points)).toThrow(
      `winograd: expected two different powers of two from 1/16 to 16, got ${points}`,
    );
  }
});

describe('whoever computes by it in float32', () => {
  const single = precisions.float32;
  const window: Window = { ...unitWindow, padding: { top: 1, bottom: 0, left: 0, right: 1 } };
  const recorded = (shape: readonly number[], data: readonly number[]): Recorded => ({
    shape,
    data,
    stored: 'float32',
  });

  /** A group convolution of numbers from `draw`, in an order that nobody can predict. */
  function computed(
    points: WinogradPoints,
    seed: number,
    draw: (name: string, i: number) => number,
  ): Evidence {
    const A = anyOrder(random(seed), single);
    const constant = (c: Rational) => A.leaf(Math.fround(Number(c.numerator) / Number(c.denominator)));
    const numbers = (name: string, shape: Shape) => {
      let i = 0;
      return tensor(shape, () => Math.fround(draw(name, i++)));
    };
    const leaves = ({ shape, data }: Tensor<number>) => new Tensor(shape, data.map(A.leaf));
    const [x, kernel] = [numbers('x', [1, 2, 6, 7]), numbers('weight', [2, 2, 3, 3])];
    const y = winogradConvolution(chainParts(A, constant), points, leaves(x), leaves(kernel), 1, window);
    const arrays = new Map([
      ['x', recorded(x.shape, x.data)],
      ['weight', recorded(kernel.shape, kernel.data)],
      ['y', recorded(y.shape, y.data.map(A.finish))],
    ]);
    const declared = { precision: 'float32', flushesSubnormals: false, composed: false } as const;
    return { operation: 'group-convolution', arrays, window, ...declared, winograd: points };
  }

  /** What the bound says of it, by the fast way or the specification's. */
  function findings(evidence: Evidence, slow = false, data = evidence.arrays.get('y')!.data) {
    const [quantity] = quantities(evidence);
    const reference = referencesFor(quantity!, evidence, new Set(['y']), slow).get('y')!;
    return { bounds: reference.bounds, ...compare(quantity!.results[0]!, reference, data) };
  }

  it.each(sets.slice(0, 2).map((points) => [points]))('is within the bound, points 0, ±%s', (points) => {
    const next = random(3);
    const kinds: ((name: string, i: number) => number)[] = [
      () => next() * 2 - 1,
      () => Math.floor(next() * 9) - 4,
      // Everything alike, so that transforms cancel; signs that alternate, so that they don't.
      () => 1 + 2 ** -20,
      (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + next() * 2 ** -10),
      // A spread of sizes that reaches underflow, and zeros.
      () => (next() < 0.3 ? 0 : (next() - 0.5) * 2 ** (Math.floor(next() * 160) - 100)),
      (name, i) => (name === 'weight' && i % 9 !== 4 ? 0 : next() - 0.5),
    ];
    let worst = 0;
    for (const [k, draw] of kinds.entries())
      for (const seed of [1, 2, 3]) {
        const found = findings(computed(points, 10 * k + seed, draw), seed === 3);
        expect(found.wrong, `kind ${k}, seed ${seed}`).toBe(0);
        worst = Math.max(worst, found.worstRatio);
      }
    // Of use: errors come within a thirtieth of it.
    expect(worst).toBeGreaterThan(1 / 30);
  });

  it('is told from one that has lost a tap, even where the others are as large', () => {
    const next = random(5);
    for (const points of [lavinGray, closePoints]) {
      const evidence = computed(points, 7, () => next() + 0.5);
      const { data, ...weight } = evidence.arrays.get('weight')!;
      for (let lost = 0; lost < 18; lost++) {
        const other = Array.from(data, (w, i) => (i === lost ? 0 : w));
        const arrays = new Map([...evidence.arrays, ['weight', { ...weight, data: other }]]);
        expect(findings({ ...evidence, arrays }).kind).toBe('FAIL');
      }
    }
  });

  it('where the other kernel sizes and strides are sums, integers stay bit for bit', () => {
    const evidence = computed(closePoints, 1, (_, i) => (i % 7) - 3);
    expect(Math.min(...findings(evidence).bounds)).toBeGreaterThan(0);
    const strided = { ...evidence, window: { ...window, stride: [2, 1] as const } };
    const y = recorded([1, 2, 3, 6], new Array(36).fill(0));
    expect(
      Math.max(...findings({ ...strided, arrays: new Map([...evidence.arrays, ['y', y]]) }).bounds),
    ).toBe(0);
  });

  it('has the same bound by the specification as by operations of its own', () => {
    const next = random(9);
    const evidence = computed(lavinGray, 1, () => next() - 0.5);
    const [fast, slow] = [findings(evidence).bounds, findings(evidence, true).bounds];
    for (const [i, bound] of fast.entries()) expect(bound / slow[i]!).toBeCloseTo(1, 9);
  });
});
