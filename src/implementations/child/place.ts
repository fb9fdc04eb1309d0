/** A process of its own as the place where one of our adapters runs, with the runtime that it asks. */
import { pathToFileURL } from 'node:url';
import type { Place } from '../hosted.ts';
import type { Call, ToHost } from '../hosted-messages.ts';
import { askNode, builtFile, startNode } from '../node-child.ts';
import { quotedWords } from '../process.ts';
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
  const started = await startNode('implementations/child/host.js');
  return {
    ask: async (message, ms, isExpected) => {
      const heard = await askNode(started, message, { ms, mebibytes: memory }, (came) =>
        isExpected(came)
          ? { kind: 'heard' as const, message: came }
          : { kind: 'garbage' as const, reason: 'it sent a message that is none' },
      );
      if (heard.kind !== 'timeout') return heard;
      return { ...heard, reason: `${heard.reason}${quotedWords(started)}` };
    },
    stop: async () => {
      await started.stop();
    },
  };
}
