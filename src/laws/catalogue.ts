import { adjointLaws } from './chapters/adjoint.ts';
import { blockLaws } from './chapters/block.ts';
import { complexityLaws } from './chapters/complexity.ts';
import { convolutionLaws } from './chapters/convolution.ts';
import { extensionLaws } from './chapters/extensions.ts';
import { factorLaws } from './chapters/factor.ts';
import { interleaveLaws } from './chapters/interleave.ts';
import { networkLaws } from './chapters/network.ts';
import { specialCaseLaws } from './chapters/special-cases.ts';
import { structureLaws } from './chapters/structure.ts';
import type { Law } from './law.ts';

/** Every law, in the order of the specification. */
export const laws: readonly Law[] = [
  ...convolutionLaws,
  ...interleaveLaws,
  ...blockLaws,
  ...factorLaws,
  ...structureLaws,
  ...complexityLaws,
  ...specialCaseLaws,
  ...extensionLaws,
  ...adjointLaws,
  ...networkLaws,
];
