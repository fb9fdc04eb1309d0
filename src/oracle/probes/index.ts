/** The probes, in the order in which they are asked: what tells most comes first. */
import type { Abilities, Case } from '../adapter.ts';
import { autoPadProbes } from './auto-pad.ts';
import type { Drawing, Family } from './family.ts';
import { gradientProbes } from './gradients.ts';
import { diagnosingProbes, integerProbes, tellingProbes } from './integers.ts';
import { shapeProbes } from './shapes.ts';
import { realProbes, sparseProbes } from './sparse.ts';
import { specialProbes } from './special.ts';
import { strassenProbes } from './strassen.ts';
import { winogradProbes } from './winograd.ts';

export type { Drawing, Family, Level } from './family.ts';

/** The families by name; the id of a case begins with it. */
export const families = {
  telling: tellingProbes,
  diagnosing: diagnosingProbes,
  integers: integerProbes,
  sparse: sparseProbes,
  reals: realProbes,
  winograd: winogradProbes,
  strassen: strassenProbes,
  'auto-pad': autoPadProbes,
  special: specialProbes,
  gradients: gradientProbes,
  shapes: shapeProbes,
} as const satisfies Readonly<Record<string, Family>>;

/** Every probe within these abilities, lazily; the same for the same abilities and drawing. */
export function* probes(abilities: Abilities, drawing: Drawing): Generator<Case> {
  for (const family of Object.values(families)) yield* family(abilities, drawing);
}
