/** One function of one of our modules, called once in a process of its own. */
import { ImplementationError } from '../error.ts';
import type { Call, Called } from '../hosted-messages.ts';
import { MissingError } from '../missing.ts';
import { inOneLine } from '../printable.ts';
import { type ChildOptions, startChild } from './place.ts';

export interface CallOptions extends ChildOptions {
  /** Of what is called, in messages. */
  readonly name: string;
  /** Milliseconds until it must have returned. */
  readonly timeout: number;
}

/** Why a call returned nothing though it ended in good order: in its own words. */
export class CallError extends Error {
  override readonly name = 'CallError';
}

/**
 * Calls it; gives what it returned, unchecked. Rejects with a CallError where it threw, with a MissingError where it needs
 * what isn't there, with an ImplementationError where it crashed, hung or took too much memory.
 */
export async function callInChild(call: Omit<Call, 'kind'>, options: CallOptions): Promise<unknown> {
  const child = await startChild(options);
  try {
    const heard = await child.ask({ kind: 'call', ...call }, options.timeout, isCalled);
    if (heard.kind !== 'heard') throw new ImplementationError(options.name, heard.kind, heard.reason);
    const called = heard.message;
    if (called.kind === 'returned') return called.value;
    throw new (called.isMissing ? MissingError : CallError)(inOneLine(called.reason));
  } finally {
    await child.stop();
  }
}

function isCalled(value: unknown): value is Called {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'returned') return 'value' in value;
  return value.kind === 'failed' && 'reason' in value && typeof value.reason === 'string';
}
