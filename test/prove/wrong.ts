/** Wrong specifications for the proofs to fail on. */
import { type Tensor, tensor, type Window } from '../../spec/00-notation.ts';
import { interleave } from '../../spec/02-interleave.ts';
import { specOperations } from '../../src/laws/operations.ts';
import type { OperationsOn } from '../../src/prove/variables.ts';

/** The block without its last step: P z̄ is z̄ again. */
export const withoutP: OperationsOn = (A) => {
  const right = specOperations(A);
  return {
    ...right,
    async block(x, primary, secondary, window, bias) {
      const Mout = primary.shape[0] / secondary.shape[1];
      const y = await right.block(x, primary, secondary, window, bias);
      return interleave(y, { L: secondary.shape[0] / Mout, M: Mout });
    },
  };
};

const mirror = <T>(x: Tensor<T>): Tensor<T> => {
  const W = x.shape[3];
  return tensor(x.shape, (n, c, h, w) => x.at(n, c, h, W - 1 - w));
};

/** Block and convolution, both on the mirrored picture: they still agree with each other. */
export const bothMirrored: OperationsOn = (A) => {
  const right = specOperations(A);
  return {
    ...right,
    block: (x, ...rest) => right.block(mirror(x), ...rest),
    convolution: (x, ...rest) => right.convolution(mirror(x), ...rest),
  };
};

/** Block and convolution with one row of padding more below. */
export const oneRowMore: OperationsOn = (A) => {
  const right = specOperations(A);
  const taller = (window: Window): Window => {
    return { ...window, padding: { ...window.padding, bottom: window.padding.bottom + 1 } };
  };
  return {
    ...right,
    block: (x, primary, secondary, window) => right.block(x, primary, secondary, taller(window)),
    convolution: (x, kernel, window) => right.convolution(x, kernel, taller(window)),
  };
};

/** A block that throws. */
export const noBlock: OperationsOn = (A) => ({
  ...specOperations(A),
  block() {
    throw new RangeError('there is no block');
  },
});

export const silent = () => {};
