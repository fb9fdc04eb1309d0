/** The caller's part where it copies chunks for others: they compute them in slots, the caller its own in slot 0. */
import { type Copies, type Runnable, runChunk, runCopied } from '../job.ts';
import type { Board } from './board.ts';

/** The slot of what is handed over as number 0, 1, …: one after the other, but never the caller's own. */
export function slotOf({ cut: { slots } }: Pick<Runnable, 'cut'>, handed: number): number {
  return 1 + (handed % (slots - 1));
}

/**
 * Computes a job with those who are inside. What is handed over and not taken until the end the caller computes itself,
 * so that nobody waits for a thread that isn't running. False where one that took something didn't finish it.
 */
export function handOut(job: Runnable, copies: Copies, board: Board, patience: number): boolean {
  const { chunks, cut } = job;
  let [next, handed, returned] = [0, 0, 0];
  const takeBack = () => {
    const slot = slotOf(job, returned++);
    copies.out(chunks[board.chunkIn(slot)]!, slot);
  };
  while (next < chunks.length || returned < handed) {
    const oldest = slotOf(job, returned);
    if (returned < handed && board.isFinished(oldest)) takeBack();
    else if (next < chunks.length && handed - returned < cut.slots - 1) {
      const slot = slotOf(job, handed);
      copies.in(chunks[next]!, slot);
      board.fill(slot, next++);
      board.prepare(++handed);
    } else if (next < chunks.length) runCopied(job, chunks[next++]!, copies);
    else {
      const taken = board.take();
      if (taken !== undefined) {
        const slot = slotOf(job, taken);
        runChunk(job, chunks[board.chunkIn(slot)]!, { copied: copies.copied, slot, thread: 0 });
        board.finish(slot);
      } else if (!board.awaitFinished(oldest, patience)) return false;
    }
  }
  return true;
}
