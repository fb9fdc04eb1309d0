/**
 * For those who compute by Winograd's F(4×4, 3×3): enough channels that they do, tiles that are whole and cut off, several
 * in both directions. Its own bound is wider than that of a sum; with few weights even so no lost one hides in it.
 */
import { isWinogradShaped } from '../winograd.ts';
import type { Family } from './family.ts';
import { type OtherWay, otherWayProbes } from './other-way.ts';
import type { Plan } from './plan.ts';
import { template } from './templates.ts';

/** Whether the plan's spatial convolution can be computed so. */
export function isWinogradPlan({ kernel, window }: Plan): boolean {
  return isWinogradShaped([1, 1, ...kernel], window);
}

const kernel = [3, 3] as const;

const few: readonly Plan[] = [
  template({ L: 2, M: 8, kernel, size: [8, 8], pads: [1, 1, 1, 1], bias: true }),
  template({ N: 2, L: 1, M: 9, Mout: 8, kernel, size: [5, 6], pads: [0, 1, 2, 0] }),
];

const more: readonly Plan[] = [
  ...few,
  template({ L: 1, M: 16, kernel, size: [4, 16], pads: [1, 1, 1, 1] }),
  template({ L: 2, M: 8, Mout: 11, kernel, size: [13, 7], pads: [1, 1, 1, 1] }),
  template({ L: 1, M: 33, Mout: 9, kernel, size: [6, 5] }),
];

/** Every ninth weight: about as many of a row as it has channels, at another tap in each. */
const way: OtherWay = { name: 'winograd', takes: isWinogradPlan, every: 9 };

export const winogradProbes: Family = function* (abilities, { level, seed }) {
  if (abilities.winograd) yield* otherWayProbes(way, abilities, level === 1 ? few : more, seed);
};
