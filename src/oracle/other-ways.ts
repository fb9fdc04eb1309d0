/** Error bounds of those who compute convolutions by Winograd's or Strassen's, entry by entry. */
import { Tensor } from '../../spec/00-notation.ts';
import type { Bounded } from '../algebras/bound.ts';
import type { Arithmetic } from './arithmetic.ts';
import { chainParts } from './chain-parts.ts';
import type { Operations } from './operations.ts';
import { specOperations } from './spec-operations.ts';
import { orStrassen, type StrassenEitherParts } from './strassen.ts';
import type { Evidence } from './types.ts';
import { sumOrWinograd } from './winograd.ts';

/** In which other ways convolutions may have been computed. */
export type OtherWays = Pick<Evidence, 'winograd' | 'strassen'>;

/** Whether there is any. */
export function hasOtherWays({ winograd, strassen = false }: OtherWays): boolean {
  return winograd !== undefined || strassen;
}

/** A group convolution that was computed as sums of products, or in one of these ways where its shape allows. */
export function inOtherWays<V>(
  parts: StrassenEitherParts<V>,
  { winograd, strassen = false }: OtherWays,
): Operations<V>['groupConvolution'] {
  const convolve = winograd ? sumOrWinograd(parts, winograd) : parts.groupConvolution;
  return strassen ? orStrassen(parts, convolve) : convolve;
}

/** The specification's operations on bounds, where convolutions were computed as sums or in one of these ways. */
export function otherOperations(
  { algebra, constant, either }: Arithmetic,
  composed: boolean,
  ways: OtherWays,
): Operations<Tensor<Bounded>> {
  const parts = {
    ...chainParts(algebra, constant),
    withCompanions,
    either: (sum: Tensor<Bounded>, other: Tensor<Bounded>) =>
      new Tensor(
        sum.shape,
        sum.data.map((entry, i) => either(entry, other.data[i]!)),
      ),
  };
  return specOperations(algebra, composed, inOtherWays(parts, ways));
}

/** Behind each entry the largest that its channel has, in every way. */
function withCompanions({ shape: [N, C, H, W], data }: Tensor<Bounded>): Tensor<Bounded> {
  const channel = (i: number) => Math.floor(i / (H * W)) % C;
  const most: Bounded[] = [];
  data.forEach((entry, i) => {
    const before = most[channel(i)];
    most[channel(i)] = before === undefined ? entry : larger(before, entry);
  });
  return new Tensor([2 * N, C, H, W], [...data, ...data.map((_, i) => most[channel(i)]!)]);
}

function larger(a: Bounded, b: Bounded): Bounded {
  const magnitude = Math.max(a.magnitude, b.magnitude);
  return {
    value: magnitude,
    magnitude,
    inherited: Math.max(a.inherited, b.inherited),
    terms: Math.max(a.terms, b.terms),
    roundings: Math.max(a.roundings, b.roundings),
  };
}
