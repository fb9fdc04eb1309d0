/** The process in which somebody else's module runs: loads it and asks it what it's asked. It may be killed any time. */
import { pathToFileURL } from 'node:url';
import { type Callable, callable, describe, replyOf } from './module-call.ts';
import type { Question, Reply } from './module-messages.ts';

// A module that reads or writes on this channel would spoil the answers: it's out of its sight.
const send = process.send!.bind(process);
Object.defineProperty(process, 'send', { value: undefined });
const reply = (message: Reply) => send(message);

// Whoever asked is gone.
process.on('disconnect', () => process.exit());

let module: Callable | undefined;
try {
  module = callable(await import(pathToFileURL(process.argv[2]!).href));
  reply(module.greeting);
} catch (thrown) {
  reply({ kind: 'failed', reason: describe(thrown) });
}

process.on('message', async (question: Question) => {
  if (module) reply(await replyOf(module, question));
});
