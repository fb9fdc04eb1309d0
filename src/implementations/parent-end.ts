/** What must not outlive this process: child processes and temporary folders, however it ends (but for SIGKILL). */

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const tasks = new Set<() => void>();

/** Has `task` run, at once and to its end, when this process ends; gives a function that takes it back. */
export function atParentEnd(task: () => void): () => void {
  if (tasks.size === 0) {
    process.on('exit', runAll);
    for (const signal of signals) process.on(signal, interrupted);
  }
  tasks.add(task);
  return () => {
    if (!tasks.delete(task) || tasks.size > 0) return;
    process.off('exit', runAll);
    for (const signal of signals) process.off(signal, interrupted);
  };
}

function runAll(): void {
  for (const task of tasks) {
    try {
      task();
    } catch {
      // This process is at its end: the other tasks matter more than the complaint.
    }
  }
}

/** A listener for a signal keeps it from ending the process: unless somebody else listens too, it's sent again. */
function interrupted(signal: NodeJS.Signals): void {
  runAll();
  process.off(signal, interrupted);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
