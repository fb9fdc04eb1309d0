/** An error map laid out: where each element is on four axes, and how wrong it is, in steps. */
import { type Layout, layoutOf } from '../oracle/layout.ts';
import type { ErrorMap } from '../oracle/report-types.ts';

/** 0 right, 1 … 5 wrong, each step worse; 6 is no number. */
export type Level = 0 | 1 | 2 | 3 | 4 | 5 | 6;

export const levels: readonly Level[] = [0, 1, 2, 3, 4, 5, 6];

/** Where one step ends and the next begins: of the error divided by its bound, or by the largest value. */
export const steps = { bound: [10, 1e2, 1e4, 1e6], exact: [1e-6, 1e-4, 1e-2, 1] } as const;

/** How wrong the i-th element is. */
export function levelOf({ errors, bounds, largest }: ErrorMap, i: number): Level {
  const [error, bound] = [errors[i]!, bounds[i]!];
  if (Number.isNaN(error)) return 6;
  if (error <= bound) return 0;
  const [ratio, ends] = bound > 0 ? [error / bound, steps.bound] : [error / (largest || 1), steps.exact];
  const passed = ends.filter((end) => ratio >= end).length;
  return (1 + passed) as Level;
}

/** An error map laid out. */
export interface Grid extends Layout {
  level(block: number, row: number, column: number, h: number, w: number): Level;
}

export function gridOf(map: ErrorMap): Grid {
  const layout = layoutOf(map.shape, map.channels);
  return { ...layout, level: (...at) => levelOf(map, layout.index(...at)) };
}
