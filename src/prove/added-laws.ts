/** Laws that only the proofs use: they give an implementation nothing to do. */
import { tensor, type Window } from '../../spec/00-notation.ts';
import { outputExtent, outputSize, samePadding } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { swappedBlock } from '../../spec/07-extensions.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { type BlockCase, blockCases } from '../laws/cases.ts';
import { drawBlock } from '../laws/draw.ts';
import { equal, equalNumbers, type LawOn } from '../laws/law.ts';

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

/** Whether the transposed convolution is one with stride 1 and no negative padding. */
export function hasTransposed({ window, kernel }: BlockCase): boolean {
  const paddings = Object.values(transposed(window, kernel).padding);
  return window.stride.every((s) => s === 1) && paddings.every((pixels) => pixels >= 0);
}

/** The adjoint of an (L, M) block is an (M, L) block in swapped order, with flipped kernels. */
export const adjointIsSwapped: LawOn<BlockCase> = {
  id: 'adjoint-is-a-swapped-block',
  equation: 'adjoint of Eq. 5',
  statement:
    'the adjoint of a block with (L, Mout) is, up to interleaves, the swapped-order block with (Mout, L), its kernels transposed and flipped',
  domain: 'stride 1, paddings up to dilation · (kernel − 1); all L, Min, Mout, Lout',
  functions: ['blockAdjoint', 'swappedBlock', 'interleave', 'deinterleave'],
  tests: [],
  cases: (limits) => blockCases({ ...limits, stride: 1, padding: 'none' }),
  sides(run, c) {
    const { A } = run;
    const { L, Min, Mout, Lout, kernel, window } = c;
    const { x, primary, secondary } = drawBlock(run, c);
    const [kh, kw] = kernel;
    const g = run.tensor('g', [c.N, Lout * Mout, ...outputExtent(x.shape, primary.shape, window)]);
    const first = tensor([Mout * L, Lout, 1, 1], (row, l2) => {
      const [m2, l] = [Math.floor(row / L), row % L];
      return secondary.at(m2 * Lout + l2, l, 0, 0);
    });
    const second = tensor([L * Min, Mout, kh, kw], (row, m2, u, v) => {
      const [l, m] = [Math.floor(row / Min), row % Min];
      return primary.at(l * Mout + m2, m, kh - 1 - u, kw - 1 - v);
    });
    const interleaved = interleave(g, { L: Lout, M: Mout });
    return equal(
      A,
      deinterleave(blockAdjoint(A, g, x, primary, secondary, window).x, { L: Min, M: L }),
      swappedBlock(A, interleaved, first, second, transposed(window, kernel)),
    );
  },
};

/** SAME padding keeps the size at stride 1, and a stride divides it, rounded up. */
export const sameKeepsTheSize: LawOn<BlockCase> = {
  id: 'same-padding-keeps-the-size',
  equation: 'Section 5 (networks)',
  statement: 'with the padding of samePadding a size n becomes ⌈n / stride⌉',
  domain: 'every kernel size, dilation and stride; the pads do not depend on the stride',
  functions: ['samePadding', 'outputSize'],
  tests: [],
  cases: blockCases,
  sides(_, { size, kernel, window }) {
    const { stride, dilation } = window;
    const { top, bottom, left, right } = samePadding(kernel, dilation);
    return equalNumbers(
      [
        outputSize(size[0], kernel[0], stride[0], dilation[0], top, bottom),
        outputSize(size[1], kernel[1], stride[1], dilation[1], left, right),
      ],
      [Math.ceil(size[0] / stride[0]), Math.ceil(size[1] / stride[1])],
    );
  },
};
