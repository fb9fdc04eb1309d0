import { telling, tellingSize } from '../mutants/telling.ts';
import type { Family } from './family.ts';
import { forOperations } from './family.ts';
import { integers, seedFor } from './numbers.ts';
import { caseOf } from './plan.ts';
import { diagnosing, fewTemplates, longSums, moreTemplates } from './templates.ts';

/**
 * The block on which all bugs of the catalogue differ pairwise, before anything else: whatever fails first then has a
 * name. Then the same of its gradients, of its parts and of theirs.
 */
export const tellingProbes: Family = function* (abilities, { seed }) {
  const { precision } = abilities;
  for (const [plans, operations] of [
    [[telling, { ...telling, gradients: true }], ['block']],
    [
      [telling, { ...telling, gradients: true }],
      ['group-convolution', 'interleave'],
    ],
  ] as const) {
    for (const plan of forOperations(abilities, plans, operations)) {
      const id = `telling/${plan.operation}${plan.gradients ? '-gradients' : ''}`;
      yield caseOf(id, plan, precision, integers(plan, precision, seedFor(seed, id), tellingSize));
    }
  }
};

/** The diagnosing probe: distinct integers, so that each known bug gives another output; with biases and Mout ≠ M too. */
export const diagnosingProbes: Family = function* (abilities, { seed }) {
  const variants = [
    diagnosing,
    { ...diagnosing, bias: true },
    { ...diagnosing, Mout: 4, bias: true },
    { ...diagnosing, Lout: 5, bias: true },
  ];
  let i = 0;
  for (const plan of forOperations(abilities, variants)) {
    const id = `diagnosing/${i++}`;
    yield caseOf(id, plan, abilities.precision, integers(plan, abilities.precision, seedFor(seed, id)));
  }
};

/** Integers of which every partial sum is exact: compared bit for bit, a single dropped tap shows. */
export const integerProbes: Family = function* (abilities, { level, seed }) {
  const plans = [...(level === 1 ? fewTemplates : moreTemplates), ...longSums(level)];
  let i = 0;
  for (const plan of forOperations(abilities, plans)) {
    const id = `integers/${i++}`;
    yield caseOf(id, plan, abilities.precision, integers(plan, abilities.precision, seedFor(seed, id)));
  }
};
