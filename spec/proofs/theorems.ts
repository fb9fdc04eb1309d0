/** Every statement that certificates prove, by claim. Start with claims/01-interleave.ts. */
import { interleaveSections } from './claims/01-interleave.ts';
import { complementaritySections } from './claims/02-complementarity.ts';
import { compositeSections } from './claims/03-composite.ts';
import { specialCaseSections } from './claims/04-special-cases.ts';
import { complexitySections } from './claims/05-complexity.ts';
import { adjointSections } from './claims/06-adjoint.ts';
import { outputSizeSections } from './claims/07-output-size.ts';
import { roundingSections } from './claims/08-rounding.ts';
import { extensionSections } from './claims/09-extensions.ts';
import { constrainedSections } from './claims/10-constrained.ts';
import { inductions } from './inductions.ts';
import type { Section } from './section.ts';
import type { Theorem } from './theorem.ts';

export const sections: readonly Section[] = [
  ...interleaveSections,
  ...complementaritySections,
  ...compositeSections,
  ...specialCaseSections,
  ...complexitySections,
  ...adjointSections,
  ...outputSizeSections,
  ...roundingSections,
  ...extensionSections,
  ...constrainedSections,
];

/** All theorems, those of the inductions included. */
export const theorems: readonly Theorem[] = [
  ...Object.values(inductions).flatMap((induction): readonly Theorem[] => induction.theorems),
  ...sections.flatMap((section) => section.theorems),
];
