/** Threads beside the caller's, and sharing out a job among them. */
import { type Chunk, isEven } from '../chunks.ts';
import { demand } from '../errors.ts';
import { type Copies, type Execute, isInPlace, type Runnable, runHere } from '../job.ts';
import type { WasmMemory } from '../wasm/assembler.ts';
import { Board, type Round } from './board.ts';
import { itemsOf, type RoundOfItems, runItem } from './items.ts';
import { handOut } from './slots.ts';
import { spawn, type Thread } from './spawn.ts';

/** Milliseconds that a thread may take for what it began; a strip takes some at most. */
const patience = 20_000;

export interface PoolOptions {
  /** Milliseconds. */
  readonly wait?: number;
  readonly spawn?: typeof spawn;
}

export class Pool {
  /** Resolves when all threads are there; rejects with a KernelError (K7) where one doesn't start. */
  readonly ready: Promise<void>;
  readonly #threads: number;
  readonly #board = Board.empty();
  readonly #patience: number;
  readonly #spawn: typeof spawn;
  readonly #others: Promise<Thread>[] = [];
  #present = 0;
  #lost: string | undefined;
  #disposed = false;

  constructor(
    memory: WasmMemory,
    threads: number,
    { wait = patience, spawn: begin = spawn }: PoolOptions = {},
  ) {
    this.#threads = threads;
    this.#patience = wait;
    this.#spawn = begin;
    const { buffer: board } = this.#board;
    this.ready = Promise.all(
      Array.from({ length: threads - 1 }, (_, i) => this.#start({ memory, board, thread: i + 1, threads })),
    ).then(() => {});
    // Who doesn't wait for it hears of it from `execute`.
    this.ready.catch(() => {});
  }

  /** Computes a job with the threads that are there. Throws a KernelError (K7) where one was lost. */
  readonly execute: Execute = (job, copies) => {
    this.#demandAll('run');
    if (this.#present === 0) runHere(job, copies);
    else if (job.chunks.length === 1) this.#shareWhole(job, copies);
    else if (isInPlace(copies)) this.#shareItems(job, { kind: 'chunks' });
    else {
      const round = { kind: 'slots', copied: copies.copied } as const;
      this.#share(job, round, () => handOut(job, copies, this.#board, this.#patience));
    }
  };

  /** Ends the threads. */
  dispose(): void {
    this.#disposed = true;
    this.#board.end();
    for (const other of this.#others) other.then((thread) => thread.terminate()).catch(() => {});
  }

  /** One chunk. If its strips are few it goes strip by strip and phase by phase: each needs all of the one before. */
  #shareWhole(job: Runnable, copies: Copies): void {
    const [whole] = job.chunks as [Chunk];
    const strips = { kind: 'strips' } as const;
    if (isEven(itemsOf(job, strips, this.#threads), this.#threads)) {
      this.#shareItems(job, strips, () => copies.in(whole, 0));
    } else {
      copies.in(whole, 0);
      for (let image = 0; image < job.images; image++)
        for (let row = 0; row < job.rows; row += job.stripRows)
          for (const phase of job.phases.keys()) this.#shareItems(job, { kind: 'groups', phase, image, row });
    }
    copies.out(whole, 0);
  }

  /** The caller takes items from the first on, the others from the last: what one has in its cache it finds there again. */
  #shareItems(job: Runnable, round: RoundOfItems, before?: () => void): void {
    this.#share(job, round, () => {
      before?.();
      this.#board.prepare(itemsOf(job, round, this.#threads));
      for (let item = 0; this.#board.take() !== undefined; item++) {
        runItem(job, round, item, 0, this.#threads);
      }
      return true;
    });
  }

  /** Opens a round, does the caller's part, and waits for the others. */
  #share(job: Runnable, round: Round, work: () => boolean): void {
    this.#board.open(job, round);
    let finished: boolean | undefined;
    try {
      finished = work();
    } finally {
      // Also where the caller's part throws: nobody may come out of this round in the middle of another.
      const areOut = this.#board.close(finished ? this.#patience : 0);
      if (this.#board.failed) this.#lose('one failed while it computed');
      else if (!areOut || finished === false) this.#lose(`no answer from one within ${this.#patience} ms`);
    }
    this.#demandAll('run');
  }

  #start(start: Parameters<typeof spawn>[0]): Promise<void> {
    return new Promise((resolve, reject) => {
      const lost = (reason: string) => {
        if (this.#disposed) {
          resolve();
          return;
        }
        this.#lose(`thread ${start.thread}: ${reason}`);
        try {
          this.#demandAll('createKernels');
        } catch (error) {
          reject(error);
        }
      };
      const ready = () => {
        this.#present++;
        resolve();
      };
      const thread = this.#spawn(start, { ready, lost });
      thread.catch((error: Error) => lost(error.message));
      this.#others.push(thread);
    });
  }

  #lose(reason: string): void {
    this.#lost ??= reason;
  }

  #demandAll(operation: string): void {
    const site = { operation, argument: 'options.threads' };
    demand(this.#lost === undefined, site, 'K7', 'threads that work', this.#lost ?? '');
  }
}
