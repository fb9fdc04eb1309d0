/** A case from a report. */

import type { PrecisionName } from '../../src/algebras/precision.ts';
import type { Case } from '../../src/oracle/adapter.ts';
import { storedFor } from '../../src/oracle/probes/plan.ts';
import type { CaseReport, JsonNumber, NumbersReport } from '../../src/oracle/report-types.ts';

export const toNumber = (value: JsonNumber): number => (typeof value === 'number' ? value : Number(value));

/** The case that a report names, with its numbers, as an implementation of this precision is given it. */
export function caseFrom(
  report: CaseReport,
  inputs: Readonly<Record<string, NumbersReport>>,
  precision: PrecisionName,
): Case {
  const [top, bottom, left, right] = report.padding;
  const { L, Min } = report.sizes;
  return {
    id: report.id,
    operation: report.operation,
    inputs: new Map(
      Object.entries(inputs).map(([name, { shape, data }]) => [
        name,
        { shape, data: Float64Array.from(data, toNumber), stored: storedFor(precision) },
      ]),
    ),
    window: {
      stride: report.stride,
      dilation: report.dilation,
      padding: { top, bottom, left, right },
    },
    ...(report.operation === 'interleave' ? { partition: { L, M: Min } } : {}),
  };
}
