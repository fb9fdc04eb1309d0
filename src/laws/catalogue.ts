import * as adjoint from './chapters/adjoint.ts';
import * as block from './chapters/block.ts';
import * as complexity from './chapters/complexity.ts';
import * as convolution from './chapters/convolution.ts';
import * as extensions from './chapters/extensions.ts';
import * as interleave from './chapters/interleave.ts';
import * as specialCases from './chapters/special-cases.ts';
import * as structure from './chapters/structure.ts';
import type { Law } from './law.ts';

/** Every law, in the order of the specification. */
export const laws: readonly Law[] = [
  convolution,
  interleave,
  block,
  structure,
  complexity,
  specialCases,
  extensions,
  adjoint,
].flatMap((chapter): Law[] => Object.values(chapter));
