import type { Algebra } from './algebra.ts';

/** What is known of a scalar while operations are counted: zero, one, which parameter, or none of these. */
export interface Operand {
  readonly label: string;
  readonly parameter: boolean;
}

const zero: Operand = { label: '0', parameter: false };
const one: Operand = { label: '1', parameter: false };
const mixed: Operand = { label: 'mixed', parameter: false };

/** An algebra that counts what the specification does with it. */
export interface CostCounter extends Algebra<Operand> {
  /** An entry of the input. */
  readonly input: Operand;
  /** The parameter of that name; the same name is the same parameter. */
  parameter(id: string | number): Operand;
  /** Multiplications so far. Taps in the padding count, as in published multiply-add counts. */
  readonly multiplyAdds: number;
  /** Distinct parameters that an addition or multiplication has touched so far. */
  readonly parameters: number;
}

/**
 * A fresh counter of multiply-adds and parameters, to check Eq. 7 by counting: T parameters, and T multiply-adds
 * for each output position.
 *
 * Carrier: the flat lattice 0 < {1, one atom for each parameter} < mixed. `add` is the join; `mul` has 1 as its
 * neutral element, 0 annihilates, and every other product is mixed: an idempotent commutative semiring. Counting
 * is the one effect, and no value depends on it. Source: Eq. 7. Errors: none.
 */
export function costCounter(): CostCounter {
  const parameters = new Map<string | number, Operand>();
  const touched = new Set<Operand>();
  let multiplyAdds = 0;
  const touch = (a: Operand, b: Operand): void => {
    if (a.parameter) touched.add(a);
    if (b.parameter) touched.add(b);
  };
  return {
    name: 'cost counter',
    exact: true,
    zero,
    one,
    input: mixed,
    parameter: (id) => {
      const known = parameters.get(id) ?? { label: `parameter ${JSON.stringify(id)}`, parameter: true };
      parameters.set(id, known);
      return known;
    },
    add: (a, b) => {
      touch(a, b);
      if (a === zero || a === b) return b;
      return b === zero ? a : mixed;
    },
    mul: (a, b) => {
      multiplyAdds++;
      touch(a, b);
      if (a === zero || b === one) return a;
      return b === zero || a === one ? b : mixed;
    },
    equals: (a, b) => a === b,
    show: (a) => a.label,
    get multiplyAdds() {
      return multiplyAdds;
    },
    get parameters() {
      return touched.size;
    },
  };
}
