/**
 * Whether a job is worth sharing. A thread that sleeps needs about a tenth of a millisecond to come, and waking it holds
 * up the caller, who is nearly done then with what takes little longer. Memory that threads share is copied by the caller
 * alone, and what one thread writes and the other reads goes from cache to cache: what is mostly copied is done sooner
 * by one.
 */
import type { Whole } from '../chunks.ts';
import type { Algorithm } from '../strategy.ts';
import { isNode } from '../surroundings.ts';

/** What the estimate takes for granted: nanoseconds, and what a nanosecond brings, as the machine of benchmarks.md does it. */
const measured = {
  wake: 100_000,
  multiplyAdds: { sum: 22, winograd: 50, strassen: 25 },
  /** Bytes copied in and out: alone, of shared memory (a page has `set` alone), and of what another thread computes. */
  copied: isNode() ? { alone: 50, shared: 35, handed: 15 } : { alone: 50, shared: 25, handed: 10 },
  /** Bytes that another thread reads and writes. */
  moved: 8,
};

/** The gain below which threads aren't taken. */
const least = 1.2;

export interface Work extends Pick<Whole, 'images' | 'inputBytes' | 'outputBytes'> {
  readonly algorithm: Algorithm;
  /** Multiply-adds of an image. */
  readonly multiplyAdds: number;
}

/** Nanoseconds that a run takes on one thread, and on so many, copies included: an estimate. */
export function estimate(
  { images, inputBytes, outputBytes, algorithm, multiplyAdds }: Work,
  threads: number,
): { readonly alone: number; readonly shared: number } {
  const bytes = images * (inputBytes + outputBytes);
  const compute = (images * multiplyAdds) / measured.multiplyAdds[algorithm];
  // All of the work: as the caller does it, what the caller has to do for others, and what they have, each a part.
  const own = compute + bytes / measured.copied.shared;
  const handing = bytes / measured.copied.handed;
  const theirs = (compute + bytes / measured.moved) / (threads - 1);
  // The share of the others with which all end at a time; at most everything.
  const share = theirs > handing ? Math.min(1, own / (own + theirs - handing)) : 1;
  return {
    alone: compute + bytes / measured.copied.alone,
    shared: measured.wake + Math.max((1 - share) * own + share * handing, share * theirs),
  };
}

/** Why a job shall have one thread; undefined where it shall have all of them. */
export function worthless(work: Work, threads: number): string | undefined {
  const { alone, shared } = estimate(work, threads);
  if (alone >= least * shared) return undefined;
  const ms = (nanoseconds: number) => (nanoseconds / 1e6).toPrecision(2);
  return `one thread, not ${threads}: about ${ms(alone)} ms a run, shared out ${ms(shared)} ms`;
}
