/** Which strategy computes a shape: the first in the list that takes it. */
import { direct } from './direct.ts';
import { general } from './general.ts';
import type { Geometry } from './geometry.ts';
import { rolling } from './rolling.ts';
import type { Design, Strategy, Target } from './strategy.ts';
import { winograd } from './winograd.ts';

/** From the most special to the one that takes everything. */
const strategies: readonly Strategy[] = [rolling, winograd, direct, general];

/** The design of a shape. Its `why` tells what the strategies before it had against the shape. */
export function plan(geometry: Geometry, target: Target): Design {
  const refusals: string[] = [];
  for (const strategy of strategies) {
    const design = strategy.design(geometry, target);
    if ('refused' in design) refusals.push(`not ${strategy.name}: ${design.refused}`);
    else {
      const why = [design.why, ...refusals, ...(target.alone === undefined ? [] : [target.alone])];
      return { ...design, why: why.join('; ') };
    }
  }
  throw new Error(`kernels: no strategy takes this shape: ${refusals.join('; ')}`);
}
