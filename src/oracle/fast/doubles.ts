/** Arrays of doubles, worked out in double precision. */
import type { Shape } from '../../../spec/00-notation.ts';
import { contract } from './contract.ts';
import { mostTriples } from './count.ts';
import { asDoubles, channelOf, factorsOf, type Kit, movedPlanes, type Shaped, volumeOf } from './kit.ts';

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
 * change a sum by at most (1 + 2⁻⁵³)ⁿ − 1 of its magnitude, and that of the magnitude itself; n·2⁻⁵¹ is more than both.
 */
export function errorOfDouble({ roundings }: Doubles, magnitude: number): number {
  return roundings * 2 ** -51 * magnitude;
}

export const doubles: Kit<Doubles> = {
  multiply: (role, geometry, shape, factors) => {
    const [a, b, roleOfA, roleOfB] = factorsOf(role, factors);
    const value = new Float64Array(volumeOf(shape));
    const none = new Float64Array(0);
    const arrays = { input: none, kernel: none, output: none };
    contract(role, geometry, { ...arrays, [role]: value, [roleOfA]: a.value, [roleOfB]: b.value });
    // A product, and its way through a sum whose terms may be added in pairs first.
    return { shape, value, roundings: a.roundings + b.roundings + 1 + mostTriples(role, geometry) };
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
