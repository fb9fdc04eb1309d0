/** One run of a command, heard line by line: what isn't a line in time is an outcome, and the end of the run. */
import type { Outcome } from '../oracle/adapter.ts';
import { quoted } from './fields.ts';
import { type Line, Lines } from './lines.ts';
import { within } from './patience.ts';
import { endingOf, Process, type ProcessOptions, quotedWords } from './process.ts';

/** An outcome that nothing good can come of. */
export type Failure = Extract<Outcome, { kind: 'crash' | 'timeout' | 'garbage' }>;

/** The longest line, in bytes. */
export const longestLine = 64 * 1024;

/** Milliseconds for a command that has closed its output to end as well. */
const parting = 500;

export class Session {
  readonly #process: Process;
  readonly #lines: Lines;
  #stopped = false;

  static async start(argv: readonly string[], options: ProcessOptions): Promise<Session> {
    return new Session(await Process.start(argv, options));
  }

  private constructor(started: Process) {
    this.#process = started;
    this.#lines = new Lines(started.stdout, longestLine);
  }

  get isStopped(): boolean {
    return this.#stopped;
  }

  get pid(): number {
    return this.#process.pid;
  }

  say(line: string): void {
    this.#process.write(line);
  }

  /** The next line, within `ms` milliseconds. After a failure nothing of the process is left. */
  async hear(ms: number): Promise<{ readonly kind: 'line'; readonly text: string } | Failure> {
    const line = await within(ms, this.#lines.next());
    if (line?.kind === 'line') return line;
    if (line === undefined) return this.#late(ms);
    return this.#ended(line, 'before it answered');
  }

  /** What is wrong where it wrote more than it was asked: what has come by now. */
  async surplus(since: string): Promise<Failure | undefined> {
    await roundOfInput();
    // That it ended too is the next question's business: it may as well end a moment later.
    return this.#lines.hasEnded ? undefined : this.#unasked(since);
  }

  /** What is wrong where it wrote or ended though nobody asked; undefined where all is quiet. `since`: what came last. */
  async unasked(since: string): Promise<Failure | undefined> {
    await roundOfInput();
    return this.#unasked(since);
  }

  async #unasked(since: string): Promise<Failure | undefined> {
    const line = this.#lines.unread();
    if (line === undefined) return undefined;
    if (line.kind !== 'line') return this.#ended(line, `${since}, though its standard input was still open`);
    return this.fail(`wrote a line ${since} that nobody asked for: ${quoted(line.text)}`);
  }

  /** Ends it because of what it wrote. */
  async fail(what: string): Promise<Failure> {
    await this.stop();
    return { kind: 'garbage', reason: `it ${what}${quotedWords(this.#process)}` };
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#process.stop();
  }

  /** Ends it in peace: its standard input closes; what is still there after `ms` milliseconds is killed. */
  async finish(ms: number): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#process.finish(ms);
  }

  async #late(ms: number): Promise<Failure> {
    const partial = this.#lines.partialBytes;
    await this.stop();
    const hint =
      partial > 0
        ? `; it wrote ${partial} bytes of a line without an end`
        : this.#process.isDeaf
          ? '; it had closed its standard input'
          : '';
    const reason = `no answer within ${ms / 1000} s${hint}${quotedWords(this.#process)}`;
    return { kind: 'timeout', reason };
  }

  async #ended(line: Exclude<Line, { kind: 'line' }>, when: string): Promise<Failure> {
    if (line.kind === 'fault') return this.fail(`wrote ${line.reason}`);
    const ending = await within(parting, this.#process.ended);
    this.#stopped = true;
    if (ending) return { kind: 'crash', reason: `it ${endingOf(this.#process, ending, `, ${when}`)}` };
    return this.fail(`closed its standard output ${when}`);
  }
}

/** What has come is heard. */
const roundOfInput = () => new Promise((resolve) => setImmediate(resolve));
