/** A candidate's process, as the bench sees it. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';
import { ImplementationError } from '../implementations/error.ts';
import { Lines } from '../implementations/lines.ts';
import { within } from '../implementations/patience.ts';
import { endingOf, Process } from '../implementations/process.ts';
import type { Candidate } from './candidates.ts';
import type { Hello, OpenAnswer, Question, SampleAnswer, WaysAnswer } from './messages.ts';
import { Refusal } from './refusal.ts';

/** Milliseconds for an answer: a large case takes plain loops a while. */
const patience = 120_000;

/**
 * glibc, when left alone, gives large arrays back to the system after every run, and the native peers then wait for
 * fresh pages: they are faster when it keeps them.
 */
const keepMemory = {
  MALLOC_MMAP_MAX_: '0',
  MALLOC_TRIM_THRESHOLD_: '20000000000',
  MALLOC_TOP_PAD_: '268435456',
};

/** One thread has one processor, where that can be said: collecting garbage on another would not count. */
function bound({ threads }: Candidate): readonly string[] {
  return threads === 1 && hasTaskset() ? ['taskset', '--cpu-list', String(cpus().length - 1)] : [];
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

type AnswerTo<Q extends Question> = Q extends { ask: 'ways' }
  ? WaysAnswer
  : Q extends { ask: 'open' }
    ? OpenAnswer
    : Q extends { ask: 'sample' }
      ? SampleAnswer
      : object;

export class Child {
  readonly candidate: Candidate;
  readonly about: string;
  readonly #process: Process;
  readonly #lines: Lines;

  /** Rejects with a Refusal where the candidate isn't there, with an ImplementationError where it breaks. */
  static async start(candidate: Candidate, folder: string): Promise<Child> {
    const env = { ...keepMemory, OMP_NUM_THREADS: String(candidate.threads) };
    const argv = candidate.argv(folder);
    if (!existsSync(argv[0]!)) throw new Refusal(`there is no ${argv[0]} here`);
    const process = await Process.start([...bound(candidate), ...argv], { env });
    const lines = new Lines(process.stdout, 2 ** 20);
    const hello = await answer<Hello>(candidate.id, process, lines);
    if ('about' in hello) return new Child(candidate, hello.about, process, lines);
    await process.stop();
    throw new Refusal(hello.missing);
  }

  private constructor(candidate: Candidate, about: string, process: Process, lines: Lines) {
    this.candidate = candidate;
    this.about = about;
    this.#process = process;
    this.#lines = lines;
  }

  ask<Q extends Question>(question: Q): Promise<AnswerTo<Q>> {
    this.#process.write(`${JSON.stringify(question)}\n`);
    return answer(this.candidate.id, this.#process, this.#lines);
  }

  async stop(): Promise<void> {
    await this.#process.finish(1000);
  }
}

/** Rejects with an ImplementationError where none comes. */
async function answer<T>(id: string, process: Process, lines: Lines): Promise<T> {
  const line = await within(patience, lines.next());
  if (line?.kind === 'line') return JSON.parse(line.text) as T;
  const ending = await process.stop();
  if (line === undefined) {
    throw new ImplementationError(id, 'timeout', `no answer in ${patience / 1000} s`);
  }
  const what = line.kind === 'fault' ? line.reason : `its process ${endingOf(process, ending)}`;
  throw new ImplementationError(id, line.kind === 'fault' ? 'garbage' : 'crash', what);
}
