/** What follows from the times: who is how many times as fast as whom, and how near to the limits. */
import type { CaseResult, Result } from './result.ts';
import { geometricMean, ratios, type Spread, spread } from './spread.ts';

/** The candidate that others are compared with. */
export const baseline = 'ort';

/** A candidate's fastest way on a case. */
export interface Standing {
  readonly result: Result;
  readonly milliseconds: Spread;
  /** How many times as fast as the baseline. Absent where that wasn't timed. */
  readonly speed?: Spread;
  /** Shares of what WebAssembly's and the processor's own vectors could do. */
  readonly ofWasm?: Spread;
  readonly ofNative?: Spread;
}

/** The fastest way of a candidate: by the median, of those that were timed in the most rounds. */
export function best({ results }: CaseResult, candidate: string): Result | undefined {
  const own = results.filter((result) => result.candidate === candidate);
  const rounds = Math.max(0, ...own.map(({ times }) => times.length));
  return own
    .filter(({ times }) => times.length === rounds)
    .toSorted((a, b) => spread(a.times).median - spread(b.times).median)[0];
}

/** How many times as fast as `against` a candidate is, round by round; undefined where one wasn't timed. */
export function speed(of: CaseResult, candidate: string, against: string): Spread | undefined {
  const [own, base] = [best(of, candidate), best(of, against)];
  return own && base && ratios(base.times, own.times);
}

export function standing(of: CaseResult, candidate: string): Standing | undefined {
  const result = best(of, candidate);
  if (!result) return undefined;
  const [relative, ofWasm, ofNative] = [baseline, 'wasm-limit', 'native-limit'].map((against) =>
    speed(of, candidate, against),
  );
  return {
    result,
    milliseconds: spread(result.times),
    ...(relative ? { speed: relative } : {}),
    ...(ofWasm ? { ofWasm } : {}),
    ...(ofNative ? { ofNative } : {}),
  };
}

/** What a median is expected to be at least. */
export interface Floor {
  readonly case: string;
  readonly candidate: string;
  readonly against: string;
  readonly atLeast: number;
}

const floor = (name: string, atLeast: number, candidate = 'ours', against = baseline): Floor => ({
  case: name,
  candidate,
  against,
  atLeast,
});

/** How fast the kernels should be, on one thread, copies included, against the faster graph of onnxruntime-node. */
export const floors: readonly Floor[] = [
  floor('L24M2@32', 2.0),
  floor('L24M2@16', 2.6),
  floor('L24M2@8', 4),
  floor('L4M8@32', 2.3),
  floor('L32M26@32', 1.4),
  floor('L32M26@8', 1.7),
  floor('depthwise144@56', 1.6),
  floor('L100M2@56', 0.9),
  floor('L450M2@32', 0.48),
  floor('dense64@56', 0.9),
];

/** Beyond those: tensors in place, and a share of the limit. */
export const furtherFloors: readonly Floor[] = [
  floor('depthwise144@56', 2.3, 'ours-in-place'),
  floor('L450M2@32', 0.9, 'ours', 'wasm-limit'),
];

/** What the geometric mean over `floors` should be at least. */
export const meanFloor = 1.6;

/** What two threads should gain on cases of more than a millisecond. */
export const threadsFloor = 1.6;

export interface FloorResult extends Floor {
  readonly measured: Spread;
  readonly isMet: boolean;
}

/** Those whose cases were timed. */
export function measuredFloors(
  cases: readonly CaseResult[],
  wanted: readonly Floor[],
): readonly FloorResult[] {
  return wanted.flatMap((one) => {
    const of = cases.find(({ id }) => id === one.case);
    const measured = of && speed(of, one.candidate, one.against);
    return measured ? [{ ...one, measured, isMet: measured.median >= one.atLeast }] : [];
  });
}

/** Of the medians; undefined where not all were measured. */
export function meanSpeed(results: readonly FloorResult[]): number | undefined {
  return results.length === floors.length
    ? geometricMean(results.map(({ measured }) => measured.median))
    : undefined;
}
