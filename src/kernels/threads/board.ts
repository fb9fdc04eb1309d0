/**
 * The board: memory through which threads agree on who computes what. The caller opens a round, and says how many items
 * of its work are ready. Whoever sees some counts itself in, takes one after the other, and counts itself out. The
 * caller works too, then closes the round and waits for those inside. Whoever comes late finds nothing, and whoever looks
 * for items isn't inside: a thread that isn't running isn't waited for, and the work is done without it. Waited for is
 * whoever is inside, also while it compiles what it meets first. A round is opened before tensors are copied, since threads
 * take long to wake.
 */
import type { Copied, Runnable } from '../job.ts';
import { settle } from './settle.ts';

/** Places of the integers. From `slots` on there are two for each slot: the chunk in it, and whether it is computed. */
const at = {
  ready: 0,
  active: 1,
  next: 2,
  failed: 3,
  job: 4,
  kind: 5,
  phase: 6,
  image: 7,
  row: 8,
  textLength: 9,
  fromEnd: 10,
  slots: 16,
} as const;
const mostSlots = 128;
const integers = at.slots + 2 * mostSlots;
const textBytes = 16 * 1024;

/** Instead of the items that are ready: no round is open; none will be. */
const closed = -1;
const ended = -2;

/**
 * Chunks that the caller copies to slots and back; or all chunks of a job, or all strips, which lie there from the
 * beginning; or one phase of one strip, its groups shared out.
 */
export type Round =
  | { readonly kind: 'slots'; readonly copied: Copied }
  | { readonly kind: 'chunks' }
  | { readonly kind: 'strips' }
  | { readonly kind: 'groups'; readonly phase: number; readonly image: number; readonly row: number };

export class Board {
  readonly buffer: SharedArrayBuffer;
  readonly #ints: Int32Array<SharedArrayBuffer>;
  readonly #text: Uint8Array<SharedArrayBuffer>;

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer;
    this.#ints = new Int32Array(buffer, 0, integers);
    this.#text = new Uint8Array(buffer, integers * 4);
  }

  /** For the caller, before anybody else has the board. */
  static empty(): Board {
    const board = new Board(new SharedArrayBuffer(integers * 4 + textBytes));
    board.#ints[at.ready] = closed;
    return board;
  }

  /** For the caller: writes down a job and what is to be done of it, and wakes the others. Nothing is ready yet. */
  open(job: Runnable, round: Round): void {
    const ints = this.#ints;
    if (ints[at.job] !== job.id) {
      const text = new TextEncoder().encode(JSON.stringify(sent(job)));
      this.#text.set(text);
      ints[at.textLength] = text.length;
      ints[at.job] = job.id;
    }
    ints.set(written(round), at.kind);
    Atomics.store(ints, at.next, 0);
    Atomics.store(ints, at.fromEnd, 0);
    this.#say(0);
  }

  /** For the caller: so many items can be taken. */
  prepare(items: number): void {
    this.#say(items);
  }

  /** Whether there was one more that is ready: its number, from 0. */
  take(): number | undefined {
    const ints = this.#ints;
    for (;;) {
      const next = Atomics.load(ints, at.next);
      if (next >= Atomics.load(ints, at.ready)) return undefined;
      if (Atomics.compareExchange(ints, at.next, next, next + 1) === next) return next;
    }
  }

  /** For the others inside: counts up from 0. */
  countFromEnd(): number {
    return Atomics.add(this.#ints, at.fromEnd, 1);
  }

  /** For the caller: a chunk is in a slot. */
  fill(slot: number, chunk: number): void {
    const ints = this.#ints;
    Atomics.store(ints, at.slots + 2 * slot, chunk);
    Atomics.store(ints, at.slots + 2 * slot + 1, 0);
  }

  /** The chunk in a slot. */
  chunkIn(slot: number): number {
    return Atomics.load(this.#ints, at.slots + 2 * slot);
  }

  /** For everybody inside: the chunk in a slot is computed. */
  finish(slot: number): void {
    Atomics.store(this.#ints, at.slots + 2 * slot + 1, 1);
    Atomics.notify(this.#ints, at.slots + 2 * slot + 1);
  }

  /** Whether it is. */
  isFinished(slot: number): boolean {
    return Atomics.load(this.#ints, at.slots + 2 * slot + 1) === 1;
  }

  /** For the caller: waits until it is; false where it isn't after so many milliseconds, or somebody failed. */
  awaitFinished(slot: number, patience: number): boolean {
    return this.#waitUntil(at.slots + 2 * slot + 1, 1, patience);
  }

  /** For the caller: lets nobody in any more, and waits for those inside; false where somebody is after so many milliseconds. */
  close(patience: number): boolean {
    Atomics.store(this.#ints, at.ready, closed);
    return this.#waitUntil(at.active, 0, patience);
  }

  /** Whether somebody failed inside. */
  get failed(): boolean {
    return Atomics.load(this.#ints, at.failed) !== 0;
  }

  /** For the caller: sends everybody home. */
  end(): void {
    this.#say(ended);
  }

  /**
   * For the others: waits until items may be ready that nobody took; false where all is over. A thread that isn't running
   * while as many items as before become ready anew sleeps through that round.
   */
  wait(): boolean {
    const ints = this.#ints;
    for (;;) {
      const ready = Atomics.load(ints, at.ready);
      if (ready === ended) return false;
      if (ready > Atomics.load(ints, at.next)) return true;
      settle(ints, at.ready, ready);
    }
  }

  /** For the others: takes part in the round that is open, if one is and has items. */
  enter(work: (job: number, round: Round) => void): void {
    const ints = this.#ints;
    // First counted in, then looked at: whoever finds it open is waited for.
    Atomics.add(ints, at.active, 1);
    try {
      if (Atomics.load(ints, at.ready) > 0) work(ints[at.job]!, read(ints.slice(at.kind, at.row + 1)));
    } catch (error) {
      Atomics.store(ints, at.failed, 1);
      throw error;
    } finally {
      Atomics.sub(ints, at.active, 1);
      Atomics.notify(ints, at.active);
    }
  }

  /** For those inside: the job that is written down. */
  read(): SentJob {
    const text = this.#text.slice(0, this.#ints[at.textLength]);
    return JSON.parse(new TextDecoder().decode(new Uint8Array(text))) as SentJob;
  }

  #say(ready: number): void {
    Atomics.store(this.#ints, at.ready, ready);
    Atomics.notify(this.#ints, at.ready);
  }

  #waitUntil(place: number, wanted: number, patience: number): boolean {
    const ints = this.#ints;
    const until = performance.now() + patience;
    for (;;) {
      const value = Atomics.load(ints, place);
      if (value === wanted) return true;
      if (this.failed && place !== at.active) return false;
      if (performance.now() > until) return false;
      settle(ints, place, value, 50);
    }
  }
}

const kinds = ['slots', 'chunks', 'strips', 'groups'] as const;

/** A round in integers, from `at.kind` to `at.row`. */
function written(round: Round): readonly number[] {
  const kind = kinds.indexOf(round.kind);
  if (round.kind === 'groups') return [kind, round.phase, round.image, round.row];
  if (round.kind !== 'slots') return [kind, 0, 0, 0];
  const { x, y, residual } = round.copied;
  return [kind, Number(x), Number(y), Number(residual)];
}

function read(integers: Int32Array): Round {
  const [kind, a, b, c] = integers as unknown as [number, number, number, number];
  const name = kinds[kind]!;
  if (name === 'groups') return { kind: name, phase: a, image: b, row: c };
  if (name === 'slots') return { kind: name, copied: { x: a === 1, y: b === 1, residual: c === 1 } };
  return { kind: name };
}

/** A job as it is written down: the code is in the memory that all share, the chunks follow from the rest. */
export type SentJob = Omit<Runnable, 'code' | 'chunks'>;

function sent({ code: _, chunks: __, ...job }: Runnable): SentJob {
  return job;
}
