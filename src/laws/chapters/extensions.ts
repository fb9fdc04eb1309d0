import fc from 'fast-check';
import { Matrix, product, tensor, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { convolution, patch } from '../../../spec/01-group-convolution.ts';
import { chainParameters } from '../../../spec/05-complexity.ts';
import {
  chain,
  chainMatrix,
  complementaryPermutations,
  isStrictlyComplementary,
  type Link,
  linearSecondaryBlock,
  linearSecondaryKernel,
  regularSecondaryBlock,
  regularSecondaryComposite,
  separatedBlock,
  separatedComposite,
  spatialBlock,
  spatialComposite,
  swappedBlock,
  swappedComposite,
} from '../../../spec/07-extensions.ts';
import { naturals } from '../../algebras/natural.ts';
import {
  type BlockCase,
  blockCases,
  type Geometry,
  geometries,
  type Limits,
  upTo,
  type Values,
} from '../cases.ts';
import { drawBlock } from '../draw.ts';
import { all, equal, equalNumbers, type Law, type LawOn } from '../law.ts';

interface SpatialCase extends BlockCase {
  readonly kernel2: readonly [number, number];
  readonly window2: Window;
}

/** A block and a second geometry whose window fits into the first one's output: the picture grows by what it needs. */
const spatialCases = (limits: Limits): fc.Arbitrary<SpatialCase> =>
  fc.tuple(blockCases(limits), geometries({ ...limits, padding: 'none' })).map(([c, second]) => {
    const grown = ([0, 1] as const).map((axis) => {
      const span = second.window.dilation[axis] * (second.kernel[axis] - 1);
      return c.size[axis] + span * c.window.stride[axis];
    });
    return { ...c, size: [grown[0]!, grown[1]!] as const, kernel2: second.kernel, window2: second.window };
  });

/** A spatial secondary: one regular convolution, where the secondary has no padding. */
const spatial: LawOn<SpatialCase> = {
  id: 'spatial-secondary-is-a-regular-convolution',
  equation: 'extension of Eq. 6',
  statement: 'with a spatial secondary the block is the regular convolution with the convolved kernels',
  domain: 'no padding in the secondary convolution (with it, borders differ); every other window',
  functions: ['spatialBlock', 'spatialComposite'],
  tests: [],
  cases: spatialCases,
  sides(run, c) {
    const { A } = run;
    const { x, primary } = drawBlock(run, c);
    const secondary = run.tensor('secondary', [c.Mout * c.Lout, c.L, ...c.kernel2]);
    const windows = { primary: c.window, secondary: c.window2 };
    const composite = spatialComposite(A, primary, secondary, windows);
    return equal(
      A,
      spatialBlock(A, x, primary, secondary, windows),
      convolution(A, x, composite.kernel, composite.window),
    );
  },
};

/** 1 × kw with kh × 1: a kh × kw kernel of rank one in each pair of channels. */
const separable: LawOn<BlockCase> = {
  id: 'row-then-column-kernels-make-a-square-one',
  equation: 'extension of Eq. 6, 1 × 3 with 3 × 1',
  statement: 'a 1 × kw primary with a kh × 1 secondary is the kh × kw convolution W[u, v] = Wᵈ[u] · Wᵖ[v]',
  domain:
    'every window, padding included: columns are strided, dilated and padded by the primary, rows by the secondary (rows of zeros stay zero)',
  functions: ['separatedBlock', 'separatedComposite'],
  tests: [],
  cases: blockCases,
  sides(run, c) {
    const { A } = run;
    const [kh, kw] = c.kernel;
    const x = run.tensor('x', [c.N, c.L * c.Min, ...c.size]);
    const row = run.tensor('row', [c.L * c.Mout, c.Min, 1, kw]);
    const column = run.tensor('column', [c.Mout * c.Lout, c.L, kh, 1]);
    const square = separatedComposite(A, row, column);
    const entries = tensor([c.Lout * c.Mout, c.L * c.Min, kh, kw], (out, input, u, v) => {
      const [l2, m2] = [Math.floor(out / c.Mout), out % c.Mout];
      const [l, m] = [Math.floor(input / c.Min), input % c.Min];
      return A.mul(column.at(m2 * c.Lout + l2, l, u, 0), row.at(l * c.Mout + m2, m, 0, v));
    });
    return all([
      equal(A, square, entries),
      equal(A, separatedBlock(A, x, row, column, c.window), convolution(A, x, square, c.window)),
    ]);
  },
};

/** The swapped block: 1 × 1 first, spatial second. */
const swapped: LawOn<BlockCase> = {
  id: 'swapped-block-is-a-regular-convolution',
  equation: 'extension of Eq. 6, swapped order',
  statement: 'with the 1 × 1 convolution first the block is the regular convolution W = Wᵈ[…, u, v] · Wᵖ',
  domain: 'every window, padding included (a 1 × 1 convolution without bias keeps zeros zero)',
  functions: ['swappedBlock', 'swappedComposite'],
  tests: [],
  cases: blockCases,
  sides(run, c) {
    const { A } = run;
    const x = run.tensor('x', [c.N, c.L * c.Min, ...c.size]);
    const primary = run.tensor('primary', [c.L * c.Mout, c.Min, 1, 1]);
    const secondary = run.tensor('secondary', [c.Mout * c.Lout, c.L, ...c.kernel]);
    return equal(
      A,
      swappedBlock(A, x, primary, secondary, c.window),
      convolution(A, x, swappedComposite(A, primary, secondary), c.window),
    );
  },
};

/** A linear secondary: every secondary partition has the same kernel Λ. */
const linearSecondary: LawOn<BlockCase> = {
  id: 'linear-secondary-is-a-block',
  equation: 'extension, linear secondary',
  statement:
    'with the same kernel Λ in every secondary partition, Λ mixes whole primary partitions: x′_l′ = Σ_l Λ[l′, l] y_l',
  domain: 'every window; all L, M, Mout, Lout',
  functions: ['linearSecondaryBlock', 'linearSecondaryKernel', 'block'],
  tests: ['block'],
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary } = drawBlock(run, c);
    const entries = run.vector('lambda', c.Lout * c.L);
    const lambda = new Matrix(c.Lout, c.L, (i, j) => entries[i * c.L + j]!);
    return equal(
      A,
      await ops.block(x, primary, linearSecondaryKernel(lambda, c.Mout), c.window),
      linearSecondaryBlock(A, x, primary, lambda, c.window),
    );
  },
};

/** A regular 1 × 1 secondary: one secondary partition with all channels. */
const regularSecondary: LawOn<BlockCase> = {
  id: 'regular-secondary-is-a-regular-convolution',
  equation: 'extension, regular 1 × 1 secondary',
  statement:
    'with a dense 1 × 1 secondary V the block is the regular convolution W = V Wᵖ; each pair of channels has Mout paths',
  domain: 'every window; all L, M, Mout',
  functions: ['regularSecondaryBlock', 'regularSecondaryComposite'],
  tests: [],
  cases: blockCases,
  sides(run, c) {
    const { A } = run;
    const { x, primary } = drawBlock(run, c);
    const mixing = run.tensor('mixing', [c.Lout, c.L * c.Mout, 1, 1]);
    const ones = (out: number, inputs: number) => tensor([out, inputs, 1, 1], () => 1);
    const paths = regularSecondaryComposite(naturals, ones(c.L * c.Mout, c.Min), ones(1, c.L * c.Mout), c.L);
    return all([
      equal(
        A,
        regularSecondaryBlock(A, x, primary, mixing, c.L, c.window),
        convolution(A, x, regularSecondaryComposite(A, primary, mixing, c.L), c.window),
      ),
      equalNumbers(
        paths.data,
        paths.data.map(() => c.Mout),
      ),
    ]);
  },
};

/** IGCV1 is the IGCV2 chain of two group convolutions. */
const blockIsChain: LawOn<BlockCase> = {
  id: 'block-is-a-chain-of-two',
  equation: 'IGCV2',
  statement: 'the block is the chain of two group convolutions with K = (M, L), P_1 = Pᵀ and P_2 = P',
  domain: 'Min = Mout, Lout = L; every window',
  functions: ['chain', 'permute', 'complementaryPermutations', 'block'],
  tests: ['block'],
  cases: (limits) => blockCases({ ...limits, widening: false, outputs: false }),
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const [first, second] = complementaryPermutations([c.Min, c.L]);
    const links = [
      { kernel: primary, window: c.window, permutation: first! },
      { kernel: secondary, window: unitWindow, permutation: second! },
    ];
    return equal(A, await ops.block(x, primary, secondary, c.window), chain(A, x, links));
  },
};

interface ChainCase extends Geometry, Values {
  readonly K: readonly number[];
}

/** Chains of one to three convolutions; a window for the first. */
const spatialChains = (limits: Limits): fc.Arbitrary<ChainCase> =>
  fc
    .tuple(
      geometries(limits),
      fc.record({
        K: fc.array(upTo(3), { minLength: 1, maxLength: 3 }),
        seed: fc.nat(0xffffffff),
        magnitude: upTo(3),
      }),
    )
    .map(([geometry, c]) => ({ ...geometry, ...c }));

/** A chain is one regular convolution. */
const chainIsRegular: LawOn<ChainCase> = {
  id: 'chain-is-a-regular-convolution',
  equation: 'IGCV2',
  statement:
    'a chain multiplies each patch by the matrix P_N W_N … P_1 W_1: it is one regular convolution, with C·(S·K₁ + K₂ + … + K_N) parameters',
  domain: 'every window of the first convolution, borders included; the others 1 × 1 and unpadded',
  functions: ['chain', 'permute', 'chainMatrix', 'complementaryPermutations', 'chainParameters'],
  tests: [],
  cases: spatialChains,
  sides({ A, tensor: draw }, c) {
    const permutations = complementaryPermutations(c.K);
    const C = permutations[0]!.length;
    const x = draw('x', [c.N, C, ...c.size]);
    const links = c.K.map((K, i) => ({
      kernel: draw(`kernel ${i}`, [C, K, ...(i === 0 ? c.kernel : ([1, 1] as const))]),
      window: i === 0 ? c.window : unitWindow,
      permutation: permutations[i]!,
    }));
    const y = chain(A, x, links);
    const W = chainMatrix(A, links);
    const [N, , rows, columns] = y.shape;
    const products = tensor([N, 1, rows, columns], (n, _, i, j) =>
      product(A, W, patch(A, x, c.kernel, c.window, n, i, j)),
    );
    const weights = links.reduce((total, { kernel }) => total + kernel.data.length, 0);
    return all([
      equal(
        A,
        y,
        tensor(y.shape, (n, o, i, j) => products.at(n, 0, i, j).at(o, 0)),
      ),
      equalNumbers([weights], [chainParameters(C, c.kernel[0] * c.kernel[1], c.K)]),
    ]);
  },
};

const chainCases = (): fc.Arbitrary<ChainCase> =>
  fc
    .record({
      K: fc.array(upTo(3), { minLength: 1, maxLength: 4 }),
      seed: fc.nat(0xffffffff),
      magnitude: upTo(3),
    })
    .map((c) => ({ ...c, N: 1, size: [1, 1] as const, kernel: [1, 1] as const, window: unitWindow }));

const paths = (K: readonly number[], permutations: readonly (readonly number[])[]): readonly Link<number>[] =>
  K.map((k, i) => ({
    kernel: tensor([permutations[i]!.length, k, 1, 1], () => 1),
    window: unitWindow,
    permutation: permutations[i]!,
  }));

/** The mixed-radix chain is strictly complementary, for any number of convolutions. */
const complementaryChain: LawOn<ChainCase> = {
  id: 'mixed-radix-chain-is-strictly-complementary',
  equation: 'IGCV2, strict complementary condition',
  statement:
    'for any K_1 … K_N there is a chain of width ∏K with exactly one path between each pair of channels',
  domain: 'any number of group convolutions',
  functions: ['complementaryPermutations', 'chainMatrix', 'isStrictlyComplementary'],
  tests: [],
  cases: chainCases,
  sides(_, { K }) {
    const counts = chainMatrix(naturals, paths(K, complementaryPermutations(K)));
    return equalNumbers([Number(isStrictlyComplementary(counts))], [1]);
  },
};

interface RandomChainCase extends Values {
  readonly C: number;
  readonly K: readonly number[];
  readonly permutations: readonly (readonly number[])[];
}

/** Chains with any permutations, of a width that each K divides. */
const randomChains = (): fc.Arbitrary<RandomChainCase> =>
  fc.constantFrom(1, 2, 4, 6, 8).chain((C) => {
    const divisors = [1, 2, 3, 4, 6, 8].filter((k) => C % k === 0);
    const order = Array.from({ length: C }, (_, c) => c);
    const link = fc.tuple(
      fc.constantFrom(...divisors),
      fc.shuffledSubarray(order, { minLength: C, maxLength: C }),
    );
    return fc
      .record({ links: fc.array(link, { minLength: 1, maxLength: 4 }), seed: fc.nat(), magnitude: upTo(3) })
      .map(({ links, ...v }) => ({
        C,
        K: links.map(([k]) => k),
        permutations: links.map(([, p]) => p),
        ...v,
      }));
  });

/** Every column of the path counts adds up to ∏K; so one path per pair implies ∏K = C. */
const pathsAddUp: LawOn<RandomChainCase> = {
  id: 'paths-out-of-a-channel-number-the-product-of-K',
  equation: 'IGCV2',
  statement:
    '∏K paths leave each channel, whatever the permutations; so one path per pair implies ∏K = C (the converse fails)',
  domain: 'every chain',
  functions: ['chainMatrix', 'isStrictlyComplementary'],
  tests: [],
  cases: randomChains,
  sides(_, { C, K, permutations }) {
    const counts = chainMatrix(naturals, paths(K, permutations));
    const productOfK = K.reduce((total, k) => total * k, 1);
    const channels = Array.from({ length: C }, (_, c) => c);
    const leaving = channels.map((input) =>
      channels.reduce((total, out) => total + counts.at(out, input), 0),
    );
    const strict = isStrictlyComplementary(counts);
    return all([
      equalNumbers(
        leaving,
        channels.map(() => productOfK),
      ),
      equalNumbers([strict ? productOfK : C], [C]),
    ]);
  },
};

export const extensionLaws: readonly Law[] = [
  spatial,
  separable,
  swapped,
  linearSecondary,
  regularSecondary,
  blockIsChain,
  chainIsRegular,
  complementaryChain,
  pathsAddUp,
];
