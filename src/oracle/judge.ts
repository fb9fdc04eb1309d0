import { compare } from './compare.ts';
import { blindSpots } from './distinguish.ts';
import { type Quantity, quantities } from './quantities.ts';
import { type Reference, referenceFor } from './reference.ts';
import type { ArrayVerdict, Evidence, Verdict } from './types.ts';

const inputs = [
  'x',
  'weight',
  'bias',
  'primary_weight',
  'primary_bias',
  'secondary_weight',
  'secondary_bias',
  'grad_y',
];

/**
 * Judges what an implementation gave: every recorded array against the specification, in the order of the block.
 * `progress` is told each array before it is judged.
 */
export function judge(evidence: Evidence, progress: (array: string) => void = () => {}): Verdict {
  const notFinite = inputs.find((name) => evidence.arrays.has(name) && !allFinite(evidence, name));
  if (notFinite) {
    const reason = `${notFinite} holds a value that isn't finite, and no bound holds for such inputs`;
    return { kind: 'UNSUPPORTED', reason, arrays: [] };
  }
  const asked = quantities(evidence);
  if (asked.length === 0) {
    return { kind: 'UNSUPPORTED', reason: 'there is no output to judge: no y', arrays: [] };
  }
  const arrays: ArrayVerdict[] = [];
  let output: { readonly quantity: Quantity; readonly reference: Reference } | undefined;
  for (const quantity of asked) {
    const broken = quantity.from.find((name) => !allFinite(evidence, name));
    if (broken) {
      arrays.push(unjudged(quantity, `not judged: ${broken}, which it follows from, isn't finite`));
      continue;
    }
    progress(quantity.array);
    const reference = referenceFor(quantity, evidence);
    arrays.push(compare(quantity, reference, evidence.arrays.get(quantity.array)!));
    if (quantity.array === 'y') output = { quantity, reference };
  }
  const wrong = arrays.find(({ kind }) => kind !== 'PASS');
  if (wrong) return { kind: wrong.kind, stage: wrong.stage, reason: reasonFor(wrong), arrays };
  const blind = output ? blindSpots(output.quantity, output.reference, evidence) : [];
  if (blind.length > 0) {
    const reason = `this data could not have caught a mistake: ${blind.join(', ')} would have passed too`;
    return { kind: 'MISTRUSTED', reason, arrays };
  }
  return { kind: 'PASS', reason: `all ${arrays.length} judgements agree with the specification`, arrays };
}

function allFinite({ arrays }: Evidence, name: string): boolean {
  return arrays.get(name)!.data.every(Number.isFinite);
}

function unjudged({ array, stage, from }: Quantity, problem: string): ArrayVerdict {
  const nothing = { comparison: 'rounding bound', elements: 0, wrong: 0, worstRatio: 0 } as const;
  return { array, stage, from: from.join(', '), kind: 'UNSUPPORTED', ...nothing, problem };
}

function reasonFor({ array, stage, from, problem, kind }: ArrayVerdict): string {
  if (problem) return `${array}: ${problem}`;
  const what = kind === 'GARBAGE' ? 'holds values that are no numbers' : `isn't what follows from ${from}`;
  return `the first wrong stage is ${stage}: ${array} ${what}`;
}
