/**
 * What the kernels demand of their arguments. The labels C1, C2, … and their statements are the specification's; K1,
 * K2, … are the kernels' own, G1, G2, … those of the GPU path.
 */
import { type ConstraintId, constraints } from '../../spec/00-notation.ts';
import { ArgumentError, type Site } from '../tensor/argument-error.ts';

/** The constraints of the kernels, numbered once. A label stands at the check, in the message and in the test's name. */
export const kernelConstraints = {
  K1: 'what was disposed of is used no more',
  K2: 'everything that is prepared fits the memory of a module, 4 GiB',
  K3: 'weights, biases, inputs and outputs are Float32Arrays',
  K4: 'an option is one that the kernels have',
  K5: 'the engine has what the code needs',
  K6: 'a normalisation divides by the root of a positive number',
  K7: 'no thread is lost while the kernels are in use',
  K8: 'a run without x or residual follows one without it, or the writing of its view',
  G1: 'on a GPU an array has fewer than 2²⁴ entries, and no more than a buffer or texture of the device holds',
  G2: 'on a GPU all images together have fewer than 2¹⁶ channels',
  G3: 'a tensor is used by the GPU kernels that made it, in the shape that the layer takes',
} as const;

export type KernelConstraintId = ConstraintId | keyof typeof kernelConstraints;

/** An argument of the kernels broke a constraint: the caller's fault, never a failure inside. */
export class KernelError extends ArgumentError<KernelConstraintId> {
  override readonly name = 'KernelError';

  constructor(site: Site, constraint: KernelConstraintId, expected: string, got: string) {
    super({ ...constraints, ...kernelConstraints }, site, constraint, expected, got);
  }
}

/** Throws a KernelError that says where, which constraint, what was expected and what came. */
export function demand(
  holds: boolean,
  site: Site,
  constraint: KernelConstraintId,
  expected: string,
  got: string,
): asserts holds {
  if (!holds) throw new KernelError(site, constraint, expected, got);
}
