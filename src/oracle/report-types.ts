/** What a campaign found, as plain data: what a terminal, JSON, JUnit or a page shows is made from this alone. */
import type { PrecisionName } from '../algebras/precision.ts';
import type { Nature } from './ask.ts';
import type { Diagnosis } from './diagnose.ts';
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
  /** Which known bug gives the same; only where there were numbers to compare. */
  readonly diagnosis?: Diagnosis;
  readonly shrunk?: ShrunkReport;
  /** The folder with all of it, where one was written. */
  readonly bundle?: string;
}

/** How far each element of an array is from what it should be: what a picture is drawn from. */
export interface ErrorMap extends Pick<ArrayVerdict, 'array' | 'stage' | 'from'> {
  /** As it should be, row-major: (N, C, H, W), of a kernel (O, I, kh, kw), of a bias (C). */
  readonly shape: readonly number[];
  /** The factors of the channel axis: channel = major · minorSize + minor. */
  readonly channels: {
    readonly kind: 'features' | 'kernel' | 'bias';
    readonly major: 'l' | 'm';
    readonly minorSize: number;
  };
  /** |got − exact|; NaN where what came is no finite number and should be one. */
  readonly errors: Float64Array;
  /** What may be rounding; 0: bit for bit. */
  readonly bounds: Float64Array;
  /** The largest |exact|. */
  readonly largest: number;
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
  /** Whether gradients are asked for, of some operation. */
  readonly gradients: boolean;
  /** Of which; absent in reports of versions that asked for those of the block alone. */
  readonly gradientsOf?: readonly OperationName[];
  /** The points of F(4×4, 3×3), where it may compute by it. */
  readonly winograd?: readonly number[];
  /** Present: it may compute pointwise convolutions by Strassen's algorithm. */
  readonly strassen?: boolean;
}

/** Which part of a campaign a report is. */
export interface ShardReport {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
  /** How many cases all shards have together; absent where it ended before it saw the last one. */
  readonly total?: number;
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
  /** The first failure of each sort (`sortOfFailure`), in the order in which they came. */
  readonly failures: readonly FailureReport[];
  readonly unsupported: readonly ReasonReport[];
  readonly mistrusted: readonly ReasonReport[];
  /** What is worth a word though nothing is wrong; absent in reports of earlier versions. */
  readonly remarks?: readonly ReasonReport[];
  /** Why it ended: nothing was left, a failure, the time was up, or somebody cut it short. */
  readonly ended: 'all' | 'failure' | 'time' | 'interrupted';
  /** The operations that were asked for, of those that it has. */
  readonly operations: readonly OperationName[];
  /** The operations of which some case could have caught a mistake, and passed. */
  readonly trusted: readonly OperationName[];
  /** The part that this is, where the campaign was split. */
  readonly shard?: ShardReport;
  /** The only part that isn't the same each time. */
  readonly timing: { readonly seconds: number; readonly casesPerSecond: number };
}
