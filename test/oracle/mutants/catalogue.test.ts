/** The catalogue as a whole: its frame is the specification, its bugs are what they say, one case tells them apart. */
import { describe, expect, it } from 'vitest';
import { unitWindow } from '../../../spec/00-notation.ts';
import { blockStages } from '../../../spec/03-igc-block.ts';
import { blockAdjoint } from '../../../spec/08-adjoint.ts';
import { type Polynomial, polynomials, variable } from '../../../src/algebras/polynomial.ts';
import { lookup } from '../../../src/oracle/lookup.ts';
import { runMutant } from '../../../src/oracle/mutants/adapter.ts';
import { catalogue, equivalences, mutantOf } from '../../../src/oracle/mutants/catalogue.ts';
import { caseShapeOf } from '../../../src/oracle/mutants/question-shape.ts';
import { attempt, stepsOf } from '../../../src/oracle/mutants/reproduce.ts';
import { doubles, type Scalars } from '../../../src/oracle/mutants/scalars.ts';
import { answer, type Question } from '../../../src/oracle/mutants/steps.ts';
import { telling, tellingSize } from '../../../src/oracle/mutants/telling.ts';
import { integers } from '../../../src/oracle/probes/numbers.ts';
import { caseOf, type Plan } from '../../../src/oracle/probes/plan.ts';
import { template } from '../../../src/oracle/probes/templates.ts';
import { drawCase } from './draw.ts';

describe('the entries', () => {
  it('are many, each with an id of its own and words that fit a sentence', () => {
    expect(catalogue.length).toBeGreaterThanOrEqual(60);
    expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
    expect(new Set(catalogue.map(({ name }) => name)).size).toBe(catalogue.length);
    for (const { id, name, advice, seen } of catalogue) {
      expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
      for (const text of [name, advice, seen]) {
        expect(text).toMatch(/^[ -~]+$/);
        expect(text).not.toMatch(/\.$/);
      }
    }
  });

  it('are found by id; an unknown id is an error that names it', () => {
    expect(mutantOf('kernel-flipped').stage).toBe('primary');
    expect(() => mutantOf('kernel-lost')).toThrow("expected an id of the catalogue, got 'kernel-lost'");
  });

  it('change one or two steps, never all', () => {
    for (const { steps } of catalogue) expect([1, 2]).toContain(Object.keys(steps).length);
  });
});

it('with no bug the frame is the specification: every step and every gradient', () => {
  const fixed = Array.from({ length: 40 }, (_, i) => drawCase(9000 + i)).filter(({ plan }) => plan.bias);
  expect(fixed.length).toBeGreaterThan(5);
  for (const { question } of fixed) {
    const get = lookup({ arrays: question.inputs }, (x) => x);
    const [x, wp, wd] = ['x', 'primary_weight', 'secondary_weight'].map(get) as [
      ReturnType<typeof get>,
      ReturnType<typeof get>,
      ReturnType<typeof get>,
    ];
    const bias = { primary: get('primary_bias').data, secondary: get('secondary_bias').data };
    const found = answer(
      doubles,
      stepsOf({ steps: {} }),
      { ...question, arrays: question.inputs, partition: undefined },
      get,
    );
    const { output, ...stages } = blockStages(doubles, x, wp, wd, question.window, bias);
    expect(found).toMatchObject({ ...stages, y: output });
    if (!question.inputs.has('grad_y')) continue;
    const gradients = blockAdjoint(doubles, get('grad_y'), x, wp, wd, question.window, bias);
    expect(found).toMatchObject({
      grad_x: gradients.x,
      grad_primary_weight: gradients.primaryKernel,
      grad_secondary_weight: gradients.secondaryKernel,
    });
    expect(found.grad_primary_bias!.data).toEqual(gradients.primaryBias);
    expect(found.grad_secondary_bias!.data).toEqual(gradients.secondaryBias);
  }
});

it.each(['float64', 'float32'] as const)(
  'one case tells all of them and the right block apart, in %s',
  (precision) => {
    const ask = (gradients: boolean) => {
      const plan = { ...telling, gradients };
      const question = caseOf('telling', plan, precision, integers(plan, precision, 1, tellingSize));
      const classes = new Map<string, string[]>();
      const among = catalogue.filter(({ backward = false }) => backward === gradients);
      for (const mutant of [{ id: 'right', steps: {} }, ...among]) {
        const seen = [...runMutant(mutant, question)!].filter(([name]) => /^y|grad_/.test(name));
        const key = JSON.stringify(
          seen.map(([name, { shape, data }]) => [name, shape, Array.from(data, (v) => v + 0)]),
        );
        classes.set(key, [...(classes.get(key) ?? []), mutant.id]);
      }
      return [...classes.values()].filter((ids) => ids.length > 1);
    };
    expect(ask(false)).toEqual([['right', ...equivalences]]);
    expect(ask(true)).toEqual([]);
  },
);

const never = (): never => {
  throw new Error('not a polynomial');
};
const symbols: Scalars<Polynomial> = { ...polynomials, relu: never, coarse: never, normalise: never };

/** Whether y is the same polynomial: the same function in every commutative ring. */
function isProved(id: string, plan: Plan): boolean {
  const { inputs, ...rest } = caseOf('symbols', plan, 'float64', (_, shape) =>
    Array.from({ length: shape.reduce((product, n) => product * n, 1) }, () => 0),
  );
  const question: Question = { ...rest, arrays: inputs, partition: undefined };
  const run = (steps: Parameters<typeof stepsOf>[0]) => {
    let i = 0;
    const get = lookup<Polynomial>(question, () => variable(i++));
    for (const name of inputs.keys()) get(name);
    return attempt(() => answer(symbols, stepsOf(steps), question, get).y!);
  };
  const [right, wrong] = [run({ steps: {} })!, run(mutantOf(id))];
  if (!wrong || wrong.shape.join() !== right.shape.join()) return false;
  return wrong.data.every((p, i) => polynomials.equals(p, right.data[i]!));
}

const tiny: readonly Plan[] = [
  template({ L: 2, M: 2, kernel: [2, 1], size: [3, 2], stride: [2, 1], pads: [1, 1, 0, 0] }),
  template({
    L: 2,
    M: 1,
    Mout: 2,
    kernel: [2, 2],
    size: [3, 4],
    stride: [2, 3],
    pads: [0, 1, 2, 1],
    bias: true,
  }),
  template({ N: 2, L: 1, M: 2, Mout: 3, kernel: [1, 2], size: [1, 4], dilation: [1, 2], pads: [1, 0, 1, 0] }),
  template({ L: 3, M: 1, Lout: 2, kernel: [1, 1], size: [2, 3], stride: [1, 2], bias: true }),
  template({ L: 2, M: 2, kernel: [1, 3], size: [1, 1], pads: [0, 0, 3, 3] }),
];

describe('on symbols the predicates hold exactly', () => {
  const symbolic = catalogue.filter(
    ({ id, inexact, bits, backward }) => !inexact && !bits && !backward && !id.startsWith('relu'),
  );
  it.each(symbolic.map(({ id }) => id))('%s', (id) => {
    for (const plan of tiny) {
      const { inputs, ...rest } = caseOf('shape', plan, 'float64', () => []);
      const shape = caseShapeOf({ ...rest, arrays: inputs, partition: undefined });
      expect([plan, isProved(id, plan)]).toEqual([plan, mutantOf(id).invisible(shape)]);
    }
  });

  it('a stride that waits for the secondary convolution is the same function, on every shape', () => {
    expect(equivalences).toEqual(new Set(['stride-late']));
    for (const plan of tiny) expect(isProved('stride-late', plan)).toBe(true);
    expect(tiny.some(({ window }) => window.stride.join() !== unitWindow.stride.join())).toBe(true);
  });
});
