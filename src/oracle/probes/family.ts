/** What the families of probes have in common. */
import type { Abilities, Case } from '../adapter.ts';
import type { OperationName } from '../types.ts';
import { type Plan, within } from './plan.ts';

export type Level = 1 | 2;

/** What a family is drawn from. */
export interface Drawing {
  readonly level: Level;
  readonly seed: number;
  /** How many cases of drawn shapes; the level says it where undefined. */
  readonly runs?: number | undefined;
}

/** A family of probes: lazily, the same for the same drawing. */
export type Family = (abilities: Abilities, drawing: Drawing) => Generator<Case>;

/** Parts before the whole: a failure of a part is easier to understand. */
const inOrder: readonly OperationName[] = ['interleave', 'group-convolution', 'block'];

/** The plans for each operation that the implementation has, as near as it can, none twice. */
export function* forOperations(
  abilities: Abilities,
  plans: Iterable<Plan>,
  only: readonly OperationName[] = inOrder,
): Generator<Plan> {
  const operations = inOrder.filter(
    (operation) => abilities.operations.includes(operation) && only.includes(operation),
  );
  const seen = new Set<string>();
  for (const plan of plans) {
    for (const operation of operations) {
      const adapted = within(abilities, { ...plan, operation });
      const key = JSON.stringify(essence(adapted));
      if (seen.has(key)) continue;
      seen.add(key);
      yield adapted;
    }
  }
}

/** What matters of a plan for its operation. */
function essence(plan: Plan): unknown {
  const { operation, N, L, Min, size, ...rest } = plan;
  if (operation === 'interleave') return { operation, N, L, Min, size };
  if (operation === 'block') return plan;
  const { Mout, kernel, window, bias, gradients } = rest;
  return { operation, N, L, Min, size, Mout, kernel, window, bias, gradients };
}
