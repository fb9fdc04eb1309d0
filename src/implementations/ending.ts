import { constants } from 'node:os';

/** How a process ended: one of the two; neither where it could not be ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const meanings: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: 'it gave up: a failed assertion, or memory that was corrupted',
  SIGBUS: 'a bus error: memory that is not there',
  SIGFPE: 'an arithmetic error, such as an integer division by zero',
  SIGILL: 'an instruction that this processor does not have',
  SIGKILL: 'from outside: often the system, short of memory',
  SIGPIPE: 'it wrote to a pipe that nobody reads',
  SIGSEGV: 'a segmentation fault: an index out of bounds, or a bad pointer',
  SIGSYS: 'a system call that is forbidden',
  SIGXCPU: 'its limit of processor time',
};

/** How it ended, in words: 'was killed by SIGSEGV (a segmentation fault: …)', 'ended with exit code 3'. */
export function inWords({ code, signal }: Ending): string {
  if (signal) return `was killed by ${withMeaning(signal)}`;
  if (code === null) return 'does not end, not even by SIGKILL';
  const shell = code > 128 && Object.entries(constants.signals).find(([, number]) => number === code - 128);
  if (shell) return `ended with exit code ${code}, as shells do after ${withMeaning(shell[0])}`;
  return `ended with exit code ${code}`;
}

function withMeaning(signal: string): string {
  const meaning = meanings[signal as NodeJS.Signals];
  return meaning ? `${signal} (${meaning})` : signal;
}
