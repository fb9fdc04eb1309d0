/** How one run is timed, by the clock on the wall: threads and waiting count. */
type Run = () => void | Promise<void>;

/** Milliseconds that a lap lasts, so that looking at the clock doesn't count. */
const lapMilliseconds = 0.2;

/** Runs one after another; a run without a promise isn't waited for. */
async function runs(run: Run, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const running = run();
    if (running) await running;
  }
}

/**
 * Warms up, and says how many runs make a lap: for so many milliseconds; where a number of runs is asked for, until those
 * are done, up to 8 times as long. A first run that took that long was warm-up enough.
 */
export async function lapsOf(run: Run, milliseconds: number, first: number, least = 1): Promise<number> {
  if (first >= 8 * milliseconds) return 1;
  const start = performance.now();
  let [fastest, count, elapsed] = [Number.POSITIVE_INFINITY, 0, 0];
  while (elapsed < milliseconds || (count < least && elapsed < 8 * milliseconds)) {
    const before = performance.now();
    await runs(run, 1);
    const after = performance.now();
    fastest = Math.min(fastest, after - before);
    elapsed = after - start;
    count++;
  }
  return Math.max(1, Math.ceil(lapMilliseconds / fastest));
}

/**
 * Milliseconds of a run: the fastest lap of so many milliseconds, and of three at least unless one takes that long. What
 * makes others slower is what else goes on in the machine, and caches as another process left them.
 */
export async function sampleOf(run: Run, lap: number, milliseconds: number): Promise<number> {
  const start = performance.now();
  let [least, laps] = [Number.POSITIVE_INFINITY, 0];
  do {
    const before = performance.now();
    await runs(run, lap);
    least = Math.min(least, performance.now() - before);
    laps++;
  } while (performance.now() - start < milliseconds || (laps < 3 && least < milliseconds));
  return least / lap;
}
