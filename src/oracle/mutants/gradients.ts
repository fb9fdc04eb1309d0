/** Wrong gradients of a block, or of a group convolution alone, whose output is right. */
import { type Tensor, tensor, unitWindow } from '../../../spec/00-notation.ts';
import { deinterleave, interleave } from '../../../spec/02-interleave.ts';
import { blockStages } from '../../../spec/03-igc-block.ts';
import {
  type BlockGradients,
  biasAdjoint,
  groupInputAdjoint,
  groupKernelAdjoint,
} from '../../../spec/08-adjoint.ts';
import { blocks, convolutions, type Mutant } from './mutant.ts';
import { type Rule, reread, secondaryKernelRead, type Wrong } from './rules.ts';
import type { Scalars } from './scalars.ts';
import { type CaseShape, isDead, isPrimaryZero, liveTaps, sameInterleave } from './shape.ts';
import { type Backward, type ConvolutionBackward, type ConvolutionGradients, right } from './steps.ts';

/** The right gradients, some of them replaced. */
function instead(
  wrong: <T>(A: Scalars<T>, asked: Backward<T>) => Partial<BlockGradients<T>>,
  invisible: (shape: CaseShape) => boolean,
): Wrong {
  return {
    steps: { gradients: (A, asked) => ({ ...right.gradients(A, asked), ...wrong(A, asked) }) },
    invisible: (shape) => !shape.gradients || invisible(shape),
  };
}

/** The same of the (primary) group convolution, in a block and alone. */
function insteadOfConvolution(
  wrong: <T>(A: Scalars<T>, asked: ConvolutionBackward<T>) => Partial<ConvolutionGradients<T>>,
  invisible: (shape: CaseShape) => boolean,
): Wrong {
  const inBlock = instead((A, asked) => {
    const { x, primaryKernel: kernel, window, sizes } = asked;
    const changed = wrong(A, { g: atPrimary(A, asked), x, kernel, window, sizes });
    return {
      ...(changed.x ? { x: changed.x } : {}),
      ...(changed.kernel ? { primaryKernel: changed.kernel } : {}),
      ...(changed.bias ? { primaryBias: changed.bias } : {}),
    };
  }, invisible);
  return {
    ...inBlock,
    steps: {
      ...inBlock.steps,
      convolutionGradients: (A, asked) => ({ ...right.convolutionGradients(A, asked), ...wrong(A, asked) }),
    },
  };
}

/** The gradient of what the primary convolution gave. */
function atPrimary<T>(A: Scalars<T>, asked: Backward<T>): Tensor<T> {
  const { L, Mout } = asked.sizes;
  return deinterleave(atInterleaved(A, asked), { L, M: Mout });
}

/** The gradient of what the interleave gave. */
function atInterleaved<T>(A: Scalars<T>, { g, secondaryKernel, sizes }: Backward<T>): Tensor<T> {
  const { Mout, Lout } = sizes;
  const gSecondary = interleave(g, { L: Lout, M: Mout });
  const size = [g.shape[2], g.shape[3]] as const;
  return groupInputAdjoint(A, gSecondary, secondaryKernel, Mout, unitWindow, size);
}

/** The gradients before the primary convolution, from a gradient of what it gave. */
function throughPrimary<T>(A: Scalars<T>, gPrimary: Tensor<T>, asked: Backward<T>) {
  const { x, primaryKernel, window, sizes } = asked;
  const found = right.convolutionGradients(A, { g: gPrimary, x, kernel: primaryKernel, window, sizes });
  return { x: found.x, primaryKernel: found.kernel, primaryBias: found.bias };
}

/** Whether the interleave of the primary's result leaves every channel where it is. */
const isFirstIdentity = ({ L, Mout }: CaseShape): boolean => sameInterleave([L, Mout], [1, L * Mout]);
const isSecondIdentity = ({ Lout, Mout }: CaseShape): boolean =>
  sameInterleave([Mout, Lout], [1, Lout * Mout]);

const flipped: Rule = ([o, i, u, v], [, , kh, kw]) => [o, i, kh - 1 - u, kw - 1 - v];

/** Whether every tap that meets a pixel is the middle one. */
const isMiddle = (shape: CaseShape): boolean =>
  liveTaps(shape).every(([u, v]) => 2 * u === shape.kernel[0] - 1 && 2 * v === shape.kernel[1] - 1);

const untransposed: Rule = ([o, l, u, v], [, L], { Lout }) => {
  const flat = l * Lout + (o % Lout);
  return [o - (o % Lout) + Math.floor(flat / L), flat % L, u, v];
};

function firstSample<T>(t: Tensor<T>): Tensor<T> {
  const [, C, H, W] = t.shape;
  return tensor([1, C, H, W], (_, c, h, w) => t.at(0, c, h, w));
}

/** The gradients that don't depend on the numbers before the primary convolution. */
const reachesPrimary = (shape: CaseShape): boolean => !isDead(shape) || shape.primaryBias;

const shared = { operations: blocks, backward: true, seen: 'nowhere yet' } as const;
const sharedByConvolutions = { ...shared, operations: convolutions } as const;

export const gradientMutants: readonly Mutant[] = [
  {
    id: 'gradient-of-saved-activations',
    name: "the secondary kernel's gradient is made from activations that were saved before the interleave",
    advice: 'save what the secondary convolution read: the interleaved activations',
    stage: 'grad_secondary_weight',
    ...shared,
    ...instead(
      (A, { g, x, primaryKernel, secondaryKernel, window, bias, sizes }) => {
        const { primary } = blockStages(A, x, primaryKernel, secondaryKernel, window, bias);
        const gSecondary = interleave(g, { L: sizes.Lout, M: sizes.Mout });
        return {
          secondaryKernel: groupKernelAdjoint(A, gSecondary, primary, sizes.Mout, unitWindow, [1, 1]),
        };
      },
      (shape) => isPrimaryZero(shape) || isFirstIdentity(shape),
    ),
  },
  {
    id: 'gradient-without-first-permutation',
    name: 'on the way back the first permutation is not undone',
    advice:
      'the adjoint of the interleave is the deinterleave: apply it between the two convolutions, backwards',
    stage: 'grad_x',
    ...shared,
    seen: 'a custom operator for the permutation with a wrong backward pass',
    ...instead(
      (A, asked) => throughPrimary(A, atInterleaved(A, asked), asked),
      (shape) => !reachesPrimary(shape) || isFirstIdentity(shape),
    ),
  },
  {
    id: 'gradient-without-second-permutation',
    name: 'on the way back the second permutation is not undone',
    advice: 'the adjoint of the deinterleave is the interleave: apply it to the gradient of the output first',
    stage: 'grad_x',
    ...shared,
    ...instead(
      (A, asked) => {
        const { Lout, Mout } = asked.sizes;
        // Undone in advance, it is as if it had not been applied.
        return right.gradients(A, { ...asked, g: deinterleave(asked.g, { L: Lout, M: Mout }) });
      },
      (shape) => isSecondIdentity(shape) || (isPrimaryZero(shape) && !shape.secondaryBias),
    ),
  },
  {
    id: 'gradient-first-permutation-again',
    name: 'on the way back the first permutation is applied again instead of its inverse',
    advice: 'the adjoint of a permutation is its inverse: the one with L and Mout exchanged',
    stage: 'grad_x',
    ...shared,
    ...instead(
      (A, asked) => {
        const { L, Mout } = asked.sizes;
        return throughPrimary(A, interleave(atInterleaved(A, asked), { L, M: Mout }), asked);
      },
      (shape) => !reachesPrimary(shape) || sameInterleave([shape.L, shape.Mout], [shape.Mout, shape.L]),
    ),
  },
  {
    id: 'gradient-x-flipped',
    name: 'the gradient of the input is made with the kernel flipped',
    advice: 'each pixel gets back w[u, v] times the gradient of the position that read it through tap (u, v)',
    stage: 'grad_x',
    ...sharedByConvolutions,
    ...insteadOfConvolution((A, asked) => {
      const kernel = reread(A, asked.kernel, flipped, asked.sizes);
      return { x: right.convolutionGradients(A, { ...asked, kernel }).x };
    }, isMiddle),
  },
  {
    id: 'gradient-kernel-flipped',
    name: "the primary kernel's gradient is flipped",
    advice: 'tap (u, v) gets the products with the pixels that it met: row i*sh + u*dh - top',
    stage: 'grad_primary_weight',
    ...sharedByConvolutions,
    ...insteadOfConvolution(
      (A, asked) => ({
        kernel: reread(A, right.convolutionGradients(A, asked).kernel, flipped, asked.sizes),
      }),
      isMiddle,
    ),
  },
  {
    id: 'gradient-first-sample',
    name: "the kernels' gradients are not summed over the batch: only the first sample counts",
    advice: 'sum the gradients of both kernels over n, as over positions',
    stage: 'grad_primary_weight',
    ...shared,
    ...instead(
      (A, asked) => {
        const found = right.gradients(A, { ...asked, g: firstSample(asked.g), x: firstSample(asked.x) });
        return { primaryKernel: found.primaryKernel, secondaryKernel: found.secondaryKernel };
      },
      (shape) => shape.N === 1 || isPrimaryZero(shape),
    ),
  },
  {
    id: 'gradient-primary-first-sample',
    name: "the primary kernel's gradient is not summed over the batch: only the first sample counts",
    advice: 'sum the gradient of the kernel over n, as over positions',
    stage: 'grad_primary_weight',
    ...sharedByConvolutions,
    ...insteadOfConvolution(
      (A, asked) => {
        const first = { ...asked, g: firstSample(asked.g), x: firstSample(asked.x) };
        return { kernel: right.convolutionGradients(A, first).kernel };
      },
      (shape) => shape.N === 1 || isDead(shape),
    ),
  },
  {
    id: 'gradient-secondary-untransposed',
    name: 'on the way back the secondary kernel is not transposed',
    advice: 'multiply by the transpose of each partition of the secondary kernel',
    stage: 'grad_x',
    ...shared,
    ...instead(
      (A, asked) => {
        const secondaryKernel = reread(A, asked.secondaryKernel, untransposed, asked.sizes);
        const { x, primaryKernel, primaryBias } = right.gradients(A, { ...asked, secondaryKernel });
        return { x, primaryKernel, primaryBias };
      },
      (shape) => !reachesPrimary(shape) || secondaryKernelRead(untransposed).invisible(shape),
    ),
  },
  {
    id: 'gradient-bias-order',
    name: "the primary bias's gradient is in interleaved order",
    advice: 'sum the gradient of the primary convolution after the permutation has been undone',
    stage: 'grad_primary_bias',
    ...sharedByConvolutions,
    ...insteadOfConvolution(
      (A, { g, sizes: { L, Mout } }) => ({ bias: biasAdjoint(A, interleave(g, { L, M: Mout })) }),
      (shape) => !shape.primaryBias || isFirstIdentity(shape),
    ),
  },
];
