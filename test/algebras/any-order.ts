import type { Semiring } from '../../spec/00-notation.ts';
import type { Rounding } from '../../src/algebras/precision.ts';

const doubles = new Float64Array(1);
const bits = new BigInt64Array(doubles.buffer);

/** The number of a format that is nearest to x, the even one of two; no largest number. */
export function roundTo({ significand, underflow }: Rounding, x: number): number {
  if (x === 0) return 0;
  const last = Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - significand), underflow);
  const down = Math.floor(x / last);
  const excess = x / last - down;
  const up = excess > 0.5 || (excess === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * last;
}

/** a + b rounded once: the sum in double precision is rounded to odd, then to the format. */
function addOnce(format: Rounding, a: number, b: number): number {
  const s = a + b;
  const t = s - a;
  const error = a - (s - t) + (b - t);
  doubles[0] = s;
  if (error !== 0 && (bits[0]! & 1n) === 0n) bits[0]! += error > 0 === s > 0 ? 1n : -1n;
  return roundTo(format, doubles[0]);
}

/** A term of a pending sum: a number of the format, or a product that isn't rounded yet. */
interface Pending {
  readonly value: number;
  readonly product: boolean;
}

/** Sums in one format, worked out in whatever order the numbers from `next` say. */
export interface AnyOrder extends Semiring<readonly Pending[]> {
  leaf(x: number): readonly Pending[];
  finish(a: readonly Pending[]): number;
}

/**
 * An implementation that nobody can predict: sums are trees of any form, and a product is sometimes rounded,
 * sometimes fused with the addition that takes it. The format has at most 24 bits: products are exact in doubles.
 */
export function anyOrder(next: () => number, format: Rounding & { operands?: Rounding }): AnyOrder {
  const finish = (terms: readonly Pending[]): number => {
    const pool = [...terms];
    const draw = (): Pending => pool.splice(Math.floor(next() * pool.length), 1)[0]!;
    while (pool.length > 1) {
      const a = draw();
      const b = draw();
      // One of two products can be fused with the addition: the other is rounded before.
      const fused = a.product && next() < 0.5 ? a.value : roundTo(format, a.value);
      pool.push({ value: addOnce(format, fused, roundTo(format, b.value)), product: false });
    }
    return pool.length === 0 ? 0 : roundTo(format, pool[0]!.value);
  };
  const read = (terms: readonly Pending[]): number =>
    format.operands ? roundTo(format.operands, finish(terms)) : finish(terms);
  const leaf = (x: number): readonly Pending[] => (x === 0 ? [] : [{ value: x, product: false }]);
  return {
    zero: [],
    one: leaf(1),
    leaf,
    finish,
    add: (a, b) => [...a, ...b],
    mul: (a, b) => {
      const value = read(a) * read(b);
      return value === 0 ? [] : [{ value, product: true }];
    },
  };
}
