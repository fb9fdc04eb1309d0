/** Error bounds of those who compute 3×3 convolutions by Winograd's, entry by entry. */
import { Tensor } from '../../spec/00-notation.ts';
import type { Bounded } from '../algebras/bound.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import type { Arithmetic } from './arithmetic.ts';
import type { Operations } from './operations.ts';
import { specOperations } from './spec-operations.ts';
import { sumOrWinograd } from './winograd.ts';
import { winogradParts } from './winograd-parts.ts';

/** The specification's operations on bounds, where 3×3 convolutions were computed as sums or by Winograd's. */
export function winogradOperations(
  { algebra, constant, either }: Arithmetic,
  composed: boolean,
  points: WinogradPoints,
): Operations<Tensor<Bounded>> {
  const parts = {
    ...winogradParts(algebra, constant),
    either: (sum: Tensor<Bounded>, other: Tensor<Bounded>) =>
      new Tensor(
        sum.shape,
        sum.data.map((entry, i) => either(entry, other.data[i]!)),
      ),
  };
  return specOperations(algebra, composed, sumOrWinograd(parts, points));
}
