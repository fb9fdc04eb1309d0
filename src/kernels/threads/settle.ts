/** Waiting for another thread: looking for a while, then sleeping. */

/**
 * How long a thread looks before it sleeps, in milliseconds: several times what it costs to wake it, so that runs that
 * follow each other wake nobody, though tensors are copied between them.
 */
const looking = 0.5;

/** Looks between two glances at the clock. */
const looks = 100;

/** Returns when the integer may have changed from `seen`; at the latest after so many milliseconds of sleep. */
export function settle(
  ints: Int32Array<SharedArrayBuffer>,
  place: number,
  seen: number,
  sleep?: number,
): void {
  const until = performance.now() + looking;
  do {
    for (let look = 0; look < looks; look++) if (Atomics.load(ints, place) !== seen) return;
  } while (performance.now() < until);
  // The main thread of a page may not sleep; there the loop goes on.
  if (maySleep()) Atomics.wait(ints, place, seen, sleep);
}

let sleeps: boolean | undefined;

/** Whether this thread may. */
function maySleep(): boolean {
  if (sleeps === undefined) {
    try {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      sleeps = true;
    } catch {
      sleeps = false;
    }
  }
  return sleeps;
}
