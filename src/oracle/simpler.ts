/**
 * Which known bug an implementation has that is wrong in more than one way: no single bug gives what it gave, so it is
 * asked for less, one thing left out at a time, then all of them.
 */
import type { Abilities, Adapter, Case } from './adapter.ts';
import { ask, evidenceOf } from './ask.ts';
import { type Diagnosis, diagnose, diagnoseLive } from './diagnose.ts';
import { caseShapeOf } from './mutants/question-shape.ts';
import type { CaseShape } from './mutants/shape.ts';
import { tellingProbes } from './probes/integers.ts';

/** Something that a case can do without. */
interface Part {
  /** What is asked for without it, to follow "a case with". */
  readonly without: string;
  isIn(shape: CaseShape): boolean;
  readonly abilities: Partial<Abilities>;
}

const most = (numbers: readonly number[]) => Math.max(...numbers);

const parts: readonly Part[] = [
  {
    without: 'no biases',
    isIn: ({ primaryBias, secondaryBias }) => primaryBias || secondaryBias,
    abilities: { bias: false },
  },
  { without: 'stride 1', isIn: ({ window }) => most(window.stride) > 1, abilities: { stride: 1 } },
  { without: 'dilation 1', isIn: ({ window }) => most(window.dilation) > 1, abilities: { dilation: 1 } },
  {
    without: 'no padding',
    isIn: ({ window }) => most(Object.values(window.padding)) > 0,
    abilities: { padding: 'none' },
  },
  { without: 'Mout = M', isIn: ({ Min, Mout }) => Min !== Mout, abilities: { widening: false } },
  { without: 'Lout = L', isIn: ({ L, Lout }) => L !== Lout, abilities: { outputs: false } },
];

/**
 * The bug that shows where `question`, a case of which no known bug alone gives the output, asks for less; undefined
 * where none does.
 */
export async function diagnoseSimpler(
  adapter: Adapter,
  question: Case,
  seed: number,
): Promise<Diagnosis | undefined> {
  const shape = caseShapeOf(evidenceOf(adapter, question, new Map()));
  const present = parts.filter(({ isIn }) => isIn(shape));
  const ways = [...present.map((part) => [part]), ...(present.length > 1 ? [present] : [])];
  for (const less of ways) {
    const simpler: Adapter = {
      ...adapter,
      run: (next) => adapter.run(next),
      ...Object.assign({}, ...less.map(({ abilities }) => abilities)),
      operations: [question.operation],
      gradients: false,
    };
    const found = await firstNamed(simpler, seed);
    const asked = less.map(({ without }) => without).join(', ');
    if (found) return { ...found, sentence: `asked for a case with ${asked}, ${found.sentence}` };
  }
  return undefined;
}

/** The diagnosis of the first telling case that fails as a known bug does. */
async function firstNamed(adapter: Adapter, seed: number): Promise<Diagnosis | undefined> {
  for (const next of tellingProbes(adapter, { level: 1, seed })) {
    const { verdict, nature, arrays } = await ask(adapter, next);
    if (nature !== 'judged' || !(verdict.kind === 'FAIL' || verdict.kind === 'GARBAGE')) continue;
    const evidence = evidenceOf(adapter, next, arrays);
    const found = await diagnoseLive(adapter, next, evidence, diagnose(evidence, verdict));
    if (found.suspects.length > 0) return found;
  }
  return undefined;
}
