import { afterAll, describe, expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { inProcess } from '../../src/implementations/in-process.ts';
import type { Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import { campaign } from '../../src/oracle/campaign.ts';
import { type Family, families } from '../../src/oracle/probes/index.ts';
import { sizesOf } from '../../src/oracle/report.ts';
import { shrink } from '../../src/oracle/shrink.ts';
import { type Change, moduleFolder } from '../implementations/broken.ts';
import { specAdapter } from './spec-adapter.ts';

const seed = 170702725;
const modules = moduleFolder();
afterAll(() => modules.remove());

const adapterOf = async (change: Change) => inProcess(await import(modules.broken(change)));

/** Every size, and every number, of the smallest case. */
type Smallest = Partial<ReturnType<typeof sizesOf>> & {
  readonly operation?: string;
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  readonly padding?: readonly number[];
  readonly numbers: Readonly<Record<string, readonly unknown[]>>;
};

function* inTurn<T>(generators: readonly Iterable<T>[]): Generator<T> {
  for (const generator of generators) yield* generator;
}

const one = { N: 1, L: 1, Min: 1, Mout: 1, H: 1, W: 1, kh: 1, kw: 1 };
const all = ['diagnosing', 'integers', 'sparse', 'reals', 'special'] as const;

describe('the smallest case', () => {
  it.each<[Change, keyof typeof families | 'all', Smallest]>([
    [
      'interleave left out',
      'all',
      {
        operation: 'block',
        L: 2,
        Mout: 2,
        Lout: 2,
        numbers: { x: [0, 1], primary_weight: [0, 0, 1, 0], secondary_weight: [0, 0, 0, 0, 0, 0, 1, 0] },
      },
    ],
    [
      'deinterleave left out',
      'all',
      {
        operation: 'block',
        L: 2,
        Mout: 2,
        Lout: 2,
        numbers: { x: [0, 1], primary_weight: [0, 0, 0, 1], secondary_weight: [0, 0, 0, 0, 0, 1, 0, 0] },
      },
    ],
    [
      // With L = M it is the right one.
      'L and M swapped',
      'all',
      {
        operation: 'block',
        L: 3,
        Mout: 2,
        Lout: 3,
        numbers: {
          x: [0, 0, 1],
          primary_weight: [0, 0, 0, 0, 1, 0],
          secondary_weight: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0],
        },
      },
    ],
    [
      'ReLU in between',
      'all',
      { operation: 'block', Lout: 1, numbers: { x: [1], primary_weight: [-1], secondary_weight: [1] } },
    ],
    ['kernel flipped', 'all', { kh: 2, padding: [1, 0, 0, 0], numbers: { x: [1], weight: [0, 1] } }],
    ['padding off by one', 'all', { padding: [1, 0, 0, 0], numbers: { x: [1], weight: [1] } }],
    [
      'dilation ignored',
      'all',
      { kw: 2, dilation: [1, 2], padding: [0, 0, 1, 1], numbers: { x: [1], weight: [0, 1] } },
    ],
    [
      'one stride for both axes',
      'integers',
      { W: 3, stride: [1, 2], numbers: { x: [0, 0, 1], weight: [1] } },
    ],
    ['last tap dropped', 'integers', { kw: 2, padding: [0, 0, 1, 0], numbers: { x: [1], weight: [0, 1] } }],
    ['neighbouring group', 'all', { L: 2, numbers: { x: [0, 1], weight: [0, 1] } }],
    ['first sample only', 'all', { N: 2, numbers: { x: [0, 1], weight: [1] } }],
    ['bias forgotten', 'all', { numbers: { x: [0], weight: [0], bias: [1] } }],
    ['inputs rounded to 8 bits', 'all', { numbers: { x: [1], weight: [457] } }],
    ['NaN is taken for zero', 'special', { numbers: { x: ['NaN'], weight: [0] } }],
    ['subnormal numbers are flushed', 'special', { numbers: { x: [1], weight: [2 ** -136] } }],
    ['only zeros', 'all', { numbers: { x: [1], weight: [1] } }],
  ])('%s', async (change, family, { numbers, operation = 'group-convolution', ...expected }) => {
    const adapter = await adapterOf(change);
    const names = family === 'all' ? all : [family];
    const cases = inTurn(names.map((name) => (families[name] as Family)(adapter, { level: 1, seed })));
    const { verdict, failures } = await campaign(adapter, { level: 1, seed, cases });
    const smallest = failures[0]!.shrunk!;
    expect([verdict, smallest.verdict.kind, smallest.finished]).toEqual(['FAIL', 'FAIL', true]);
    const { sizes, stride, dilation, padding } = smallest.case;
    expect({ ...sizes, stride, dilation, padding, operation: smallest.case.operation }).toEqual({
      ...one,
      Lout: 1,
      operation,
      stride: [1, 1],
      dilation: [1, 1],
      padding: [0, 0, 0, 0],
      ...expected,
    });
    const came = Object.entries(smallest.inputs).map(([name, { data }]) => [name, data]);
    expect(Object.fromEntries(came)).toEqual(numbers);
    const { first } = smallest.verdict.arrays.at(-1)!;
    expect(smallest.expected.y!.data).not.toEqual(smallest.got.y!.data);
    expect(first!.expected).not.toEqual(first!.got);
  });

  it('of a sum that stops after 1000 products: 1001 channels', async () => {
    const adapter = await adapterOf('sums stop at 1000 channels');
    const [long] = [...families.integers(adapter, { level: 1, seed })].filter(
      (c) => c.operation === 'group-convolution' && sizesOf(c).Min > 1000,
    );
    const { failures } = await campaign(adapter, {
      level: 1,
      seed,
      cases: [long!],
      shrinking: { time: 60_000 },
    });
    expect(failures[0]!.shrunk!.case.sizes).toEqual({ ...one, Lout: 1, Min: 1001 });
    expect(failures[0]!.shrunk!.inputs.weight!.data.filter((w) => w !== 0)).toEqual([1]);
  });
});

/** The specification, but for what it gives. */
function spoilt(change: (question: Case, outcome: Outcome & { kind: 'answer' }) => Outcome): Adapter {
  const right = specAdapter({ outputs: false, padding: 'symmetric' });
  return {
    ...right,
    run: async (question) => change(question, (await right.run(question)) as Outcome & { kind: 'answer' }),
  };
}

async function shrunken(adapter: Adapter, question: Case, budget = {}) {
  const failure = await ask(adapter, question);
  return { failure, ...(await shrink(adapter, question, failure, budget)) };
}

const gradients = (adapter: Adapter) => [...families.gradients(adapter, { level: 1, seed })];

describe('shrinking', () => {
  it('keeps the gradients where a gradient is wrong, and the stage', async () => {
    const adapter = spoilt((_, { arrays }) => {
      const grad = arrays.get('grad_secondary_bias');
      if (!grad) return { kind: 'answer', arrays };
      const data = Array.from(grad.data, (value) => -value);
      return { kind: 'answer', arrays: new Map([...arrays, ['grad_secondary_bias', { ...grad, data }]]) };
    });
    const { question, asked } = await shrunken(adapter, gradients(adapter)[2]!);
    expect(asked.verdict).toMatchObject({ kind: 'FAIL', stage: 'grad_secondary_bias' });
    expect(sizesOf(question)).toEqual({ ...one, Lout: 1 });
    expect(Array.from(question.inputs.get('grad_y')!.data)).toEqual([1]);
  });

  it('never asks for more than the implementation can do', async () => {
    const asked: Case[] = [];
    const adapter = spoilt((question, outcome) => {
      asked.push(question);
      return sizesOf(question).L > 1 ? { kind: 'crash', reason: 'no' } : outcome;
    });
    const { question } = await shrunken(adapter, gradients(adapter)[2]!, { operations: ['block'] });
    expect(sizesOf(question)).toEqual({ ...one, L: 2, Lout: 2 });
    for (const { window, inputs } of asked) {
      const { top, bottom, left, right } = window.padding;
      expect([top, left]).toEqual([bottom, right]);
      const { L, Lout } = sizesOf(asked[0]!);
      expect(L).toBe(Lout);
      expect(
        [...inputs.values()].every(({ shape, data }) => data.length === shape.reduce((a, b) => a * b, 1)),
      ).toBe(true);
    }
  });

  it.each([
    ['last tap dropped', { kw: 2 }],
    ['neighbouring group', { L: 2 }],
  ] as const)('ends with one convolution, where that fails by itself: %s', async (change, sizes) => {
    const adapter = await adapterOf(change);
    const isBlock = ({ operation }: Case) => operation === 'block';
    const cases = [...families.integers(adapter, { level: 1, seed })].filter(isBlock);
    const block = cases.find((question) => sizesOf(question).kw > 1)!;
    const alone = await shrunken(adapter, block);
    expect([alone.failure.verdict.kind, alone.asked.verdict.kind]).toEqual(['FAIL', 'FAIL']);
    expect([alone.finished, alone.question.operation]).toEqual([true, 'group-convolution']);
    expect(sizesOf(alone.question)).toEqual({ ...one, Lout: 1, ...sizes });
    expect(Array.from(alone.question.inputs.get('weight')!.data)).toEqual([0, 1]);
    const whole = await shrunken(adapter, block, { operations: ['block'] });
    expect([whole.finished, isBlock(whole.question)]).toEqual([true, true]);
  });

  it('ends with the second convolution, where the first is right', async () => {
    const adapter = spoilt((question, { arrays }) => {
      // Wrong where a group has one input channel and two outputs, as only the second convolution of this block has.
      const { Min, Mout, L, Lout } = sizesOf(question);
      const isWrong = question.operation === 'block' ? L === 1 && Lout === 2 : Min === 1 && Mout === 2;
      const y = arrays.get('y')!;
      const wrong = { ...y, data: Array.from(y.data, (value) => value + 1) };
      return { kind: 'answer', arrays: isWrong ? new Map([['y', wrong]]) : arrays };
    });
    const open = { ...adapter, outputs: true };
    const array = (shape: readonly number[], data: readonly number[]) =>
      ({ shape, data, stored: 'float32' }) as const;
    const inputs = new Map([
      ['x', array([1, 2, 1, 1], [2, 3])],
      ['primary_weight', array([1, 2, 1, 1], [5, 7])],
      ['secondary_weight', array([2, 1, 1, 1], [1, 1])],
    ]);
    const question: Case = { id: 'integers/0', operation: 'block', inputs, window: unitWindow };
    const failure = await ask(open, question);
    const steps = (await shrink(open, question, failure, { runs: 60 })).question;
    expect([steps.operation, sizesOf(steps).Mout]).toEqual(['group-convolution', 2]);
  });

  it('does not take another failure for the same', async () => {
    const adapter = spoilt((question, outcome) => {
      const { L, Mout } = sizesOf(question);
      if (Mout === 1) return { kind: 'crash', reason: `cannot split ${Mout} channels` };
      if (L > 1) return { kind: 'crash', reason: `stack smashed at ${L}` };
      return outcome;
    });
    const { question, asked } = await shrunken(adapter, gradients(adapter)[2]!);
    expect(asked.verdict).toMatchObject({ kind: 'CRASH', reason: 'stack smashed at 2' });
    expect(sizesOf(question).Mout).toBe(2);
  });

  it('ends when its runs are used up, with what it has', async () => {
    const adapter = spoilt((_, { arrays }) => ({ kind: 'answer', arrays: new Map([...arrays].slice(1)) }));
    const { runs, finished, asked, steps } = await shrunken(adapter, gradients(adapter)[2]!, { runs: 5 });
    expect([runs, finished, asked.verdict.kind]).toEqual([5, false, 'GARBAGE']);
    expect(steps).toBeGreaterThan(0);
  });
});
