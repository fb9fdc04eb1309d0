/**
 * The theorems are about index formulas (spec/proofs/formulas.ts). Here the same texts run against the functions of
 * the specification, so that the proofs and the code can't drift apart.
 */
import { describe, expect, it } from 'vitest';
import type { Semiring } from '../../spec/00-notation.ts';
import { type Matrix, type Tensor, tensor } from '../../spec/00-notation.ts';
import * as complexity from '../../spec/05-complexity.ts';
import * as spec from '../../spec/index.ts';
import { type FormulaName, formulas } from '../../spec/proofs/formulas.ts';
import { compile } from '../../spec/proofs/language.ts';

type Compiled = Record<FormulaName, (values: Readonly<Record<string, number>>) => number>;
const compiled = Object.fromEntries(
  Object.entries(formulas).map(([name, text]) => [name, compile(text)]),
) as Compiled;
/** The formulas as functions, and which of them were used. */
const used = new Set<string>();
const formula = new Proxy(compiled, {
  get(target, name: FormulaName) {
    used.add(name);
    return target[name];
  },
});

/**
 * Marks: a scalar that remembers what it was made of, as sums of products of numbered entries. `zero` is the empty
 * sum; products are kept in the order in which they were made.
 */
type Mark = readonly (readonly number[])[];
const marks: Semiring<Mark> = {
  zero: [],
  one: [[]],
  add: (a, b) => [...a, ...b],
  mul: (a, b) => a.flatMap((x) => b.map((y) => [...x, ...y])),
};
/** A tensor whose entries are all different marks: first, first + 1, … in row-major order. */
function marked(shape: readonly [number, number, number, number], first: number): Tensor<Mark> {
  let next = first;
  return tensor<Mark>(shape, () => [[next++]]);
}

const upTo = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i + 1);
const below = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i);
/** Compares without an expect for each of millions of numbers. */
function differences(): { same(a: number, b: number, where: () => string): void; found: string[] } {
  const found: string[] = [];
  return {
    found,
    same(a, b, where) {
      if (a !== b && found.length < 10) found.push(`${where()}: formula ${a}, specification ${b}`);
    },
  };
}

describe('interleave', () => {
  it('interleave, deinterleave and channel, for all channels of all L, M ≤ 64', () => {
    const { same, found } = differences();
    for (const L of upTo(64)) {
      for (const M of upTo(64)) {
        for (let c = 0; c < L * M; c++) {
          const values = { L, M, c };
          same(
            formula.interleave(values),
            spec.interleaveIndex({ L, M }, c),
            () => `interleave ${[L, M, c]}`,
          );
          same(
            formula.deinterleave(values),
            spec.deinterleaveIndex({ L, M }, c),
            () => `deinterleave ${[L, M, c]}`,
          );
        }
        const c = formula.channel({ l: L - 1, M, m: M - 1 });
        same(c, L * M - 1, () => `channel ${[L, M]}`);
        same(
          formula.interleave({ L, M, c }),
          formula.channel({ l: M - 1, M: L, m: L - 1 }),
          () => `pair ${[L, M]}`,
        );
      }
    }
    expect(found).toEqual([]);
  });

  it('the feature maps and the permutation matrices move by the same formulas', () => {
    for (const L of upTo(6)) {
      for (const M of upTo(6)) {
        const y = marked([1, L * M, 1, 1], 0);
        const there = spec.interleave(y, { L, M });
        const back = spec.deinterleave(y, { L, M });
        const P = spec.deinterleaveMatrix(marks, { L, M });
        const Pt = spec.interleaveMatrix(marks, { L, M });
        for (const c of below(L * M)) {
          const to = formula.interleave({ L, M, c });
          const from = formula.deinterleave({ L, M, c });
          expect(there.at(0, to, 0, 0)).toEqual([[c]]);
          expect(back.at(0, from, 0, 0)).toEqual([[c]]);
          expect(below(L * M).filter((row) => Pt.at(row, c).length > 0)).toEqual([to]);
          expect(below(L * M).filter((row) => P.at(row, c).length > 0)).toEqual([from]);
        }
      }
    }
  });
});

describe('composite kernel', () => {
  /** Checks every entry of the composite kernel of these sizes: the two numbers that it is the product of. */
  function check(L: number, Min: number, Mout: number, Lout: number, found: string[]): void {
    const shift = 2 ** 26;
    const pair: Semiring<number> = { zero: 0, one: 1, add: (a, b) => a + b, mul: (a, b) => a * shift + b };
    let next = 0;
    const primary = tensor([L * Mout, Min, 1, 1], () => next++);
    next = 0;
    const secondary = tensor([Mout * Lout, L, 1, 1], () => next++);
    const W = spec.compositeKernel(pair, primary, secondary);
    const values = { L, Min, Mout, Lout, out: 0, input: 0 };
    for (values.out = 0; values.out < Lout * Mout; values.out++) {
      for (values.input = 0; values.input < L * Min; values.input++) {
        const d = formula.compositeSecondaryRow(values) * L + formula.compositeSecondaryColumn(values);
        const p = formula.compositePrimaryRow(values) * Min + formula.compositePrimaryColumn(values);
        const got = W.at(values.out, values.input, 0, 0);
        if (got !== d * shift + p && found.length < 10) found.push(JSON.stringify(values));
      }
    }
  }

  it('the entries, for all L, Mout ≤ 64', () => {
    const found: string[] = [];
    for (const L of upTo(64)) for (const Mout of upTo(64)) check(L, 1, Mout, 1, found);
    expect(found).toEqual([]);
  });

  it('the entries, for all L, Min, Mout, Lout ≤ 5', () => {
    const found: string[] = [];
    const sizes = upTo(5);
    for (const L of sizes)
      for (const Min of sizes)
        for (const Mout of sizes) for (const Lout of sizes) check(L, Min, Mout, Lout, found);
    expect(found).toEqual([]);
  });

  it('the formulas with div and mod are those by pairs, for all L, M ≤ 64', () => {
    const { same, found } = differences();
    for (const L of upTo(64)) {
      for (const M of upTo(64)) {
        const sizes = { L, Lout: L, Min: M, Mout: M };
        for (const [l, l2] of [
          [0, L - 1],
          [L - 1, 0],
          [Math.floor(L / 2), Math.floor(L / 3)],
        ] as const) {
          for (const m of below(M)) {
            const pair = { ...sizes, l, l2, m, m2: M - 1 - m };
            const flat = { ...sizes, out: formula.compositeRow(pair), input: formula.compositeColumn(pair) };
            same(
              formula.compositeSecondaryRow(flat),
              formula.secondaryRow(pair),
              () => `secondary ${[L, M, l, m]}`,
            );
            same(
              formula.compositePrimaryRow(flat),
              formula.primaryRow(pair),
              () => `primary ${[L, M, l, m]}`,
            );
            same(formula.compositeSecondaryColumn(flat), l, () => `l ${[L, M, l, m]}`);
            same(formula.compositePrimaryColumn(flat), m, () => `m ${[L, M, l, m]}`);
          }
        }
      }
    }
    expect(found).toEqual([]);
  });

  it('the block itself adds up the products that the formulas name', () => {
    const [L, Min, Mout, Lout] = [3, 2, 4, 2];
    const x = marked([1, L * Min, 1, 1], 0);
    const primary = marked([L * Mout, Min, 1, 1], 1_000);
    const secondary = marked([Mout * Lout, L, 1, 1], 2_000);
    const y = spec.block(marks, x, primary, secondary, spec.unitWindow);
    for (const out of below(Lout * Mout)) {
      const terms = below(L * Min).map((input) => {
        const values = { L, Min, Mout, Lout, out, input };
        const d = formula.compositeSecondaryRow(values) * L + formula.compositeSecondaryColumn(values);
        const p = formula.compositePrimaryRow(values) * Min + formula.compositePrimaryColumn(values);
        return [2_000 + d, 1_000 + p, input];
      });
      expect(y.at(0, out, 0, 0)).toEqual(terms);
    }
  });
});

describe('convolution', () => {
  it('position and tap: what each tap reads, and in which order the sum runs', () => {
    const window = {
      stride: [2, 3],
      dilation: [3, 2],
      padding: { top: 1, bottom: 2, left: 2, right: 1 },
    } as const;
    const [C, H, W, kh, kw] = [2, 9, 8, 2, 3];
    const x = marked([1, C, H, W], 0);
    const kernel = marked([1, C, kh, kw], 1_000);
    const y = spec.convolution(marks, x, kernel, window);
    const patchOf = (i: number, j: number): Matrix<Mark> => spec.patch(marks, x, [kh, kw], window, 0, i, j);
    const row = spec.kernelMatrix(kernel);
    for (const i of below(y.shape[2])) {
      for (const j of below(y.shape[3])) {
        const terms: number[][] = [];
        for (const c of below(C)) {
          for (const u of below(kh)) {
            for (const v of below(kw)) {
              const h = formula.position({ i, stride: 2, u, dilation: 3, before: 1 });
              const w = formula.position({ i: j, stride: 3, u: v, dilation: 2, before: 2 });
              const tap = formula.tap({ c, kh, u, kw, v });
              const inside = h >= 0 && h < H && w >= 0 && w < W;
              const pixel: Mark = inside ? [[(c * H + h) * W + w]] : [];
              if (inside) terms.push([1_000 + tap, (c * H + h) * W + w]);
              expect(patchOf(i, j).at(tap, 0)).toEqual(pixel);
              expect(row.at(0, tap)).toEqual([[1_000 + tap]]);
            }
          }
        }
        expect(y.at(0, 0, i, j)).toEqual(terms);
      }
    }
  });

  it('output sizes and SAME padding', () => {
    for (const size of upTo(12)) {
      for (const kernel of upTo(5)) {
        for (const dilation of upTo(3)) {
          for (const stride of upTo(4)) {
            const { top, bottom, left, right } = spec.samePadding([kernel, kernel], [dilation, dilation]);
            const before = formula.sameBefore({ dilation, kernel });
            const after = formula.sameAfter({ dilation, kernel });
            expect([top, bottom, left, right]).toEqual([before, after, before, after]);
            const values = { size, kernel, dilation, stride, before, after };
            expect(formula.outputSize(values)).toBe(
              spec.outputSize(size, kernel, stride, dilation, before, after),
            );
            expect(formula.dividedSameSize(values)).toBe(Math.ceil(size / stride));
            for (const pad of [0, 1, 2]) {
              if (size + pad < dilation * (kernel - 1) + 1) continue;
              const got = spec.outputSize(size, kernel, stride, dilation, pad, 0);
              expect(formula.outputSize({ ...values, before: pad, after: 0 })).toBe(got);
            }
          }
        }
      }
    }
  });

  it('the input adjoint gathers from the positions of the formulas', () => {
    for (const stride of [1, 2, 3]) {
      for (const dilation of [1, 2]) {
        for (const before of [0, 1, 2]) {
          const [H, kernel] = [9, 3];
          const padding = { top: before, bottom: 1, left: 0, right: 0 };
          const window = { stride: [stride, 1], dilation: [dilation, 1], padding } as const;
          const rows = spec.outputSize(H, kernel, stride, dilation, before, 1);
          const g = marked([1, 1, rows, 1], 0);
          const weights = marked([1, 1, kernel, 1], 100);
          const adjoint = spec.convolutionInputAdjoint(marks, g, weights, window, [H, 1]);
          for (const h of below(H)) {
            const terms = below(kernel).flatMap((u) => {
              const values = { h, u, stride, dilation, before };
              const i = formula.hitPosition(values);
              const hit = formula.hitRemainder(values) === 0 && i >= 0 && i < rows;
              return hit ? [[100 + u, i]] : [];
            });
            expect(adjoint.at(0, 0, h, 0)).toEqual(terms);
          }
        }
      }
    }
  });
});

describe('counts', () => {
  it('parameters, for all L, M ≤ 64', () => {
    const { same, found } = differences();
    for (const L of upTo(64)) {
      for (const M of upTo(64)) {
        for (const S of [1, 9]) {
          const shape = { L, Min: M, Mout: M + 1, Lout: L + 2 };
          const parts = formula.primaryParameters({ ...shape, S }) + formula.secondaryParameters(shape);
          same(parts, complexity.blockParameters(shape, S), () => `block ${[L, M, S]}`);
          same(
            formula.blockParameters({ L, M, S }),
            complexity.igcParameters({ L, M }, S),
            () => `T ${[L, M, S]}`,
          );
          same(
            formula.swappedParameters({ L, M, S }),
            complexity.swappedParameters({ L, M }, S),
            () => `swapped ${[L, M, S]}`,
          );
          same(
            formula.regularParameters({ C: M, S }),
            complexity.regularParameters(M, S),
            () => `regular ${[M, S]}`,
          );
          same(formula.width({ L, M }), complexity.width({ L, M }), () => `width ${[L, M]}`);
        }
      }
    }
    expect(found).toEqual([]);
  });
});

it('every formula was compared, but for one that has no function in the specification', () => {
  expect(Object.keys(formulas).filter((name) => !used.has(name))).toEqual(['dividedSameTotal']);
});
