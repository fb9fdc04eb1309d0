/** One case asked of an implementation, twice, and judged. */
import type { Abilities, Adapter, Case, Outcome } from './adapter.ts';
import { indexOf } from './compare.ts';
import { judge } from './judge.ts';
import type { Evidence, OperationName, Recorded, Verdict } from './types.ts';

/** How a verdict came about: failures are alike where this, the kind and the stage are. */
export type Nature = 'judged' | 'not deterministic' | 'no answer';

/** What a case came to. */
export interface Asked {
  readonly verdict: Verdict;
  readonly nature: Nature;
  /** What it gave, by the names of recordings; empty where it gave nothing. */
  readonly arrays: ReadonlyMap<string, Recorded>;
  /** How often the implementation was run. */
  readonly runs: number;
}

/** What an implementation computes, by operation; what else it sends is not looked at. */
const computed: Readonly<Record<OperationName, readonly string[]>> = {
  block: [
    'primary',
    'interleaved',
    'secondary',
    'y',
    'grad_x',
    'grad_primary_weight',
    'grad_secondary_weight',
    'grad_primary_bias',
    'grad_secondary_bias',
  ],
  'group-convolution': ['y', 'grad_x', 'grad_weight', 'grad_bias'],
  interleave: ['y'],
};

/** Asks an implementation; with `twice` a right answer is asked for again, and a difference is a failure. */
export async function ask(adapter: Adapter, question: Case, twice = true): Promise<Asked> {
  const first = await adapter.run(question);
  const arrays = answered(first, question);
  if (!twice || arrays.size === 0) return { ...verdictOn(adapter, question, first), arrays, runs: 1 };
  const second = await adapter.run(question);
  const change = difference(arrays, second, question);
  if (change === undefined) return { ...verdictOn(adapter, question, first), arrays, runs: 2 };
  return {
    verdict: { ...change, precision: adapter.precision },
    nature: 'not deterministic',
    arrays,
    runs: 2,
  };
}

/** Judges what came of a case. */
export function verdictOn(
  abilities: Abilities,
  question: Case,
  outcome: Outcome,
): Pick<Asked, 'verdict' | 'nature'> {
  const { precision } = abilities;
  const none = (kind: Verdict['kind'], reason: string) =>
    ({ verdict: { kind, reason, precision, arrays: [] }, nature: 'no answer' }) as const;
  switch (outcome.kind) {
    case 'answer': {
      const missing = missingFrom(question, outcome.arrays);
      if (missing) return none('GARBAGE', `the answer has no ${missing}`);
      const arrays = answered(outcome, question);
      return { verdict: judge(evidenceOf(abilities, question, arrays)), nature: 'judged' };
    }
    case 'unsupported':
      return none('UNSUPPORTED', outcome.reason);
    case 'crash':
      return none('CRASH', outcome.reason);
    case 'timeout':
      return none('TIMEOUT', outcome.reason);
    case 'garbage':
      return none('GARBAGE', outcome.reason);
  }
}

/** What was given and what came, as the judge takes it. */
export function evidenceOf(
  {
    precision,
    flushesSubnormals = false,
    composed = false,
    multipliesZeros = false,
    winograd,
    strassen,
  }: Abilities,
  { operation, inputs, window, partition }: Case,
  answer: ReadonlyMap<string, Recorded>,
): Evidence {
  const isBlock = operation === 'block';
  return {
    operation,
    arrays: new Map([...inputs, ...answer]),
    window,
    partition,
    precision,
    flushesSubnormals,
    composed: composed && isBlock,
    multipliesZeros,
    winograd,
    strassen,
  };
}

/** The arrays that a case asks for. */
export function askedFor({ inputs }: Case): readonly string[] {
  if (!inputs.has('grad_y')) return ['y'];
  const given = [...inputs.keys()].filter((name) => name !== 'grad_y');
  return ['y', ...given.map((name) => `grad_${name}`)];
}

function missingFrom(question: Case, arrays: ReadonlyMap<string, Recorded>): string | undefined {
  return askedFor(question).find((name) => !arrays.has(name));
}

function answered(outcome: Outcome, { operation, inputs }: Case): ReadonlyMap<string, Recorded> {
  if (outcome.kind !== 'answer') return new Map();
  const wanted = computed[operation].filter((name) => inputs.has('grad_y') || !name.startsWith('grad_'));
  return new Map(
    wanted.flatMap((name) => {
      const array = outcome.arrays.get(name);
      return array ? [[name, array] as const] : [];
    }),
  );
}

/** How a second answer differs from the first, as a verdict without a precision. */
function difference(
  first: ReadonlyMap<string, Recorded>,
  outcome: Outcome,
  question: Case,
): Omit<Verdict, 'precision'> | undefined {
  if (outcome.kind !== 'answer') {
    const kind = { crash: 'CRASH', timeout: 'TIMEOUT', garbage: 'GARBAGE', unsupported: 'FAIL' } as const;
    return {
      kind: kind[outcome.kind],
      reason: `run again on the same inputs: ${outcome.reason}`,
      arrays: [],
    };
  }
  const second = answered(outcome, question);
  for (const [name, { shape, data }] of first) {
    const again = second.get(name);
    if (!again || again.shape.join() !== shape.join()) {
      return failing(`${name} had another shape when it was run again`);
    }
    for (let i = 0; i < data.length; i++) {
      const [a, b] = [data[i]!, again.data[i]!];
      if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
      return failing(
        `two runs on the same inputs differ: ${name} at [${indexOf(shape, i).join(', ')}] is ${a}, then ${b}`,
      );
    }
  }
  return undefined;
}

function failing(what: string): Omit<Verdict, 'precision'> {
  return { kind: 'FAIL', stage: 'output', reason: `not deterministic: ${what}`, arrays: [] };
}
