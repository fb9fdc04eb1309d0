/** One case: everybody gets it ready, everybody's output is judged, then everybody is timed in turn, round by round. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Judge } from './agreement.ts';
import { baseline } from './analysis.ts';
import { type BenchCase, multiplyAdds } from './case.ts';
import type { Child } from './child.ts';
import { inputsOf } from './inputs.ts';
import type { OpenAnswer } from './messages.ts';
import type { Way } from './program.ts';
import { type CaseResult, Disagreement, type Result } from './result.ts';

export interface Effort {
  readonly rounds: number;
  /** Milliseconds of a sample, and of warming up. */
  readonly sample: number;
  readonly warmUp: number;
}

/** What is worth publishing, and what shows where one stands. */
export const efforts: Readonly<Record<'full' | 'quick', Effort>> = {
  full: { rounds: 7, sample: 20, warmUp: 150 },
  quick: { rounds: 3, sample: 10, warmUp: 60 },
};

export type Progress = (text: string) => void;

/** How many times as slow as a candidate's best way another may be, and as the best candidate, to be timed on. */
const behind = { way: 1.5, candidate: 4 } as const;

type Opened = Exclude<OpenAnswer, { cannot: string }>;

/** A way that is ready, and how it has fared. */
interface Runner {
  readonly child: Child;
  readonly way: Way;
  readonly opened: Opened;
  readonly worstRatio: number | undefined;
  readonly times: number[];
}

/** Rejects with a Disagreement where an output is wrong. `folder` is for files that pass between the processes. */
export async function measure(
  question: BenchCase,
  children: readonly Child[],
  { rounds, sample, warmUp }: Effort,
  folder: string,
  judge: Judge,
  progress: Progress,
): Promise<CaseResult> {
  for (const [name, data] of Object.entries(inputsOf(question))) writeFileSync(join(folder, name), data);
  const runners: Runner[] = [];
  const refused: CaseResult['refused'][number][] = [];
  for (const child of children) {
    const { ways, why } = await child.ask({ ask: 'ways', case: question });
    if (why !== undefined) refused.push({ candidate: child.candidate.id, way: 'any', reason: why });
    for (const way of ways) {
      progress(`${child.candidate.id} gets ready (${way})`);
      const output = join(folder, 'y');
      const opened = await child.ask({ ask: 'open', case: question, way, folder, output, warmUp });
      if ('cannot' in opened) {
        refused.push({ candidate: child.candidate.id, way, reason: opened.cannot });
        continue;
      }
      const worstRatio =
        child.candidate.kind === 'limit' ? undefined : agree(judge, question, child, way, opened, output);
      runners.push({ child, way, opened, worstRatio, times: [] });
    }
  }
  const time = async ({ child, way, opened, times }: Runner) => {
    const { milliseconds } = await child.ask({ ask: 'sample', way, milliseconds: sample });
    const work = opened.multiplyAdds === undefined ? 1 : multiplyAdds(question) / opened.multiplyAdds;
    times.push(milliseconds * work);
  };
  progress('a first sample of all');
  for (const runner of runners) await time(runner);
  const inTheRace = chosen(runners, sample);
  for (const { times } of inTheRace) times.length = 0;
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`);
    // Another one begins each round, so that none always runs after the same one.
    for (const turn of inTheRace.keys()) await time(inTheRace[(turn + round) % inTheRace.length]!);
  }
  for (const child of children) await child.ask({ ask: 'close' });
  return { ...question, multiplyAdds: multiplyAdds(question), results: runners.map(resultOf), refused };
}

function agree(
  judge: Judge,
  question: BenchCase,
  { candidate }: Child,
  way: Way,
  { rounding }: Opened,
  output: string,
): number {
  const { buffer, byteOffset, byteLength } = readFileSync(output);
  const y = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  const { worstRatio, problem } = judge(y, question.N, rounding ?? 'convolutions');
  if (problem !== undefined) throw new Disagreement(`${candidate.id} (${way}): ${problem}`);
  return worstRatio;
}

/**
 * Who is timed in all rounds: the best ways of this library, of the one that others are compared with, of the limits, and
 * of all others whose runs are short or not far behind.
 */
function chosen(runners: readonly Runner[], sample: number): readonly Runner[] {
  const first = ({ times }: Runner) => times[0]!;
  const isLimit = ({ child }: Runner) => child.candidate.kind === 'limit';
  const fastest = Math.min(...runners.filter((runner) => !isLimit(runner)).map(first));
  return runners.filter((runner) => {
    const { id, kind } = runner.child.candidate;
    const own = runners.filter(({ child }) => child === runner.child).map(first);
    if (first(runner) > behind.way * Math.min(...own)) return false;
    if (kind !== 'peer' || id === baseline) return true;
    return first(runner) < sample || first(runner) <= behind.candidate * fastest;
  });
}

function resultOf({ child, way, opened, worstRatio, times }: Runner): Result {
  const { first, rounding, plan, spent } = opened;
  const digits = (x: number) => Number(x.toPrecision(4));
  return {
    candidate: child.candidate.id,
    way,
    times: times.map(digits),
    first: digits(first),
    ...(worstRatio === undefined ? {} : { worstRatio: digits(worstRatio) }),
    ...(rounding === undefined ? {} : { rounding }),
    ...(plan === undefined ? {} : { plan }),
    ...(spent === undefined ? {} : { spent }),
  };
}
