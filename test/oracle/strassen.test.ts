/** Strassen's algorithm: the identity, exactly, and the bound on the error of those who compute with it. */
import { describe, expect, it } from 'vitest';
import { type Shape, Tensor, tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { precisions } from '../../src/algebras/precision.ts';
import { rational, rationals } from '../../src/algebras/rational.ts';
import { chainParts } from '../../src/oracle/chain-parts.ts';
import { compare } from '../../src/oracle/compare.ts';
import { quantities } from '../../src/oracle/quantities.ts';
import { referencesFor } from '../../src/oracle/reference.ts';
import { isStrassenShaped, type StrassenParts, strassenConvolution } from '../../src/oracle/strassen.ts';
import type { Evidence, Recorded } from '../../src/oracle/types.ts';
import { anyOrder } from '../algebras/any-order.ts';
import { random } from '../algebras/cases.ts';

/** Pairs each pixel with the one so many further on, of all samples. */
const pairedBy =
  (shift: number) =>
  <T>({ shape: [N, C, H, W], data }: Tensor<T>): Tensor<T> => {
    const P = H * W;
    const companions = data.map((_, i) => {
      const pixel = (Math.floor(i / (C * P)) * P + (i % P) + shift) % (N * P);
      return data[(Math.floor(pixel / P) * C + (Math.floor(i / P) % C)) * P + (pixel % P)]!;
    });
    return new Tensor([2 * N, C, H, W], [...data, ...companions]);
  };

const exact = (shift: number) => ({
  ...chainParts(rationals, (x) => x),
  withCompanions: pairedBy(shift),
});

describe('in exact numbers', () => {
  it.each([2, 3])('equals the product of matrices on every pair of basis vectors, %d × %d', (n) => {
    // Pairs of pixels, of which one has one entry; weights of one entry.
    const pixels = tensor([2 * n, n, 1, 2], (s, c, _, w) =>
      rational(s % n === c && Math.floor(s / n) === w ? 1n : 0n),
    );
    for (let entry = 0; entry < n * n; entry++) {
      const weights = tensor([n, n, 1, 1], (o, i) => rational(n * o + i === entry ? 1n : 0n));
      const right = groupConvolution(rationals, pixels, weights, 1, unitWindow);
      for (const shift of [1, 2 * n - 1]) {
        const halves = strassenConvolution(exact(shift), pixels, weights, 1, unitWindow);
        expect(halves).toEqual([right, right]);
      }
    }
  });

  it('equals the group convolution: several groups and samples, a stride, odd numbers and even ones', () => {
    const next = random(1);
    const draw = (shape: Shape) =>
      tensor(shape, () => rational(BigInt(Math.floor(next() * 19) - 9), BigInt(1 + Math.floor(next() * 3))));
    const window: Window = { ...unitWindow, stride: [2, 1] };
    for (const [inputs, outputs] of [
      [2, 3],
      [5, 4],
    ] as const) {
      const [x, kernel] = [draw([2, 2 * inputs, 3, 2]), draw([2 * outputs, inputs, 1, 1])];
      const right = groupConvolution(rationals, x, kernel, 2, window);
      expect(strassenConvolution(exact(5), x, kernel, 2, window)).toEqual([right, right]);
    }
  });

  it('is for pointwise convolutions of several inputs and outputs', () => {
    expect(isStrassenShaped([4, 2, 1, 1], 2, unitWindow)).toBe(true);
    expect(isStrassenShaped([4, 2, 1, 1], 4, unitWindow)).toBe(false);
    expect(isStrassenShaped([4, 1, 1, 1], 2, unitWindow)).toBe(false);
    expect(isStrassenShaped([4, 2, 3, 1], 2, unitWindow)).toBe(false);
    const padding = { top: 0, bottom: 0, left: 1, right: 0 };
    expect(isStrassenShaped([4, 2, 1, 1], 2, { ...unitWindow, padding })).toBe(false);
  });
});

describe('whoever computes by it in float32', () => {
  const recorded = (shape: readonly number[], data: readonly number[]): Recorded => ({
    shape,
    data,
    stored: 'float32',
  });

  /** A group convolution of numbers from `draw`, pixels paired and sums ordered as nobody can predict. */
  function computed(seed: number, draw: (name: string, i: number) => number): Evidence {
    const next = random(seed);
    const A = anyOrder(next, precisions.float32);
    const constant = (c: { numerator: bigint }) => A.leaf(Number(c.numerator));
    const numbers = (name: string, shape: Shape) => {
      let i = 0;
      return tensor(shape, () => Math.fround(draw(name, i++)));
    };
    const leaves = ({ shape, data }: Tensor<number>) => new Tensor(shape, data.map(A.leaf));
    const [x, kernel] = [numbers('x', [2, 10, 2, 3]), numbers('weight', [14, 5, 1, 1])];
    const parts: StrassenParts<Tensor<ReturnType<typeof A.leaf>>> = {
      ...chainParts(A, constant),
      withCompanions: pairedBy(1 + Math.floor(next() * 11)),
    };
    const [first, second] = strassenConvolution(parts, leaves(x), leaves(kernel), 2, unitWindow);
    const y = first.data.map((entry, i) => A.finish(next() < 0.5 ? entry : second.data[i]!));
    const arrays = new Map([
      ['x', recorded(x.shape, x.data)],
      ['weight', recorded(kernel.shape, kernel.data)],
      ['y', recorded(first.shape, y)],
    ]);
    const declared = { precision: 'float32', flushesSubnormals: false, composed: false } as const;
    return { operation: 'group-convolution', arrays, window: unitWindow, ...declared, strassen: true };
  }

  /** What the bound says of it, by the fast way or the specification's. */
  function findings(evidence: Evidence, slow = false, data = evidence.arrays.get('y')!.data) {
    const [quantity] = quantities(evidence);
    const reference = referencesFor(quantity!, evidence, new Set(['y']), slow).get('y')!;
    return { bounds: reference.bounds, ...compare(quantity!.results[0]!, reference, data) };
  }

  it('is within the bound', () => {
    const next = random(3);
    const kinds: ((name: string, i: number) => number)[] = [
      () => next() * 2 - 1,
      // Everything alike, so that sums of blocks cancel; signs that alternate, so that they don't.
      () => 1 + 2 ** -20,
      (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + next() * 2 ** -10),
      // A spread of sizes that reaches underflow, and zeros.
      () => (next() < 0.3 ? 0 : (next() - 0.5) * 2 ** (Math.floor(next() * 160) - 100)),
      // One pixel in six is far larger than the others.
      (name, i) => (next() - 0.5) * (name === 'x' && i % 6 === 0 ? 2 ** 20 : 1),
      (name, i) => (name === 'weight' && i % 3 !== 1 ? 0 : next() - 0.5),
    ];
    let worst = 0;
    for (const [k, draw] of kinds.entries())
      for (const seed of [1, 2, 3]) {
        const found = findings(computed(10 * k + seed, draw), seed === 3);
        expect(found.wrong, `kind ${k}, seed ${seed}`).toBe(0);
        worst = Math.max(worst, found.worstRatio);
      }
    // Of use: errors come within a thirtieth of it.
    expect(worst).toBeGreaterThan(1 / 30);
  });

  it('may lie outside the bound of sums: it needs its own', () => {
    const next = random(4);
    const evidence = computed(1, (name, i) => (next() - 0.5) * (name === 'x' && i % 6 === 0 ? 2 ** 20 : 1));
    expect(findings(evidence).kind).toBe('PASS');
    expect(findings({ ...evidence, strassen: false }).kind).toBe('FAIL');
  });

  it('is told from one that has lost a weight', () => {
    const next = random(5);
    const evidence = computed(7, () => next() + 0.5);
    const { data, ...weight } = evidence.arrays.get('weight')!;
    for (let lost = 0; lost < data.length; lost += 3) {
      const other = Array.from(data, (w, i) => (i === lost ? 0 : w));
      const arrays = new Map([...evidence.arrays, ['weight', { ...weight, data: other }]]);
      expect(findings({ ...evidence, arrays }).kind).toBe('FAIL');
    }
  });

  it('integers stay bit for bit, as long as its own sums of them are exact', () => {
    const evidence = computed(1, (_, i) => (i % 7) - 3);
    expect(Math.max(...findings(evidence).bounds)).toBe(0);
    expect(findings(evidence).kind).toBe('PASS');
    // Sums of five products below 2²⁴, of which Strassen's has larger ones.
    const large = computed(2, (name, i) => (name === 'x' ? 2 ** 11 + i : 2 ** 10 + i));
    expect(Math.max(...findings({ ...large, strassen: false }).bounds)).toBe(0);
    expect(findings(large).kind).toBe('PASS');
    expect(Math.min(...findings(large).bounds)).toBeGreaterThan(0);
  });

  it('has the same bound by the specification as by operations of its own', () => {
    const next = random(9);
    const evidence = computed(1, () => next() - 0.5);
    const [fast, slow] = [findings(evidence).bounds, findings(evidence, true).bounds];
    for (const [i, bound] of fast.entries()) expect(bound / slow[i]!).toBeCloseTo(1, 9);
  });
});
