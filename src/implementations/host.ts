/** The side on which an implementation runs: opens it, asks it, and always has an answer. Runs in processes and pages. */
import { abilitiesOf } from '../oracle/abilities.ts';
import type { Adapter, Case, Outcome } from '../oracle/adapter.ts';
import type { Recorded } from '../oracle/types.ts';
import type { FromHost, HostedModule, ToHost } from './hosted-messages.ts';
import { MissingError } from './missing.ts';

/** Gives what answers messages; `load` imports a module by the name that the message has for it. */
export function hosting(load: (module: string) => Promise<unknown>): (message: ToHost) => Promise<FromHost> {
  let adapter: Adapter | undefined;
  const opened = async ({ module, options }: Extract<ToHost, { kind: 'open' }>): Promise<FromHost> => {
    try {
      adapter = await ((await load(module)) as HostedModule).open(options);
      const { name, about } = adapter;
      return { kind: 'opened', description: { name, about, abilities: abilitiesOf(adapter) } };
    } catch (error) {
      return { kind: 'failed', reason: inWords(error), isMissing: error instanceof MissingError };
    }
  };
  const asked = async (question: Case): Promise<Outcome> => {
    if (!adapter) return { kind: 'crash', reason: 'it was asked before it was opened' };
    try {
      const outcome = await adapter.run(question);
      return outcome.kind === 'answer' ? { kind: 'answer', arrays: compact(outcome.arrays) } : outcome;
    } catch (error) {
      return { kind: 'crash', reason: inWords(error) };
    }
  };
  return async (message) =>
    message.kind === 'open'
      ? opened(message)
      : { kind: 'outcome', id: message.id, outcome: await asked(message.question) };
}

/** Arrays of their own: a view would bring its whole buffer along. */
export function compact(arrays: ReadonlyMap<string, Recorded>): ReadonlyMap<string, Recorded> {
  return new Map(
    [...arrays].map(([name, { shape, data, stored }]) => [
      name,
      {
        shape: [...shape],
        data: data instanceof Float32Array ? data.slice() : Float64Array.from(data),
        stored,
      },
    ]),
  );
}

/** An error in a line. */
export function inWords(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/\s+/g, ' ').slice(0, 500);
}
