/** Threads beside the caller's, and sharing out a job among them. */
import { demand } from '../errors.ts';
import { type Execute, type Job, runHere } from '../job.ts';
import type { WasmMemory } from '../wasm/assembler.ts';
import { Board, type Round } from './board.ts';
import { itemsOf, workOn } from './items.ts';
import { spawn, type Thread } from './spawn.ts';

/** Multiply-adds below which waking others takes longer than working alone. */
const worthwhile = 400_000;

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
  readonly #board = new Board();
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
  readonly execute: Execute = (job) => {
    this.#demandAll('run');
    if (this.#present === 0 || job.work < worthwhile) {
      runHere(job);
      return;
    }
    const strips = itemsOf(job, { kind: 'strips' }, this.#threads);
    if (isEven(strips, this.#threads)) this.#share(job, { kind: 'strips' });
    else this.#shareGroups(job);
  };

  /** Ends the threads. */
  dispose(): void {
    this.#disposed = true;
    this.#board.end();
    for (const other of this.#others) other.then((thread) => thread.terminate()).catch(() => {});
  }

  /** Strip by strip and phase by phase: each phase needs all of the one before. */
  #shareGroups(job: Job): void {
    for (let image = 0; image < job.images; image++)
      for (let row = 0; row < job.rows; row += job.stripRows)
        for (const phase of job.phases.keys()) this.#share(job, { kind: 'groups', phase, image, row });
  }

  #share(job: Job, round: Round): void {
    this.#board.open(job, round);
    let closed = false;
    try {
      workOn(job, round, 0, this.#threads, () => this.#board.take());
    } finally {
      closed = this.#board.close(this.#patience);
    }
    if (!closed) this.#lose(`no answer from one within ${this.#patience} ms`);
    if (this.#board.failed) this.#lose('one failed while it computed');
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

/** Whether so many items keep all threads busy to the end, or nearly so. */
function isEven(items: number, threads: number): boolean {
  return items % threads === 0 || items >= 3 * threads;
}
