/** Which failures are taken for one: of each sort the first is shown. */
import type { CaseReport, VerdictReport } from './report-types.ts';

/**
 * The operation, the verdict, the stage and how it came about; and of infinities, NaN, zeros and subnormal numbers which of
 * them were asked, so that what is wrong with these hides nothing that is wrong with other numbers.
 */
export function sortOfFailure(
  { id, operation }: Pick<CaseReport, 'id' | 'operation'>,
  { kind, stage, nature }: Pick<VerdictReport, 'kind' | 'stage' | 'nature'>,
): string {
  const special = /^special\/([a-z-]+?)-?\d*$/.exec(id)?.[1] ?? '';
  return [operation, kind, stage, nature, special].join(' ');
}
