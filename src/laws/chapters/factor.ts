import { type Tensor, tensor } from '../../../spec/00-notation.ts';
import { blockDiagonal } from '../../../spec/01-group-convolution.ts';
import { compositeKernel } from '../../../spec/04-composite-kernel.ts';
import {
  compositeDegreesOfFreedom,
  factor,
  isComposite,
  primaryNonZeros,
  secondaryNonZeros,
} from '../../../spec/04a-factor.ts';
import { blockParameters } from '../../../spec/05-complexity.ts';
import type { Algebra } from '../../algebras/algebra.ts';
import { integers } from '../../algebras/integer.ts';
import { naturals } from '../../algebras/natural.ts';
import { rational, rationals } from '../../algebras/rational.ts';
import { type BlockCase, blockCases, blockShapes } from '../cases.ts';
import { drawnRun, type Embed } from '../draw.ts';
import { equal, equalNumbers, type Law, type LawOn } from '../law.ts';
import { specOperations } from '../operations.ts';

/** The two kernels of a case, drawn in an algebra of the law's own choice. */
function drawKernels<T>(A: Algebra<T>, embed: Embed<T>, c: BlockCase) {
  const run = drawnRun(A, specOperations(A), embed, c);
  const shapes = blockShapes(c);
  return {
    primary: run.tensor('primary', shapes.primary),
    secondary: run.tensor('secondary', shapes.secondary),
  };
}

/** Composite kernels pass the test of rank. */
const compositesAreComposite: LawOn<BlockCase> = {
  id: 'composite-slices-have-rank-at-most-one',
  equation: 'Eq. 6',
  statement: 'each slice (l, m′) of a composite kernel, a matrix of l′ by (m, u, v), has rank at most 1',
  domain: 'all L, M, Mout, Lout and kernel sizes; every algebra',
  functions: ['isComposite', 'hasRankAtMostOne', 'kernelSlice', 'splitShape', 'compositeKernel'],
  tests: [],
  cases: blockCases,
  sides({ A, tensor: draw }, c) {
    const shapes = blockShapes(c);
    const W = compositeKernel(A, draw('primary', shapes.primary), draw('secondary', shapes.secondary));
    return equalNumbers([Number(isComposite(A, W, c))], [1]);
  },
};

/** composite(factor(W)) = W. */
const factorsCompose: LawOn<BlockCase> = {
  id: 'factors-compose-to-the-kernel',
  equation: 'Eq. 6',
  statement:
    'a composite kernel has factors, and is their composite (they are those it came from up to a scale in each slice)',
  domain: 'all L, M, Mout, Lout and kernel sizes, zero slices too; over the rational numbers',
  functions: ['factor', 'compositeKernel'],
  tests: [],
  cases: blockCases,
  sides(_, c) {
    const { primary, secondary } = drawKernels(rationals, (n) => rational(BigInt(n)), c);
    const W = compositeKernel(rationals, primary, secondary);
    const found = factor(rationals, W, c);
    if (found === undefined) throw new Error('expected the factors of a composite kernel, got none');
    return equal(rationals, compositeKernel(rationals, found.primary, found.secondary), W);
  },
};

/** The composite with one more in its first entry. */
const perturbed = (W: Tensor<bigint>): Tensor<bigint> =>
  tensor(W.shape, (o, i, u, v) => W.at(o, i, u, v) + (o === 0 && i === 0 && u === 0 && v === 0 ? 1n : 0n));

/** One changed entry is enough. */
const oneEntryBreaks: LawOn<BlockCase> = {
  id: 'one-changed-entry-is-not-composite',
  equation: 'Eq. 6',
  statement: 'a composite kernel with one entry changed is not composite',
  domain:
    'a slice of at least two rows and columns with an entry other than zero in another row and another column; integers',
  functions: ['isComposite', 'factor'],
  tests: [],
  cases: (limits) => blockCases(limits).map((c) => ({ ...c, Lout: c.Lout + 1, Min: c.Min + 1 })),
  sides(_, c) {
    // No weight is zero, so no entry is.
    const kernels = drawKernels(integers, (n) => BigInt(n >= 0 ? n + 1 : n), c);
    const W = perturbed(compositeKernel(integers, kernels.primary, kernels.secondary));
    const inRationals = tensor(W.shape, (...at) => rational(W.at(...at)));
    const found = factor(rationals, inRationals, c);
    return equalNumbers([Number(isComposite(integers, W, c)), Number(found !== undefined)], [0, 0]);
  },
};

/** Wᵖ and Wᵈ are sparse: their entries, counted. */
const nonZeros: LawOn<BlockCase> = {
  id: 'non-zeros-are-the-parameters',
  equation: 'Section 3, after Eq. 15',
  statement:
    'nnz(Wᵖ) = L·Mout·Min·S = G·M·S and nnz(Wᵈ) = Mout·Lout·L = G·L; together T, of which L·Mout are scales without effect',
  domain: 'all L, M, Mout, Lout and kernel sizes; no weight zero',
  functions: ['primaryNonZeros', 'secondaryNonZeros', 'compositeDegreesOfFreedom', 'blockDiagonal'],
  tests: [],
  cases: blockCases,
  sides(_, c) {
    const { primary, secondary } = drawKernels(naturals, () => 1, c);
    const ones = (kernel: Tensor<number>) => kernel.data.reduce((total, entry) => total + entry, 0);
    const S = c.kernel[0] * c.kernel[1];
    const counted = [
      ones(blockDiagonal(naturals, primary, c.L)),
      ones(blockDiagonal(naturals, secondary, c.Mout)),
    ] as const;
    const [p, d] = [primaryNonZeros(c, S), secondaryNonZeros(c)];
    return equalNumbers(
      [...counted, counted[0] + counted[1], compositeDegreesOfFreedom(c, S) + c.L * c.Mout],
      [p, d, blockParameters(c, S), p + d],
    );
  },
};

export const factorLaws: readonly Law[] = [compositesAreComposite, factorsCompose, oneEntryBreaks, nonZeros];
