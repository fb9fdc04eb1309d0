import { type Semiring, Tensor } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import type { Rational } from '../algebras/rational.ts';
import { volume } from './lookup.ts';
import type { ChainParts } from './winograd.ts';

/** What chains of convolutions are made of, by the specification in an algebra; `constant`: an algorithm's constant in it. */
export function chainParts<T>(A: Semiring<T>, constant: (x: Rational) => T): ChainParts<Tensor<T>> {
  return {
    groupConvolution: (x, kernel, groups, window) => groupConvolution(A, x, kernel, groups, window),
    interleave,
    shape: ({ shape }) => shape,
    reshape: ({ data }, shape) => new Tensor(shape, data),
    pick: ({ data }, shape, from) => {
      const picked = Array.from({ length: volume(shape) }, (_, i) => {
        const place = from(i);
        return place < 0 ? A.zero : (data[place] as T);
      });
      return new Tensor(shape, picked);
    },
    constant: (shape, data) => new Tensor(shape, data.map(constant)),
  };
}
