/** What a round is made of, and one thread's part in it. */
import { type Runnable, runPhase, runStrip } from '../job.ts';
import type { Round } from './board.ts';

/** How many items a round has. */
export function itemsOf(job: Runnable, round: Round, threads: number): number {
  if (round.kind === 'strips') return job.images * Math.ceil(job.rows / job.stripRows);
  const { groups } = job.phases[round.phase]!;
  return Math.ceil(groups / chunkOf(groups, threads));
}

/** Groups of an item: so many items that threads end at about the same time, so few that taking one costs nothing. */
function chunkOf(groups: number, threads: number): number {
  return Math.ceil(groups / (4 * threads));
}

/** Does one item after the other, as `take` gives them. */
export function workOn(
  job: Runnable,
  round: Round,
  thread: number,
  threads: number,
  take: () => number,
): void {
  const items = itemsOf(job, round, threads);
  const strips = Math.ceil(job.rows / job.stripRows);
  for (let item = take(); item < items; item = take()) {
    if (round.kind === 'strips') {
      runStrip(job, Math.floor(item / strips), (item % strips) * job.stripRows, thread);
      continue;
    }
    const { name, groups } = job.phases[round.phase]!;
    const chunk = chunkOf(groups, threads);
    const first = item * chunk;
    const { image, row } = round;
    runPhase(job, name, { image, row, thread, panels: 0, first, count: Math.min(chunk, groups - first) });
  }
}
