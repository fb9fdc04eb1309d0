/** Drawn block cases for the catalogue: every size small, every option in use, all shapes that have an output. */
import type { Case } from '../../../src/oracle/adapter.ts';
import { caseOf, extentOf, type Plan } from '../../../src/oracle/probes/plan.ts';
import { random } from '../../algebras/cases.ts';

export interface Drawn {
  readonly plan: Plan;
  readonly question: Case;
}

/** A drawn case: integers of up to 5000 in features and biases, up to 30 in kernels. The numbers of a shape come in series. */
export function drawCase(seed: number, numbers = 0): Drawn {
  const next = random(seed);
  const from = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
  for (;;) {
    const Min = from(1, 5);
    const L = from(1, 5);
    const most = [0, 3, 3, 3][from(0, 3)]!;
    const plan: Plan = {
      operation: 'block',
      N: from(1, 2),
      L,
      Min,
      Mout: [Min, Min, 2 * Min, from(1, 5)][from(0, 3)]!,
      Lout: [L, L, from(1, 4)][from(0, 2)]!,
      kernel: [from(1, 3), from(1, 3)],
      size: [from(1, 5), from(1, 5)],
      window: {
        stride: [from(1, 3), from(1, 3)],
        dilation: [from(1, 2), from(1, 2)],
        padding: { top: from(0, most), bottom: from(0, most), left: from(0, most), right: from(0, most) },
      },
      bias: from(0, 1) === 1,
      gradients: from(0, 2) > 0,
    };
    try {
      extentOf(plan);
    } catch {
      continue;
    }
    const draw = random(1000 * seed + numbers);
    const fill = (name: string, shape: readonly number[]) => {
      const size = name.endsWith('_weight') ? 30 : 5000;
      const length = shape.reduce((product, n) => product * n, 1);
      return Array.from({ length }, () => Math.floor(draw() * (2 * size + 1)) - size || 7);
    };
    return { plan, question: caseOf(`drawn/${seed}`, plan, 'float64', fill) };
  }
}
