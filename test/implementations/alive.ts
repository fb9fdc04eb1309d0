import { readFileSync } from 'node:fs';

/** Whether a process runs: one that is dead and only not yet collected by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return (
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .charAt(0) !== 'Z'
    );
  } catch {
    // It ended just now, or this system has no /proc.
    return process.platform !== 'linux';
  }
}

/** Resolves when the process is gone; what ends it may take a moment to be seen. */
export async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100 && isAlive(pid); tries++) await new Promise((r) => setTimeout(r, 20));
  return !isAlive(pid);
}
