/** What a campaign found, as plain data: what a terminal, JSON, JUnit or a page shows is made from this alone. */
import type { PrecisionName } from '../algebras/precision.ts';
import type { Nature } from './ask.ts';
import type { ArrayVerdict, Difference, OperationName, Stage, VerdictKind } from './types.ts';

/** JSON has no infinities and no NaN. */
export type JsonNumber = number | 'NaN' | 'Infinity' | '-Infinity';

export interface DifferenceReport extends Omit<Difference, 'expected' | 'got'> {
  readonly expected: JsonNumber;
  readonly got: JsonNumber;
}

export interface ArrayReport extends Omit<ArrayVerdict, 'first'> {
  readonly first?: DifferenceReport;
}

/** A verdict on one case. */
export interface VerdictReport {
  readonly kind: VerdictKind;
  readonly stage?: Stage;
  readonly nature: Nature;
  readonly reason: string;
  readonly arrays: readonly ArrayReport[];
}

/** A case without its numbers. */
export interface CaseReport {
  readonly id: string;
  readonly operation: OperationName;
  /** By the names of recordings, in their order. */
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  /** Of a block and an interleave: L, Min, Mout, Lout; of a group convolution L groups from Min to Mout channels. */
  readonly sizes: Readonly<Record<'N' | 'L' | 'Min' | 'Mout' | 'Lout' | 'H' | 'W' | 'kh' | 'kw', number>>;
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Top, bottom, left, right. */
  readonly padding: readonly [number, number, number, number];
  readonly bias: boolean;
  readonly gradients: boolean;
}

/** An array with its numbers, row-major. */
export interface NumbersReport {
  readonly shape: readonly number[];
  readonly data: readonly JsonNumber[];
}

/** The smallest case that was found to fail in the same way. */
export interface ShrunkReport {
  readonly case: CaseReport;
  readonly verdict: VerdictReport;
  readonly inputs: Readonly<Record<string, NumbersReport>>;
  readonly expected: Readonly<Record<string, NumbersReport>>;
  readonly got: Readonly<Record<string, NumbersReport>>;
  /** How often the implementation was run for it. */
  readonly runs: number;
  /** How many smaller cases were taken. */
  readonly steps: number;
  /** Whether nothing smaller is left to try; otherwise the budget ended. */
  readonly finished: boolean;
}

/** The first failure of its kind. */
export interface FailureReport {
  readonly case: CaseReport;
  readonly verdict: VerdictReport;
  readonly shrunk?: ShrunkReport;
  /** The folder with all of it, where one was written. */
  readonly bundle?: string;
}

/** Cases that came to nothing, by reason. */
export interface ReasonReport {
  readonly reason: string;
  readonly cases: number;
  /** The id of the first one. */
  readonly first: string;
}

/** What one family of probes came to. */
export interface FamilyReport {
  readonly family: string;
  readonly counts: Readonly<Record<VerdictKind, number>>;
  /** The largest part of a rounding bound that was used. */
  readonly worstRatio: number;
}

/** An implementation as it describes itself. */
export interface ImplementationReport {
  readonly name: string;
  readonly about?: string;
  readonly operations: readonly OperationName[];
  readonly precision: PrecisionName;
  readonly flushesSubnormals: boolean;
  readonly composed: boolean;
  readonly bias: boolean;
  readonly gradients: boolean;
}

export interface CampaignReport {
  readonly implementation: ImplementationReport;
  readonly level: 1 | 2;
  readonly seed: number;
  readonly verdict: VerdictKind;
  /** In one sentence. */
  readonly reason: string;
  /** By verdict; `cases` in all. */
  readonly counts: Readonly<Record<VerdictKind, number>>;
  readonly cases: number;
  /** Numbers that were judged. */
  readonly elements: number;
  readonly families: readonly FamilyReport[];
  /** The first failure of each kind (verdict, stage, nature), in the order in which they came. */
  readonly failures: readonly FailureReport[];
  readonly unsupported: readonly ReasonReport[];
  readonly mistrusted: readonly ReasonReport[];
  /** Why it ended: nothing was left, a failure, or the time was up. */
  readonly ended: 'all' | 'failure' | 'time';
  /** The only part that isn't the same each time. */
  readonly timing: { readonly seconds: number; readonly casesPerSecond: number };
}
