/**
 * The board: memory through which threads agree on who computes what. The caller opens the gate; whoever enters counts
 * itself in, takes one item of the work after the other off a counter, and counts itself out. The caller works too, then
 * closes the gate and waits for those inside. Whoever comes late finds it closed, so that nobody waits for a thread that
 * isn't running: the work is done without it.
 */
import type { Job, Runnable } from '../job.ts';

/** Places of the integers. */
const at = {
  gate: 0,
  active: 1,
  next: 2,
  failed: 3,
  job: 4,
  phase: 5,
  image: 6,
  row: 7,
  textLength: 8,
} as const;
const integers = 12;
const textBytes = 16 * 1024;

/** The gate: odd where it is open, counting up; or this, for good. */
const ended = -1;

/** All strips of a job, each by one thread; or one phase of one strip, its groups shared out. */
export type Round =
  | { readonly kind: 'strips' }
  | { readonly kind: 'groups'; readonly phase: number; readonly image: number; readonly row: number };

export class Board {
  readonly buffer: SharedArrayBuffer;
  readonly #ints: Int32Array<SharedArrayBuffer>;
  readonly #text: Uint8Array<SharedArrayBuffer>;

  constructor(buffer = new SharedArrayBuffer(integers * 4 + textBytes)) {
    this.buffer = buffer;
    this.#ints = new Int32Array(buffer, 0, integers);
    this.#text = new Uint8Array(buffer, integers * 4);
  }

  /** For the caller: writes down a job and what is to be done of it, and lets the others in. */
  open(job: Job, round: Round): void {
    const ints = this.#ints;
    if (ints[at.job] !== job.id) {
      const text = new TextEncoder().encode(JSON.stringify(sent(job)));
      this.#text.set(text);
      ints[at.textLength] = text.length;
      ints[at.job] = job.id;
    }
    ints[at.phase] = round.kind === 'strips' ? -1 : round.phase;
    ints[at.image] = round.kind === 'strips' ? 0 : round.image;
    ints[at.row] = round.kind === 'strips' ? 0 : round.row;
    Atomics.store(ints, at.next, 0);
    Atomics.add(ints, at.gate, 1);
    Atomics.notify(ints, at.gate);
  }

  /** For everybody inside: the next item. */
  take(): number {
    return Atomics.add(this.#ints, at.next, 1);
  }

  /**
   * For the caller: lets nobody in any more, and waits for those inside; false where somebody is inside after so many
   * milliseconds still.
   */
  close(patience: number): boolean {
    const ints = this.#ints;
    Atomics.add(ints, at.gate, 1);
    for (let turn = 0; turn < briefly; turn++) if (Atomics.load(ints, at.active) === 0) return true;
    const until = performance.now() + patience;
    for (;;) {
      const active = Atomics.load(ints, at.active);
      if (active === 0) return true;
      if (performance.now() > until) return false;
      // The main thread of a page may not block; there the loop goes on.
      if (mayBlock()) Atomics.wait(ints, at.active, active, 50);
    }
  }

  /** Whether somebody failed inside. */
  get failed(): boolean {
    return Atomics.load(this.#ints, at.failed) !== 0;
  }

  /** For the caller: sends everybody home. */
  end(): void {
    Atomics.store(this.#ints, at.gate, ended);
    Atomics.notify(this.#ints, at.gate);
  }

  /** For the others: waits for a gate other than the one seen last; undefined where all is over. */
  wait(seen: number): number | undefined {
    const ints = this.#ints;
    for (let turn = 0; turn < briefly; turn++) {
      const gate = Atomics.load(ints, at.gate);
      if (gate !== seen) return gate === ended ? undefined : gate;
    }
    Atomics.wait(ints, at.gate, seen);
    const gate = Atomics.load(ints, at.gate);
    return gate === ended ? undefined : gate;
  }

  /** For the others: works in the open gate, if it is open still. */
  enter(gate: number, work: (job: number, round: Round) => void): void {
    if (gate % 2 === 0) return;
    const ints = this.#ints;
    // First counted in, then looked at: whoever finds it open is waited for.
    Atomics.add(ints, at.active, 1);
    try {
      if (Atomics.load(ints, at.gate) === gate) work(ints[at.job]!, this.#round());
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

  #round(): Round {
    const [phase, image, row] = [at.phase, at.image, at.row].map((place) => this.#ints[place]!) as [
      number,
      number,
      number,
    ];
    return phase < 0 ? { kind: 'strips' } : { kind: 'groups', phase, image, row };
  }
}

/** Turns of a loop that looks whether something has changed: some ten microseconds. */
const briefly = 5000;

/** A job as it is written down: the code is in the memory that all share. */
export type SentJob = Omit<Runnable, 'code'>;

function sent({ code: _, work: __, ...job }: Job): SentJob {
  return job;
}

let blocks: boolean | undefined;

/** Whether this thread may wait. */
function mayBlock(): boolean {
  if (blocks === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      blocks = true;
    } catch {
      blocks = false;
    }
  }
  return blocks;
}
