import type { RecordingOptions } from '../implementations/recording.ts';
import type { Diagnosis } from '../oracle/diagnose.ts';
import type { ErrorMap } from '../oracle/report-types.ts';
import type { Verdict, VerdictKind } from '../oracle/types.ts';

/** A recording to judge, and what is expected of it where a manifest says so. */
export interface Job {
  readonly file: string;
  readonly options: RecordingOptions;
  readonly title?: string;
  /** Any stage, where none is named. */
  readonly expect?: { readonly verdict: VerdictKind; readonly stage?: string };
}

/** What became of a recording: judged, or unreadable. */
export interface Judged {
  readonly job: Job;
  readonly verdict?: Verdict;
  /** Of what is wrong. */
  readonly diagnosis?: Diagnosis;
  readonly unreadable?: string;
  /** Where it is wrong, element by element; only where a report shows it. */
  readonly maps?: readonly ErrorMap[];
  readonly seconds: number;
  /** The arrays in the file that nothing was asked of. */
  readonly unused: readonly string[];
}

/** Whether a recording fared as its manifest expects. */
export function asExpected({ job, verdict }: Judged): boolean {
  const { expect } = job;
  if (expect === undefined || verdict?.kind !== expect.verdict) return false;
  return expect.stage === undefined || verdict.stage === expect.stage;
}
