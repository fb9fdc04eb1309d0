/** The adapter for a program that reads files, writes files and ends: started for each case. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Abilities, Adapter, Case, Outcome } from '../oracle/adapter.ts';
import { type CommandOptions, defaultAnswerMemory, defaultTimeout } from './command.ts';
import { ImplementationError } from './error.ts';
import { Exchange, type Parcel } from './exchange.ts';
import { within } from './patience.ts';
import { inOneLine } from './printable.ts';
import { endingOf, Process, quotedWords } from './process.ts';
import { questionFields, type TensorFormat } from './protocol.ts';
import { oneAtATime } from './queue.ts';
import { Tail } from './tail.ts';
import { withHint } from './unsupported-hint.ts';
import { splitWords } from './words.ts';

export interface OneShotOptions
  extends Omit<
    CommandOptions,
    'startTimeout' | 'restarts' | 'precision' | 'flushesSubnormals' | 'composed' | 'winograd' | 'strassen'
  > {
  /** What it can do: nobody else says it. */
  readonly abilities: Abilities;
  /** Default: 'npz'. */
  readonly format?: TensorFormat | undefined;
  /** Whether {model} is wanted; default false. */
  readonly models?: boolean | undefined;
  /** Default: the program. */
  readonly name?: string | undefined;
  readonly version?: string | undefined;
}

/** A program says with this exit code that it can't do a case, and why on standard error (EX_UNAVAILABLE). */
export const unsupportedCode = 69;

const unsupportedHow = `end with exit code ${unsupportedCode}, and say why on standard error`;

/** What stands in the template for what a question says; {case} is a file that says all of it in JSON. */
export const placeholders = [
  'inputs',
  'outputs',
  'model',
  'case',
  'operation',
  'stride_h',
  'stride_w',
  'dilation_h',
  'dilation_w',
  'top',
  'bottom',
  'left',
  'right',
  'L',
  'M',
] as const;

type Placeholder = (typeof placeholders)[number];

/**
 * An adapter from the template of a command: `./block {inputs} {outputs} {stride_h} {stride_w}`, split as `command`
 * splits. Exit code 0 means that the outputs are written, 69 that the case is unsupported. Rejects with an
 * ImplementationError where the template can't be read.
 */
export async function oneShot(
  template: string | readonly string[],
  options: OneShotOptions,
): Promise<Adapter> {
  const words = typeof template === 'string' ? splitWords(template) : template;
  const shown = inOneLine(words.join(' '));
  checkTemplate(words, shown, options.models);
  const { abilities, format = 'npz', models, answerMemory = defaultAnswerMemory, name = words[0]! } = options;
  const exchange = new Exchange({ format, models, abilities, answerMemory });
  const queue = oneAtATime(`${name}: it is closed`);
  let isClosed = false;
  let running: Process | undefined;
  const ask = async (question: Case): Promise<Outcome> => {
    if (isClosed) return { kind: 'crash', reason: 'it was closed before it answered' };
    let parcel: Parcel | undefined;
    try {
      parcel = exchange.prepare(question);
      running = await Process.start(filled(words, question, parcel), options);
      return await outcomeOf(running, parcel, options.timeout ?? defaultTimeout);
    } catch (error) {
      if (error instanceof ImplementationError) return error.outcome;
      throw error;
    } finally {
      parcel?.discard();
    }
  };
  return {
    ...abilities,
    name,
    about: options.version === undefined ? shown : `${options.version}; ${shown}`,
    run: (question) => queue.add(async () => withHint(await ask(question), unsupportedHow)),
    close: () => {
      isClosed = true;
      void running?.stop();
      return queue.close(async () => exchange.close());
    },
  };
}

function checkTemplate(words: readonly string[], shown: string, models = false): void {
  const used = words.flatMap((word) => [...word.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!));
  const refuse = (what: string) => {
    throw new ImplementationError(shown || 'command', 'usage', what);
  };
  const unknown = used.find((name) => !placeholders.includes(name as Placeholder));
  if (unknown) refuse(`expected in braces only {${placeholders.join('}, {')}}, got {${unknown}}`);
  if (used.includes('model') && !models) refuse('expected "models": true in its hello for {model}');
  const hasFiles = used.includes('case') || (used.includes('inputs') && used.includes('outputs'));
  if (!hasFiles) refuse('expected {inputs} and {outputs} in its arguments, or {case}');
}

/** The command of one case. */
function filled(words: readonly string[], question: Case, parcel: Parcel): readonly string[] {
  const fields = questionFields(question, parcel);
  const sidecar = join(parcel.folder, 'case.json');
  writeFileSync(sidecar, `${JSON.stringify(fields)}\n`);
  const values = placeholderValues(fields, sidecar);
  return words.map((word) => word.replace(/\{(\w+)\}/g, (_, name: Placeholder) => values[name]));
}

async function outcomeOf(running: Process, parcel: Parcel, timeout: number): Promise<Outcome> {
  const said = new Tail(running.stdout, 1024);
  running.end();
  const ending = await within(timeout, running.ended);
  if (!ending) {
    await running.stop();
    return { kind: 'timeout', reason: `it has not ended within ${timeout / 1000} s${quotedWords(running)}` };
  }
  if (ending.code === 0) return parcel.collect();
  if (ending.code === unsupportedCode) {
    return { kind: 'unsupported', reason: running.lastWords || said.lastLines() || 'it gave no reason' };
  }
  return { kind: 'crash', reason: `it ${endingOf(running, ending)}` };
}

function placeholderValues(
  fields: ReturnType<typeof questionFields>,
  sidecar: string,
): Readonly<Record<Placeholder, string>> {
  const { inputs, outputs, model = '', operation, stride, dilation, padding, L, M } = fields;
  const [top, bottom, left, right] = padding.map(String) as [string, string, string, string];
  const [stride_h, stride_w, dilation_h, dilation_w] = [...stride, ...dilation].map(String) as [
    string,
    string,
    string,
    string,
  ];
  const window = { stride_h, stride_w, dilation_h, dilation_w, top, bottom, left, right };
  return { inputs, outputs, model, operation, ...window, case: sidecar, L: String(L), M: String(M) };
}
