import { type Matrix, product, type Tensor, tensor, unitWindow } from '../../../spec/00-notation.ts';
import { blockDiagonal, kernelMatrix, patch } from '../../../spec/01-group-convolution.ts';
import { deinterleaveMatrix, interleaveMatrix } from '../../../spec/02-interleave.ts';
import { block, blockStages } from '../../../spec/03-igc-block.ts';
import { compositeBias, compositeKernel, compositeMatrix } from '../../../spec/04-composite-kernel.ts';
import { type BlockCase, blockCases, blockShapes, type PartitionCase, partitionCases } from '../cases.ts';
import { drawBlock } from '../draw.ts';
import { all, equal, type Law, type LawOn } from '../law.ts';

const anyWindow = 'every stride, dilation, padding, kernel size and batch size; all L, M, Mout, Lout';

/** Each stage is the matrix of its equation times the stage before, at each position; and the block is the last. */
const blockDefinition: LawOn<BlockCase> = {
  id: 'block-definition',
  equation: 'Eq. 5',
  statement:
    'x′ = P Wᵈ Pᵀ Wᵖ x at each position: primary, interleave, secondary, deinterleave, and nothing in between',
  domain: anyWindow,
  functions: ['block', 'blockStages', 'blockShape', 'partitionShape'],
  tests: ['block'],
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const stages = blockStages(A, x, primary, secondary, c.window);
    const at =
      (y: Tensor<typeof A.zero>) =>
      (n: number, i: number, j: number): Matrix<typeof A.zero> =>
        patch(A, y, [1, 1], unitWindow, n, i, j);
    const times = (W: Matrix<typeof A.zero>, column: ReturnType<typeof at>) => {
      const [N, , rows, columns] = stages.output.shape;
      const products = tensor([N, 1, rows, columns], (n, _, i, j) => product(A, W, column(n, i, j)));
      return tensor([N, W.rows, rows, columns], (n, o, i, j) => products.at(n, 0, i, j).at(o, 0));
    };
    const Wp = kernelMatrix(blockDiagonal(A, primary, c.L));
    const Pt = interleaveMatrix(A, { L: c.L, M: c.Mout });
    const Wd = kernelMatrix(blockDiagonal(A, secondary, c.Mout));
    const P = deinterleaveMatrix(A, { L: c.Lout, M: c.Mout });
    return all([
      equal(A, await ops.block(x, primary, secondary, c.window), stages.output),
      equal(A, block(A, x, primary, secondary, c.window), stages.output),
      equal(
        A,
        stages.primary,
        times(Wp, (n, i, j) => patch(A, x, c.kernel, c.window, n, i, j)),
      ),
      equal(A, stages.interleaved, times(Pt, at(stages.primary))),
      equal(A, stages.secondary, times(Wd, at(stages.interleaved))),
      equal(A, stages.output, times(P, at(stages.secondary))),
    ]);
  },
};

/** The block equals the regular convolution with the composite kernel. */
const blockIsComposite: LawOn<BlockCase> = {
  id: 'block-is-a-regular-convolution',
  equation: 'Eq. 5 and 6',
  statement: 'the block equals one regular convolution with the composite kernel W = P Wᵈ Pᵀ Wᵖ',
  domain: `${anyWindow}; borders included, because the secondary is 1 × 1 and unpadded`,
  functions: ['block', 'compositeKernel', 'convolution'],
  tests: ['block', 'convolution'],
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    return equal(
      A,
      await ops.block(x, primary, secondary, c.window),
      await ops.convolution(x, compositeKernel(A, primary, secondary), c.window),
    );
  },
};

/** With biases: the block is affine, b = P (Wᵈ Pᵀ bᵖ + bᵈ). */
const affineBlock: LawOn<BlockCase> = {
  id: 'block-with-biases-is-affine',
  equation: 'Eq. 5 and 6, with biases',
  statement: 'with biases the block is the composite convolution plus b = P (Wᵈ Pᵀ bᵖ + bᵈ)',
  domain: `${anyWindow}; each bias in its own convolution's output order`,
  functions: ['block', 'compositeBias', 'addBias'],
  tests: ['block', 'convolution'],
  needsBias: true,
  cases: blockCases,
  async sides(run, c) {
    const { A, ops } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const bias = {
      primary: run.vector('primary bias', primary.shape[0]),
      secondary: run.vector('secondary bias', secondary.shape[0]),
    };
    return equal(
      A,
      await ops.block(x, primary, secondary, c.window, bias),
      await ops.convolution(
        x,
        compositeKernel(A, primary, secondary),
        c.window,
        compositeBias(A, primary, secondary, bias),
      ),
    );
  },
};

/** The composite kernel, entry by entry, is the product of the four sparse matrices. */
const compositeIsProduct: LawOn<BlockCase> = {
  id: 'composite-kernel-is-a-product',
  equation: 'Eq. 6',
  statement: 'the composite kernel is the product of the sparse matrices P, Wᵈ, Pᵀ and Wᵖ',
  domain: 'all L, M, Mout, Lout and kernel sizes',
  functions: ['compositeKernel', 'compositeMatrix', 'kernelMatrix', 'blockDiagonal'],
  tests: [],
  cases: blockCases,
  sides({ A, tensor: draw }, c) {
    const shapes = blockShapes(c);
    const primary = draw('primary', shapes.primary);
    const secondary = draw('secondary', shapes.secondary);
    const left = compositeMatrix(A, primary, secondary);
    const right = kernelMatrix(compositeKernel(A, primary, secondary));
    const asTensor = (W: typeof left) => tensor([W.rows, W.columns, 1, 1], (i, j) => W.at(i, j));
    return equal(A, asTensor(left), asTensor(right));
  },
};

/** With all weights one, an input channel reaches every output channel exactly once. */
const onePath: LawOn<PartitionCase> = {
  id: 'one-path-joins-each-pair',
  equation: 'Section 3',
  statement:
    'exactly one path joins each input channel to each output channel: with 1 × 1 kernels of ones, one in, all ones out',
  domain: 'all L, M',
  functions: ['block', 'compositeKernel'],
  tests: ['block'],
  cases: partitionCases,
  async sides({ A, ops }, c) {
    const G = c.L * c.M;
    const ones = (out: number, inputs: number) => tensor([out, inputs, 1, 1], () => A.one);
    // Sample n has a one in channel n and zeros elsewhere.
    const x = tensor([G, G, 1, 1], (n, channel) => (n === channel ? A.one : A.zero));
    const paths = await ops.block(x, ones(G, c.M), ones(G, c.L), unitWindow);
    return all([
      equal(A, paths, ones(G, G)),
      equal(A, compositeKernel(A, ones(G, c.M), ones(G, c.L)), ones(G, G)),
    ]);
  },
};

export const blockLaws: readonly Law[] = [
  blockDefinition,
  blockIsComposite,
  affineBlock,
  compositeIsProduct,
  onePath,
];
