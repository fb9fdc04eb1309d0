/** The process in which a runtime runs, asked over the channel to its parent. It may be killed any time. */
import { hosting, inWords } from '../host.ts';
import type { Call, CallableModule, Called, ToHost } from '../hosted-messages.ts';
import { MissingError } from '../missing.ts';

// A runtime that reads or writes on this channel would spoil the answers: it's out of its sight.
const send = process.send!.bind(process);
Object.defineProperty(process, 'send', { value: undefined });

// Whoever asked is gone.
process.on('disconnect', () => process.exit());

const answer = hosting((module) => import(module));

async function called({ module, options, argument }: Call): Promise<Called> {
  try {
    const { call } = (await import(module)) as CallableModule;
    return { kind: 'returned', value: await call(options, argument as never) };
  } catch (error) {
    return { kind: 'failed', reason: inWords(error), isMissing: error instanceof MissingError };
  }
}

process.on('message', async (message: ToHost | Call) =>
  send(message.kind === 'call' ? await called(message) : await answer(message)),
);
