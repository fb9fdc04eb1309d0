/** The catalogue of bugs: what people get wrong about the block, one value each. */
import { betweenMutants } from './between.ts';
import { biasMutants } from './biases.ts';
import { borderMutants } from './borders.ts';
import { gradientMutants } from './gradients.ts';
import type { Mutant } from './mutant.ts';
import { offsetMutants } from './offsets.ts';
import { permutationMutants } from './permutations.ts';
import { tailMutants } from './tails.ts';
import { weightMutants } from './weights.ts';
import { windowMutants } from './windows.ts';

/** In the order in which they are worth a thought. */
export const catalogue: readonly Mutant[] = [
  ...permutationMutants,
  ...weightMutants,
  ...offsetMutants,
  ...windowMutants,
  ...borderMutants,
  ...biasMutants,
  ...betweenMutants,
  ...tailMutants,
  ...gradientMutants,
];

/** Those that are the same function on every shape: not bugs, but known ways to be right that look wrong. */
export const equivalences: ReadonlySet<string> = new Set(['stride-late']);

/** The bug of this id. Throws a RangeError that names the id. */
export function mutantOf(id: string): Mutant {
  const found = catalogue.find((mutant) => mutant.id === id);
  if (found) return found;
  throw new RangeError(`mutantOf: expected an id of the catalogue, got '${id}'`);
}
