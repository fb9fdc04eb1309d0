/** The steps of a block, each as a case of its own. */
import { unitWindow } from '../../spec/00-notation.ts';
import { precisions } from '../algebras/precision.ts';
import type { Abilities, Case } from './adapter.ts';
import { expectedOf } from './expected.ts';
import { storedFor } from './probes/plan.ts';
import { sizesOf } from './report.ts';
import { roundTo } from './spacing.ts';
import type { Recorded } from './types.ts';

/**
 * The two convolutions and the two permutations of a block, on what each is given there when those before it are right; as
 * far as the implementation has them alone. None of a block whose gradients are asked for.
 */
export function* steps(abilities: Abilities, block: Case): Generator<Case> {
  const { operation, inputs, window } = block;
  if (operation !== 'block' || inputs.has('grad_y')) return;
  const { L, Mout, Lout } = sizesOf(block);
  const step = (arrays: Readonly<Record<string, Recorded | undefined>>, rest: Partial<Case>): Case => ({
    id: block.id,
    operation: 'group-convolution',
    inputs: new Map(
      Object.entries(arrays).filter((entry): entry is [string, Recorded] => entry[1] !== undefined),
    ),
    window: unitWindow,
    ...rest,
  });
  const weights = (name: string) => ({
    weight: inputs.get(`${name}_weight`),
    bias: inputs.get(`${name}_bias`),
  });
  const has = (question: Case) => abilities.operations.includes(question.operation);

  const primary = step({ x: inputs.get('x'), ...weights('primary') }, { window });
  if (has(primary)) yield primary;
  const interleave = step(
    { x: output(abilities, primary) },
    { operation: 'interleave', partition: { L, M: Mout } },
  );
  if (has(interleave)) yield interleave;
  const secondary = step({ x: output(abilities, interleave), ...weights('secondary') }, {});
  if (has(secondary) && (abilities.widening !== false || L === Lout)) yield secondary;
  const deinterleave = step(
    { x: output(abilities, secondary) },
    { operation: 'interleave', partition: { L: Mout, M: Lout } },
  );
  if (has(deinterleave)) yield deinterleave;
}

/** What is right for a step, as the implementation would store it. */
function output(abilities: Abilities, question: Case): Recorded {
  const { shape, data } = expectedOf(abilities, question).get('y')!;
  const stored = storedFor(abilities.precision);
  return { shape, data: Array.from(data, (value) => roundTo(value, precisions[stored])), stored };
}
