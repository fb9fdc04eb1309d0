/**
 * Somebody else's process, run so that nothing it does hangs or crashes us, or stays behind. It leads a group of its
 * own; the whole group is killed when it is stopped, when it ends and when we end. (A descendant that leaves the group
 * with setsid is out of reach, but its hold on our pipes is broken.) Windows has no groups: there only the process
 * itself is killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { type Ending, inWords } from './ending.ts';
import { ImplementationError } from './error.ts';
import { watchMemory } from './memory.ts';
import { atParentEnd } from './parent-end.ts';
import { patience, within } from './patience.ts';
import { Tail } from './tail.ts';

export interface ProcessOptions {
  /** Its working folder; default: ours. */
  readonly cwd?: string | undefined;
  /** Variables added to our own environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds between SIGTERM and SIGKILL; default 500. */
  readonly grace?: number | undefined;
  /** A channel of messages (`process.send`) beside its three streams, for a child that is Node. */
  readonly ipc?: boolean | undefined;
  /** MiB of memory that it may take, where the system tells how much that is (Linux); default: no limit. */
  readonly memory?: number | undefined;
}

/** Bytes of standard error that are kept for messages. */
const keptErrors = 8 * 1024;

/** Milliseconds that a dead process's pipes, held open by somebody else, are still read. */
const drain = 250;

/** Milliseconds until a process that survives SIGKILL is given up. */
const giveUp = 5000;

export class Process {
  readonly name: string;
  readonly child: ChildProcess;
  /** Ours to read: unread, it ends up waiting for us. Standard error is read always. */
  readonly stdout: Readable;
  /** Resolves, never rejects, when it is gone, its group killed and its streams at their end. */
  readonly ended: Promise<Ending>;
  readonly #stdin: Writable;
  readonly #errors: Tail;
  readonly #grace: number;
  readonly #release: () => void;
  #gone = false;
  #deaf = false;
  #stopping: Promise<Ending> | undefined;
  #excess = '';

  /** Starts a program with its arguments; no shell. Rejects with an ImplementationError where it can't be started. */
  static start(argv: readonly string[], options: ProcessOptions = {}): Promise<Process> {
    const [program, ...args] = argv;
    if (program === undefined || program === '') {
      return Promise.reject(new ImplementationError('command', 'usage', 'expected a program, got nothing'));
    }
    return new Promise((resolve, reject) => {
      const refuse = (cause: unknown) => reject(notStarted(program, cause));
      try {
        const child = spawn(program, args, {
          detached: process.platform !== 'win32',
          windowsHide: true,
          stdio: ['pipe', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
          serialization: 'advanced',
          env: { ...process.env, ...options.env },
          ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
        });
        child.once('error', refuse);
        child.once('spawn', () => {
          child.off('error', refuse);
          resolve(new Process(program, child, options));
        });
      } catch (cause) {
        refuse(cause);
      }
    });
  }

  private constructor(name: string, child: ChildProcess, options: ProcessOptions) {
    this.name = name;
    this.child = child;
    this.stdout = child.stdout!;
    this.#stdin = child.stdin!;
    this.#errors = new Tail(child.stderr!, keptErrors);
    this.#grace = options.grace ?? 500;
    this.#release = atParentEnd(() => this.#signal('SIGKILL'));
    // A message that can't be delivered, a signal that can't be sent: how it ended will say why.
    child.on('error', () => {});
    this.stdout.on('error', () => {});
    this.#stdin.on('error', () => {
      this.#deaf = true;
    });
    this.ended = this.#watch();
    this.#limit(options.memory);
    // While it's idle it doesn't keep us from ending; who waits for it has a timer.
    child.unref();
    child.channel?.unref();
    for (const stream of [child.stdin, child.stdout, child.stderr]) {
      if (stream instanceof Socket) stream.unref();
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** Its last lines on standard error, in one line. */
  get lastWords(): string {
    return this.#errors.lastLines();
  }

  /** Why it was stopped, where it took more memory than it may; else empty. */
  get excess(): string {
    return this.#excess;
  }

  /** Whether it closed its standard input, so that what we write is lost. */
  get isDeaf(): boolean {
    return this.#deaf;
  }

  /** Writes to its standard input without waiting: what it doesn't read is held here, so write little. */
  write(text: string): void {
    if (!this.#gone && !this.#stdin.destroyed) this.#stdin.write(text);
  }

  /** Closes its standard input. */
  end(): void {
    if (!this.#stdin.destroyed) this.#stdin.end();
  }

  /** Ends it and its group: SIGTERM, after the grace SIGKILL. Resolves when it's gone; also twice, also after. */
  stop(): Promise<Ending> {
    this.#stopping ??= this.#kill();
    return this.#stopping;
  }

  /** Closes its standard input, gives it `ms` milliseconds to end by itself, then stops it. */
  async finish(ms: number): Promise<Ending> {
    this.end();
    return (await within(ms, this.ended)) ?? this.stop();
  }

  async #kill(): Promise<Ending> {
    this.#signal('SIGTERM');
    const ending = await within(this.#grace, this.ended);
    if (ending) return ending;
    this.#signal('SIGKILL');
    return (await within(giveUp, this.ended)) ?? { code: null, signal: null };
  }

  #limit(memory: number | undefined): void {
    if (memory === undefined) return;
    const watch = watchMemory(this.pid, memory, (used) => {
      this.#excess = `took ${used} MiB of memory, more than the ${memory} that it may`;
      void this.stop();
    });
    void this.ended.then(() => watch.end());
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#gone) return;
    try {
      if (process.platform === 'win32') this.child.kill(signal);
      else process.kill(-this.pid, signal);
    } catch {
      // Nobody is left in the group.
    }
  }

  #watch(): Promise<Ending> {
    const { child } = this;
    return new Promise((resolve) => {
      let ending: Ending = { code: null, signal: null };
      let draining: { end(): void } | undefined;
      child.once('exit', (code, signal) => {
        ending = { code, signal };
        // Its children, now nobody's; after this the number may belong to another process.
        this.#signal('SIGKILL');
        this.#gone = true;
        this.#release();
        draining = patience(drain, () => {
          for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
          if (child.connected) child.disconnect();
          resolve(ending);
        });
      });
      child.once('close', () => {
        draining?.end();
        resolve(ending);
      });
    });
  }
}

/** 'ended with exit code 1, before it answered; its last words: …' */
export function endingOf(ended: Process, ending: Ending, when = ''): string {
  return `${ended.excess || inWords(ending)}${when}${quotedWords(ended)}`;
}

/** '; its last words: …', or nothing where it said nothing. */
export function quotedWords({ lastWords }: Process): string {
  return lastWords === '' ? '' : `; its last words: ${lastWords}`;
}

function notStarted(program: string, cause: unknown): ImplementationError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const hint = program.includes('=') ? ` (for variables: env ${program} …)` : '';
  const missing = `there is no such program, here or in the PATH${hint}`;
  const forbidden = 'it is not a program that may be run (is it executable?)';
  const what = code === 'ENOENT' ? missing : code === 'EACCES' ? forbidden : message;
  return new ImplementationError(program, 'usage', `can't be started: ${what}`, { cause });
}
