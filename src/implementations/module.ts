/**
 * A JavaScript module under test: the same file that the laws take (`igcLaws`). It runs in a process of its own, so that
 * an endless loop is a timeout, a crash is a crash, and what it does to its memory stays there.
 */
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { PrecisionName } from '../algebras/precision.ts';
import { FileError } from '../formats/index.ts';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import type { OperationName } from '../oracle/types.ts';
import type { Greeting, Question, Reply } from './module-messages.ts';
import {
  abilitiesOf,
  type Declared,
  holdsDoubles,
  outcomeOf,
  questionOf,
  unsupportedHow,
} from './module-question.ts';
import { askNode, type Limits, startNode } from './node-child.ts';
import { printable } from './printable.ts';
import type { Process } from './process.ts';
import { withHint } from './unsupported-hint.ts';

export interface ModuleOptions extends Declared {
  /** Milliseconds for one case; default 10 000. */
  readonly timeout?: number | undefined;
  /** MiB that the process may take; default 2048. */
  readonly memory?: number | undefined;
}

/** A started process that has loaded the module. */
interface Running {
  readonly process: Process;
  readonly greeting: Greeting;
}

/**
 * Loads a module. Throws a FileError where it isn't one that can be judged: missing, broken when it's imported, without
 * operations, in a precision that isn't known.
 */
export async function openModule(path: string, options: ModuleOptions = {}): Promise<Adapter> {
  if (!existsSync(path)) throw new FileError(path, 'file: expected a JavaScript module, got nothing there');
  const running = await start(path, options);
  try {
    return new ModuleAdapter(path, options, running);
  } catch (error) {
    await running.process.stop();
    throw error instanceof TypeError ? new FileError(path, error.message, { cause: error }) : error;
  }
}

class ModuleAdapter implements Adapter {
  readonly name: string;
  readonly about = `Node ${process.version}`;
  readonly operations: readonly OperationName[];
  readonly precision: PrecisionName;
  readonly #path: string;
  readonly #options: ModuleOptions;
  #running: Running | undefined;
  #asked = 0;

  constructor(path: string, options: ModuleOptions, running: Running) {
    const { greeting } = running;
    this.#path = path;
    this.#options = options;
    this.#running = running;
    this.name = printable(greeting.name ?? basename(path));
    const abilities: Abilities = abilitiesOf(greeting, options);
    this.operations = abilities.operations;
    this.precision = abilities.precision;
    Object.assign(this, abilities);
  }

  async run(question: Case): Promise<Outcome> {
    if (!this.#running) {
      try {
        this.#running = await start(this.#path, this.#options);
      } catch (error) {
        return { kind: 'crash', reason: `it can't be loaded again: ${(error as Error).message}` };
      }
    }
    const id = ++this.#asked;
    const { process } = this.#running;
    const { timeout = 10_000, memory = 2048 } = this.#options;
    const sent = questionOf(id, question, holdsDoubles(this.#running.greeting, this));
    const heard = await ask(process, sent, { ms: timeout, mebibytes: memory });
    if (heard.kind === 'reply') return outcomeOf(heard.reply);
    this.#running = undefined;
    await process.stop();
    return withHint(heard, unsupportedHow);
  }

  async close(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.process.stop();
  }
}

type Heard =
  | { readonly kind: 'reply'; readonly reply: Reply }
  | Extract<Outcome, { kind: 'crash' | 'timeout' }>;

/** One question to it (or none), and what comes back: its reply, its end, or nothing in time. */
function ask(process: Process, question: Question | undefined, limits: Limits): Promise<Heard> {
  return askNode(process, question, limits, (message) =>
    isReply(message, question?.id) ? { kind: 'reply' as const, reply: message } : undefined,
  );
}

function isReply(message: unknown, id: number | undefined): message is Reply {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return false;
  const { kind } = message;
  if (id === undefined) return kind === 'loaded' || kind === 'failed';
  return 'id' in message && message.id === id;
}

async function start(path: string, options: ModuleOptions): Promise<Running> {
  const { memory = 2048, timeout = 10_000 } = options;
  const started = await startNode('implementations/module-host.js', {
    flags: [`--max-old-space-size=${memory}`],
    args: [resolve(path)],
  });
  const patient = Math.max(timeout, 10_000);
  const heard = await ask(started, undefined, { ms: patient, mebibytes: memory });
  if (heard.kind === 'reply' && heard.reply.kind === 'loaded')
    return { process: started, greeting: heard.reply };
  await started.stop();
  const why =
    heard.kind !== 'reply'
      ? heard.reason
      : heard.reply.kind === 'failed'
        ? heard.reply.reason
        : 'it is no module';
  throw new FileError(
    path,
    `module: expected one that can be imported, got ${printable(why)}${hintFor(path, why)}`,
  );
}

/** Node before 22.18 runs no TypeScript; and doesn't say in which line a module is no JavaScript. */
function hintFor(path: string, why: string): string {
  const isUnknown = /\.[cm]?ts$/.test(path) && /Unknown file extension|Unexpected|SyntaxError/.test(why);
  if (isUnknown) return `; does Node ${process.version} run TypeScript? Build it, or strip its types`;
  return why.startsWith('SyntaxError') ? `; node --check ${path} says where` : '';
}
