import { type Precision, type PrecisionName, precisions } from '../algebras/precision.ts';
import { agrees, type Findings } from './compare.ts';
import type { Quantity, Result } from './quantity.ts';
import { type Reference, tolerancesFor } from './reference.ts';
import type { Evidence } from './types.ts';

/** From the closest to float64 to the farthest. */
const candidates = ['float32', 'tfloat32', 'float16', 'bfloat16'] as const;

/**
 * The coarser precision in which a wrong array would be right, and one of zeros would not: whoever declared too much
 * wants to know. Undefined where there is none, or where most elements are right: rounding doesn't choose.
 */
export function coarserPrecision(
  result: Result,
  quantity: Quantity,
  { exact }: Reference,
  { worstRatio, wrong }: Findings,
  evidence: Evidence,
  computed: ReadonlySet<string>,
): PrecisionName | undefined {
  const { data } = evidence.arrays.get(result.array)!;
  if (2 * wrong < data.length) return undefined;
  const declared = precisions[evidence.precision];
  // No bound grows by more than the units do, but for the operands that are rounded on both sides.
  const withinReach = candidates.filter(
    (name) => worstRatio < (4 * coarsestUnit(precisions[name])) / declared.unit,
  );
  return withinReach.find((precision) => {
    const tolerances = tolerancesFor(quantity, { ...evidence, precision }, computed);
    const reference = { exact, ...tolerances.get(result.array)! };
    return agrees(reference, data) && !agrees(reference, new Float64Array(exact.length));
  });
}

function coarsestUnit({ unit, operands }: Precision): number {
  return Math.max(unit, operands?.unit ?? 0);
}
