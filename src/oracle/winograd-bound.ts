/** Error bounds of those who compute 3×3 convolutions by Winograd's, entry by entry. */
import { Tensor } from '../../spec/00-notation.ts';
import { groupConvolution } from '../../spec/01-group-convolution.ts';
import { interleave } from '../../spec/02-interleave.ts';
import type { Bounded } from '../algebras/bound.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Operations } from './operations.ts';
import { specOperations } from './spec-operations.ts';
import { sumOrWinograd } from './winograd.ts';

/** The specification's operations on bounds, where 3×3 convolutions were computed as sums or by Winograd's. */
export function winogradOperations(
  arithmetic: Arithmetic,
  composed: boolean,
  points: WinogradPoints,
): Operations<Tensor<Bounded>> {
  const { algebra, constant, either } = arithmetic;
  const convolve = sumOrWinograd<Tensor<Bounded>>(
    {
      groupConvolution: (x, kernel, groups, window) => groupConvolution(algebra, x, kernel, groups, window),
      interleave,
      shape: ({ shape }) => shape,
      reshape: ({ data }, shape) => new Tensor(shape, data),
      pick: ({ data }, shape, from) => {
        const length = shape.reduce((product, size) => product * size, 1);
        return new Tensor(
          shape,
          Array.from({ length }, (_, i) => data[from(i)]!),
        );
      },
      constant: (shape, data) => new Tensor(shape, data.map(constant)),
      either: (sum, other) =>
        new Tensor(
          sum.shape,
          sum.data.map((entry, i) => either(entry, other.data[i]!)),
        ),
    },
    points,
  );
  return specOperations(algebra, composed, convolve);
}
