import type { Adapter } from './adapter.ts';

/** Thrown in place of an answer: whoever asked was told to end meanwhile. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/**
 * The adapter, of which no answer counts once `isAsked` says so: its process may have been killed before it gave one. And it
 * is asked nothing more, which would start it anew.
 */
export function stoppable(adapter: Adapter, isAsked: (() => Promise<boolean>) | undefined): Adapter {
  if (!isAsked) return adapter;
  const goOn = async () => {
    if (await isAsked()) throw new Interrupted();
  };
  return {
    ...adapter,
    run: async (question) => {
      await goOn();
      const outcome = await adapter.run(question);
      await goOn();
      return outcome;
    },
  };
}

/** What `work` gives; undefined where it was interrupted. */
export async function unlessInterrupted<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Interrupted) return undefined;
    throw error;
  }
}
