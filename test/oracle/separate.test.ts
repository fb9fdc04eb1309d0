/** Bugs that are different functions on a shape that level 1 asks for are told apart by the follow-up, all of them. */
import { describe, expect, it } from 'vitest';
import type { Abilities, Case } from '../../src/oracle/adapter.ts';
import { catalogue } from '../../src/oracle/mutants/catalogue.ts';
import type { Mutant } from '../../src/oracle/mutants/mutant.ts';
import { caseShapeOf } from '../../src/oracle/mutants/question-shape.ts';
import { sameness } from '../../src/oracle/mutants/same-function.ts';
import { probes } from '../../src/oracle/probes/index.ts';
import { separate } from '../../src/oracle/separate.ts';
import type { OperationName } from '../../src/oracle/types.ts';

const everything: Abilities = {
  operations: ['block', 'group-convolution', 'interleave'],
  precision: 'float32',
  bias: true,
  gradients: true,
  outputs: true,
};
const abilities: Readonly<Record<string, Abilities>> = {
  everything,
  'no bias': { ...everything, bias: false, gradients: false },
  'the block of a fast kernel': {
    operations: ['block'],
    precision: 'float32',
    stride: 1,
    dilation: 1,
    padding: 'symmetric',
    widening: false,
    kernel: 3,
  },
  'a block of 1 × 1': {
    operations: ['block'],
    precision: 'float64',
    bias: true,
    padding: 'none',
    kernel: 1,
    partitions: 2,
  },
};

const questionOf = ({ inputs, ...rest }: Case) => ({ ...rest, arrays: inputs });

/** One level-1 case of each shape. */
function shapesFor(given: Abilities): readonly Case[] {
  const known = new Map<string, Case>();
  for (const question of probes(given, { level: 1, seed: 1 })) {
    const key = JSON.stringify(caseShapeOf(questionOf(question)));
    if (!known.has(key)) known.set(key, question);
  }
  return [...known.values()];
}

function pairsOf(operation: OperationName, { gradients }: Abilities): readonly (readonly [Mutant, Mutant])[] {
  const mutants = catalogue.filter(
    ({ operations, backward }) => operations.includes(operation) && (!backward || gradients),
  );
  return mutants.flatMap((a, i) =>
    // Whether the output is right is known before: a bug of the output and one of the gradients are never both suspects.
    mutants.slice(i + 1).flatMap((b) => (a.backward === b.backward ? [[a, b] as const] : [])),
  );
}

/** Whether they are different functions on some shape: by the rule of each bug where one decides, else by numbers and symbols. */
function differ(pair: readonly [Mutant, Mutant], cases: readonly Case[]): boolean {
  return cases.some((question) => {
    const asked = questionOf(question);
    const visible = pair.filter((mutant) => !mutant.invisible(caseShapeOf(asked)));
    return visible.length === 1 || (visible.length === 2 && sameness(pair, asked).kind === 'refuted');
  });
}

const table = Object.entries(abilities).flatMap(([name, given]) =>
  given.operations.map((operation) => [name, operation, { ...given, operations: [operation] }] as const),
);

describe('bugs that differ are told apart', () => {
  it.each(table)('within %s: %s', (_, operation, given) => {
    const pairs = pairsOf(operation, given);
    const left = pairs.filter(([a, b]) => separate([a.id, b.id], given) === undefined);
    const cases = shapesFor(given);
    expect(left.filter((pair) => differ(pair, cases)).map(([a, b]) => `${a.id} ~ ${b.id}`)).toEqual([]);
    // Within everything no two are the same.
    if (given.bias && given.outputs) expect(left).toEqual([]);
    expect(pairs.length).toBeGreaterThan(10);
  });
});
