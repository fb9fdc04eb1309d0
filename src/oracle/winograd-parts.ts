import { type Semiring, Tensor } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import type { Rational } from '../algebras/rational.ts';
import { volume } from './lookup.ts';
import type { WinogradParts } from './winograd.ts';

/** What Winograd's is made of, by the specification in an algebra; `constant`: a constant of the algorithm in it. */
export function winogradParts<T>(A: Semiring<T>, constant: (x: Rational) => T): WinogradParts<Tensor<T>> {
  return {
    groupConvolution: (x, kernel, groups, window) => groupConvolution(A, x, kernel, groups, window),
    interleave,
    shape: ({ shape }) => shape,
    reshape: ({ data }, shape) => new Tensor(shape, data),
    pick: ({ data }, shape, from) => {
      const picked = Array.from({ length: volume(shape) }, (_, i) => data[from(i)] as T);
      return new Tensor(shape, picked);
    },
    constant: (shape, data) => new Tensor(shape, data.map(constant)),
  };
}
