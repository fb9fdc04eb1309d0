/** One of our own built files in a Node process of its own, spoken to over its channel. */
import { fileURLToPath } from 'node:url';
import type { Outcome } from '../oracle/adapter.ts';
import { watchMemory } from './memory.ts';
import { patience } from './patience.ts';
import { endingOf, Process } from './process.ts';

/** The path of a file under src/, as it is when it's built: Node 20 runs no TypeScript. */
export function builtFile(path: string): string {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/src/' : '../';
  return fileURLToPath(new URL(`${built}${path}`, import.meta.url));
}

export interface NodeOptions {
  /** Of Node, before the file. */
  readonly flags?: readonly string[];
  /** Of the file. */
  readonly args?: readonly string[];
}

/** Starts a built file, with a channel and nothing to read. */
export async function startNode(file: string, { flags = [], args = [] }: NodeOptions = {}): Promise<Process> {
  const started = await Process.start([process.execPath, ...flags, builtFile(file), ...args], { ipc: true });
  started.end();
  // What it prints is nobody's business, but unread it would have to wait.
  started.stdout.resume();
  return started;
}

/** How long an answer may take, in milliseconds, and how much memory the process, in MiB. */
export interface Limits {
  readonly ms: number;
  readonly mebibytes: number;
}

/**
 * Sends a message (or none), and gives what `hear` makes of the first one that comes back of which it makes something; or
 * that nothing came in time, or that the process took too much memory or ended.
 */
export function askNode<T>(
  started: Process,
  message: object | undefined,
  { ms, mebibytes }: Limits,
  hear: (message: unknown) => T | undefined,
): Promise<T | Extract<Outcome, { kind: 'crash' | 'timeout' }>> {
  const { child } = started;
  return new Promise((resolve) => {
    const finish = (heard: T | Extract<Outcome, { kind: 'crash' | 'timeout' }>) => {
      waiting.end();
      memory.end();
      child.off('message', listen);
      child.channel?.unref();
      resolve(heard);
    };
    const listen = (came: unknown) => {
      const heard = hear(came);
      if (heard !== undefined) finish(heard);
    };
    const waiting = patience(ms, () => finish({ kind: 'timeout', reason: `no answer within ${ms} ms` }));
    const memory = watchMemory(started.pid, mebibytes, (used) =>
      finish({ kind: 'crash', reason: `it took ${used} MiB of memory, more than ${mebibytes}` }),
    );
    child.channel?.ref();
    child.on('message', listen);
    started.ended.then((ending) =>
      finish({ kind: 'crash', reason: `before it answered the process ${endingOf(started, ending)}` }),
    );
    if (message && child.connected) child.send(message);
  });
}
