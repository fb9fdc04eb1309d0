/** Makes a failing case smaller, against the live implementation, as long as it fails in the same way. */
import type { Adapter, Case } from './adapter.ts';
import { type Asked, ask } from './ask.ts';
import { smaller } from './smaller.ts';

export interface ShrinkBudget {
  /** How often the implementation may be run; default 3000. */
  readonly runs?: number;
  /** Milliseconds; default 20 000. */
  readonly time?: number;
}

export interface Shrunk {
  readonly question: Case;
  readonly asked: Asked;
  readonly runs: number;
  readonly steps: number;
  readonly finished: boolean;
}

/**
 * Greedily: the first smaller case that fails with the same verdict, at the same stage, by the same nature is taken, until
 * none is left or the budget ends. Deterministic where the implementation is, and the time suffices.
 */
export async function shrink(
  adapter: Adapter,
  start: Case,
  failure: Asked,
  { runs: most = 3000, time = 20_000 }: ShrinkBudget = {},
  progress: (runs: number) => void = () => {},
): Promise<Shrunk> {
  const began = performance.now();
  const twice = failure.nature === 'not deterministic';
  let [question, asked, runs, steps] = [start, failure, 0, 0];
  const over = () => runs >= most || performance.now() - began >= time;
  for (const attempts = smaller(adapter, () => question); ; ) {
    const { done, value: candidate } = attempts.next();
    if (done) break;
    if (over()) return { question, asked, runs, steps, finished: false };
    const tried = await ask(adapter, candidate, twice);
    runs += tried.runs;
    progress(runs);
    if (!alike(tried, failure)) continue;
    [question, asked] = [candidate, tried];
    steps++;
  }
  return { question, asked, runs, steps, finished: true };
}

/** The same verdict, at the same stage, by the same nature; without numbers to compare also for the same reason. */
function alike(a: Asked, b: Asked): boolean {
  const sort = ({ verdict, nature }: Asked) => {
    const { kind, stage, reason, arrays } = verdict;
    const first = arrays.find((array) => array.kind !== 'PASS');
    // A message may have sizes in it.
    const why = nature === 'no answer' && kind !== 'TIMEOUT' ? reason.replace(/\d+/g, '') : '';
    return JSON.stringify([kind, stage, nature, first?.array, first?.problem !== undefined, why]);
  };
  return sort(a) === sort(b);
}
