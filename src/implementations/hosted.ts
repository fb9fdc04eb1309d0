/** The adapter of an implementation that runs elsewhere: whatever it does there, there is an outcome here. */
import type { Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { ImplementationError } from './error.ts';
import { compact } from './host.ts';
import type { Description, FromHost, OpenOptions, ToHost } from './hosted-messages.ts';
import { MissingError } from './missing.ts';
import { inOneLine } from './printable.ts';
import { oneAtATime } from './queue.ts';
import type { Failure } from './session.ts';
import { isDescription, wrongIn } from './untrusted.ts';

/** What came of a message: an answer, unchecked, or why there is none. */
export type Heard = { readonly kind: 'heard'; readonly message: FromHost } | Failure;

/** A started process or page. */
export interface Running {
  /** Sends a message and waits at most `ms` milliseconds. After anything but 'heard' it is only stopped. */
  ask(message: ToHost, ms: number): Promise<Heard>;
  /** Ends it; also twice. */
  stop(): Promise<void>;
}

/** Where implementations run. */
export interface Place {
  /** Starts afresh, with nothing left of what ran before. */
  start(): Promise<Running>;
  /** Ends what outlives one start. */
  close(): Promise<void>;
}

export interface HostedOptions {
  /** What the host imports. */
  readonly module: string;
  /** What the implementation is opened with. */
  readonly open?: OpenOptions | undefined;
  /** Milliseconds for one case; default 60 000. */
  readonly timeout?: number | undefined;
  /** Milliseconds to load and open it; default 60 000. */
  readonly startTimeout?: number | undefined;
  /** How often it may be started again after a crash, a timeout or garbage; default 100. */
  readonly restarts?: number | undefined;
}

/**
 * Opens an implementation at a place. Rejects with a MissingError where it needs what isn't there, else with an
 * ImplementationError that says what happened.
 */
export async function hosted(name: string, place: Place, options: HostedOptions): Promise<Adapter> {
  try {
    const first = await open(name, place, options);
    return adapterOf(name, place, options, first);
  } catch (error) {
    await place.close();
    throw error;
  }
}

interface Opened {
  readonly running: Running;
  readonly description: Description;
}

async function open(name: string, place: Place, options: HostedOptions): Promise<Opened> {
  const { module, open: given = {}, startTimeout = 60_000 } = options;
  const running = await place.start();
  const refuse = async (kind: 'crash' | 'timeout' | 'garbage', reason: string) => {
    await running.stop();
    return new ImplementationError(name, kind, `can't be opened: ${inOneLine(reason)}`);
  };
  const heard = await running.ask({ kind: 'open', module, options: given }, startTimeout);
  if (heard.kind !== 'heard') throw await refuse(heard.kind, heard.reason);
  const { message } = heard;
  if (message.kind === 'failed' && message.isMissing) {
    await running.stop();
    throw new MissingError(inOneLine(message.reason));
  }
  if (message.kind === 'failed') throw await refuse('crash', message.reason);
  if (message.kind !== 'opened' || !isDescription(message.description)) {
    throw await refuse('garbage', 'it did not say what it can do');
  }
  return { running, description: message.description };
}

function adapterOf(name: string, place: Place, options: HostedOptions, first: Opened): Adapter {
  const { timeout = 60_000, restarts = 100 } = options;
  const { description } = first;
  let running: Running | undefined = first.running;
  let starts = 0;
  let asked = 0;
  const queue = oneAtATime(`${name}: it is closed`);

  const ask = async (question: Case): Promise<Outcome> => {
    if (!running) {
      if (++starts > restarts)
        return { kind: 'crash', reason: `it was started again ${restarts} times; not once more` };
      try {
        ({ running } = await open(name, place, options));
      } catch (error) {
        return { kind: 'crash', reason: `it can't be started again: ${inOneLine((error as Error).message)}` };
      }
    }
    const id = ++asked;
    const sent = { ...question, inputs: compact(question.inputs) };
    const heard = await running.ask({ kind: 'ask', id, question: sent }, timeout);
    const outcome = heard.kind === 'heard' ? outcomeOf(heard.message, id) : { outcome: heard, isOver: true };
    if (outcome.isOver) {
      const over = running;
      running = undefined;
      await over.stop();
    }
    return outcome.outcome;
  };

  return {
    name: inOneLine(description.name),
    ...(description.about === undefined ? {} : { about: inOneLine(description.about) }),
    ...description.abilities,
    run: (question) => queue.add(() => ask(question)),
    close: () =>
      queue.close(async () => {
        await running?.stop();
        await place.close();
      }),
  };
}

/** An outcome as it is, where it is one; `isOver`: nothing more can be believed of what sent it. */
function outcomeOf(message: FromHost, id: number): { readonly outcome: Outcome; readonly isOver: boolean } {
  const isAnswer = message.kind === 'outcome' && message.id === id;
  const wrong = isAnswer ? wrongIn(message.outcome) : 'it answered another question';
  if (wrong !== undefined) return { outcome: { kind: 'garbage', reason: wrong }, isOver: true };
  const { outcome } = message as Extract<FromHost, { kind: 'outcome' }>;
  const shown =
    outcome.kind === 'answer' ? outcome : { kind: outcome.kind, reason: inOneLine(outcome.reason) };
  return { outcome: shown, isOver: false };
}
