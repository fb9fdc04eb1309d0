/** A block that was computed as one convolution sums other terms: it is held to its own bounds. */
import { describe, expect, it } from 'vitest';
import { type Tensor, tensor, unitWindow, type Window } from '../../spec/00-notation.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { integers } from '../../src/algebras/integer.ts';
import { compositeAdjoint } from '../../src/oracle/composite-adjoint.ts';
import { judge } from '../../src/oracle/judge.ts';
import { random } from '../algebras/cases.ts';
import { type Arrays, evidenceOf } from './plain.ts';

it('its adjoint is that of the block', () => {
  const next = random(1);
  const draw = (...shape: [number, number, number, number]): Tensor<bigint> =>
    tensor(shape, () => BigInt(Math.floor(next() * 19) - 9));
  const window: Window = {
    stride: [1, 2],
    dilation: [2, 1],
    padding: { top: 1, bottom: 2, left: 2, right: 0 },
  };
  // L 3, Min 2, Mout 4, Lout 5.
  const [x, wp, wd, g] = [draw(2, 6, 5, 4), draw(12, 2, 2, 3), draw(20, 3, 1, 1), draw(2, 20, 6, 2)];
  for (const bias of [{}, { primary: draw(1, 12, 1, 1).data, secondary: draw(1, 20, 1, 1).data }]) {
    const found = compositeAdjoint(integers, g, x, wp, wd, window, bias);
    expect(found).toEqual(blockAdjoint(integers, g, x, wp, wd, window, bias));
  }
});

type Entry = [name: string, array: { shape: number[]; data: number[] }];

describe('a long sum that loses every term but the first', () => {
  const [L, M] = [4, 4];
  // 1 + 2⁻²⁴ is 1 in float32, however often: the worst that can happen to 1 + 15 · 2⁻²⁴.
  const ends = (name: string, data: number[]): Entry => [name, { shape: [1, 16, 1, 1], data }];
  const worst = [1, ...Array<number>(15).fill(2 ** -24)];
  const ones = (shape: number[], length: number) => ({ shape, data: Array<number>(length).fill(1) });
  const weights: Entry[] = [
    ['primary_weight', ones([L * M, M, 1, 1], 64)],
    ['secondary_weight', ones([M * L, L, 1, 1], 64)],
  ];
  const kinds = (arrays: Arrays, composed: boolean) =>
    judge(evidenceOf(arrays, unitWindow, {}, { composed })).arrays.map(({ array, kind }) => [array, kind]);

  it('is right for one convolution of 16 terms, wrong for two of four', () => {
    const arrays: Arrays = new Map([ends('x', worst), ...weights, ends('y', Array<number>(16).fill(1))]);
    expect(kinds(arrays, true)).toEqual([['y', 'PASS']]);
    expect(kinds(arrays, false)).toEqual([['y', 'FAIL']]);
  });

  it('so is the gradient of x', () => {
    const arrays: Arrays = new Map([
      ends('x', Array<number>(16).fill(1)),
      ...weights,
      ends('y', Array<number>(16).fill(16)),
      ends('grad_y', worst),
      ends('grad_x', Array<number>(16).fill(1)),
    ]);
    expect(kinds(arrays, true)).toContainEqual(['grad_x', 'PASS']);
    expect(kinds(arrays, false)).toContainEqual(['grad_x', 'FAIL']);
  });

  it('and that of the secondary kernel, summed over positions first', () => {
    // Twenty inputs, ten of them at either of two pixels.
    const x = Array.from({ length: 40 }, (_, i) => {
      const [channel, pixel] = [i >> 1, i % 2];
      if (pixel !== (channel < 10 ? 0 : 1)) return 0;
      return channel === 0 ? 1 : 2 ** -24;
    });
    const arrays: Arrays = new Map([
      ['x', { shape: [1, 20, 1, 2], data: x }],
      ['primary_weight', ones([1, 20, 1, 1], 20)],
      ['secondary_weight', ones([1, 1, 1, 1], 1)],
      ['y', { shape: [1, 1, 1, 2], data: [1, 10 * 2 ** -24] }],
      ['grad_y', ones([1, 1, 1, 2], 2)],
      ['grad_secondary_weight', ones([1, 1, 1, 1], 1)],
    ]);
    expect(kinds(arrays, true)).toContainEqual(['grad_secondary_weight', 'PASS']);
    expect(kinds(arrays, false)).toContainEqual(['grad_secondary_weight', 'FAIL']);
  });

  it('steps that were recorded beside it are judged by themselves, y not by them', () => {
    const step = (value: number) => Array<number>(16).fill(value);
    const arrays: Arrays = new Map([
      ends('x', worst),
      ...weights,
      ends('secondary', step(1 + 2 ** -20)),
      ends('y', step(1)),
    ]);
    expect(kinds(arrays, true)).toEqual([
      ['secondary', 'PASS'],
      ['y', 'PASS'],
    ]);
  });
});
