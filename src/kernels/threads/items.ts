/** What is shared in a round whose tensors lie in the memory: how many items, and computing one. */
import { type Runnable, runChunk, runPhase, runStrip } from '../job.ts';
import type { Round } from './board.ts';

export type RoundOfItems = Exclude<Round, { readonly kind: 'slots' }>;

/** How many items a round has. */
export function itemsOf(job: Runnable, round: RoundOfItems, threads: number): number {
  if (round.kind === 'chunks') return job.chunks.length;
  if (round.kind === 'strips') return job.images * Math.ceil(job.rows / job.stripRows);
  const { groups } = job.phases[round.phase]!;
  return Math.ceil(groups / shareOf(groups, threads));
}

/** Groups of an item: so many items that threads end at about the same time, so few that taking one costs nothing. */
function shareOf(groups: number, threads: number): number {
  return Math.ceil(groups / (4 * threads));
}

const inPlace = { x: false, y: false, residual: false };

/** Computes an item. */
export function runItem(
  job: Runnable,
  round: RoundOfItems,
  item: number,
  thread: number,
  threads: number,
): void {
  if (round.kind === 'chunks') {
    runChunk(job, job.chunks[item]!, { copied: inPlace, slot: 0, thread });
    return;
  }
  if (round.kind === 'strips') {
    const strips = Math.ceil(job.rows / job.stripRows);
    const row = (item % strips) * job.stripRows;
    runStrip(job, { places: job, image: Math.floor(item / strips), row, thread });
    return;
  }
  const { image, row } = round;
  const { name, groups } = job.phases[round.phase]!;
  const share = shareOf(groups, threads);
  const first = item * share;
  const count = Math.min(share, groups - first);
  runPhase(job, name, { places: job, image, row, thread }, 0, { first, count });
}
