/** ctrl-C while something is judged: what is under way ends, and what was found so far is reported. */
import { type ExitCode, exitCode, type Interruption } from './frame.ts';

/** Where nothing can interrupt. */
export const uninterrupted: Interruption = {
  code: undefined,
  isAsked: async () => false,
  release: () => {},
};

const codes = { SIGINT: exitCode.interrupted, SIGTERM: exitCode.terminated } as const;
type Signal = keyof typeof codes;

/** Milliseconds in which a signal is the same one again: npx passes on what the terminal sent us too. */
const echo = 1000;

/**
 * Listens for SIGINT and SIGTERM. The first makes `isAsked` true (what must not outlive us has its own listener); one
 * that comes later ends this process at once.
 */
export function listenForSignals(say: (text: string) => void): Interruption {
  let code: ExitCode | undefined;
  let since = 0;
  const heard = (signal: Signal) => {
    if (code !== undefined && performance.now() - since < echo) return;
    if (code !== undefined) process.exit(codes[signal]);
    code = codes[signal];
    since = performance.now();
    say(`igc: ${signal}: what was found so far is reported; once more ends at once\n`);
  };
  const signals = Object.keys(codes) as Signal[];
  for (const signal of signals) process.on(signal, heard);
  return {
    get code() {
      return code;
    },
    // A promise that is settled lets no signal through; a turn of the event loop does.
    isAsked: () => new Promise((resolve) => setImmediate(() => resolve(code !== undefined))),
    release: () => {
      for (const signal of signals) process.off(signal, heard);
    },
  };
}
