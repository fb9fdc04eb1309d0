/** Whether a bug of the catalogue gives what was observed. */
import { ConstraintError, type Tensor } from '../../../spec/00-notation.ts';
import { precisions } from '../../algebras/precision.ts';
import { allIntegers, lookup } from '../lookup.ts';
import type { Evidence, Recorded } from '../types.ts';
import { boundedScalars } from './bounds.ts';
import type { Mutant } from './mutant.ts';
import { doubles } from './scalars.ts';
import { answer, type Question, right, type Steps, sizesOf } from './steps.ts';

/** The observed arrays that a bug is to give. */
export type Observed = ReadonlyMap<string, Recorded>;

/** What comes out, by the names of recordings; a bias of C entries is (1, C, 1, 1). */
export type Outputs = Readonly<Record<string, Tensor<number>>>;

/** Everything that the mutant gives for what was given, in double precision; undefined where it can't be run. */
export function outputsOf(mutant: Pick<Mutant, 'steps'>, question: Question): Outputs | undefined {
  return attempt(() =>
    answer(
      doubles,
      stepsOf(mutant),
      question,
      lookup(question, (x) => x),
    ),
  );
}

/** The specification but for what the mutant changes. */
export function stepsOf({ steps }: Pick<Mutant, 'steps'>): Steps {
  return { ...right, ...steps };
}

/** Some bugs make sizes that no convolution has: those have no output. */
export function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof ConstraintError) return undefined;
    throw error;
  }
}

/**
 * Whether the mutant, computed in any order in the declared precision, can have given these arrays from the inputs.
 * First in double precision, to a tolerance that no right guess exceeds: few bugs get past that. Then with bounds.
 */
export function reproduces(
  mutant: Mutant,
  evidence: Evidence,
  observed: Observed,
  roughly: Outputs | undefined = outputsOf(mutant, evidence),
): boolean {
  const near = (outputs: Outputs) =>
    [...observed].every(([name, array]) => isNear(outputs[name], array, evidence));
  if (!roughly || !near(roughly)) return false;
  const integral = !mutant.inexact && [...inputs, 'grad_y'].every((name) => areIntegers(evidence, name));
  const isEqual = integral ? equal(mutant, evidence, observed) : undefined;
  return isEqual ?? within(mutant, evidence, observed);
}

/** What any operation reads, going forward. */
export const inputs = [
  'x',
  'primary_weight',
  'secondary_weight',
  'primary_bias',
  'secondary_bias',
  'weight',
  'bias',
] as const;

function areIntegers({ arrays }: Evidence, name: string): boolean {
  const array = arrays.get(name);
  return array === undefined || allIntegers(array);
}

function isNear(found: Tensor<number> | undefined, array: Recorded, evidence: Evidence): boolean {
  if (!found || sizes(found, array) !== array.shape.join()) return false;
  const { L, Min } = sizesOf(evidence);
  const weight = evidence.arrays.get('primary_weight') ?? evidence.arrays.get('weight');
  const terms = L + Min * (weight ? weight.shape[2]! * weight.shape[3]! : 0);
  const { unit, operands }: { unit: number; operands?: { unit: number } } = precisions[evidence.precision];
  const coarsest = Math.max(unit, operands?.unit ?? 0);
  const tolerance = Math.max(2 ** -6, 16 * terms * coarsest);
  let largest = 0;
  for (const value of found.data) largest = Math.max(largest, Math.abs(value));
  return found.data.every((value, i) => Math.abs(value - array.data[i]!) <= tolerance * largest);
}

/** The mutant in an algebra of bounds, beside each observed number. */
function* compared(mutant: Mutant, evidence: Evidence, observed: Observed, exact: boolean) {
  const stored = [...observed.values()].map((array) => array.stored);
  const { scalars, arithmetic } = boundedScalars(evidence, stored, exact);
  const found = answer(scalars, stepsOf(mutant), evidence, lookup(evidence, arithmetic.given));
  for (const [name, array] of observed) {
    for (const [i, a] of found[name]!.data.entries()) {
      yield { a, distance: Math.abs(a.value - array.data[i]!), stored: array.stored, arithmetic };
    }
  }
}

/** Whether integers are equal; undefined where some sum may leave those that the precision has. */
function equal(mutant: Mutant, evidence: Evidence, observed: Observed): boolean | undefined {
  let isEqual = true;
  for (const { a, distance, arithmetic } of compared(mutant, evidence, observed, true)) {
    if (a.magnitude > arithmetic.exactIntegers) return undefined;
    if (distance !== 0) isEqual = false;
  }
  return isEqual;
}

/** Whether everything is within its rounding bound. */
function within(mutant: Mutant, evidence: Evidence, observed: Observed): boolean {
  const slack = slackOf(evidence);
  for (const { a, distance, stored, arithmetic } of compared(mutant, evidence, observed, false)) {
    if (!(distance <= slack * arithmetic.boundsIn(stored)(a))) return false;
  }
  return true;
}

/**
 * The value of a bound is in double precision and off itself by a part of the bound; and a composed block sums more
 * products than two convolutions do.
 */
function slackOf(evidence: Evidence): number {
  const own = 1 + 2 ** -53 / precisions[evidence.precision].unit;
  const weight = evidence.arrays.get('primary_weight');
  if (!evidence.composed || !weight) return own;
  const { L, Min } = sizesOf(evidence);
  const S = weight.shape[2]! * weight.shape[3]!;
  return (own * 2 * (L * Min * S + 2)) / (Min * S + L);
}

/** The shape of a tensor as the array would have it: a bias has one axis. */
function sizes({ shape }: Tensor<number>, array: Recorded): string {
  return (array.shape.length === 1 ? [shape[1]] : shape).join();
}
