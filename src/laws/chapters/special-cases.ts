import fc from 'fast-check';
import { type Shape, tensor, unitWindow } from '../../../spec/00-notation.ts';
import {
  depthwiseSeparable,
  regularAsBlock,
  repeatChannels,
  scaledConvolution,
  summationFusion,
  summationKernel,
} from '../../../spec/06-special-cases.ts';
import {
  type BlockCase,
  blockCases,
  blockShapes,
  type Geometry,
  geometries,
  type Limits,
  upTo,
  type Values,
} from '../cases.ts';
import { all, equal, type Law, type LawOn } from '../law.ts';

interface SplitCase extends Geometry, Values {
  readonly K: number;
  /** Input channels of a split. */
  readonly Min: number;
  /** Output channels of a split. */
  readonly Mout: number;
}

const splitCases = (limits: Limits): fc.Arbitrary<SplitCase> => {
  // L = K² is within the limits.
  const K = upTo(Math.min(3, Math.floor(Math.sqrt(limits.partitions))));
  const channels = upTo(Math.min(2, limits.partitions));
  return fc
    .tuple(
      fc.record({ K, Min: channels, Mout: channels, seed: fc.nat(0xffffffff), magnitude: upTo(3) }),
      geometries(limits),
    )
    .map(([sizes, geometry]) => ({ ...sizes, Mout: limits.widening ? sizes.Mout : sizes.Min, ...geometry }));
};

/** Fig. 2: a regular convolution is a block with L = K² partitions, on x repeated K times. */
const regularConvolution: LawOn<SplitCase> = {
  id: 'regular-convolution-is-a-block',
  equation: 'Section 4, Fig. 2',
  statement:
    'a regular convolution, split K × K, is the block with L = K² and cross-summation, on x repeated K times',
  domain: 'every K that divides the channels; every window',
  functions: ['regularAsBlock', 'crossSummation', 'repeatChannels', 'block', 'convolution'],
  tests: ['block', 'convolution'],
  cases: splitCases,
  async sides({ A, ops, tensor }, c) {
    const x = tensor('x', [c.N, c.K * c.Min, ...c.size]);
    const kernel = tensor('kernel', [c.K * c.Mout, c.K * c.Min, ...c.kernel]);
    const { primary, secondary } = regularAsBlock(A, kernel, c.K);
    return equal(
      A,
      await ops.block(repeatChannels(x, c.K), primary, secondary, c.window),
      repeatChannels(await ops.convolution(x, kernel, c.window), c.K),
    );
  },
};

/** Such blocks stack: their output is what they take. */
const regularConvolutionsStack: LawOn<SplitCase> = {
  id: 'regular-convolutions-stack-as-blocks',
  equation: 'Section 4, Fig. 2',
  statement:
    'input and output of such a block are both repeated K times, so two stacked blocks are two stacked convolutions',
  domain: 'every K that divides the channels; the second convolution is 1 × 1 here',
  functions: ['regularAsBlock', 'repeatChannels', 'block'],
  tests: ['block', 'convolution'],
  cases: splitCases,
  async sides({ A, ops, tensor }, c) {
    const x = tensor('x', [c.N, c.K * c.Min, ...c.size]);
    const first = tensor('first', [c.K * c.Mout, c.K * c.Min, ...c.kernel]);
    const second = tensor('second', [c.K * c.Mout, c.K * c.Mout, 1, 1]);
    const [a, b] = [regularAsBlock(A, first, c.K), regularAsBlock(A, second, c.K)];
    const blocks = await ops.block(repeatChannels(x, c.K), a.primary, a.secondary, c.window);
    const plain = await ops.convolution(x, first, c.window);
    return equal(
      A,
      await ops.block(blocks, b.primary, b.secondary, unitWindow),
      repeatChannels(await ops.convolution(plain, second, unitWindow), c.K),
    );
  },
};

/** Summation fusion is the block whose secondary kernels are all ones. */
const summation: LawOn<BlockCase> = {
  id: 'summation-fusion-is-a-block',
  equation: 'Section 4',
  statement:
    'with secondary kernels of ones, every output partition is the sum Σ_l W_ll z_l: summation fusion',
  domain: 'all L, M; every window',
  functions: ['summationFusion', 'summationKernel', 'block'],
  tests: ['block'],
  cases: (limits) => blockCases(limits).map((c) => ({ ...c, Lout: c.L })),
  async sides({ A, ops, tensor }, c) {
    const shapes = blockShapes(c);
    const x = tensor('x', shapes.x);
    const primary = tensor('primary', shapes.primary);
    const fused = summationFusion(A, x, primary, c.L, c.window);
    const secondary = summationKernel(A, { L: c.L, M: c.Mout });
    return equal(A, await ops.block(x, primary, secondary, c.window), repeatChannels(fused, c.L));
  },
};

/** M = 1: the block is the depthwise separable convolution. */
const xception: LawOn<BlockCase> = {
  id: 'xception-is-a-block',
  equation: 'Section 4, M = 1',
  statement: 'with M = 1 the block is channel-wise spatial convolution, then dense 1 × 1: Xception',
  domain: 'all L, also with another number of output channels; every window',
  functions: ['depthwiseSeparable', 'block'],
  tests: ['block'],
  cases: (limits) => blockCases(limits).map((c) => ({ ...c, Min: 1, Mout: 1 })),
  async sides({ A, ops, tensor }, c) {
    const shapes = blockShapes(c);
    const x = tensor('x', shapes.x);
    const depthwise = tensor('depthwise', shapes.primary);
    const pointwise = tensor('pointwise', shapes.secondary);
    return equal(
      A,
      await ops.block(x, depthwise, pointwise, c.window),
      depthwiseSeparable(A, x, depthwise, pointwise, c.window),
    );
  },
};

/** L = 1: the block is a regular convolution and a factor for each channel. */
const scaled: LawOn<BlockCase> = {
  id: 'one-primary-partition-is-a-scaled-convolution',
  equation: 'Section 4, L = 1',
  statement: 'with L = 1 the block is a regular convolution, then a factor for each output channel',
  domain: 'all M; every window',
  functions: ['scaledConvolution', 'block'],
  tests: ['block'],
  cases: (limits) => blockCases(limits).map((c) => ({ ...c, L: 1, Lout: 1 })),
  async sides({ A, ops, tensor: draw }, c) {
    const shapes = blockShapes(c);
    const x = draw('x', shapes.x);
    const kernel = draw('kernel', shapes.primary);
    const factors = draw('factors', shapes.secondary);
    const one: Shape = [factors.shape[0], 1, 1, 1];
    return all([
      equal(
        A,
        await ops.block(x, kernel, factors, c.window),
        scaledConvolution(A, x, kernel, factors, c.window),
      ),
      equal(
        A,
        await ops.block(
          x,
          kernel,
          tensor(one, () => A.one),
          c.window,
        ),
        await ops.convolution(x, kernel, c.window),
      ),
    ]);
  },
};

export const specialCaseLaws: readonly Law[] = [
  regularConvolution,
  regularConvolutionsStack,
  summation,
  xception,
  scaled,
];
