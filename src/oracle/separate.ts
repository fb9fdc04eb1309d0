/** Finds a case on which bugs differ that agreed so far. */
import { seededIntegers } from '../laws/draw.ts';
import type { Abilities, Case } from './adapter.ts';
import { runMutant } from './mutants/adapter.ts';
import { mutantOf } from './mutants/catalogue.ts';
import type { Mutant } from './mutants/mutant.ts';
import { caseShapeOf } from './mutants/question-shape.ts';
import { telling, tellingSize } from './mutants/telling.ts';
import { forOperations } from './probes/family.ts';
import { integers, wideIntegers } from './probes/numbers.ts';
import { caseOf, type Plan, productsOf } from './probes/plan.ts';
import { diagnosing, fewTemplates, template } from './probes/templates.ts';
import type { Recorded } from './types.ts';

/**
 * A case within these abilities on which as many as can be of the bugs give different answers, and differ by more than
 * rounding; undefined where all agree on everything that was tried. The same ids give the same case. Numbers are drawn
 * once: two polynomials of degree three that aren't the same are equal on hardly any of them (Schwartz and Zippel).
 */
export function separate(ids: readonly string[], abilities: Abilities): Case | undefined {
  const mutants = ids.map(mutantOf);
  let best: { readonly question: Case; readonly classes: number } | undefined;
  for (const question of candidates(mutants, abilities)) {
    // Those that are the specification on this shape are one class: no need to ask them.
    const { inputs: arrays, ...rest } = question;
    const shape = caseShapeOf({ ...rest, arrays });
    const visible = mutants.filter((mutant) => !mutant.invisible(shape)).length;
    if (Math.min(visible + 1, mutants.length) <= (best?.classes ?? 1)) continue;
    const classes = classesOf(mutants, question, abilities);
    if (classes > (best?.classes ?? 1)) best = { question, classes };
    if (classes === mutants.length) break;
  }
  return best?.question;
}

/** Small cases, from those that tell most to those drawn at random. */
function* candidates(mutants: readonly Mutant[], abilities: Abilities): Generator<Case> {
  const operations = abilities.operations.filter((operation) =>
    mutants.every((mutant) => mutant.operations.includes(operation)),
  );
  const gradients = mutants.some(({ backward }) => backward);
  const hasBits = mutants.some(({ bits }) => bits !== undefined);
  const plans = [telling, { ...diagnosing, bias: true }, ...fewTemplates, ...drawnPlans()]
    .filter((plan) => productsOf(plan).all < 2e4)
    .map((plan) => ({ ...plan, gradients }));
  let i = 0;
  for (const plan of forOperations(abilities, plans, operations)) {
    const id = `follow-up/${i++}`;
    const { precision } = abilities;
    yield caseOf(id, plan, precision, integers(plan, precision, i, tellingSize));
    if (hasBits) yield caseOf(`${id}-wide`, plan, precision, wideIntegers(plan, precision, i));
  }
}

/** How many different answers the bugs give. */
function classesOf(mutants: readonly Mutant[], question: Case, { winograd }: Abilities): number {
  const answers: { readonly answer: Answer; readonly isExact: boolean }[] = [];
  for (const mutant of mutants) {
    // Sums of these integers are exact; where they aren't summed, or by Winograd's algorithm, they are rounded.
    const isExact = !mutant.inexact && winograd === undefined;
    const answer = runMutant(mutant, question);
    const isKnown = answers.some((other) =>
      isAlike(answer, other.answer, isExact && other.isExact ? 0 : 2 ** -10),
    );
    if (!isKnown) answers.push({ answer, isExact });
  }
  return answers.length;
}

type Answer = ReadonlyMap<string, Recorded> | undefined;

/** Whether an observer of y and the gradients, who overlooks this part of the largest, would take the two for the same. */
function isAlike(a: Answer, b: Answer, overlooked: number): boolean {
  if (a === undefined || b === undefined) return a === b;
  return [...a].every(([name, { shape, data }]) => {
    if (name !== 'y' && !name.startsWith('grad_')) return true;
    const other = b.get(name)!;
    if (other.shape.join() !== shape.join()) return false;
    const size = Array.from(data).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return Array.from(data).every((x, i) => Math.abs(x - other.data[i]!) <= overlooked * size);
  });
}

/** Sixty plans of small sizes. */
function drawnPlans(): readonly Plan[] {
  return Array.from({ length: 60 }, (_, i) => {
    const numbers = seededIntegers(i + 1, 1000)('plan', 20).map((n) => n + 1000);
    let k = 0;
    const from = (low: number, high: number): number => low + (numbers[k++]! % (high - low + 1));
    const Min = from(1, 5);
    const kernel = [from(1, 3), from(1, 4)] as const;
    const dilation = [from(1, 2), from(1, 3)] as const;
    return template({
      N: from(1, 2),
      L: from(1, 5),
      M: Min,
      Mout: from(0, 1) ? Min * from(1, 2) : from(1, 5),
      kernel,
      dilation,
      stride: [from(1, 3), from(1, 3)],
      size: [dilation[0] * kernel[0] + from(0, 3), dilation[1] * kernel[1] + from(0, 4)],
      pads: [from(0, 2), from(0, 3), from(0, 4), from(0, 2)],
      bias: from(0, 1) === 1,
    });
  });
}
