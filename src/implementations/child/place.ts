/** A process of its own as the place where one of our adapters runs, with the runtime that it asks. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Place } from '../hosted.ts';
import type { Call, ToHost } from '../hosted-messages.ts';
import { watchMemory } from '../memory.ts';
import { patience } from '../patience.ts';
import { endingOf, Process, quotedWords } from '../process.ts';
import type { Failure } from '../session.ts';
import { isMessage } from '../untrusted.ts';

export interface ChildOptions {
  /** MiB that the process may take; default 4096. */
  readonly memory?: number | undefined;
}

/** Processes that host modules by their addresses. */
export function childPlace(options: ChildOptions = {}): Place {
  return {
    start: async () => {
      const child = await startChild(options);
      return { ask: (message, ms) => child.ask(message, ms, isMessage), stop: child.stop };
    },
    close: async () => {},
  };
}

/** The address of one of our own modules, by its path under src/, as it is when it's built. */
export const ownModule = (path: string): string => pathToFileURL(builtFile(path)).href;

/** A started process. */
export interface Child {
  /** Sends a message; what comes back is looked at, and is garbage where it isn't what was expected. */
  ask<T>(
    message: ToHost | Call,
    ms: number,
    isExpected: (value: unknown) => value is T,
  ): Promise<{ readonly kind: 'heard'; readonly message: T } | Failure>;
  stop(): Promise<void>;
}

export async function startChild({ memory = 4096 }: ChildOptions): Promise<Child> {
  const started = await Process.start([process.execPath, builtFile('implementations/child/host.js')], {
    ipc: true,
  });
  started.end();
  // What it prints is nobody's business, but unread it would have to wait.
  started.stdout.resume();
  return {
    ask: (message, ms, isExpected) => ask(started, message, ms, memory, isExpected),
    stop: async () => {
      await started.stop();
    },
  };
}

function ask<T>(
  started: Process,
  message: ToHost | Call,
  ms: number,
  mebibytes: number,
  isExpected: (value: unknown) => value is T,
): Promise<{ readonly kind: 'heard'; readonly message: T } | Failure> {
  const { child } = started;
  return new Promise((resolve) => {
    const finish = (heard: { readonly kind: 'heard'; readonly message: T } | Failure) => {
      waiting.end();
      memory.end();
      child.off('message', listen);
      child.channel?.unref();
      resolve(heard);
    };
    const listen = (heard: unknown) =>
      finish(
        isExpected(heard)
          ? { kind: 'heard', message: heard }
          : { kind: 'garbage', reason: 'it sent a message that is none' },
      );
    const waiting = patience(ms, () =>
      finish({ kind: 'timeout', reason: `no answer within ${ms} ms${quotedWords(started)}` }),
    );
    const memory = watchMemory(started.pid, mebibytes, (used) =>
      finish({ kind: 'crash', reason: `it took ${used} MiB of memory, more than ${mebibytes}` }),
    );
    child.channel?.ref();
    child.on('message', listen);
    started.ended.then((ending) =>
      finish({ kind: 'crash', reason: `before it answered the process ${endingOf(started, ending)}` }),
    );
    if (child.connected) child.send(message);
  });
}

/** Node 20 runs no TypeScript: beside the sources it is the built file that is run. */
function builtFile(path: string): string {
  const built = import.meta.url.endsWith('.ts') ? '../../../dist/src/' : '../../';
  return fileURLToPath(new URL(`${built}${path}`, import.meta.url));
}
