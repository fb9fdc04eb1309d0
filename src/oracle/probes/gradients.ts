import { gradientsOf } from '../adapter.ts';
import { type Family, forOperations } from './family.ts';
import { integers, reals, seedFor } from './numbers.ts';
import { caseOf, extentOf, type Plan } from './plan.ts';
import { diagnosing, fewTemplates, moreTemplates } from './templates.ts';

/**
 * Gradients of the block and of the group convolution with respect to input, weights and biases: integers bit for bit,
 * real numbers with the bound.
 */
export const gradientProbes: Family = function* (abilities, { level, seed }) {
  const few = [diagnosing, { ...diagnosing, bias: true, Mout: 4 }, ...fewTemplates];
  const plans = (level === 1 ? few : [...few, ...moreTemplates]).filter((plan) => effort(plan) < 2e5);
  const asking = plans.map((plan) => ({ ...plan, gradients: true }));
  let i = 0;
  for (const operation of gradientsOf(abilities)) {
    let plansOfIt = 0;
    for (const plan of forOperations(abilities, asking, [operation])) {
      plansOfIt++;
      for (const kind of ['integers', 'reals'] as const) {
        if (kind === 'reals' && level === 1 && plansOfIt > 5) continue;
        const id = `gradients/${i++}`;
        const numbers = {
          integers: () => integers(plan, abilities.precision, seedFor(seed, id)),
          reals: () => reals(abilities.precision, seedFor(seed, id)),
        };
        yield caseOf(id, plan, abilities.precision, numbers[kind]());
      }
    }
  }
};

/** The products that the specification works out for the gradients, roughly. */
function effort(plan: Plan): number {
  const { N, L, Min, Mout, size, kernel } = plan;
  const [rows, columns] = extentOf(plan);
  return N * (size[0] * size[1] + rows * columns) * L * Mout * Min * kernel[0] * kernel[1];
}
