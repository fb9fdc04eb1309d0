/**
 * Whether wrong blocks are the same function on a shape. Numbers on which they differ refute it. What agrees on numbers is
 * run on symbols, every entry of every array a variable of its own: equal polynomials are the same function in every
 * commutative ring. Of a large shape that isn't tried, and said so.
 */
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { type Polynomial, polynomials, variable } from '../../algebras/polynomial.ts';
import { type Lookup, lookup, volume } from '../lookup.ts';
import { linearCongruential } from '../random.ts';
import type { Mutant } from './mutant.ts';
import { attempt, inputs, outputsOf, stepsOf } from './reproduce.ts';
import type { Scalars } from './scalars.ts';
import { answer, type Question, sizesOf } from './steps.ts';

/** What is known of functions that were compared. */
export type Sameness =
  | { readonly kind: 'proved' }
  | { readonly kind: 'refuted' }
  /** Not proved: the same on so many cases of random integers. */
  | { readonly kind: 'agreed'; readonly cases: number };

/** How many cases of random integers are compared before anything is proved. */
const cases = 8;

/** The most monomials, of all functions together, that are worked out for a proof: some tenths of a second. */
const proofLimit = 20_000;

type Steps = Pick<Mutant, 'steps'>;

/** Compares functions on arrays of these shapes. */
export function sameness(functions: readonly Steps[], question: Question): Sameness {
  const asked = withInputs(question, functions);
  for (let seed = 1; seed <= cases; seed++) {
    if (!isSame(functions.map((steps) => numbersOf(steps, asked, seed)))) return { kind: 'refuted' };
  }
  return prove(functions, asked) ?? { kind: 'agreed', cases };
}

/** Those of the wrong blocks that are proved to be the specification on arrays of these shapes; none where it takes too long. */
export function provedRight(mutants: readonly Mutant[], question: Question): readonly Mutant[] {
  const asked = withInputs(question, mutants);
  if (monomialsOf(asked) * (mutants.length + 1) > proofLimit) return [];
  const symbols = new Symbols(asked);
  const right = symbols.run({ steps: {} });
  return mutants.filter((mutant) => areEqual(right, symbols.run(mutant)));
}

/** On symbols; undefined where that takes too long, or doesn't decide. */
function prove(functions: readonly Steps[], question: Question): Sameness | undefined {
  if (monomialsOf(question) * functions.length > proofLimit) return undefined;
  const symbols = new Symbols(question);
  const [first, ...others] = functions.map((steps) => symbols.run(steps));
  if (others.every((other) => areEqual(first, other))) return { kind: 'proved' };
  return symbols.areOpaque ? undefined : { kind: 'refuted' };
}

/** The arrays that are read: the gradient of the output where gradients can be wrong. */
function withInputs(question: Question, functions: readonly Partial<Mutant>[]): Question {
  const read: readonly string[] = functions.some(({ backward }) => backward) ? [...inputs, 'grad_y'] : inputs;
  return { ...question, arrays: new Map([...question.arrays].filter(([name]) => read.includes(name))) };
}

/** What can be seen of an answer. */
type Seen<T> = Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly T[] }>>;

/** Without the steps of the block. */
function seenOf<T>(found: Seen<T>): Seen<T> {
  return Object.fromEntries(
    Object.entries(found).filter(([name]) => name === 'y' || name.startsWith('grad_')),
  );
}

/** What a function gives on random integers, as text; undefined where it can't be run. */
function numbersOf(steps: Steps, question: Question, seed: number): string | undefined {
  const next = linearCongruential(seed);
  const arrays = new Map(
    [...question.arrays].map(([name, array]) => [
      name,
      { ...array, data: Array.from(array.data, () => (next() >>> 20) - 2048) },
    ]),
  );
  const found = outputsOf(steps, { ...question, arrays });
  if (!found) return undefined;
  // −0 and 0 are the same number.
  return JSON.stringify(
    Object.entries(seenOf(found)).map(([name, { shape, data }]) => [name, shape, data.map((x) => x + 0)]),
  );
}

const isSame = (all: readonly unknown[]): boolean => all.every((one) => one === all[0]);

function areEqual(a: Seen<Polynomial> | undefined, b: Seen<Polynomial> | undefined): boolean {
  if (!a || !b) return a === b;
  return Object.entries(a).every(([name, { shape, data }]) => {
    const other = b[name];
    if (other?.shape.join() !== shape.join()) return false;
    return data.every((p, i) => polynomials.equals(p, other.data[i]!));
  });
}

/** Runs functions on variables, the same ones for the same entries. */
class Symbols {
  readonly #question: Question;
  readonly #get: Lookup<Polynomial>;
  readonly #opaque = new Map<string, Polynomial>();
  #variables = 0;

  constructor(question: Question) {
    this.#question = question;
    this.#get = lookup<Polynomial>(question, () => variable(this.#variables++));
    for (const name of question.arrays.keys()) this.#get(name);
  }

  /** Whether something was computed that is no polynomial: then unequal ones may still be the same function. */
  get areOpaque(): boolean {
    return this.#opaque.size > 0;
  }

  run(steps: Steps): Seen<Polynomial> | undefined {
    return attempt(() => seenOf(answer(this.#scalars, stepsOf(steps), this.#question, this.#get)));
  }

  /** Of equal arguments any function gives equal values: each is a variable, by what it is made of. */
  readonly #value = (name: string, of: readonly Polynomial[]): Polynomial => {
    const key = `${name} ${of.map((p) => polynomials.show(p)).join(', ')}`;
    const known = this.#opaque.get(key) ?? variable(this.#variables++);
    this.#opaque.set(key, known);
    return known;
  };

  readonly #scalars: Scalars<Polynomial> = {
    ...polynomials,
    relu: (a) => this.#value('relu', [a]),
    coarse: (a, bits) => this.#value(`coarse ${bits}`, [a]),
    normalise: (values) => values.map((_, i) => this.#value(`normalise ${i} of`, values)),
  };
}

/** The monomials of the outputs of the specification, of the gradients several times as many. */
function monomialsOf(question: Question): number {
  const { operation, arrays } = question;
  const x = arrays.get('x')!.shape;
  if (operation === 'interleave') return volume(x);
  const { L, Min, Lout, Mout } = sizesOf(question);
  const [, , kh, kw] = arrays.get(operation === 'block' ? 'primary_weight' : 'weight')!.shape as number[];
  const reached = operation === 'block' ? Lout * Mout * L : L * Mout;
  const { window } = question;
  const [rows, columns] = outputExtent([1, 1, x[2]!, x[3]!], [1, 1, kh!, kw!], window);
  const positions = x[0]! * rows * columns;
  const each = positions * reached * (Min * kh! * kw! + 1);
  return arrays.has('grad_y') ? 6 * each : each;
}
