import type { RecordingOptions } from '../implementations/recording.ts';
import type { Verdict } from '../oracle/types.ts';

/** A recording to judge, and what is expected of it where a manifest says so. */
export interface Job {
  readonly file: string;
  readonly options: RecordingOptions;
  readonly title?: string;
  readonly expect?: { readonly verdict: string; readonly stage?: string | undefined };
}

/** What became of a recording: judged, or unreadable. */
export interface Judged {
  readonly job: Job;
  readonly verdict?: Verdict;
  readonly unreadable?: string;
}

/** Whether a recording fared as its manifest expects. */
export function asExpected({ job, verdict }: Judged): boolean {
  const { expect } = job;
  return expect !== undefined && verdict?.kind === expect.verdict && verdict.stage === expect.stage;
}
