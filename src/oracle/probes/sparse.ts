import type { Abilities } from '../adapter.ts';
import { type Family, forOperations, type Level } from './family.ts';
import { reals, seedFor, thinned } from './numbers.ts';
import { caseOf, type Plan, productsOf } from './plan.ts';
import { diagnosing, fewTemplates, longSums, moreTemplates, template } from './templates.ts';

/** How many weights of a row are left: a sum of so few products has a bound that no missing one stays within. */
const support = 8;

/**
 * Real numbers with about eight nonzero weights a row, swept over all taps and channels: each weight has its turn, and
 * a tap that is dropped or swapped can't hide in the rounding of a long sum.
 */
export const sparseProbes: Family = function* (abilities, { level, seed }) {
  let i = 0;
  for (const plan of forOperations(abilities, plansAt(level), ['block', 'group-convolution'])) {
    const every = Math.max(1, Math.ceil(productsOf(plan).longest / support));
    for (const start of startsOf(every, level, productsOf(plan).all)) {
      const id = `sparse/${i++}`;
      const fill = thinned(reals(abilities.precision, seedFor(seed, id)), every, start);
      yield caseOf(id, plan, abilities.precision, fill);
    }
  }
};

const plansAt = (level: Level): readonly Plan[] =>
  level === 1
    ? [
        diagnosing,
        { ...diagnosing, bias: true, Mout: 5 },
        template({ L: 2, M: 7, Mout: 3, kernel: [3, 3], size: [3, 4], pads: [1, 1, 1, 1] }),
        template({ L: 9, M: 1, kernel: [3, 3], size: [3, 3], pads: [1, 1, 1, 1] }),
        template({ L: 1, M: 33, Mout: 3, kernel: [1, 1], size: [2, 2] }),
      ]
    : [diagnosing, ...moreTemplates.slice(fewTemplates.length), ...fewTemplates, ...longSums(1)];

/**
 * All of them, unless that takes too long: rows begin at different places, so that even one start meets every tap in
 * some row.
 */
function startsOf(every: number, level: Level, products: number): readonly number[] {
  const most = Math.ceil((level === 1 ? 5e5 : 2e6) / products);
  const step = Math.ceil(every / Math.min(every, most));
  return Array.from({ length: Math.ceil(every / step) }, (_, k) => k * step);
}

/** Dense real numbers: what is computed in fewer bits than declared shows here. */
export const realProbes: Family = function* (abilities: Abilities, { level, seed }) {
  const plans = level === 1 ? [diagnosing, ...fewTemplates.slice(0, 6)] : [diagnosing, ...moreTemplates];
  let i = 0;
  for (const plan of forOperations(abilities, plans)) {
    const id = `reals/${i++}`;
    yield caseOf(id, plan, abilities.precision, reals(abilities.precision, seedFor(seed, id)));
  }
};
