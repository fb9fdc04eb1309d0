/** The process in which a runtime runs, asked over the channel to its parent. It may be killed any time. */
import { hosting } from './host.ts';
import type { FromHost, ToHost } from './hosted-messages.ts';

// A runtime that reads or writes on this channel would spoil the answers: it's out of its sight.
const send = process.send!.bind(process) as (message: FromHost) => boolean;
Object.defineProperty(process, 'send', { value: undefined });

// Whoever asked is gone.
process.on('disconnect', () => process.exit());

const answer = hosting((module) => import(module));
process.on('message', async (message: ToHost) => send(await answer(message)));
