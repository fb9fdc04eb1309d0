/** Debian's z3 and cvc5, where they are on the PATH: the same questions, asked of other programs. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { type Question, questionText } from './questions.ts';

export interface Opinion {
  /** The program and its version, or the reason why it wasn't asked. */
  readonly solver: string;
  readonly asked: boolean;
  /** Question id → 'unsat', 'sat' or 'unknown'. */
  readonly answers: ReadonlyMap<string, string>;
}

/** Bounded by steps, never by time; a question that takes more stays unknown. */
const programs = [
  { command: 'z3', arguments: ['rlimit=200000', '-smt2', '-in'] },
  { command: 'cvc5', arguments: ['--rlimit=40000', '--lang=smt2', '-'] },
] as const;

export function secondOpinions(questions: readonly Question[]): Promise<readonly Opinion[]> {
  return Promise.all(programs.map((program) => opinion(program, questions)));
}

async function opinion(
  { command, arguments: options }: (typeof programs)[number],
  questions: readonly Question[],
): Promise<Opinion> {
  const version = await output(command, ['--version'], '');
  if (version === undefined)
    return { solver: `${command}: not run: ${command} isn't on the PATH`, asked: false, answers: new Map() };
  const answers = new Map<string, string>();
  const waiting = [...new Map(questions.map((question) => [question.id, question])).values()];
  const worker = async (): Promise<void> => {
    for (let question = waiting.pop(); question; question = waiting.pop()) {
      const script = `(set-logic ALL)\n${questionText(question)}\n(check-sat)\n`;
      const answer = (await output(command, options, script))?.trim() ?? '';
      answers.set(question.id, answer === 'unsat' || answer === 'sat' ? answer : 'unknown');
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism() - 1) }, worker));
  const number = /\d+(\.\d+)+/.exec(version)?.[0] ?? '';
  return { solver: `${command} ${number}`, asked: true, answers };
}

/** What a program writes; undefined where it can't be started. */
function output(command: string, options: readonly string[], input: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, options, { stdio: ['pipe', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    child.stdin.on('error', () => undefined);
    child.on('error', () => resolve(undefined));
    child.on('close', () => resolve(text));
    child.stdin.end(input);
  });
}
