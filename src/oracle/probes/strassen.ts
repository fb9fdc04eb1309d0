/**
 * For those who compute pointwise convolutions by Strassen's algorithm: enough inputs and outputs that they do, odd numbers of
 * them, and of pixels. Integers are exact with it too; with few weights no lost one hides in its bound.
 */
import type { Family } from './family.ts';
import { type OtherWay, otherWayProbes } from './other-way.ts';
import type { Plan } from './plan.ts';
import { template } from './templates.ts';

/** Whether the plan has a pointwise convolution of several inputs. */
export function isStrassenPlan({ operation, L, Min, kernel }: Plan): boolean {
  if (operation === 'interleave') return false;
  return (operation === 'block' && L >= 2) || (Min >= 2 && kernel[0] === 1 && kernel[1] === 1);
}

const few: readonly Plan[] = [
  template({ L: 96, M: 1, kernel: [1, 1], size: [4, 8], bias: true }),
  template({ L: 97, M: 2, kernel: [1, 1], size: [8, 7] }),
];

const more: readonly Plan[] = [
  ...few,
  template({ N: 2, L: 98, M: 1, kernel: [3, 1], size: [10, 8], bias: true }),
  template({ L: 129, M: 1, kernel: [1, 1], size: [11, 13] }),
];

/** Of thirteen weights one, at another input in each row. */
const way: OtherWay = {
  name: 'strassen',
  takes: isStrassenPlan,
  every: 13,
  thin: (name) => name === 'secondary_weight' || name === 'weight',
};

export const strassenProbes: Family = function* (abilities, { level, seed }) {
  if (abilities.strassen) yield* otherWayProbes(way, abilities, level === 1 ? few : more, seed);
};
