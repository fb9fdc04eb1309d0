import { Command, type OutputConfiguration, type ParseOptionsResult } from 'commander';
import { suggestions } from './suggest.ts';

/** The exit codes of every command. */
export const exitCode = {
  pass: 0,
  fail: 1,
  usage: 2,
  unreadable: 3,
  undecided: 4,
  /** As shells have it of what a signal ended: 128 and its number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** Whether, and by what, a check was told to end. */
export interface Interruption {
  /** The exit code of what was cut short; undefined where nothing was. */
  readonly code: ExitCode | undefined;
  /** Resolves, once waiting signals were heard, to whether to end. */
  isAsked(): Promise<boolean>;
  /** Signals are again what they were. */
  release(): void;
}

/** Where a command writes: results to `out`, messages to `err`. `colour` says whether escapes are welcome. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly colour: boolean;
  /** The width in characters. */
  readonly columns: number;
  /** The environment, where a command may look at it. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Has whoever sits there, or a scheduler, end what takes long; absent: nobody can. */
  listen?(): Interruption;
}

/** What the user asked for makes no sense: one line that says what was expected; exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A verb: builds its command; the action reports its exit code through `done`. */
export type Verb = (terminal: Terminal, done: (code: ExitCode) => void) => Command;

/** JSON results: one object, its `schema` first, stable within a version. */
export function json(terminal: Terminal, schema: string, value: object): void {
  const text = JSON.stringify({ schema: `igc-oracle/${schema}`, ...value }, null, 2);
  // The same JSON, in which GitHub's runner sees no command.
  terminal.out(`${text.replaceAll('##[', '#\\u0023[')}\n`);
}

/** Whether escapes are welcome: to a terminal, unless NO_COLOR is set to something (no-color.org). */
export function wantsColour(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  return isTerminal && !env.NO_COLOR;
}

/** The text in bold, green, red, yellow or dim where the terminal wants colour. */
export function paint(terminal: Terminal, style: keyof typeof styles, text: string): string {
  return terminal.colour ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
}

const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

/** Where commander writes; its own errors are ours, with the same beginning. */
export function outputTo(terminal: Terminal): OutputConfiguration {
  return {
    writeOut: (text) => terminal.out(text),
    writeErr: (text) => terminal.err(text),
    outputError: (text, write) => write(text.replace(/^error: /, 'igc: ')),
  };
}

/** Commander looks for what is missing first; but a misspelt option is why it is missing. */
class VerbCommand extends Command {
  override parseOptions(argv: string[]): ParseOptionsResult {
    const parsed = super.parseOptions(argv);
    const [stranger] = parsed.unknown;
    const asksForHelp = parsed.unknown.some((word) => word === '-h' || word === '--help');
    if (stranger?.startsWith('-') && !asksForHelp) this.#refuse(stranger);
    return parsed;
  }

  #refuse(option: string): never {
    const known = this.options.flatMap(({ long }) => (long ? [long] : []));
    const near = suggestions(option.replace(/=.*/, ''), known);
    const hint = near.length === 0 ? '' : `\n(Did you mean ${near.join(' or ')}?)`;
    return this.error(`error: unknown option '${option}'${hint}`, { code: 'commander.unknownOption' });
  }
}

/** A command with the conventions of all verbs: errors go to stderr, `--json` where `withJson`. */
export function verb(name: string, summary: string, terminal: Terminal, withJson = true): Command {
  const command = new VerbCommand(name).description(summary).exitOverride();
  command.configureOutput(outputTo(terminal));
  command.configureHelp({ helpWidth: terminal.columns });
  if (withJson) command.option('--json', 'print the result as JSON');
  return command;
}

/** A positive integer from the command line; the error names the option, its unit and what came. */
export function positiveInteger(option: string, unit?: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < 1 || !/^\d+$/.test(text)) {
      throw new UsageError(
        `${option}: expected ${unit === undefined ? 'a positive integer' : `${unit}, a positive integer`}, got '${text}'`,
      );
    }
    return value;
  };
}

/** A kernel size 'HxW', as '3x3'. */
export function kernelSize(option: string): (text: string) => readonly [number, number] {
  return (text) => {
    const match = /^([1-9]\d{0,3})x([1-9]\d{0,3})$/.exec(text);
    if (!match) throw new UsageError(`${option}: expected HEIGHTxWIDTH, as in 3x3, got '${text}'`);
    return [Number(match[1]), Number(match[2])];
  };
}
