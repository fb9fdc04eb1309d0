/** Arrays of doubles, worked out in double precision. */
import type { Shape } from '../../../spec/00-notation.ts';
import { volume } from '../lookup.ts';
import { contract } from './contract.ts';
import { mostTriples } from './count.ts';
import { asDoubles, channelOf, factorsOf, type Kit, movedPlanes, type Shaped } from './kit.ts';
import { roundingsInFours } from './rows.ts';

export interface Doubles extends Shaped {
  readonly value: Float64Array;
  /** At least the number of roundings on the longest path to an entry. */
  readonly roundings: number;
}

export function doublesOf(shape: Shape, data: ArrayLike<number>): Doubles {
  return { shape, value: asDoubles(data), roundings: 0 };
}

/**
 * How far an entry can be from the exact one, of which this is the magnitude Σ|w||x|, rounded as often: n roundings
 * change a sum by at most (1 + 2⁻⁵³)ⁿ − 1 of its magnitude. So many times 2⁻⁵³ is less by n·2⁻⁵³ of itself, the magnitude
 * by as much; the factor makes up for both as long as n is below 2²⁰, four times over.
 */
export function errorOfDouble({ roundings }: Doubles, magnitude: number): number {
  const wide = roundings < 2 ** 20 ? 1 + 2 ** -30 : 4;
  return roundings * 2 ** -53 * magnitude * wide;
}

export const doubles: Kit<Doubles> = {
  multiply: (role, geometry, shape, factors) => {
    const [a, b, roleOfA, roleOfB] = factorsOf(role, factors);
    const value = new Float64Array(volume(shape));
    contract(role, geometry, value, { [roleOfA]: a.value, [roleOfB]: b.value });
    const K = mostTriples(role, geometry);
    // A product and all additions but the first, which is to zero.
    const own = role === 'output' ? roundingsInFours(K) : K;
    return { shape, value, roundings: a.roundings + b.roundings + own };
  },
  addBias: (y, bias) => ({
    shape: y.shape,
    value: y.value.map((entry, i) => entry + bias.value[channelOf(y.shape, i)]!),
    roundings: Math.max(y.roundings, bias.roundings) + 1,
  }),
  sumPositions: ({ shape, value, roundings }) => {
    const [N, C, H, W] = shape;
    const sums = new Float64Array(C);
    for (let i = 0; i < value.length; i++) sums[channelOf(shape, i)]! += value[i]!;
    return { shape: [1, C, 1, 1], value: sums, roundings: roundings + N * H * W };
  },
  movePlanes: ({ shape, value, roundings }, from) => ({
    shape,
    value: movedPlanes(value, shape, from),
    roundings,
  }),
};
