/** What passes between the bench and a candidate's process: one JSON object a line, an answer to each question. */
import type { BenchCase } from './case.ts';
import type { RoundingName, Way } from './program.ts';

/** The first line of a process. */
export type Hello = { readonly about: string } | { readonly missing: string };

export type Question =
  | { readonly ask: 'ways'; readonly case: BenchCase }
  /** The inputs lie in `folder` as raw float32: x, primary, secondary. y is to be written to `output` likewise. */
  | {
      readonly ask: 'open';
      readonly case: BenchCase;
      readonly way: Way;
      readonly folder: string;
      readonly output: string;
      /** Milliseconds. */
      readonly warmUp: number;
    }
  /** Run it for so many milliseconds. */
  | { readonly ask: 'sample'; readonly way: Way; readonly milliseconds: number }
  | { readonly ask: 'close' };

export interface WaysAnswer {
  readonly ways: readonly Way[];
  /** Why there are none. */
  readonly why?: string;
}

export type OpenAnswer =
  | {
      /** Milliseconds from weights to the first y. */
      readonly first: number;
      readonly rounding?: RoundingName;
      readonly plan?: string;
      readonly spent?: string;
      readonly multiplyAdds?: number;
    }
  | { readonly cannot: string };

export interface SampleAnswer {
  /** Of one run: the sample's fastest. */
  readonly milliseconds: number;
}
