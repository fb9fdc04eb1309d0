/**
 * Whether a job is worth sharing. A thread that sleeps needs about a tenth of a millisecond to come, and waking it holds
 * up the caller, who is nearly done then with what takes little longer. And memory that threads share is copied in and
 * out word by word (so does V8), at half the speed of other memory, and by the caller alone.
 */
import type { Whole } from '../chunks.ts';

/** What the estimate takes for granted: nanoseconds, and what a nanosecond brings, on the machine of benchmarks.md. */
const measured = {
  wake: 100_000,
  multiplyAdds: { sum: 22, winograd: 40 },
  copiedBytes: 50,
  copiedSharedBytes: 25,
};

/** The gain below which threads aren't taken. */
const least = 1.2;

export interface Work extends Pick<Whole, 'images' | 'inputBytes' | 'outputBytes'> {
  readonly algorithm: 'sum' | 'winograd';
  /** Multiply-adds of an image. */
  readonly multiplyAdds: number;
}

/** Nanoseconds that a run takes on one thread, and on so many, copies included: an estimate. */
export function estimate(
  { images, inputBytes, outputBytes, algorithm, multiplyAdds }: Work,
  threads: number,
): { readonly alone: number; readonly shared: number } {
  const compute = (images * multiplyAdds) / measured.multiplyAdds[algorithm];
  const bytes = images * (inputBytes + outputBytes);
  const copies = bytes / measured.copiedSharedBytes;
  return {
    alone: compute + bytes / measured.copiedBytes,
    shared: measured.wake + Math.max(copies, (copies + compute) / threads),
  };
}

/** Why a job shall have one thread; undefined where it shall have all of them. */
export function worthless(work: Work, threads: number): string | undefined {
  const { alone, shared } = estimate(work, threads);
  if (alone >= least * shared) return undefined;
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toPrecision(2);
  return `one thread, not ${threads}: about ${ms(alone)} ms a run, shared out ${ms(shared)} ms`;
}
