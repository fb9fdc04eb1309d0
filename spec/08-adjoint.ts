/**
 * The adjoints (transposes) of the convolutions, the interleave and the block: what back-propagation computes.
 * Each is defined by ⟨g, A x⟩ = ⟨A* g, x⟩, where g is the gradient with respect to the output; ∇x is the gradient with
 * respect to x (a bar is the paper's, for what is in interleaved order).
 */
import {
  type Biases,
  constrain,
  type Semiring,
  type Shape,
  sum,
  type Tensor,
  tensor,
  unitWindow,
  type Window,
} from './00-notation.ts';
import { concatenate, outputExtent, padded, partition } from './01-group-convolution.ts';
import { deinterleave, interleave } from './02-interleave.ts';
import { blockShape, blockStages } from './03-igc-block.ts';

/**
 * The gradient of a regular convolution with respect to its input. Output position (i, j) saw the pixel (h, w)
 * through tap (u, v) iff i·sh + u·dh − top = h, and the same for columns. Shapes: g (N, O, H′, W′), kernel
 * (O, C, kh, kw), size (H, W) of the input, result (N, C, H, W) (C4, C5, C19).
 *
 * @paper adjoint of Eq. 1: ∇x[n, c, h, w] = Σ_{o,u,v} W[o, c, u, v] · g[n, o, (h + top − u·dh)/sh, (w + left − v·dw)/sw], over the taps for which the position is one
 */
export function convolutionInputAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  kernel: Tensor<T>,
  window: Window,
  size: readonly [number, number],
): Tensor<T> {
  const [O, C, kh, kw] = kernel.shape;
  isOutput('convolutionInputAdjoint', g, [g.shape[0], C, ...size], kernel.shape, window);
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  return tensor([g.shape[0], C, size[0], size[1]], (n, c, h, w) =>
    sum(A, [O, kh, kw], (o, u, v) => {
      const i = (h + top - u * dh) / sh;
      const j = (w + left - v * dw) / sw;
      const isPosition = Number.isInteger(i) && Number.isInteger(j);
      return isPosition ? A.mul(kernel.at(o, c, u, v), padded(A, g, n, o, i, j)) : A.zero;
    }),
  );
}

/**
 * The gradient of a regular convolution with respect to its kernel. Shapes: g (N, O, H′, W′), x (N, C, H, W), size
 * (kh, kw) of the kernel, result (O, C, kh, kw) (C4, C5, C19).
 *
 * @paper adjoint of Eq. 1: ∇W[o, c, u, v] = Σ_{n,i,j} g[n, o, i, j] · x̃[n, c, i·sh + u·dh − top, j·sw + v·dw − left]
 */
export function convolutionKernelAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  x: Tensor<T>,
  window: Window,
  size: readonly [number, number],
): Tensor<T> {
  const [N, O, rows, columns] = g.shape;
  isOutput('convolutionKernelAdjoint', g, x.shape, [O, x.shape[1], ...size], window);
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  return tensor([O, x.shape[1], size[0], size[1]], (o, c, u, v) =>
    sum(A, [N, rows, columns], (n, i, j) =>
      A.mul(g.at(n, o, i, j), padded(A, x, n, c, i * sh + u * dh - top, j * sw + v * dw - left)),
    ),
  );
}

/** Whether g has the shape of the convolution of x with a kernel. */
function isOutput<T>(operation: string, g: Tensor<T>, x: Shape, kernel: Shape, window: Window): void {
  const expected = [x[0], kernel[0], ...outputExtent(x, kernel, window)];
  const same = g.shape.every((size, axis) => size === expected[axis]);
  constrain(same, operation, 'C19', `[${expected.join(', ')}]`, `[${g.shape.join(', ')}]`);
}

/**
 * The gradient of a group convolution with respect to its input: partition by partition. Shapes: g
 * (N, groups·O, H′, W′), kernel (groups·O, I, kh, kw), result (N, groups·I, H, W) (C6, C19).
 *
 * @paper adjoint of Eq. 1: ∇z_l = W_llᵀ g_l
 */
export function groupInputAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  kernel: Tensor<T>,
  groups: number,
  window: Window,
  size: readonly [number, number],
): Tensor<T> {
  const parts = Array.from({ length: groups }, (_, l) =>
    convolutionInputAdjoint(A, partition(g, 1, groups, l), partition(kernel, 0, groups, l), window, size),
  );
  return concatenate(parts, 1);
}

/**
 * The gradient of a group convolution with respect to its kernel: partition by partition. Shapes: g
 * (N, groups·O, H′, W′), x (N, groups·I, H, W), result (groups·O, I, kh, kw) (C6, C19).
 *
 * @paper adjoint of Eq. 1: ∇W_ll = Σ g_l z_lᵀ over all positions
 */
export function groupKernelAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  x: Tensor<T>,
  groups: number,
  window: Window,
  size: readonly [number, number],
): Tensor<T> {
  const parts = Array.from({ length: groups }, (_, l) =>
    convolutionKernelAdjoint(A, partition(g, 1, groups, l), partition(x, 1, groups, l), window, size),
  );
  return concatenate(parts, 0);
}

/**
 * The gradient with respect to a bias. Shapes: g (N, C, H, W), result C entries.
 *
 * @paper not in the paper: ∇b[c] = Σ_{n,h,w} g[n, c, h, w]
 */
export function biasAdjoint<T>(A: Semiring<T>, g: Tensor<T>): readonly T[] {
  const [N, C, H, W] = g.shape;
  return Array.from({ length: C }, (_, c) => sum(A, [N, H, W], (n, h, w) => g.at(n, c, h, w)));
}

/** The gradients of a block with respect to everything that went in. */
export interface BlockGradients<T> {
  readonly x: Tensor<T>;
  readonly primaryKernel: Tensor<T>;
  readonly secondaryKernel: Tensor<T>;
  readonly primaryBias: readonly T[];
  readonly secondaryBias: readonly T[];
}

/**
 * The adjoint of the block: the adjoint of each step in reverse order; that of a permutation is its inverse. Shapes: g
 * as the block's output (C8, C19), the rest as in `block`; each gradient has the shape of what it belongs to.
 *
 * @paper adjoint of Eq. 5: ∇x = Wᵖᵀ P Wᵈᵀ Pᵀ g
 */
export function blockAdjoint<T>(
  A: Semiring<T>,
  g: Tensor<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  window: Window,
  bias: Biases<T> = {},
): BlockGradients<T> {
  const { L, Mout, Lout } = blockShape(primaryKernel, secondaryKernel);
  const { interleaved } = blockStages(A, x, primaryKernel, secondaryKernel, window, bias);
  const [, , rows, columns] = interleaved.shape;
  const [, , kh, kw] = primaryKernel.shape;

  const gSecondary = interleave(g, { L: Lout, M: Mout });
  const gInterleaved = groupInputAdjoint(A, gSecondary, secondaryKernel, Mout, unitWindow, [rows, columns]);
  const gPrimary = deinterleave(gInterleaved, { L, M: Mout });
  return {
    x: groupInputAdjoint(A, gPrimary, primaryKernel, L, window, [x.shape[2], x.shape[3]]),
    primaryKernel: groupKernelAdjoint(A, gPrimary, x, L, window, [kh, kw]),
    secondaryKernel: groupKernelAdjoint(A, gSecondary, interleaved, Mout, unitWindow, [1, 1]),
    primaryBias: biasAdjoint(A, gPrimary),
    secondaryBias: biasAdjoint(A, gSecondary),
  };
}
