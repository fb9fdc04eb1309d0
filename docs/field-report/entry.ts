/** What docs/field-report.json keeps of a check: enough for the report, and no more. */
import type { CaseReport, NumbersReport, ReasonReport } from '../../src/oracle/report-types.ts';

/** What another implementation gave for the smallest case. */
export interface Confirmation {
  readonly witness: string;
  /** Versions. */
  readonly about: string;
  /** How the oracle judges what it gave: PASS agrees with the oracle. */
  readonly verdict: string;
}

/** A program that shows a failure without us. */
export interface TriedSnippet {
  readonly language: string;
  readonly code: string;
  /** What it printed when it was run. */
  readonly printed: string;
}

export interface Finding {
  /** The case that came to this one. */
  readonly id: string;
  /** The first cases of other kinds, or in other parts of the check, that come to one like it. */
  readonly also: readonly string[];
  readonly verdict: string;
  readonly reason: string;
  /** The known bug that gives the same, in a sentence. */
  readonly diagnosis?: string;
  /** The smallest case; absent where it could not be made smaller. */
  readonly smallest?: {
    readonly case: Omit<CaseReport, 'id'>;
    /** Whether nothing smaller was left to try. */
    readonly finished: boolean;
    /** Arrays of more numbers than are shown have none. */
    readonly inputs: Readonly<Record<string, NumbersReport>>;
    readonly expected: Readonly<Record<string, NumbersReport>>;
    readonly got: Readonly<Record<string, NumbersReport>>;
  };
  readonly snippet?: TriedSnippet;
  readonly confirmations: readonly Confirmation[];
}

export interface Entry {
  readonly id: string;
  /** What was typed, to be typed again. */
  readonly command: string;
  /** Why nothing was judged; then there is no more. */
  readonly unavailable?: string;
  readonly about?: string;
  readonly precision?: string;
  readonly level?: number;
  readonly seed?: number;
  readonly verdict?: string;
  readonly reason?: string;
  readonly cases?: number;
  readonly elements?: number;
  readonly counts?: Readonly<Record<string, number>>;
  /** The families of probes with failing cases: how many of how many. */
  readonly failing?: readonly { readonly family: string; readonly failing: number; readonly cases: number }[];
  /** The largest part of a rounding bound that was used, of all families of probes. */
  readonly worstRatio?: number;
  readonly unsupported?: readonly Pick<ReasonReport, 'reason' | 'cases'>[];
  readonly findings?: readonly Finding[];
}

export interface ModelEntry {
  readonly model: string;
  readonly runtime: string;
  readonly opset: number;
  readonly verdict: string;
  readonly reason: string;
  readonly layers: number;
  readonly grouped: number;
  readonly partly: number;
  readonly elements: number;
}

export interface FieldReport {
  readonly schema: 'igc-oracle/field-report/1';
  readonly machine: string;
  readonly entries: readonly Entry[];
  readonly models: readonly ModelEntry[];
}

/**
 * The others that agree with the oracle on the smallest case, also where it is so small that they could not have failed
 * otherwise (MISTRUSTED).
 */
export const agreeing = ({ confirmations }: Finding): readonly Confirmation[] =>
  confirmations.filter(({ verdict }) => verdict === 'PASS' || verdict === 'MISTRUSTED');

/** Whether another implementation agrees with the oracle: until then a failure isn't believed. */
export const isConfirmed = (finding: Finding): boolean => agreeing(finding).length > 0;

/** With an entry in its place among these ids. Of others nothing is lost, also where nobody knows them here. */
export function withEntry(report: FieldReport, entry: Entry, ids: readonly string[]): FieldReport {
  const all = new Map(report.entries.map((one) => [one.id, one])).set(entry.id, entry);
  const order = new Set([...ids, ...all.keys()]);
  return { ...report, entries: [...order].flatMap((id) => all.get(id) ?? []) };
}
