/** Which known bug an implementation has: the one whose output it gave. */
import type { Adapter, Case } from './adapter.ts';
import { evidenceOf } from './ask.ts';
import { judge } from './judge.ts';
import { allFinite } from './lookup.ts';
import { runMutant } from './mutants/adapter.ts';
import { catalogue, equivalences, mutantOf } from './mutants/catalogue.ts';
import type { Mutant } from './mutants/mutant.ts';
import { caseShapeOf } from './mutants/question-shape.ts';
import { type Observed, type Outputs, reproduces } from './mutants/reproduce.ts';
import { provedRight, sameness } from './mutants/same-function.ts';
import { quantities } from './quantities.ts';
import { separate } from './separate.ts';
import type { Evidence, Stage, Verdict } from './types.ts';

/** A bug that gives what was observed. */
export interface Suspect {
  readonly id: string;
  /** To follow "this is what you get when". */
  readonly name: string;
  readonly advice: string;
  readonly seen: string;
}

export interface Diagnosis {
  /** One bug gives this, several do, none does; or it would take too long to say. */
  readonly kind: 'named' | 'several' | 'none' | 'too large';
  /** The first wrong stage; 'output' where the steps aren't on record. */
  readonly stage?: Stage;
  readonly suspects: readonly Suspect[];
  /** The bugs that are the same function as the specification on this shape: nothing here speaks for or against them. */
  readonly invisible: readonly string[];
  /** Those of them of which that was proved on this shape, on symbols; the others go by the rule of each bug. */
  readonly proved: readonly string[];
  /** What was found, in a sentence. */
  readonly sentence: string;
  /** The ids of the bugs that give this on the first case, before any more were asked. */
  readonly guesses: readonly string[];
  /** How many more cases were asked. */
  readonly asked: number;
}

/** The most products, of the block times the bugs that are tried: some ten seconds. */
export const diagnosisLimit = 8e7;

/** What a bug gives for what was given, where that has been worked out before. */
export type KnownOutputs = (mutant: Mutant) => Outputs | undefined;

/**
 * Matches what was observed with the catalogue. `verdict` is the judgement of the evidence, `known` the outputs of the
 * bugs, where they are at hand.
 */
export function diagnose(
  evidence: Evidence,
  verdict: Verdict = judge(evidence),
  known?: KnownOutputs,
): Diagnosis {
  const { stage } = verdict;
  const computed = new Set(quantities(evidence).flatMap(({ results }) => results.map(({ array }) => array)));
  const isRead = (name: string) => !computed.has(name) || name === 'y';
  const head = { ...(stage ? { stage } : {}), guesses: [] as readonly string[], asked: 0 };
  const candidates = candidatesFor(evidence, verdict);
  const products = quantities(evidence).reduce((most, quantity) => Math.max(most, quantity.products), 0);
  if (products * candidates.length > diagnosisLimit) {
    const sentence = 'too large to be compared with the known bugs: record fewer samples or pixels';
    return { ...head, kind: 'too large', suspects: [], invisible: [], proved: [], sentence };
  }
  const strange = [...evidence.arrays].find(([name, array]) => isRead(name) && !allFinite(array));
  if (strange) {
    const [name] = strange;
    const unwritten = computed.has(name) ? '; NaN is what stays where nothing was written' : '';
    const sentence = `not compared with the known bugs: ${name} holds values that are no numbers${unwritten}`;
    return { ...head, kind: 'none', suspects: [], invisible: [], proved: [], sentence };
  }
  const shape = caseShapeOf(evidence);
  const invisible = candidates.filter((mutant) => mutant.invisible(shape));
  // What gives the right output by other steps shows where the steps are on record.
  const visible = candidates.filter((mutant) => !invisible.includes(mutant) || equivalences.has(mutant.id));
  const suspects = matching(visible, evidence, known);
  const why = whyAlike(suspects, evidence);
  const proved = provedRight(invisible, evidence).map(({ id }) => id);
  const [guesses, unseen] = [suspects, invisible].map((mutants) => mutants.map(({ id }) => id));
  return { ...head, ...conclusion(suspects, why), guesses: guesses!, invisible: unseen!, proved };
}

/** Why bugs give the same: for these numbers, or for all. */
function whyAlike(mutants: readonly Mutant[], evidence: Evidence): string {
  if (mutants.length < 2) return '';
  const found = sameness(mutants, evidence);
  switch (found.kind) {
    case 'proved':
      return 'the same function on this shape: proved on symbols';
    case 'refuted':
      return 'the same on these numbers';
    default:
      return `not proved to be the same function on this shape, but they agreed on ${found.cases} random integer cases`;
  }
}

/** The bugs that this operation can have, of the output or, where that is right, of the gradients. */
function candidatesFor({ operation }: Evidence, { arrays }: Verdict): readonly Mutant[] {
  const isForwardRight = arrays.every(({ stage, kind }) => stage.startsWith('grad_') || kind === 'PASS');
  return catalogue.filter(
    (mutant) => mutant.operations.includes(operation) && (mutant.backward === true) === isForwardRight,
  );
}

/** The bugs that give everything that was observed; where none does, those that give the output alone. */
function matching(
  candidates: readonly Mutant[],
  evidence: Evidence,
  known?: KnownOutputs,
): readonly Mutant[] {
  const backward = candidates.some((mutant) => mutant.backward);
  const observed = new Map(
    quantities(evidence)
      .flatMap(({ results }) => results)
      .filter(({ array }) => backward || !array.startsWith('grad_'))
      .map(({ array }) => [array, evidence.arrays.get(array)!] as const),
  );
  const alone = new Map([...observed].filter(([name]) => name === 'y' || name.startsWith('grad_')));
  // Of an implementation whose output is wrong the gradients aren't looked at.
  const given = backward ? evidence : without(evidence, 'grad_y');
  const giving = (arrays: Observed) =>
    [...arrays.values()].every(allFinite)
      ? candidates.filter((mutant) => reproduces(mutant, given, arrays, known?.(mutant)))
      : [];
  const all = giving(observed);
  return all.length > 0 || alone.size === observed.size ? all : giving(alone);
}

function without(evidence: Evidence, name: string): Evidence {
  return { ...evidence, arrays: new Map([...evidence.arrays].filter(([key]) => key !== name)) };
}

function conclusion(
  mutants: readonly Mutant[],
  why: string,
): Pick<Diagnosis, 'kind' | 'suspects' | 'sentence'> {
  const suspects = mutants.map(({ id, name, advice, seen }) => ({ id, name, advice, seen }));
  const [first, ...others] = suspects;
  if (!first) {
    return {
      kind: 'none',
      suspects,
      sentence: `it is none of the ${catalogue.length - equivalences.size} known bugs, alone`,
    };
  }
  if (others.length === 0) {
    return { kind: 'named', suspects, sentence: `this is what you get when ${first.name}` };
  }
  const names = suspects.map(({ name }) => name).join('; or when ');
  return { kind: 'several', suspects, sentence: `this is what you get when ${names} (${why})` };
}

/** The most cases that are asked to tell suspects apart. */
const mostRounds = 6;

/** Diagnoses a live implementation: where several bugs agree it is asked again, on cases that tell them apart. */
export async function diagnoseLive(
  adapter: Adapter,
  question: Case,
  evidence: Evidence,
  first: Diagnosis = diagnose(evidence),
): Promise<Diagnosis> {
  let suspects = first.suspects.map(({ id }) => mutantOf(id));
  let asked = 0;
  while (suspects.length > 1 && asked < mostRounds) {
    const next = separate(
      suspects.map(({ id }) => id),
      { ...adapter, operations: adapter.operations.filter((name) => name === question.operation) },
    );
    if (!next) break;
    asked++;
    const outcome = await adapter.run(next);
    if (outcome.kind !== 'answer' && outcome.kind !== 'crash') break;
    const left =
      outcome.kind === 'crash'
        ? suspects.filter((mutant) => !runMutant(mutant, next))
        : matching(suspects, evidenceOf(adapter, next, outcome.arrays));
    if (left.length === suspects.length) break;
    suspects = [...left];
  }
  if (asked === 0) return first;
  return { ...first, ...conclusion(suspects, 'the same on every case that was tried'), asked };
}
