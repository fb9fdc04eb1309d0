/** Sums of products as implementations work them out: rounded to a format, in one order or another. */
import type { Semiring } from '../spec/00-notation.ts';
import { type Dyadic, dyadicOf, dyadics, toDouble } from '../src/algebras/dyadic.ts';
import type { Precision, Rounding } from '../src/algebras/precision.ts';

export const orderNames = ['forward', 'backward', 'pairwise', 'blocked', 'fused'] as const;

export type OrderName = (typeof orderNames)[number];

/** A product that is still to be added, or a number: times 1. */
type Term = readonly [number, number];

type Round = (x: number) => number;

/** The number of a format nearest to x, the even one of two. Subnormal ones become zero where it flushes. */
export function rounding({ significand, underflow }: Rounding, flushes: boolean): Round {
  const normal = flushes ? underflow * 2 ** (significand - 1) : 0;
  const nearest = (x: number): number => {
    if (x === 0 || significand === 53) return x;
    const last = Math.max(2 ** (Math.floor(Math.log2(Math.abs(x))) + 1 - significand), underflow);
    const down = Math.floor(x / last);
    const rest = x / last - down;
    return (rest > 0.5 || (rest === 0.5 && down % 2 !== 0) ? down + 1 : down) * last;
  };
  return (x) => {
    const rounded = nearest(x);
    return Math.abs(rounded) < normal ? 0 : rounded;
  };
}

/** What is nearest to the exact number: to a double first, but moved off a tie that isn't one. */
function nearestTo(x: Dyadic, round: Round): number {
  const double = toDouble(x);
  const rest = dyadics.add(x, dyadics.neg(dyadicOf(double))).significand;
  if (rest === 0n || double === 0) return round(double);
  const [here, hair] = [round(double), Math.abs(double) * 2 ** -52];
  const there = round(rest > 0n ? double + hair : double - hair);
  if (here === there) return here;
  return Math.abs(here - double) === Math.abs(there - double) ? there : here;
}

function pairwise(values: readonly number[], round: Round): number {
  if (values.length <= 1) return values[0] ?? 0;
  const half = values.length >> 1;
  return round(pairwise(values.slice(0, half), round) + pairwise(values.slice(half), round));
}

/** An implementation's arithmetic. A sum is the list of its terms until somebody wants to know it. */
export interface Ordered extends Semiring<readonly Term[]> {
  leaf(x: number): readonly Term[];
  finish(terms: readonly Term[]): number;
}

export function ordered(order: OrderName, precision: Precision, flushes: boolean): Ordered {
  const round = rounding(precision, flushes);
  const narrow = precision.operands ? rounding({ ...precision.operands }, flushes) : (x: number) => x;
  const products = (terms: readonly Term[]) => terms.map(([a, b]) => (b === 1 ? a : round(a * b)));
  const add = (sum: number, x: number) => round(sum + x);
  const finish = {
    forward: (terms: readonly Term[]) => products(terms).reduce(add, 0),
    backward: (terms: readonly Term[]) => products(terms).reduceRight(add, 0),
    pairwise: (terms: readonly Term[]) => pairwise(products(terms), round),
    blocked: (terms: readonly Term[]) => {
      const lanes = [0, 0, 0, 0];
      products(terms).forEach((x, i) => {
        lanes[i % 4] = add(lanes[i % 4]!, x);
      });
      return pairwise(lanes, round);
    },
    fused: (terms: readonly Term[]) =>
      terms.reduce((sum, [a, b]) => {
        const product = dyadics.mul(dyadicOf(a), dyadicOf(b));
        return nearestTo(dyadics.add(dyadicOf(sum), product), round);
      }, 0),
  }[order];
  const read = (terms: readonly Term[]) => narrow(finish(terms));
  const leaf = (x: number): readonly Term[] => (x === 0 ? [] : [[x, 1]]);
  return {
    zero: [],
    one: leaf(1),
    leaf,
    finish,
    add: (a, b) => (a.length === 0 ? b : b.length === 0 ? a : [...a, ...b]),
    mul: (a, b) => (a.length === 0 || b.length === 0 ? [] : [[read(a), read(b)]]),
  };
}
