/** The numbers of probes: integers whose sums are exact, real numbers of full precision, sparse ones. */
import { type PrecisionName, precisions } from '../../algebras/precision.ts';
import { seededIntegers } from '../../laws/draw.ts';
import { volume } from '../lookup.ts';
import { roundTo } from '../spacing.ts';
import { extentOf, type Fill, type Plan, storedFor } from './plan.ts';

/** A seed for a named case: the same seed and name, the same numbers. */
export function seedFor(seed: number, id: string): number {
  return seededIntegers(seed, 2 ** 30)(id, 1)[0]!;
}

/** Integers up to this size, and sums of them, are exact wherever they pass. */
export function exactIntegers(precision: PrecisionName): number {
  const format: { significand: number; operands?: { significand: number } } = precisions[precision];
  return 2 ** Math.min(format.significand, format.operands?.significand ?? format.significand);
}

/** The largest partial sum, in any order, of anything that follows from entries of at most m, weights of at most w. */
function largestSum(plan: Plan, m: number, w = m): number {
  const { operation, N, L, Min, Mout, Lout, kernel, bias, gradients } = plan;
  if (operation === 'interleave') return m;
  const taps = kernel[0] * kernel[1];
  const added = bias ? m : 0;
  const primary = Min * taps * m * w + added;
  const [rows, columns] = gradients ? extentOf(plan) : [0, 0];
  const positions = N * rows * columns;
  if (operation === 'group-convolution') {
    return gradients ? Math.max(primary, Mout * taps * m * w, positions * m * m) : primary;
  }
  const y = L * w * primary + added;
  if (!gradients) return y;
  const back = Lout * m * w;
  return Math.max(y, Mout * taps * w * back, positions * m * Math.max(back, primary));
}

/**
 * Nonzero integers, as large as exact sums allow but at most `most`. Where even ones would be too many, weights are
 * thinned out, each row at another place.
 */
export function integers(plan: Plan, precision: PrecisionName, seed: number, most = 1000): Fill {
  const exact = exactIntegers(precision);
  let m = Math.max(1, most);
  while (m > 1 && largestSum(plan, m) > exact) m = Math.floor(m * 0.9);
  const every = Math.ceil(largestSum(plan, m) / exact);
  const draw = seededIntegers(seed, m);
  const dense: Fill = (name, shape) => draw(name, volume(shape)).map((n) => n || m);
  return every === 1 ? dense : thinned(dense, every);
}

/** Nonzero integers with as many bits as exact sums allow, and weights of 1 and −1: shows what rounds its inputs. */
export function wideIntegers(plan: Plan, precision: PrecisionName, seed: number): Fill {
  const exact = exactIntegers(precision);
  let m = exact;
  while (m > 1 && largestSum(plan, m, 1) > exact) m = Math.floor(m * 0.9);
  const draw = seededIntegers(seed, m);
  return (name, shape) => {
    const drawn = draw(name, volume(shape));
    return name.endsWith('weight') ? drawn.map((n) => Math.sign(n) || 1) : drawn.map((n) => n || m);
  };
}

/** Real numbers from 1/2 to 4 in size, with every bit of the significand in use. */
export function reals(precision: PrecisionName, seed: number): Fill {
  const format = precisions[storedFor(precision)];
  return (name, shape) => {
    const length = volume(shape);
    const [high, low] = ['high', 'low'].map((part) =>
      seededIntegers(seed, 2 ** 30 - 1)(`${name} ${part}`, length),
    ) as [number[], number[]];
    const scale = seededIntegers(seed, 1)(`${name} scale`, length);
    return high.map((n, i) => {
      const size = 1 + Math.abs(n) * 2 ** -30 + Math.abs(low[i]!) * 2 ** -60;
      return roundTo(Math.sign(n || 1) * size * 2 ** scale[i]!, format);
    });
  };
}

/** Keeps every `every`-th weight of a row, beginning at another one in each row; arrays that aren't `thin` stay. */
export function thinned(
  fill: Fill,
  every: number,
  start = 0,
  thin: (name: string) => boolean = isSpatialWeight,
): Fill {
  return (name, shape) => {
    const data = fill(name, shape);
    if (!thin(name)) return data;
    const row = volume(shape.slice(1));
    return Array.from(data, (value, i) => {
      const [o, t] = [Math.floor(i / row), i % row];
      return (t + o + start) % every === 0 ? value : 0;
    });
  };
}

export const isSpatialWeight = (name: string) => name === 'weight' || name === 'primary_weight';
