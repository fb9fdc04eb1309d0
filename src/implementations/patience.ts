/**
 * Calls `expired` after `ms` milliseconds of listening, unless ended before. Time in which this process was busy or
 * asleep doesn't count (but for one slice), and what came in meanwhile is heard first: a judge that computes for
 * a minute must not call the other side late.
 */
export function patience(ms: number, expired: () => void): { end(): void } {
  const slice = Math.min(Math.max(ms / 8, 1), 250);
  let left = ms;
  let timer: NodeJS.Timeout | undefined;
  let last: NodeJS.Immediate | undefined;
  const step = () => {
    if (left <= 0) {
      // Input is polled between timers and immediates.
      last = setImmediate(expired);
      return;
    }
    const next = Math.min(left, slice);
    left -= next;
    timer = setTimeout(step, next);
  };
  step();
  return {
    end: () => {
      clearTimeout(timer);
      clearImmediate(last);
    },
  };
}

/** What the promise gives, or undefined after `ms` milliseconds of listening. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const waiting = patience(ms, () => resolve(undefined));
    promise.then(resolve, reject).finally(() => waiting.end());
  });
}
