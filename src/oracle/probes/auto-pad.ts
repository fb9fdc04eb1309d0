/**
 * For runtimes whose models name a padding instead of giving it (ONNX's auto_pad): paddings that have a name, most of them
 * with an odd total, where SAME_UPPER and SAME_LOWER differ, and with strides, where the size of the input counts.
 */
import { tensorWindow } from '../../tensor/index.ts';
import { autoPadFamily, autoPads } from '../auto-pad.ts';
import { type Family, forOperations } from './family.ts';
import { integers, seedFor } from './numbers.ts';
import { caseOf, type Plan } from './plan.ts';
import { template } from './templates.ts';

const few: readonly Plan[] = [
  template({ L: 2, M: 2, kernel: [2, 4], size: [4, 5], bias: true }),
  template({ N: 2, L: 3, M: 1, Mout: 2, kernel: [3, 3], size: [6, 7], stride: [2, 2] }),
];

const more: readonly Plan[] = [
  ...few,
  template({ L: 1, M: 3, Mout: 5, kernel: [4, 3], size: [7, 8], stride: [1, 2] }),
  template({ L: 5, M: 1, kernel: [3, 5], size: [5, 9], stride: [3, 2], bias: true }),
  template({ L: 2, M: 4, kernel: [1, 2], size: [3, 6], stride: [2, 3] }),
  template({ L: 4, M: 8, kernel: [2, 2], size: [8, 9] }),
  template({ L: 2, M: 3, kernel: [5, 4], size: [2, 3] }),
];

export const autoPadProbes: Family = function* (abilities, { level, seed }) {
  if (!abilities.autoPad) return;
  const plans = (level === 1 ? few : more).flatMap((plan) =>
    autoPads.flatMap((padding) => {
      const { size, kernel, window } = plan;
      // Without padding, a kernel may be larger than the picture.
      if (padding === 'valid' && kernel.some((taps, axis) => taps > size[axis]!)) return [];
      return [{ ...plan, window: tensorWindow({ ...window, padding }, { input: size, kernel }) }];
    }),
  );
  let i = 0;
  for (const plan of forOperations(abilities, plans, ['group-convolution', 'block'])) {
    const id = `${autoPadFamily}/${i++}`;
    yield caseOf(id, plan, abilities.precision, integers(plan, abilities.precision, seedFor(seed, id)));
  }
};
