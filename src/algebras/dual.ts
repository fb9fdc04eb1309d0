import type { Ring } from '../../spec/00-notation.ts';
import type { Algebra } from './algebra.ts';

/** The dual number value + ε·tangent, with ε² = 0. */
export interface Dual<T> {
  readonly value: T;
  /** The derivative along the chosen direction. */
  readonly tangent: T;
}

/** The dual numbers over a ring, with the map from it. */
export interface DualAlgebra<T> extends Algebra<Dual<T>>, Ring<Dual<T>> {
  /** An entry that the direction leaves alone: a + ε·0. */
  constant(a: T): Dual<T>;
}

/**
 * Dual numbers over a ring: directional derivatives, to check the adjoints. Run the block on x + ε·dx and the
 * tangents are the derivative along dx.
 *
 * Carrier: pairs of elements of the base ring. Source: R[ε]/ε². Errors: those of the base ring.
 */
export function dual<T>(base: Algebra<T> & Ring<T>): DualAlgebra<T> {
  return {
    name: `dual ${base.name}`,
    exact: base.exact,
    zero: { value: base.zero, tangent: base.zero },
    one: { value: base.one, tangent: base.zero },
    constant: (a) => ({ value: a, tangent: base.zero }),
    add: (a, b) => ({ value: base.add(a.value, b.value), tangent: base.add(a.tangent, b.tangent) }),
    mul: (a, b) => ({
      value: base.mul(a.value, b.value),
      tangent: base.add(base.mul(a.value, b.tangent), base.mul(a.tangent, b.value)),
    }),
    neg: (a) => ({ value: base.neg(a.value), tangent: base.neg(a.tangent) }),
    equals: (a, b) => base.equals(a.value, b.value) && base.equals(a.tangent, b.tangent),
    show: (a) => `${base.show(a.value)} + ε·(${base.show(a.tangent)})`,
  };
}
