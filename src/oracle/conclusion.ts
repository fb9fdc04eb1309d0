import type { FailureReport, ReasonReport } from './report-types.ts';
import type { OperationName, VerdictKind } from './types.ts';

/** What came of the cases of a campaign. */
export interface Totals {
  readonly counts: Readonly<Record<VerdictKind, number>>;
  readonly cases: number;
  readonly unsupported: readonly ReasonReport[];
  readonly mistrusted: readonly ReasonReport[];
  /** The operations of which some case could have caught a mistake, and passed. */
  readonly trusted: readonly OperationName[];
}

/** The verdict on an implementation: its first failure, or how far it can be believed of these operations. */
export function conclusionOf(
  { counts, cases, unsupported, mistrusted, trusted }: Totals,
  operations: readonly OperationName[],
  failure: FailureReport | undefined,
): { readonly verdict: VerdictKind; readonly reason: string } {
  if (failure) return { verdict: failure.verdict.kind, reason: failure.verdict.reason };
  if (cases === 0) return { verdict: 'MISTRUSTED', reason: 'nothing was asked' };
  if (counts.UNSUPPORTED === cases) {
    return {
      verdict: 'UNSUPPORTED',
      reason: `none of ${cases} cases is supported: ${unsupported[0]!.reason}`,
    };
  }
  if (counts.PASS === 0) {
    const [first] = [...mistrusted, ...unsupported];
    return {
      verdict: 'MISTRUSTED',
      reason: `no case passed that could have caught a mistake: ${first!.reason}`,
    };
  }
  const blind = operations.filter((operation) => !trusted.includes(operation));
  if (blind.length > 0) {
    const reason = `no case passed that could have caught a mistake in ${blind.join(' or ')}`;
    return { verdict: 'MISTRUSTED', reason };
  }
  const left = [
    `${counts.PASS} of ${cases} cases agree with the specification`,
    ...(counts.UNSUPPORTED > 0 ? [`${counts.UNSUPPORTED} are unsupported`] : []),
    ...(counts.MISTRUSTED > 0 ? [`${counts.MISTRUSTED} could not have caught a mistake`] : []),
  ];
  return { verdict: 'PASS', reason: left.join('; ') };
}
