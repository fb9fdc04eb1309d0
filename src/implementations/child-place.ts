/** A process of its own as the place where one of our adapters runs, with the runtime that it asks. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Heard, Place, Running } from './hosted.ts';
import type { ToHost } from './hosted-messages.ts';
import { watchMemory } from './memory.ts';
import { patience } from './patience.ts';
import { endingOf, Process, quotedWords } from './process.ts';
import { isMessage } from './untrusted.ts';

export interface ChildOptions {
  /** MiB that the process may take; default 4096. */
  readonly memory?: number | undefined;
}

/** Processes that can host the modules of this package by their paths under src/, and any other by its URL. */
export function childPlace({ memory = 4096 }: ChildOptions = {}): Place {
  return {
    start: async () => {
      const argv = [process.execPath, builtFile('implementations/child-host.js')];
      const started = await Process.start(argv, { ipc: true });
      started.end();
      // What it prints is nobody's business, but unread it would have to wait.
      started.stdout.resume();
      return running(started, memory);
    },
    close: async () => {},
  };
}

/** The URL of one of our own modules, by its path under src/. */
export const ownModule = (path: string): string => pathToFileURL(builtFile(path)).href;

function running(started: Process, memory: number): Running {
  return {
    ask: (message, ms) => ask(started, message, ms, memory),
    stop: async () => {
      await started.stop();
    },
  };
}

function ask(started: Process, message: ToHost, ms: number, mebibytes: number): Promise<Heard> {
  const { child } = started;
  return new Promise((resolve) => {
    const finish = (heard: Heard) => {
      waiting.end();
      memory.end();
      child.off('message', listen);
      child.channel?.unref();
      resolve(heard);
    };
    const listen = (heard: unknown) =>
      finish(
        isMessage(heard)
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
  const built = import.meta.url.endsWith('.ts') ? '../../dist/src/' : '../';
  return fileURLToPath(new URL(`${built}${path}`, import.meta.url));
}
