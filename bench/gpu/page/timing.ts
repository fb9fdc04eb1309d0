/** Timing in interleaved rounds, after every output was judged; no fewer than three, and no more than there is time for. */
import type { BenchCase } from '../../../src/bench/case.ts';
import type { BenchInputs } from '../../../src/bench/inputs.ts';
import { median } from '../../../src/bench/spread.ts';
import type { CandidateResult, CaseResult, Times } from '../result.ts';
import type { Candidate, Ready } from './candidate.ts';

/** What the oracle says of an output. */
export type Judge = (
  question: BenchCase,
  y: Float32Array,
) => Promise<Pick<CandidateResult, 'worstRatio' | 'error' | 'problem'>>;

interface Timed {
  readonly candidate: Candidate;
  readonly ready: Ready;
  readonly firstMs: number;
  readonly judged: Awaited<ReturnType<Judge>>;
  readonly times: number[];
}

const fewestRounds = 3;
/** Milliseconds: for the rounds of a case, and for a candidate's first answer. */
const patience = { rounds: 20_000, first: 60_000 } as const;

const now = () => performance.now();
const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error)).slice(0, 200);

/** Times all candidates on one case, the ones that disagree or aren't there left out. `say`: what is being done, and what part of it is. */
export async function timeCase(
  question: BenchCase,
  inputs: BenchInputs,
  all: readonly Candidate[],
  rounds: number,
  judge: Judge,
  say: (what: string, part: number) => void,
): Promise<Pick<CaseResult, 'rounds' | 'candidates'>> {
  const timed: Timed[] = [];
  const absent: CandidateResult[] = [];
  for (const [i, candidate] of all.entries()) {
    const { name, api, isOurs } = candidate;
    say(`${question.id}: ${name}: is it right?`, i / all.length / 2);
    try {
      const start = now();
      const [ready, y] = await inTime(firstAnswer(candidate, question, inputs));
      const firstMs = now() - start;
      const judged = await judge(question, y);
      if (judged.problem === undefined) timed.push({ candidate, ready, firstMs, judged, times: [] });
      else {
        absent.push({ name, api, isOurs, ...judged });
        await ready.end();
      }
    } catch (error) {
      absent.push({ name, api, isOurs, problem: reasonOf(error) });
    }
  }
  const started = now();
  for (let round = 0; round < rounds; round++) {
    if (round >= fewestRounds && now() - started > patience.rounds) break;
    say(`${question.id}: round ${round + 1} of ${rounds}`, 0.5 + round / rounds / 2);
    for (const { ready, times } of timed) {
      const start = now();
      await ready.run();
      times.push(now() - start);
    }
  }
  for (const { ready } of timed) await ready.end();
  const candidates = [...timed.map((one) => resultOf(one, timed)), ...absent];
  return { rounds: timed[0]?.times.length ?? 0, candidates };
}

async function firstAnswer(
  candidate: Candidate,
  question: BenchCase,
  inputs: BenchInputs,
): Promise<readonly [Ready, Float32Array]> {
  const ready = await candidate.prepare(question, inputs);
  return [ready, await ready.run()];
}

function inTime<T>(work: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`no answer within ${patience.first / 1000} s`)), patience.first);
  });
  return Promise.race([work, late]);
}

function resultOf({ candidate, firstMs, judged, times }: Timed, all: readonly Timed[]): CandidateResult {
  const { name, api, isOurs } = candidate;
  const ours = all.find((one) => one.candidate.isOurs && one.candidate.api === api);
  const ratios = ours && times.map((time, round) => time / ours.times[round]!);
  return { name, api, isOurs, firstMs, ...judged, times: spread(times), overOurs: ratios && median(ratios) };
}

function spread(times: readonly number[]): Times {
  return { median: median(times), least: Math.min(...times), most: Math.max(...times) };
}
