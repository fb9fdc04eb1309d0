/**
 * What the networks put around the block: batch normalisation, ReLU, the identity mapping, pooling, the
 * classifier. They need an ordered field, for division and for comparison with zero.
 */
import {
  addTensors,
  ConstraintError,
  constrain,
  type OrderedField,
  sum,
  type Tensor,
  tensor,
  unitWindow,
  type Window,
} from './00-notation.ts';
import { addBias, convolution, groupConvolution, outputExtent } from './01-group-convolution.ts';
import { block } from './03-igc-block.ts';

/** What batch normalisation multiplies and adds, one entry a channel; each of shape (C, 1, 1, 1). */
export interface Normalisation<T> {
  /** γ, the scale. */
  readonly gamma: Tensor<T>;
  /** β, the shift. */
  readonly beta: Tensor<T>;
  /** μ, the running mean. */
  readonly mean: Tensor<T>;
  /** σ = √(running variance + ε): given, because an ordered field has no square root. */
  readonly sigma: Tensor<T>;
}

/**
 * Batch normalisation in its inference form. Shapes: x (N, C, H, W), parameters (C, 1, 1, 1) each, result as x
 * (C12); no σ is zero.
 *
 * @paper Section 3 (IGC, batch normalisation, ReLU): y = γ·(x − μ)/σ + β, with σ = √(variance + ε)
 */
export function batchNormalise<T>(
  A: OrderedField<T>,
  x: Tensor<T>,
  { gamma, beta, mean, sigma }: Normalisation<T>,
): Tensor<T> {
  for (const [name, { shape }] of Object.entries({ gamma, beta, mean, sigma })) {
    const perChannel = shape[0] === x.shape[1] && shape[1] * shape[2] * shape[3] === 1;
    const expected = `${name} of [${x.shape[1]}, 1, 1, 1]`;
    constrain(perChannel, 'batchNormalise', 'C12', expected, `[${shape.join(', ')}]`);
  }
  return tensor(x.shape, (n, c, h, w) => {
    const centred = A.add(x.at(n, c, h, w), A.neg(mean.at(c, 0, 0, 0)));
    const normal = A.div(centred, sigma.at(c, 0, 0, 0));
    return A.add(A.mul(gamma.at(c, 0, 0, 0), normal), beta.at(c, 0, 0, 0));
  });
}

/**
 * Rectified linear units. Shapes: x and result alike.
 *
 * @paper Section 3 (IGC, batch normalisation, ReLU): y = max(0, x)
 */
export function relu<T>(A: OrderedField<T>, x: Tensor<T>): Tensor<T> {
  return tensor(x.shape, (n, c, h, w) => (A.less(x.at(n, c, h, w), A.zero) ? A.zero : x.at(n, c, h, w)));
}

/**
 * Max pooling; the padding is not a value, so a window holds only the pixels inside the picture, at least one of
 * them (C5). Shapes: x (N, C, H, W), result (N, C, H′, W′).
 *
 * @paper Section 5 (ImageNet): y[n, c, i, j] = max over u, v of x[n, c, i·sh + u·dh − top, j·sw + v·dw − left]
 */
export function maxPool<T>(
  A: OrderedField<T>,
  x: Tensor<T>,
  kernel: readonly [number, number],
  window: Window,
): Tensor<T> {
  const [N, C, H, W] = x.shape;
  const [rows, columns] = outputExtent(x.shape, [C, 1, ...kernel], window);
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  return tensor([N, C, rows, columns], (n, c, i, j) => {
    const values: T[] = [];
    for (let u = 0; u < kernel[0]; u++) {
      for (let v = 0; v < kernel[1]; v++) {
        const h = i * sh + u * dh - top;
        const w = j * sw + v * dw - left;
        if (h >= 0 && h < H && w >= 0 && w < W) values.push(x.at(n, c, h, w));
      }
    }
    const [first, ...others] = values;
    if (first === undefined) {
      throw new ConstraintError('maxPool', 'C5', 'a pixel in every window', `none at (${i}, ${j})`);
    }
    return others.reduce((most, value) => (A.less(most, value) ? value : most), first);
  });
}

/**
 * Global average pooling. Shapes: x (N, C, H, W), result (N, C, 1, 1).
 *
 * @paper Section 5 (networks): y[n, c] = Σ_{h,w} x[n, c, h, w] / (H·W)
 */
export function globalAveragePool<T>(A: OrderedField<T>, x: Tensor<T>): Tensor<T> {
  const [N, C, H, W] = x.shape;
  const positions = sum(A, [H, W], () => A.one);
  return tensor([N, C, 1, 1], (n, c) =>
    A.div(
      sum(A, [H, W], (h, w) => x.at(n, c, h, w)),
      positions,
    ),
  );
}

/**
 * The classifier. Shapes: x (N, C, 1, 1), weight (classes, C, 1, 1), bias (classes, 1, 1, 1), result
 * (N, classes, 1, 1): the logits, before the softmax (C7, C11).
 *
 * @paper Section 5 (networks): y[n, k] = Σ_c W[k, c]·x[n, c] + b[k]
 */
export function classify<T>(A: OrderedField<T>, x: Tensor<T>, weight: Tensor<T>, bias: Tensor<T>): Tensor<T> {
  return addBias(A, convolution(A, x, weight, unitWindow), bias.data);
}

/**
 * A convolution with what follows it; no ReLU unless `activation`. Shapes as in `groupConvolution`.
 *
 * @paper Section 5 (networks): ReLU(BN(W x)), the unit of RegConv
 */
export function convolutionUnit<T>(
  A: OrderedField<T>,
  x: Tensor<T>,
  kernel: Tensor<T>,
  groups: number,
  window: Window,
  normalisation: Normalisation<T>,
  activation: boolean,
): Tensor<T> {
  const y = batchNormalise(A, groupConvolution(A, x, kernel, groups, window), normalisation);
  return activation ? relu(A, y) : y;
}

/**
 * A block with what follows it; no ReLU unless `activation`. Shapes as in `block`.
 *
 * @paper Section 5 (networks): ReLU(BN(P Wᵈ Pᵀ Wᵖ x)), the unit of IGC
 */
export function igcUnit<T>(
  A: OrderedField<T>,
  x: Tensor<T>,
  primaryKernel: Tensor<T>,
  secondaryKernel: Tensor<T>,
  window: Window,
  normalisation: Normalisation<T>,
  activation: boolean,
): Tensor<T> {
  const y = batchNormalise(A, block(A, x, primaryKernel, secondaryKernel, window), normalisation);
  return activation ? relu(A, y) : y;
}

/**
 * A residual unit. Shapes: body(x) and shortcut(x) alike (C12).
 *
 * @paper Section 5 (identity mapping, "+Ident."): ReLU(body(x) + shortcut(x)), the shortcut the identity or a projection
 */
export function residualUnit<T>(
  A: OrderedField<T>,
  x: Tensor<T>,
  body: (x: Tensor<T>) => Tensor<T>,
  shortcut: (x: Tensor<T>) => Tensor<T>,
): Tensor<T> {
  return relu(A, addTensors(A, body(x), shortcut(x)));
}

/**
 * Units one after the other; no unit is the identity.
 *
 * @paper Section 5 (networks): a stage, u_B(… u_2(u_1(x)))
 */
export function stage<T>(x: Tensor<T>, units: readonly ((x: Tensor<T>) => Tensor<T>)[]): Tensor<T> {
  return units.reduce((input, unit) => unit(input), x);
}
