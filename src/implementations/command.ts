/** The adapter for a command in any language: started once, asked line by line, tensors in files. */
import { randomBytes } from 'node:crypto';
import type { PrecisionName } from '../algebras/precision.ts';
import type { WinogradPoints } from '../algebras/winograd.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { ImplementationError } from './error.ts';
import { Exchange, type Parcel } from './exchange.ts';
import { NoObject, ProtocolError } from './fields.ts';
import { inOneLine, printable, shortened } from './printable.ts';
import type { ProcessOptions } from './process.ts';
import { type Answer, type Hello, helloLine, questionLine, readAnswer, readHello } from './protocol.ts';
import { oneAtATime } from './queue.ts';
import { type Failure, Session } from './session.ts';
import { withHint } from './unsupported-hint.ts';
import { splitWords } from './words.ts';

export interface CommandOptions extends Omit<ProcessOptions, 'ipc'> {
  /** Milliseconds to start and to say hello; default 60 000 (a framework takes seconds to load). */
  readonly startTimeout?: number | undefined;
  /** Milliseconds for one case; default 60 000. */
  readonly timeout?: number | undefined;
  /** How often it may be started again after a crash, a timeout or garbage; default 100. */
  readonly restarts?: number | undefined;
  /** Of sums and products, where it isn't as the command says of itself; so the next four. */
  readonly precision?: PrecisionName | undefined;
  readonly flushesSubnormals?: boolean | undefined;
  readonly composed?: boolean | undefined;
  readonly winograd?: WinogradPoints | undefined;
  readonly strassen?: boolean | undefined;
  /** MiB that reading the tensors of one answer may take; default 256. */
  readonly answerMemory?: number | undefined;
}

/** How a command says that it can't do a case. */
const unsupportedHow = 'answer {"id": …, "unsupported": "why"}';

export const defaultTimeout = 60_000;
export const defaultAnswerMemory = 256;

/** Milliseconds that a command is given to end by itself when its standard input closes. */
const farewell = 1000;

/**
 * Starts a command and hears what it can do. `line` is split as a POSIX shell splits words, without a shell; or it's a
 * program and its arguments. Rejects with an ImplementationError where there is no such program (kind 'usage'), or
 * where it doesn't say hello; whatever it does later is an outcome of `run`.
 */
export async function command(
  line: string | readonly string[],
  options: CommandOptions = {},
): Promise<Adapter> {
  const argv = typeof line === 'string' ? splitWords(line) : line;
  const shown = inOneLine(typeof line === 'string' ? line : argv.join(' '));
  const { session, hello } = await firstSession(argv, shown, options);
  const abilities = declaredBy(hello, options);
  let conversation: Conversation;
  try {
    conversation = new Conversation(argv, options, session, hello, abilities);
  } catch (error) {
    await session.stop();
    throw error;
  }
  const queue = oneAtATime(`${hello.name}: it is closed`);
  return {
    ...abilities,
    name: hello.name,
    about: `${hello.version === undefined ? '' : `${hello.version}; `}${shown}`,
    run: (question) => queue.add(async () => withHint(await conversation.ask(question), unsupportedHow)),
    close: () => {
      if (queue.isBusy) conversation.interrupt();
      return queue.close(() => conversation.close());
    },
  };
}

function declaredBy(
  { abilities }: Hello,
  { precision, flushesSubnormals, composed, winograd, strassen }: CommandOptions,
): Abilities {
  return {
    ...abilities,
    precision: precision ?? abilities.precision,
    flushesSubnormals: flushesSubnormals ?? abilities.flushesSubnormals ?? false,
    composed: composed ?? abilities.composed ?? false,
    winograd: winograd ?? abilities.winograd,
    strassen: strassen ?? abilities.strassen,
  };
}

async function firstSession(
  argv: readonly string[],
  shown: string,
  options: CommandOptions,
): Promise<{ session: Session; hello: Hello }> {
  const started = await greeted(argv, options);
  if ('session' in started) return started;
  const advice = 'expected its first line to say hello: igc 1, name, precision, operations';
  throw new ImplementationError(shown, started.kind, `${started.reason} (${advice})`);
}

/** Starts it and hears its hello. */
async function greeted(
  argv: readonly string[],
  options: CommandOptions,
): Promise<{ session: Session; hello: Hello } | Failure> {
  const session = await Session.start(argv, options);
  session.say(helloLine());
  const line = await session.hear(options.startTimeout ?? defaultTimeout);
  if (line.kind !== 'line') return line;
  try {
    const hello = readHello(line.text);
    return (await session.unasked('after its hello')) ?? { session, hello };
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return session.fail(`said hello wrongly: ${withAdvice(error)}`);
  }
}

/** A line that isn't of the protocol is most often something printed for people. */
function withAdvice(error: ProtocolError): string {
  const advice = ' (nothing else belongs on standard output; print it on standard error)';
  return `${error.message}${error instanceof NoObject ? advice : ''}`;
}

/** A command over all its runs: started again where the last one ended. */
class Conversation {
  readonly #argv: readonly string[];
  readonly #options: CommandOptions;
  readonly #hello: Hello;
  readonly #exchange: Exchange;
  #session: Session;
  #restarts = 0;
  #since = 'after its hello';
  #isClosed = false;

  constructor(
    argv: readonly string[],
    options: CommandOptions,
    session: Session,
    hello: Hello,
    abilities: Abilities,
  ) {
    this.#argv = argv;
    this.#options = options;
    this.#session = session;
    this.#hello = hello;
    const { answerMemory = defaultAnswerMemory } = options;
    const { format, models } = hello;
    this.#exchange = new Exchange({ format, models, abilities, answerMemory });
  }

  async ask(question: Case): Promise<Outcome> {
    let parcel: Parcel | undefined;
    try {
      parcel = this.#exchange.prepare(question);
      const trouble = (await this.#restart()) ?? (await this.#session.unasked(this.#since));
      return trouble ?? (await this.#put(question, parcel));
    } catch (error) {
      if (error instanceof ImplementationError) return error.outcome;
      throw error;
    } finally {
      parcel?.discard();
    }
  }

  /** Ends what it is doing: the question that is open gets no answer, nor do those that wait. */
  interrupt(): void {
    this.#isClosed = true;
    void this.#session.stop();
  }

  async close(): Promise<void> {
    try {
      await this.#session.finish(farewell);
    } finally {
      this.#exchange.close();
    }
  }

  async #put(question: Case, parcel: Parcel): Promise<Outcome> {
    const session = this.#session;
    const id = randomBytes(8).toString('hex');
    session.say(questionLine(id, question, parcel));
    const line = await session.hear(this.#options.timeout ?? defaultTimeout);
    if (line.kind !== 'line') return line;
    this.#since = `after its answer to ${question.id}`;
    let answer: Answer;
    try {
      answer = readAnswer(line.text, id);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return session.fail(`answered wrongly: ${withAdvice(error)}`);
    }
    const outcome = outcomeOf(answer, parcel);
    // What comes later than this is found before the next question.
    return (await session.surplus(this.#since)) ?? outcome;
  }

  /** Starts it again where it has ended. */
  async #restart(): Promise<Failure | undefined> {
    if (!this.#session.isStopped) return undefined;
    if (this.#isClosed) return { kind: 'crash', reason: 'it was closed before it answered' };
    const { restarts = 100 } = this.#options;
    if (this.#restarts >= restarts) {
      return { kind: 'crash', reason: `it isn't started again: it has ended ${restarts + 1} times` };
    }
    this.#restarts++;
    const started = await greeted(this.#argv, this.#options);
    if (!('session' in started)) return { ...started, reason: `started again, ${started.reason}` };
    this.#session = started.session;
    this.#since = 'after its hello';
    if (JSON.stringify(started.hello) === JSON.stringify(this.#hello)) return undefined;
    return this.#session.fail('said another hello when it was started again');
  }
}

function outcomeOf(answer: Answer, parcel: Parcel): Outcome {
  if (answer.kind === 'ok') return parcel.collect();
  const reason = shortened(printable(answer.reason), 2000);
  return answer.kind === 'unsupported'
    ? { kind: 'unsupported', reason }
    : { kind: 'crash', reason: `it reports an error: ${reason}` };
}
