/** What probes for those who compute in another way than by sums have in common, whichever way it is. */
import type { Abilities, Case } from '../adapter.ts';
import { forOperations } from './family.ts';
import { integers, isSpatialWeight, reals, seedFor, thinned } from './numbers.ts';
import { caseOf, type Plan } from './plan.ts';

export interface OtherWay {
  /** Of the family. */
  readonly name: string;
  /** Whether it can be computed so. */
  readonly takes: (plan: Plan) => boolean;
  /** Of so many weights of a row one, where few shall show that none is lost; and of which arrays. */
  readonly every: number;
  readonly thin?: (name: string) => boolean;
}

/** Each plan that can be computed so, of integers, of few weights and of many. */
export function* otherWayProbes(
  { name, takes, every, thin = isSpatialWeight }: OtherWay,
  abilities: Abilities,
  plans: readonly Plan[],
  seed: number,
): Generator<Case> {
  const { precision } = abilities;
  let i = 0;
  for (const plan of forOperations(abilities, plans, ['group-convolution', 'block'])) {
    if (!takes(plan)) continue;
    const fill = (kind: string, own: number) => {
      if (kind === 'integers') return integers(plan, precision, own);
      const real = reals(precision, own);
      return kind === 'sparse' ? thinned(real, every, i % every, thin) : real;
    };
    for (const kind of ['integers', 'sparse', 'reals']) {
      const id = `${name}/${i}`;
      yield caseOf(id, plan, precision, fill(kind, seedFor(seed, id)));
      i++;
    }
  }
}
