import { Matrix, product, tensor } from '../../../spec/00-notation.ts';
import {
  deinterleave,
  deinterleaveIndex,
  deinterleaveMatrix,
  interleave,
  interleaveIndex,
  interleaveMatrix,
} from '../../../spec/02-interleave.ts';
import { type PartitionCase, partitionCases } from '../cases.ts';
import { all, equal, equalNumbers, type Law, type LawOn } from '../law.ts';

const channels = (c: PartitionCase) => Array.from({ length: c.L * c.M }, (_, i) => i);

/** (Pᵀ y)[m·L + l] = y[l·M + m]. */
const interleaveDefinition: LawOn<PartitionCase> = {
  id: 'interleave-definition',
  equation: 'Eq. 2',
  statement:
    '(Pᵀ y)[m·L + l] = y[l·M + m]: secondary partition m collects the m-th channel of every primary one',
  domain: 'all L, M',
  functions: ['interleave'],
  tests: ['interleave'],
  cases: partitionCases,
  async sides({ A, ops, tensor: draw }, c) {
    const y = draw('y', [c.N, c.L * c.M, ...c.size]);
    const right = interleave(y, c);
    // Entry (l, m) of both sides, as the statement has it.
    const collected = tensor(y.shape, (n, channel, h, w) => {
      const [l, m] = [Math.floor(channel / c.M), channel % c.M];
      return right.at(n, m * c.L + l, h, w);
    });
    return all([equal(A, await ops.interleave(y, c), right), equal(A, collected, y)]);
  },
};

/** P Pᵀ = 1, and P is the interleave with L and M swapped. */
const inverseSwaps: LawOn<PartitionCase> = {
  id: 'interleave-inverse-swaps-L-and-M',
  equation: 'Eq. 2 and 4',
  statement: 'the deinterleave undoes the interleave, and is the interleave with L and M swapped',
  domain: 'all L, M',
  functions: ['interleave', 'deinterleave'],
  tests: ['interleave'],
  cases: partitionCases,
  async sides({ A, ops, tensor }, c) {
    const y = tensor('y', [c.N, c.L * c.M, ...c.size]);
    const swapped = { L: c.M, M: c.L };
    return all([
      equal(A, await ops.interleave(await ops.interleave(y, c), swapped), y),
      equal(A, deinterleave(await ops.interleave(y, c), c), y),
      equal(A, await ops.interleave(y, swapped), deinterleave(y, c)),
    ]);
  },
};

/** The index map is a bijection of 0 … G − 1. */
const interleaveIsBijection: LawOn<PartitionCase> = {
  id: 'interleave-is-a-bijection',
  equation: 'Eq. 2 and 4',
  statement: 'l·M + m ↦ m·L + l is a bijection of the channels, and m·L + l ↦ l·M + m is its inverse',
  domain: 'all L, M',
  functions: ['interleaveIndex', 'deinterleaveIndex'],
  tests: [],
  cases: partitionCases,
  sides(_, c) {
    const images = channels(c).map((i) => interleaveIndex(c, i));
    return all([
      equalNumbers(
        [...images].sort((a, b) => a - b),
        channels(c),
      ),
      equalNumbers(
        images.map((i) => deinterleaveIndex(c, i)),
        channels(c),
      ),
      equalNumbers(
        images.map((i) => interleaveIndex({ L: c.M, M: c.L }, i)),
        channels(c),
      ),
    ]);
  },
};

/** Pᵀ is its own inverse iff L = M, L = 1 or M = 1. */
const involution: LawOn<PartitionCase> = {
  id: 'interleave-is-an-involution-iff',
  equation: 'Eq. 2',
  statement: 'the interleave is its own inverse iff L = M, L = 1 or M = 1',
  domain: 'all L, M',
  functions: ['interleaveIndex'],
  tests: [],
  cases: partitionCases,
  sides(_, c) {
    const twice = channels(c).every((i) => interleaveIndex(c, interleaveIndex(c, i)) === i);
    const predicted = c.L === c.M || c.L === 1 || c.M === 1;
    return equalNumbers([Number(twice)], [Number(predicted)]);
  },
};

/** Channels of one secondary partition come from different primary partitions. */
const complementaryPartitions: LawOn<PartitionCase> = {
  id: 'partitions-are-complementary',
  equation: 'Section 3',
  statement: 'the L channels of one secondary partition come from the L different primary partitions',
  domain: 'all L, M',
  functions: ['deinterleaveIndex'],
  tests: [],
  cases: partitionCases,
  sides(_, c) {
    const primaries = channels(c).map((i) => Math.floor(deinterleaveIndex(c, i) / c.M));
    return equalNumbers(
      primaries,
      channels(c).map((i) => i % c.L),
    );
  },
};

/** The permutation matrices permute as the maps do, and P Pᵀ = 1. */
const interleaveMatrices: LawOn<PartitionCase> = {
  id: 'interleave-is-a-permutation-matrix',
  equation: 'Eq. 2 and 4',
  statement: 'interleave and deinterleave multiply the channels by Pᵀ and P, and P Pᵀ = 1',
  domain: 'all L, M',
  functions: ['interleaveMatrix', 'deinterleaveMatrix', 'interleave', 'deinterleave'],
  tests: [],
  cases: partitionCases,
  sides({ A, tensor: draw }, c) {
    const G = c.L * c.M;
    const y = draw('y', [1, G, 1, 1]);
    const column = new Matrix(G, 1, (i) => y.at(0, i, 0, 0));
    const times = (P: Matrix<typeof A.zero>) => {
      const permuted = product(A, P, column);
      return tensor([1, G, 1, 1], (_, i) => permuted.at(i, 0));
    };
    const [Pt, P] = [interleaveMatrix(A, c), deinterleaveMatrix(A, c)];
    const identity = product(A, P, Pt);
    return all([
      equal(A, times(Pt), interleave(y, c)),
      equal(A, times(P), deinterleave(y, c)),
      equal(
        A,
        tensor([G, G, 1, 1], (i, j) => identity.at(i, j)),
        tensor([G, G, 1, 1], (i, j) => (i === j ? A.one : A.zero)),
      ),
    ]);
  },
};

export const interleaveLaws: readonly Law[] = [
  interleaveDefinition,
  inverseSwaps,
  interleaveIsBijection,
  involution,
  complementaryPartitions,
  interleaveMatrices,
];
