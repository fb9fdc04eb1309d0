import { readFileSync } from 'node:fs';

const pageSize = 4096;
const interval = 50;

/**
 * Looks now and then how much memory a process takes, and says so once when it is more than it may. Only where the
 * system tells (Linux); elsewhere it sees nothing.
 */
export function watchMemory(
  pid: number,
  mebibytes: number,
  exceeded: (used: number) => void,
): { end(): void } {
  const timer = setInterval(() => {
    const used = Math.round(residentPages(pid) * (pageSize / 2 ** 20));
    if (used <= mebibytes) return;
    clearInterval(timer);
    exceeded(used);
  }, interval);
  timer.unref();
  return { end: () => clearInterval(timer) };
}

function residentPages(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) || 0;
  } catch {
    return 0;
  }
}
