/**
 * Arrays of unevaluated sums high + low of two doubles, with a proof of how close they are: about as good as twice the
 * digits. JavaScript has no fused multiply-add, and Dekker's exact product takes 17 operations; instead each factor is
 * split once, for the whole array, into a head and a tail,
 *
 *   a = head + tail, head a multiple of one power of two q and at most 2ᵗ·q,
 *
 * with so few bits t that the products of heads, and every partial sum of them, are integers below 2⁵³ times qₐ·q_b: exact
 * in doubles. What is left of Σ a·b is Σ (a·tail_b + tail_a·head_b), some 2⁻ᵗ of it, and is summed in doubles. Three
 * multiplications a product instead of one. (The idea: Ozaki, Ogita, Oishi and Rump, Error-free transformations of matrix
 * multiplication, 2012.)
 *
 * One error serves a whole array, from the largest head and the largest tail: entries much smaller than the largest are
 * known less well.
 */
import type { Shape } from '../../../spec/00-notation.ts';
import { volume } from '../lookup.ts';
import { contract } from './contract.ts';
import { contractPairs } from './contract-pairs.ts';
import { mostTriples } from './count.ts';
import { asDoubles, channelOf, factorsOf, type Kit, movedPlanes, type Shaped } from './kit.ts';
import { most, splitting } from './split.ts';

/** |high + low − exact| ≤ error, and high is high + low rounded to nearest. */
export interface Pairs extends Shaped {
  readonly high: Float64Array;
  /** Absent: zeros. */
  readonly low: Float64Array | undefined;
  readonly error: number;
}

/** Above one by more than the roundings of any error here. */
const upwards = 1 + 2 ** -40;

export function pairsOf(shape: Shape, data: ArrayLike<number>): Pairs {
  return { shape, high: asDoubles(data), low: undefined, error: 0 };
}

/** What rounding took from a + b, exactly, where `sum` is the rounded sum (Knuth's sum of two). */
function restOf(a: number, b: number, sum: number): number {
  const there = sum - a;
  return a - (sum - there) + (b - there);
}

/** Makes high[i] + low[i] a pair, in place and exactly. */
function normalise(high: Float64Array, low: Float64Array): void {
  for (let i = 0; i < high.length; i++) {
    const [a, b] = [high[i]!, low[i]!];
    const sum = a + b;
    low[i] = restOf(a, b, sum);
    high[i] = sum;
  }
}

export const pairs: Kit<Pairs> = {
  multiply: (role, geometry, shape, factors) => {
    const [a, b, roleOfA, roleOfB] = factorsOf(role, factors);
    const K = mostTriples(role, geometry);
    const bits = 53 - Math.ceil(Math.log2(Math.max(K, 2)));
    const [A, B] = [splitting(a, Math.floor(bits / 2)), splitting(b, Math.ceil(bits / 2))];
    const high = new Float64Array(volume(shape));
    const low = A.mostTail === 0 && B.mostTail === 0 ? undefined : new Float64Array(high.length);
    if (low) {
      contractPairs(role, geometry, { high, low }, { [roleOfA]: A, [roleOfB]: B });
      normalise(high, low);
    } else {
      // Nothing is left of any factor: it is its head.
      contract(role, geometry, high, { [roleOfA]: a.high, [roleOfB]: b.high });
    }
    // In the second sum: a sum and a product, and a way of at most 2K + 1 additions; n roundings change it by at most
    // n·2⁻⁵² of its magnitude as long as n·2⁻⁵³ is below 1/2.
    const rounded = (2 * K + 4) * 2 ** -52 * K;
    const lost = rounded * ((A.mostHead + A.mostTail) * B.mostTail + A.mostTail * (B.mostHead + B.mostTail));
    // What was wrong with the factors.
    const passed = A.error * (B.mostHead + B.mostTail) + (A.mostHead + A.mostTail + A.error) * B.error;
    return { shape, high, low, error: (lost + K * passed) * upwards };
  },
  addBias: (y, bias) => {
    const { length } = y.high;
    const [high, low] = [new Float64Array(length), new Float64Array(length)];
    let mostLow = 0;
    for (let i = 0; i < length; i++) {
      const c = channelOf(y.shape, i);
      const [a, b] = [y.high[i]!, bias.high[c]!];
      const sum = a + b;
      const rest = restOf(a, b, sum);
      const [l, m] = [y.low ? y.low[i]! : 0, bias.low ? bias.low[c]! : 0];
      high[i] = sum;
      low[i] = rest + l + m;
      if (l !== 0 || m !== 0) mostLow = Math.max(mostLow, Math.abs(rest) + Math.abs(l) + Math.abs(m));
    }
    normalise(high, low);
    // Two roundings of the low part, unless there was nothing to add.
    return { shape: y.shape, high, low, error: (y.error + bias.error + 2 ** -51 * mostLow) * upwards };
  },
  sumPositions: ({ shape, high: terms, low: lows, error }) => {
    const [N, C, H, W] = shape;
    const n = N * H * W;
    const [high, low, rests] = [0, 1, 2].map(() => new Float64Array(C)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let i = 0; i < terms.length; i++) {
      const c = channelOf(shape, i);
      const [a, b] = [high[c]!, terms[i]!];
      const sum = a + b;
      const rest = restOf(a, b, sum);
      const l = lows ? lows[i]! : 0;
      high[c] = sum;
      low[c]! += rest + l;
      rests[c]! += Math.abs(rest) + Math.abs(l);
    }
    normalise(high, low);
    // Each rest has a rounding of its own and one for each term after it; the sum of their sizes as many.
    const lost = (n + 2) * 2 ** -51 * most(rests);
    return { shape: [1, C, 1, 1], high, low, error: (n * error + lost) * upwards };
  },
  movePlanes: ({ shape, high, low, error }, from) => ({
    shape,
    high: movedPlanes(high, shape, from),
    low: low && movedPlanes(low, shape, from),
    error,
  }),
};
