import { Tensor } from '../../spec/00-notation.ts';
import { type Bounded, bound as boundAlgebra } from '../algebras/bound.ts';
import { type Dyadic, dyadicOf, dyadics } from '../algebras/dyadic.ts';
import { precisions } from '../algebras/precision.ts';
import type { Quantity } from './quantities.ts';
import type { Evidence } from './types.ts';

/** What an array should be, exactly, and how far a correct implementation may be from it. */
export interface Reference {
  readonly exact: Tensor<Dyadic>;
  /** Whether no rounding can happen, so that every element must be right bit for bit. */
  readonly bitForBit: boolean;
  /** The bound of element i; 0 where `bitForBit`. */
  boundAt(i: number): number;
  /** Whether a correct implementation in this precision may overflow in element i. */
  mayOverflow(i: number): boolean;
}

/** Runs the specification on exact numbers and on rounding bounds. The arrays it reads must be finite. */
export function referenceFor(quantity: Quantity, evidence: Evidence): Reference {
  const precision = precisions[evidence.precision];
  const bounds = boundAlgebra(precision);
  const exact = quantity.compute(dyadics, lookup(evidence, dyadicOf));
  const bounded = quantity.compute(bounds, lookup(evidence, bounds.leaf)).data;
  const bitForBit = isExact(quantity, evidence, bounded, 2 ** precision.significand);
  return {
    exact,
    bitForBit,
    boundAt: (i) => (bitForBit ? 0 : bounds.errorOf(bounded[i]!)),
    mayOverflow: (i) => bounded[i]!.magnitude + bounds.errorOf(bounded[i]!) > precision.largest,
  };
}

/** The recorded arrays in an algebra, each converted once. */
function lookup<T>(evidence: Evidence, embed: (x: number) => T): (name: string) => Tensor<T> {
  const known = new Map<string, Tensor<T>>();
  return (name) => {
    const recorded = evidence.arrays.get(name)!;
    const converted = known.get(name) ?? new Tensor(recorded.shape, recorded.data.map(embed));
    known.set(name, converted);
    return converted;
  };
}

/** Nothing is summed (a permutation), or all are integers and no partial sum leaves the significand. */
function isExact(
  quantity: Quantity,
  evidence: Evidence,
  bounded: readonly Bounded[],
  largest: number,
): boolean {
  if (bounded.every((element) => element.terms === 0 && element.inherited === 0)) return true;
  const integers = quantity.from.every((name) => evidence.arrays.get(name)!.data.every(Number.isInteger));
  return integers && bounded.every((element) => element.magnitude <= largest);
}
