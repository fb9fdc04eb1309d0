import fc from 'fast-check';
import type { Algebra } from '../algebras/algebra.ts';
import { everything, type Limits, type Values } from './cases.ts';
import { drawnRun, type Embed } from './draw.ts';
import type { Law, Mismatch } from './law.ts';
import { type Operations, specOperations } from './operations.ts';

/** What a law is run on: an algebra, an implementation (the specification itself if none), what that can do. */
export interface Subject<T> {
  readonly A: Algebra<T>;
  readonly embed: Embed<T>;
  readonly ops?: Partial<Operations<T>>;
  readonly limits?: Limits;
}

/** How a law is run. */
export interface Sampling {
  /** The seed of the cases: the same seed, the same cases. The default is fixed, so that CI doesn't flicker. */
  readonly seed?: number | undefined;
  /** How many cases; default 100. */
  readonly runs?: number | undefined;
  /** fast-check's path to one case, from a failure's report. */
  readonly path?: string | undefined;
}

/** The seed where none is given: the paper's number. */
export const defaultSeed = 170702725;

/** How a law fared. */
export type Outcome =
  | { readonly holds: true; readonly cases: number }
  | { readonly holds: false; readonly cases: number; readonly failure: Failure };

/** A broken law: the smallest case found, and what replays it. */
export interface Failure {
  readonly law: Pick<Law, 'id' | 'equation' | 'statement' | 'domain'>;
  readonly seed: number;
  readonly path: string;
  readonly shrinks: number;
  /** The smallest case that still fails. */
  readonly example: object;
  /** Where the sides differ, or what was thrown. */
  readonly mismatch: Mismatch | { readonly thrown: unknown };
}

/** Runs one law on many cases and shrinks the first that fails toward L = M = 1. */
export async function runLaw<T>(law: Law, subject: Subject<T>, sampling: Sampling = {}): Promise<Outcome> {
  const { A, embed } = subject;
  const ops = { ...specOperations(A), ...subject.ops };
  let broken: Failure['mismatch'] | undefined;
  const property = fc.asyncProperty(
    law.cases(subject.limits ?? everything) as fc.Arbitrary<Values>,
    async (c) => {
      try {
        const equation = await law.sides(drawnRun(A, ops, embed, c), c as never);
        const mismatch = equation.mismatch();
        if (mismatch) broken = mismatch;
        return mismatch === undefined;
      } catch (thrown) {
        broken = { thrown };
        return false;
      }
    },
  );
  const { seed = defaultSeed, runs = 100, path } = sampling;
  const details = await fc.check(property, { seed, numRuns: runs, ...(path === undefined ? {} : { path }) });
  if (!details.failed) return { holds: true, cases: details.numRuns };
  return {
    holds: false,
    cases: details.numRuns,
    failure: {
      law,
      seed,
      path: details.counterexamplePath ?? '',
      shrinks: details.numShrinks,
      example: details.counterexample?.[0] ?? {},
      // The last case that failed while shrinking is the counterexample.
      mismatch: broken ?? { thrown: details.errorInstance },
    },
  };
}

/** The failure in words: which law, on what, where the sides differ, and what replays it. */
export function describeFailure(failure: Failure, replay: string): string {
  const { law, mismatch, example } = failure;
  const what =
    'thrown' in mismatch
      ? [`thrown  ${mismatch.thrown instanceof Error ? mismatch.thrown.message : String(mismatch.thrown)}`]
      : [`where   ${mismatch.where}`, `left    ${mismatch.left}`, `right   ${mismatch.right}`];
  return [
    `law '${law.id}' (${law.equation}) does not hold`,
    `  ${law.statement}`,
    `  domain: ${law.domain}`,
    `case    ${showCase(example)}   (after ${failure.shrinks} shrinks)`,
    ...what,
    `replay  ${replay}`,
  ].join('\n');
}

/** A case in one line: 'L 3, M 2, kernel 2×3, stride 1×2, …'. */
export function showCase(example: object): string {
  const flat = Object.entries(example).flatMap(([key, value]) =>
    key.startsWith('window') && typeof value === 'object' ? Object.entries(value as object) : [[key, value]],
  );
  return flat.map(([key, value]) => `${key} ${show(value)}`).join(', ');
}

function show(value: unknown): string {
  if (Array.isArray(value)) return value.map(show).join('×');
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([k, v]) => `${k} ${show(v)}`)
      .join(', ')}}`;
  }
  return String(value);
}
