import { inner, type Shape, Tensor, tensor, type Window } from '../../../spec/00-notation.ts';
import { addBias, outputExtent } from '../../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../../spec/02-interleave.ts';
import { block } from '../../../spec/03-igc-block.ts';
import { swappedBlock } from '../../../spec/07-extensions.ts';
import {
  biasAdjoint,
  blockAdjoint,
  groupInputAdjoint,
  groupKernelAdjoint,
} from '../../../spec/08-adjoint.ts';
import {
  type BlockCase,
  blockCases,
  type ConvolutionCase,
  convolutionCases,
  type PartitionCase,
  partitionCases,
} from '../cases.ts';
import { drawBlock } from '../draw.ts';
import { all, type Equation, equal, type Law, type LawOn, type Run } from '../law.ts';

const scalar = <T>(value: T) => new Tensor<T>([1, 1, 1, 1], [value]);
const column = <T>(values: readonly T[]) => new Tensor<T>([1, values.length, 1, 1], values);

/** ⟨a, b⟩ = ⟨c, d⟩. */
const equalInner = <T>(
  { A }: Run<T>,
  [a, b]: [Tensor<T>, Tensor<T>],
  [c, d]: [Tensor<T>, Tensor<T>],
): Equation => equal(A, scalar(inner(A, a, b)), scalar(inner(A, c, d)));

/** ⟨g, W x⟩ = ⟨∇x, x⟩ = ⟨∇W, W⟩ for a group convolution, and ⟨g, y + b⟩ = ⟨g, y⟩ + ⟨∇b, b⟩. */
const convolutionAdjoint: LawOn<ConvolutionCase> = {
  id: 'group-convolution-adjoint',
  equation: 'adjoint of Eq. 1',
  statement:
    '⟨g, W x⟩ = ⟨∇x, x⟩ = ⟨∇W, W⟩ for regular and group convolution, and ∇b is the sum over positions',
  domain: 'every stride, dilation, padding, kernel size and batch size; one group is the regular convolution',
  functions: [
    'groupInputAdjoint',
    'groupKernelAdjoint',
    'convolutionInputAdjoint',
    'convolutionKernelAdjoint',
    'biasAdjoint',
  ],
  tests: ['groupConvolution', 'groupConvolutionGradients'],
  cases: convolutionCases,
  async sides(run, c) {
    const { A } = run;
    const { x, kernel, g } = drawConvolution(run, c);
    const y = await run.ops.groupConvolution(x, kernel, c.groups, c.window);
    const gradients = await run.ops.groupConvolutionGradients(g, x, kernel, c.groups, c.window);
    const bias = run.vector('bias', y.shape[1]);
    const nothing = tensor(y.shape, () => A.zero);
    return all([
      equalInner(run, [g, y], [gradients.x, x]),
      equalInner(run, [g, y], [gradients.kernel, kernel]),
      equalInner(run, [g, addBias(A, nothing, bias)], [column(biasAdjoint(A, g)), column(bias)]),
    ]);
  },
};

/** A group convolution's gradients, entry by entry, the bias included. */
const convolutionGradientsDefinition: LawOn<ConvolutionCase> = {
  id: 'group-convolution-gradients-definition',
  equation: 'adjoint of Eq. 1, with a bias',
  statement: 'the gradients with respect to input, kernel and bias are those of the adjoint, entry by entry',
  domain: 'every stride, dilation, padding, kernel size and batch size; one group is the regular convolution',
  functions: ['groupInputAdjoint', 'groupKernelAdjoint', 'biasAdjoint'],
  tests: ['groupConvolutionGradients'],
  needsBias: true,
  cases: convolutionCases,
  async sides(run, c) {
    const { A } = run;
    const { x, kernel, g } = drawConvolution(run, c);
    const bias = run.vector('bias', kernel.shape[0]);
    const left = await run.ops.groupConvolutionGradients(g, x, kernel, c.groups, c.window, bias);
    return all([
      equal(A, left.x, groupInputAdjoint(A, g, kernel, c.groups, c.window, c.size)),
      equal(A, left.kernel, groupKernelAdjoint(A, g, x, c.groups, c.window, c.kernel)),
      equal(A, column(left.bias), column(biasAdjoint(A, g))),
    ]);
  },
};

/** The tensors of a group convolution, and a gradient with respect to its output. */
function drawConvolution<T>(run: Run<T>, c: ConvolutionCase) {
  const x = run.tensor('x', [c.N, c.groups * c.I, ...c.size]);
  const kernel = run.tensor('kernel', [c.groups * c.O, c.I, ...c.kernel]);
  const g = run.tensor('g', [c.N, c.groups * c.O, ...outputExtent(x.shape, kernel.shape, c.window)]);
  return { x, kernel, g };
}

/** ⟨g, Pᵀ y⟩ = ⟨P g, y⟩. */
const interleaveAdjoint: LawOn<PartitionCase> = {
  id: 'interleave-adjoint-is-the-deinterleave',
  equation: 'adjoint of Eq. 2',
  statement: '⟨g, Pᵀ y⟩ = ⟨P g, y⟩',
  domain: 'all L, M',
  functions: ['interleave', 'deinterleave'],
  tests: ['interleave'],
  cases: partitionCases,
  async sides(run, c) {
    const shape: Shape = [c.N, c.L * c.M, ...c.size];
    const [y, g] = [run.tensor('y', shape), run.tensor('g', shape)];
    return all([
      equalInner(run, [g, interleave(y, c)], [deinterleave(g, c), y]),
      equalInner(
        run,
        [g, await run.ops.interleave(y, c)],
        [await run.ops.interleave(g, { L: c.M, M: c.L }), y],
      ),
    ]);
  },
};

const outputShape = (c: BlockCase): Shape => [
  c.N,
  c.Lout * c.Mout,
  ...outputExtent([c.N, 1, ...c.size], [1, 1, ...c.kernel], c.window),
];

/** ⟨g, block(x)⟩ = ⟨∇x, x⟩ = ⟨∇Wᵖ, Wᵖ⟩ = ⟨∇Wᵈ, Wᵈ⟩. */
const blockAdjointLaw: LawOn<BlockCase> = {
  id: 'block-adjoint',
  equation: 'adjoint of Eq. 5',
  statement: '⟨g, x′⟩ = ⟨∇x, x⟩ = ⟨∇Wᵖ, Wᵖ⟩ = ⟨∇Wᵈ, Wᵈ⟩ with ∇x = Wᵖᵀ P Wᵈᵀ Pᵀ g',
  domain: 'without biases; every window; all L, M, Mout, Lout',
  functions: ['blockAdjoint'],
  tests: ['block', 'blockGradients'],
  cases: blockCases,
  async sides(run, c) {
    const { x, primary, secondary } = drawBlock(run, c);
    const g = run.tensor('g', outputShape(c));
    const y = await run.ops.block(x, primary, secondary, c.window);
    const gradients = await run.ops.blockGradients(g, x, primary, secondary, c.window);
    return all([
      equalInner(run, [g, y], [gradients.x, x]),
      equalInner(run, [g, y], [gradients.primaryKernel, primary]),
      equalInner(run, [g, y], [gradients.secondaryKernel, secondary]),
    ]);
  },
};

/** The gradients, entry by entry, biases included. */
const gradientsDefinition: LawOn<BlockCase> = {
  id: 'block-gradients-definition',
  equation: 'adjoint of Eq. 5, with biases',
  statement:
    'the gradients with respect to input, kernels and biases are those of the adjoint, entry by entry',
  domain: 'every window; all L, M, Mout, Lout',
  functions: ['blockAdjoint', 'biasAdjoint'],
  tests: ['blockGradients'],
  needsBias: true,
  cases: blockCases,
  async sides(run, c) {
    const { A } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const g = run.tensor('g', outputShape(c));
    const bias = {
      primary: run.vector('primary bias', primary.shape[0]),
      secondary: run.vector('secondary bias', secondary.shape[0]),
    };
    const left = await run.ops.blockGradients(g, x, primary, secondary, c.window, bias);
    const right = blockAdjoint(A, g, x, primary, secondary, c.window, bias);
    return all([
      equal(A, left.x, right.x),
      equal(A, left.primaryKernel, right.primaryKernel),
      equal(A, left.secondaryKernel, right.secondaryKernel),
      equal(A, column(left.primaryBias), column(right.primaryBias)),
      equal(A, column(left.secondaryBias), column(right.secondaryBias)),
    ]);
  },
};

/** The bias gradients pair with the biases: what a bias adds to the output is what its gradient says. */
const biasAdjointLaw: LawOn<BlockCase> = {
  id: 'block-bias-adjoint',
  equation: 'adjoint of Eq. 5, with biases',
  statement: '⟨g, block(x; b)⟩ = ⟨g, block(x; 0)⟩ + ⟨∇bᵖ, bᵖ⟩ + ⟨∇bᵈ, bᵈ⟩',
  domain: 'every window; all L, M, Mout, Lout',
  functions: ['blockAdjoint', 'biasAdjoint'],
  tests: [],
  cases: blockCases,
  sides(run, c) {
    const { A } = run;
    const { x, primary, secondary } = drawBlock(run, c);
    const g = run.tensor('g', outputShape(c));
    const [bp, bd] = [run.vector('bp', primary.shape[0]), run.vector('bd', secondary.shape[0])];
    const gradients = blockAdjoint(A, g, x, primary, secondary, c.window);
    const biased = block(A, x, primary, secondary, c.window, { primary: bp, secondary: bd });
    const shares = [
      inner(A, g, block(A, x, primary, secondary, c.window)),
      inner(A, column(gradients.primaryBias), column(bp)),
      inner(A, column(gradients.secondaryBias), column(bd)),
    ];
    return equal(A, scalar(inner(A, g, biased)), scalar(shares.reduce((a, b) => A.add(a, b))));
  },
};

/** The window of the transposed convolution, for stride 1. */
function transposed({ stride, dilation, padding }: Window, kernel: readonly [number, number]): Window {
  const [h, w] = [dilation[0] * (kernel[0] - 1), dilation[1] * (kernel[1] - 1)];
  const { top, bottom, left, right } = padding;
  return {
    stride,
    dilation,
    padding: { top: h - top, bottom: h - bottom, left: w - left, right: w - right },
  };
}

/** The adjoint of an (L, M) block is an (M, L) block in swapped order, with flipped kernels. */
const adjointIsSwapped: LawOn<BlockCase> = {
  id: 'adjoint-is-a-swapped-block',
  equation: 'adjoint of Eq. 5',
  statement:
    'the adjoint of a block with (L, Mout) is, up to interleaves, the swapped block with (Mout, L), its kernels transposed and flipped',
  domain: 'stride 1, paddings up to dilation · (kernel − 1); all L, Min, Mout, Lout',
  functions: ['blockAdjoint', 'swappedBlock', 'interleave', 'deinterleave'],
  tests: [],
  cases: (limits) =>
    blockCases({ ...limits, stride: 1 }).map((c) => {
      const [h, w] = [0, 1].map((axis) => c.window.dilation[axis]! * (c.kernel[axis]! - 1));
      const { top, bottom, left, right } = c.window.padding;
      const padding = {
        top: Math.min(top, h!),
        bottom: Math.min(bottom, h!),
        left: Math.min(left, w!),
        right: Math.min(right, w!),
      };
      const size = [c.size[0] + 4, c.size[1] + 4] as const;
      return { ...c, size, window: { ...c.window, padding } };
    }),
  sides(run, c) {
    const { A } = run;
    const { L, Min, Mout, Lout, kernel, window } = c;
    const { x, primary, secondary } = drawBlock(run, c);
    const [kh, kw] = kernel;
    const g = run.tensor('g', outputShape(c));
    const first = tensor([Mout * L, Lout, 1, 1], (row, l2) => {
      const [m2, l] = [Math.floor(row / L), row % L];
      return secondary.at(m2 * Lout + l2, l, 0, 0);
    });
    const second = tensor([L * Min, Mout, kh, kw], (row, m2, u, v) => {
      const [l, m] = [Math.floor(row / Min), row % Min];
      return primary.at(l * Mout + m2, m, kh - 1 - u, kw - 1 - v);
    });
    return equal(
      A,
      deinterleave(blockAdjoint(A, g, x, primary, secondary, window).x, { L: Min, M: L }),
      swappedBlock(A, interleave(g, { L: Lout, M: Mout }), first, second, transposed(window, kernel)),
    );
  },
};

export const adjointLaws: readonly Law[] = [
  convolutionAdjoint,
  convolutionGradientsDefinition,
  interleaveAdjoint,
  blockAdjointLaw,
  gradientsDefinition,
  biasAdjointLaw,
  adjointIsSwapped,
];
