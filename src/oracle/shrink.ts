/** Makes a failing case smaller, against the live implementation, as long as it fails in the same way. */
import { abilitiesOf } from './abilities.ts';
import type { Adapter, Case } from './adapter.ts';
import { type Asked, ask } from './ask.ts';
import { smaller } from './smaller.ts';
import type { OperationName } from './types.ts';

export interface ShrinkBudget {
  /** How often the implementation may be run; default 3000. */
  readonly runs?: number;
  /** Milliseconds; default 20 000. */
  readonly time?: number;
  /** What the implementation may be asked for; default: all that it has. */
  readonly operations?: readonly OperationName[];
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
 * none is left or the budget ends. A step of a block that fails by itself is smaller than the block. Deterministic where the
 * implementation is, and the time suffices.
 */
export async function shrink(
  adapter: Adapter,
  start: Case,
  failure: Asked,
  { runs: most = 3000, time = 20_000, operations = adapter.operations }: ShrinkBudget = {},
  progress: (runs: number) => void = () => {},
): Promise<Shrunk> {
  const began = performance.now();
  const twice = failure.nature === 'not deterministic';
  let [question, asked, runs, steps] = [start, failure, 0, 0];
  // What a smaller case has to be like.
  let model = failure;
  const over = () => runs >= most || performance.now() - began >= time;
  for (const attempts = smaller({ ...abilitiesOf(adapter), operations }, () => question); ; ) {
    const { done, value: candidate } = attempts.next();
    if (done) break;
    if (over()) return { question, asked, runs, steps, finished: false };
    const tried = await ask(adapter, candidate, twice);
    runs += tried.runs;
    progress(runs);
    const isStep = candidate.operation !== question.operation;
    if (!(isStep ? failsItself(tried, model) : alike(tried, model))) continue;
    if (isStep) model = tried;
    [question, asked] = [candidate, tried];
    steps++;
  }
  return { question, asked, runs, steps, finished: true };
}

/** Of a step alone the stage is its output, whatever it is in the block. */
function failsItself(step: Asked, block: Asked): boolean {
  const asStep = (asked: Asked): Asked => {
    const { stage: _, arrays, ...verdict } = asked.verdict;
    return { ...asked, verdict: { ...verdict, arrays: arrays.map((one) => ({ ...one, array: 'y' })) } };
  };
  return alike(asStep(step), asStep(block));
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
