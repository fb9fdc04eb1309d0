/**
 * The block on numbers that fit in your head; read this one first.
 *
 * L = 2 primary partitions of M = 3 channels, one pixel, 1 × 1 kernels: channels 0 1 2 | 3 4 5.
 */
import { expect, test } from 'vitest';
import { Tensor, tensor, unitWindow } from '../spec/00-notation.ts';
import { convolution } from '../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../spec/02-interleave.ts';
import { block, blockStages } from '../spec/03-igc-block.ts';
import { compositeKernel } from '../spec/04-composite-kernel.ts';
import { igcParameters, regularParameters, widerThanRegular } from '../spec/05-complexity.ts';
import { float64, integers, naturals } from '../src/algebras/index.ts';

const channels = <T>(...values: T[]) => new Tensor([1, values.length, 1, 1], values);

test('the interleave deals channels like cards: one of each primary partition to each secondary one', () => {
  expect(interleave(channels(0, 1, 2, 3, 4, 5), { L: 2, M: 3 }).data).toEqual([0, 3, 1, 4, 2, 5]);
});

test('the deinterleave puts them back', () => {
  expect(deinterleave(channels(0, 3, 1, 4, 2, 5), { L: 2, M: 3 }).data).toEqual([0, 1, 2, 3, 4, 5]);
});

// Wᵖ: partition 0 adds its three channels up, partition 1 takes them one by one.
const primary = new Tensor([6, 3, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1]);
// Wᵈ: secondary partition m gives the sum of its two channels, then their difference.
const secondary = new Tensor([6, 2, 1, 1], [1, 1, 1, -1, 1, 1, 1, -1, 1, 1, 1, -1]);

test('the block, step by step, by hand', () => {
  const stages = blockStages(float64, channels(1, 2, 3, 10, 20, 30), primary, secondary, unitWindow);
  expect(stages.primary.data).toEqual([6, 6, 6, 10, 20, 30]);
  expect(stages.interleaved.data).toEqual([6, 10, 6, 20, 6, 30]);
  expect(stages.secondary.data).toEqual([16, -4, 26, -14, 36, -24]);
  expect(stages.output.data).toEqual([16, 26, 36, -4, -14, -24]);
});

test('the block is one regular convolution', () => {
  const x = channels(1, 2, 3, 10, 20, 30);
  const W = compositeKernel(float64, primary, secondary);
  expect(W.shape).toEqual([6, 6, 1, 1]);
  expect(convolution(float64, x, W, unitWindow).data).toEqual([16, 26, 36, -4, -14, -24]);
});

test('the same function on big integers, and on path counts: one path between each pair of channels', () => {
  const big = (t: Tensor<number>) => new Tensor(t.shape, t.data.map(BigInt));
  const y = block(integers, channels(1n, 2n, 3n, 10n, 20n, 30n), big(primary), big(secondary), unitWindow);
  expect(y.data).toEqual([16n, 26n, 36n, -4n, -14n, -24n]);
  const ones = (t: Tensor<number>) => tensor(t.shape, () => 1);
  const paths = compositeKernel(naturals, ones(primary), ones(secondary));
  expect(new Set(paths.data)).toEqual(new Set([1]));
});

test('48 channels for less than 15 of a regular 3 × 3 convolution: L24M2', () => {
  expect(igcParameters({ L: 24, M: 2 }, 9)).toBe(2016);
  expect(regularParameters(15, 9)).toBe(2025);
  expect(widerThanRegular({ L: 24, M: 2 }, 9)).toBe(true);
});
