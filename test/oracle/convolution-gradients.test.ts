/** The gradients of a group convolution alone: judged exactly, each wrong number seen, each known bug named. */
import { describe, expect, it } from 'vitest';
import { biasAdjoint, groupInputAdjoint, groupKernelAdjoint } from '../../spec/08-adjoint.ts';
import { precisions } from '../../src/algebras/precision.ts';
import { type Abilities, type Adapter, type Case, gradientsOf } from '../../src/oracle/adapter.ts';
import { ask, askedFor, evidenceOf } from '../../src/oracle/ask.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { expectedOf } from '../../src/oracle/expected.ts';
import { judge } from '../../src/oracle/judge.ts';
import { lookup } from '../../src/oracle/lookup.ts';
import { mutantAdapter, runMutant } from '../../src/oracle/mutants/adapter.ts';
import { catalogue } from '../../src/oracle/mutants/catalogue.ts';
import { caseShapeOf } from '../../src/oracle/mutants/question-shape.ts';
import { families, probes } from '../../src/oracle/probes/index.ts';
import { integers, reals } from '../../src/oracle/probes/numbers.ts';
import { caseOf } from '../../src/oracle/probes/plan.ts';
import { template } from '../../src/oracle/probes/templates.ts';
import type { Recorded } from '../../src/oracle/types.ts';
import { anyOrder } from '../algebras/any-order.ts';
import { random } from '../algebras/cases.ts';
import { drawCase } from './mutants/draw.ts';
import { specAdapter } from './spec-adapter.ts';

const abilities: Abilities = {
  operations: ['group-convolution'],
  precision: 'float32',
  bias: true,
  gradients: true,
};

/** Two samples, nothing symmetric, the last row and column of x unread. */
const plan = {
  ...template({
    N: 2,
    L: 3,
    M: 2,
    Mout: 4,
    kernel: [2, 3],
    size: [4, 6],
    stride: [3, 2],
    dilation: [1, 2],
    pads: [1, 0, 0, 2],
    bias: true,
  }),
  operation: 'group-convolution',
  gradients: true,
} as const;
const question = caseOf('gradients', plan, 'float32', integers(plan, 'float32', 5, 40));
const outputs = ['y', 'grad_x', 'grad_weight', 'grad_bias'];

const put = (on: Case, name: string, data: readonly number[]): Case => {
  const array = on.inputs.get(name)!;
  return { ...on, inputs: new Map(on.inputs).set(name, { ...array, data }) };
};

it('are what the output gains in the direction of each entry: it is linear in every one of them', () => {
  expect(askedFor(question)).toEqual(outputs);
  const right = expectedOf(abilities, question);
  const g = question.inputs.get('grad_y')!.data;
  /** ⟨g, y⟩. */
  const along = (on: Case) => {
    const { data } = expectedOf(abilities, { ...on, inputs: without(on.inputs, 'grad_y') }).get('y')!;
    return Array.from(data).reduce((sum, y, i) => sum + y * g[i]!, 0);
  };
  const before = along(question);
  for (const name of ['x', 'weight', 'bias']) {
    const { data } = question.inputs.get(name)!;
    const gained = Array.from(data, (_, i) => {
      const more = Array.from(data, (value, k) => (k === i ? value + 1 : value));
      return along(put(question, name, more)) - before;
    });
    expect([name, gained.map((n) => n + 0)]).toEqual([
      name,
      Array.from(right.get(`grad_${name}`)!.data, (n) => n + 0),
    ]);
  }
});

function without(arrays: ReadonlyMap<string, Recorded>, name: string): ReadonlyMap<string, Recorded> {
  return new Map([...arrays].filter(([key]) => key !== name));
}

it('one wrong number anywhere fails, at the gradient that has it', () => {
  const answer = runMutant({ steps: {} }, question)!;
  expect([...answer.keys()]).toEqual(outputs);
  expect(judge(evidenceOf(abilities, question, answer)).kind).toBe('PASS');
  for (const name of outputs) {
    const array = answer.get(name)!;
    for (let i = 0; i < array.data.length; i += 7) {
      const data = Array.from(array.data, (value, k) => (k === i ? value + 1 : value));
      const changed = new Map(answer).set(name, { ...array, data });
      const { kind, stage } = judge(evidenceOf(abilities, question, changed));
      expect([name, i, kind, stage]).toEqual([name, i, 'FAIL', name === 'y' ? 'output' : name]);
    }
  }
});

it.each(['float32', 'float16'] as const)('within their bound in any order of summation, in %s', (name) => {
  const format = precisions[name];
  let worst = 0;
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const given = caseOf('reals', plan, name, reals(name, seed));
    const A = anyOrder(random(seed), format);
    const get = lookup({ arrays: given.inputs }, A.leaf);
    const [g, x, w] = [get('grad_y'), get('x'), get('weight')];
    const found = {
      grad_x: groupInputAdjoint(A, g, w, plan.L, plan.window, plan.size),
      grad_weight: groupKernelAdjoint(A, g, x, plan.L, plan.window, plan.kernel),
      grad_bias: { shape: [12], data: biasAdjoint(A, g) },
    };
    const arrays = new Map(
      Object.entries(found).map(([array, { shape, data }]): [string, Recorded] => [
        array,
        { shape, data: data.map((sum) => A.finish(sum)), stored: name },
      ]),
    );
    const verdict = judge(evidenceOf({ ...abilities, precision: name }, given, arrays));
    expect(verdict.arrays.map(({ array, kind }) => [array, kind])).toEqual(
      outputs.slice(1).map((array) => [array, 'PASS']),
    );
    worst = Math.max(worst, ...verdict.arrays.map(({ worstRatio }) => worstRatio));
  }
  // The bound is one that sums come near to, not a guess that nothing could break.
  expect(worst).toBeGreaterThan(0.1);
});

describe('an implementation', () => {
  it('that is right passes every case that asks for them, integers bit for bit', async () => {
    const cases = [...families.gradients(abilities, { level: 1, seed: 1 })];
    expect(cases.length).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (const one of cases) {
      const { verdict } = await ask(specAdapter({ ...abilities }), one);
      expect([one.id, verdict.kind]).toEqual([one.id, 'PASS']);
      for (const { array, comparison } of verdict.arrays) seen.add(`${array} ${comparison}`);
    }
    for (const array of outputs.slice(1)) {
      expect(seen).toContain(`${array} bit for bit`);
      if (array !== 'grad_bias') expect(seen).toContain(`${array} rounding bound`);
    }
  });

  it('that leaves one out is GARBAGE', async () => {
    const right = specAdapter({ ...abilities });
    const adapter: Adapter = {
      ...right,
      run: async (one) => {
        const outcome = await right.run(one);
        if (outcome.kind === 'answer') (outcome.arrays as Map<string, Recorded>).delete('grad_weight');
        return outcome;
      },
    };
    const { verdict } = await ask(adapter, question);
    expect([verdict.kind, verdict.reason]).toEqual(['GARBAGE', 'the answer has no grad_weight']);
  });

  it('that has them of the block alone is asked for no others', () => {
    const some: Abilities = {
      ...abilities,
      operations: ['block', 'group-convolution'],
      gradients: ['block'],
    };
    expect(gradientsOf(some)).toEqual(['block']);
    expect(gradientsOf({ ...some, gradients: true })).toEqual(['block', 'group-convolution']);
    expect(gradientsOf({ ...some, gradients: false })).toEqual([]);
    expect(gradientsOf({ ...abilities, gradients: ['block'] })).toEqual([]);
    const asked = [...probes(some, { level: 1, seed: 1, runs: 5 })].filter(({ inputs }) =>
      inputs.has('grad_y'),
    );
    expect(new Set(asked.map(({ operation }) => operation))).toEqual(new Set(['block']));
  });
});

const bugs = catalogue.filter(
  ({ backward, operations }) => backward && operations.includes('group-convolution'),
);

describe('a known bug', () => {
  it.each(bugs.map((mutant) => [mutant.id, mutant] as const))(
    '%s is killed and named',
    async (id, mutant) => {
      const adapter: Adapter = { ...mutantAdapter(mutant), operations: ['group-convolution'] };
      const { verdict, failures } = await campaign(adapter, {
        level: 1,
        seed: 1,
        cases: families.telling(adapter, { level: 1, seed: 1 }),
        shrinking: false,
      });
      expect([verdict, failures[0]!.case.id]).toEqual(['FAIL', 'telling/group-convolution-gradients']);
      expect(failures[0]!.diagnosis).toMatchObject({ kind: 'named', guesses: [id] });
    },
  );

  it.each(bugs.map((mutant) => [mutant.id, mutant] as const))(
    '%s shows exactly where its predicate says so',
    (_, mutant) => {
      let [visible, invisible] = [0, 0];
      for (let seed = 0; seed < 60; seed++) {
        const drawn = { ...drawCase(seed).plan, operation: 'group-convolution' } as const;
        const one = caseOf('drawn', drawn, 'float64', integers(drawn, 'float64', seed));
        const { inputs, ...rest } = one;
        const predicted = !mutant.invisible(caseShapeOf({ ...rest, arrays: inputs }));
        const seen = (answer: ReadonlyMap<string, Recorded>) =>
          JSON.stringify([...answer].map(([name, { data }]) => [name, Array.from(data, (n) => n + 0)]));
        const differs = seen(runMutant(mutant, one)!) !== seen(runMutant({ steps: {} }, one)!);
        expect([seed, differs]).toEqual([seed, predicted]);
        if (differs) visible++;
        else invisible++;
      }
      expect(Math.min(visible, invisible)).toBeGreaterThan(0);
    },
  );
});
