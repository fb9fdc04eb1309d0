import { afterAll, describe, expect, it } from 'vitest';
import { inProcess } from '../../src/implementations/in-process.ts';
import type { Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { campaign, type Progress } from '../../src/oracle/campaign.ts';
import { mergeReports } from '../../src/oracle/merge.ts';
import { mutantAdapter } from '../../src/oracle/mutants/adapter.ts';
import { mutantOf } from '../../src/oracle/mutants/catalogue.ts';
import { families } from '../../src/oracle/probes/index.ts';
import type { CampaignReport } from '../../src/oracle/report-types.ts';
import { moduleFolder } from '../implementations/broken.ts';
import { specAdapter } from './spec-adapter.ts';

const seed = 170702725;
const modules = moduleFolder();
afterAll(() => modules.remove());

const right = specAdapter();
const few = (adapter: Adapter): Case[] => [...families.diagnosing(adapter, { level: 1, seed })];

type Answer = Outcome & { readonly kind: 'answer' };

/** The specification, but for what becomes of its answer; `count` counts the runs. */
function but(change: (answer: Answer, question: Case, count: number) => Outcome, adapter = right): Adapter {
  let count = 0;
  return {
    ...adapter,
    run: async (question) => change((await adapter.run(question)) as Answer, question, count++),
  };
}

/** y with one number changed. */
function changed({ arrays }: Answer, value: (y: number) => number): Answer {
  const y = arrays.get('y')!;
  const data = Array.from(y.data);
  data[0] = value(data[0]!);
  return { kind: 'answer', arrays: new Map(arrays).set('y', { ...y, data }) };
}

const on = (adapter: Adapter, options = {}) =>
  campaign(adapter, { level: 1, seed, cases: few(adapter), shrinking: false, ...options });

describe('a campaign', () => {
  it('passes what is right, each case run twice', async () => {
    let runs = 0;
    const adapter = but((answer) => {
      runs++;
      return answer;
    });
    const report = await on(adapter);
    expect(report).toMatchObject({ verdict: 'PASS', cases: 8, ended: 'all', failures: [] });
    expect(report.counts.PASS).toBe(8);
    expect(runs).toBe(16);
    expect(report.reason).toBe('8 of 8 cases agree with the specification');
  });

  it('remarks on numbers of more digits than declared, which are no failure', async () => {
    const fill = (data: (length: number) => number[] | Float32Array) =>
      inProcess({
        groupConvolution: ({
          x,
          weight,
          out,
        }: Record<'x' | 'weight' | 'out', { shape: number[]; data: Float32Array }>) => {
          const y = data(out.data.length);
          // One group, one pixel of every kernel: sums over channels.
          const [, C, H, W] = x.shape as [number, number, number, number];
          const [O] = weight.shape as [number];
          for (let i = 0; i < y.length; i++) {
            const [n, o, p] = [Math.floor(i / (O * H * W)), Math.floor(i / (H * W)) % O, i % (H * W)];
            let sum = 0;
            for (let c = 0; c < C; c++) sum += x.data[(n * C + c) * H * W + p]! * weight.data[o * C + c]!;
            y[i] = sum;
          }
          return { shape: out.shape, data: y };
        },
      });
    const question = (values: readonly number[]): Case => ({
      id: 'by hand/1',
      operation: 'group-convolution',
      window: {
        stride: [1, 1],
        dilation: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
      },
      inputs: new Map([
        ['x', { shape: [1, 2, 1, 2], data: Float32Array.from(values), stored: 'float32' }],
        ['weight', { shape: [2, 2, 1, 1], data: Float32Array.from([3, 5, 7, 11]), stored: 'float32' }],
      ]),
    });
    const [odd, whole] = [question([0.1, 0.7, 0.3, 0.9]), question([1, 2, 3, 4])];
    const plainArray = fill((length) => new Array<number>(length).fill(0));
    const report = await on(plainArray, { cases: [whole, odd, odd] });
    expect(report.verdict).toBe('PASS');
    expect(report.remarks).toEqual([
      {
        cases: 2,
        first: 'by hand/1',
        reason: expect.stringMatching(/^y holds numbers that are no float32, though/),
      },
    ]);
    const rounded = await on(
      fill((length) => new Float32Array(length)),
      { cases: [whole, odd] },
    );
    expect([rounded.verdict, rounded.remarks]).toEqual(['PASS', []]);
  });

  it('is plain data', async () => {
    const report = await on(
      but((answer) => changed(answer, () => Number.NaN)),
      { shrinking: {} },
    );
    expect(report.failures[0]!.verdict.arrays[0]!.first!.got).toBe('NaN');
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('is the same each time, but for the timing', async () => {
    const adapter = inProcess(await import(modules.broken('kernel flipped')));
    const reports = [1, 2].map(() => campaign(adapter, { level: 1, seed }));
    const [first, second] = (await Promise.all(reports)).map(({ timing: _, ...rest }) => rest);
    expect(first).toEqual(second);
  });

  it('stops at the first failure', async () => {
    const report = await on(but((answer, _, count) => (count < 4 ? answer : changed(answer, (y) => y + 1))));
    expect(report).toMatchObject({ verdict: 'FAIL', cases: 3, ended: 'failure' });
    expect(report.failures.map((failure) => failure.case.id)).toEqual(['diagnosing/2']);
  });

  it('goes on if asked, and reports the first of each kind', async () => {
    const adapter = but((answer, { operation, inputs }) => {
      if (operation === 'interleave') return { kind: 'crash', reason: 'no' };
      return operation === 'block' && inputs.has('primary_bias') ? changed(answer, (y) => y + 1) : answer;
    });
    const report = await on(adapter, { keepGoing: true });
    expect(report).toMatchObject({ verdict: 'CRASH', cases: 8, ended: 'all' });
    expect(report.failures.map((failure) => [failure.case.id, failure.verdict.kind])).toEqual([
      ['diagnosing/0', 'CRASH'],
      ['diagnosing/4', 'FAIL'],
    ]);
    expect(report.counts.FAIL).toBe(3);
  });

  it('takes what is wrong with NaN, with infinities and with other numbers for different failures', async () => {
    const adapter = but((answer) => changed(answer, (y) => y + 1));
    const isBlock = ({ operation }: Case) => operation === 'block';
    const special = [...families.special(adapter, { level: 1, seed })].filter(isBlock);
    const cases = [...special, ...few(adapter).filter(isBlock)];
    const report = await on(adapter, { keepGoing: true, cases });
    const ids = report.failures.map(({ case: { id } }) => id.replace(/[-/]\d+$/, ''));
    expect(ids).toEqual([...new Set(ids)]);
    expect(ids).toEqual(expect.arrayContaining(['special/subnormal', 'special/infinity', 'diagnosing']));
    // As many as there are, whatever a machine has of them.
    const part = { file: 'a', subject: 'a', argument: 'a', report };
    expect(mergeReports([part]).report.failures).toEqual(report.failures);
  });

  it('begins no case when its time is up', async () => {
    const report = await on(right, { time: 0 });
    expect(report).toMatchObject({
      verdict: 'MISTRUSTED',
      cases: 0,
      ended: 'time',
      reason: 'nothing was asked',
    });
  });

  describe('that is interrupted', () => {
    /** Whether to end: from this time on that it is asked, which is before and after each of the two runs of a case. */
    const from = (time: number) => {
      let times = 0;
      return async () => ++times >= time;
    };

    it('is no pass, and says how many of how many cases were judged', async () => {
      const report = await on(right, { interrupted: from(10) });
      expect(report).toMatchObject({ verdict: 'MISTRUSTED', cases: 2, ended: 'interrupted', failures: [] });
      expect(report.reason).toBe(
        'cut short: 2 of 8 cases were judged; of these: 2 of 2 cases agree with the specification',
      );
      const part = { file: 'a.json', subject: 'a', argument: 'a', report };
      expect(mergeReports([part]).report).toMatchObject({
        verdict: 'MISTRUSTED',
        ended: 'interrupted',
        reason: expect.stringMatching(/^a.json was cut short; of what was asked: /),
      });
    });

    it('of cases without an end: counts no further than a moment', async () => {
      const cases = function* () {
        for (;;) yield* few(right);
      };
      const report = await on(right, { cases: cases(), interrupted: from(1) });
      expect(report).toMatchObject({ verdict: 'MISTRUSTED', cases: 0 });
      expect(report.reason).toMatch(/^cut short: 0 of more than \d+ cases were judged$/);
    });

    it('counts no answer that came meanwhile: its process may have been killed', async () => {
      const report = await on(
        but((answer, _, count) => (count < 2 ? answer : { kind: 'crash', reason: 'killed' })),
        { interrupted: from(6) },
      );
      expect(report).toMatchObject({ verdict: 'MISTRUSTED', cases: 1, failures: [] });
    });

    it('while a failure is made smaller: the failure is reported as it is', async () => {
      let runs = 0;
      const wrong = but((answer) => {
        runs++;
        return changed(answer, (y) => y + 1);
      });
      const report = await on(wrong, { shrinking: {}, keepGoing: true, interrupted: from(6) });
      // The one after which it was asked to end, and none after it.
      expect(runs).toBe(3);
      expect(report).toMatchObject({ verdict: 'FAIL', cases: 1, ended: 'interrupted' });
      expect(report.failures).toHaveLength(1);
      expect(report.failures[0]!.shrunk).toBeUndefined();
    });

    it('after the last case: all was asked', async () => {
      const wrong = but((answer) => changed(answer, (y) => y + 1));
      const [last] = few(wrong);
      const report = await on(wrong, { cases: [last!], shrinking: {}, interrupted: from(5) });
      expect(report).toMatchObject({ verdict: 'FAIL', cases: 1, ended: 'all' });
    });
  });

  it('draws as many shapes as asked', async () => {
    const cases = families.shapes(right, { level: 1, seed, runs: 130 });
    expect(new Set([...cases].map(({ id }) => id)).size).toBe(130);
  });

  it('says what it does', async () => {
    const seen: Progress[] = [];
    await on(
      but((answer) => changed(answer, (y) => y + 1)),
      {
        shrinking: { runs: 4 },
        progress: (now: Progress) => seen.push(now),
      },
    );
    expect(seen[0]).toEqual({ cases: 1, id: 'diagnosing/0', failures: 1 });
    expect(seen.at(-1)).toEqual({ cases: 1, id: 'diagnosing/0', failures: 1, shrinking: 4 });
  });
});

describe('the verdict', () => {
  const verdictOf = ({ verdict, reason }: CampaignReport) => [verdict, reason];

  it.each<[string, Outcome, string]>([
    ['crashes', { kind: 'crash', reason: 'segmentation fault' }, 'CRASH'],
    ['hangs', { kind: 'timeout', reason: 'no answer within 100 ms' }, 'TIMEOUT'],
    ['talks nonsense', { kind: 'garbage', reason: 'a line that is no JSON' }, 'GARBAGE'],
  ])('on what %s', async (_, outcome, kind) => {
    expect(verdictOf(await on(but(() => outcome)))).toEqual([kind, (outcome as { reason: string }).reason]);
  });

  it('on another shape, on no y, on a gradient left out: GARBAGE', async () => {
    const transposed = but(({ arrays }) => {
      const { shape, ...y } = arrays.get('y')!;
      return { kind: 'answer', arrays: new Map([['y', { ...y, shape: [...shape].reverse() }]]) };
    });
    expect(await on(transposed)).toMatchObject({ verdict: 'GARBAGE' });
    const huge = but(() => {
      const y = { shape: [1, 1, 1, 2e6], data: new Float32Array(2e6), stored: 'float32' as const };
      return { kind: 'answer', arrays: new Map([['y', y]]) };
    });
    expect(verdictOf(await on(huge))).toEqual([
      'GARBAGE',
      expect.stringMatching(/shape \[1, 1, 1, 2000000\], exp/),
    ]);
    const empty = but(() => ({ kind: 'answer', arrays: new Map() }));
    expect(verdictOf(await on(empty))).toEqual(['GARBAGE', 'the answer has no y']);
    const without = but(({ arrays }) => {
      const rest = [...arrays].filter(([name]) => name !== 'grad_x');
      return { kind: 'answer', arrays: new Map(rest) };
    });
    const cases = [...families.gradients(right, { level: 1, seed })].slice(0, 1);
    expect(verdictOf(await on(without, { cases }))).toEqual(['GARBAGE', 'the answer has no grad_x']);
  });

  it('on what supports nothing: UNSUPPORTED', async () => {
    const report = await on(but(() => ({ kind: 'unsupported', reason: 'only on Mars' })));
    expect(verdictOf(report)).toEqual(['UNSUPPORTED', 'none of 8 cases is supported: only on Mars']);
    expect(report.unsupported).toEqual([{ reason: 'only on Mars', cases: 8, first: 'diagnosing/0' }]);
  });

  it('on what supports some and is right there: PASS, and says so', async () => {
    const adapter = but((answer, { inputs }) =>
      [...inputs.keys()].some((name) => name.endsWith('bias'))
        ? { kind: 'unsupported', reason: 'no biases' }
        : answer,
    );
    const reason = '3 of 8 cases agree with the specification; 5 are unsupported';
    expect(verdictOf(await on(adapter))).toEqual(['PASS', reason]);
  });

  it('on what lacks an operation that is asked for: UNSUPPORTED', async () => {
    const adapter = specAdapter({ operations: ['interleave'] });
    const report = await campaign(adapter, { level: 1, seed, operations: ['block'] });
    expect(verdictOf(report)).toEqual(['UNSUPPORTED', 'it has no block']);
  });

  it('on an operation that was never really tested: MISTRUSTED', async () => {
    const adapter = but(
      (answer, { operation }) =>
        operation === 'block' ? { kind: 'unsupported', reason: 'not today' } : answer,
      specAdapter({ partitions: 3, kernel: 2, gradients: false }),
    );
    const report = await campaign(adapter, { level: 1, seed, runs: 1, shrinking: false });
    expect(verdictOf(report)).toEqual([
      'MISTRUSTED',
      'no case passed that could have caught a mistake in block',
    ]);
  });

  it('on data that could not have caught a mistake: MISTRUSTED', async () => {
    const [plain] = few(right);
    const x = plain!.inputs.get('x')!;
    const zeros: Case = {
      ...plain!,
      inputs: new Map([['x', { ...x, data: x.data.length ? new Float32Array(x.data.length) : [] }]]),
    };
    const { verdict, reason } = await on(right, { cases: [zeros] });
    expect(verdict).toBe('MISTRUSTED');
    expect(reason).toContain('the input ignored');
    const among = await on(right, { cases: [...few(right), zeros] });
    const told = '8 of 9 cases agree with the specification; 1 could not have caught a mistake';
    expect(verdictOf(among)).toEqual(['PASS', told]);
  });

  it.each<[string, (y: number, count: number) => number]>([
    ['each other run', (y, count) => y + (count % 2)],
    ['each run', (y, count) => y + count],
  ])('on what gives something else %s: FAIL, not deterministic', async (_, value) => {
    const adapter = but((answer, __, count) => changed(answer, (y) => value(y, count)));
    const report = await on(adapter);
    expect(report.verdict).toBe('FAIL');
    expect(report.failures[0]!.verdict.nature).toBe('not deterministic');
    expect(report.reason).toMatch(
      /two runs on the same inputs differ: y at \[0, 0, 0, 0\] is -?\d+, then -?\d+/,
    );
  });

  it('on what answers once and then crashes: CRASH', async () => {
    const adapter = but((answer, _, count) =>
      count === 1 ? { kind: 'crash', reason: 'double free' } : answer,
    );
    expect(verdictOf(await on(adapter))).toEqual(['CRASH', 'run again on the same inputs: double free']);
  });
});

describe('the diagnosis', () => {
  const square = { padding: 'symmetric', stride: 1, dilation: 1, widening: false, outputs: false } as const;
  const modest = { ...square, bias: false, gradients: false, operations: ['block'] } as const;
  /** The campaign that judges a bug of the catalogue, of which only the output is seen. */
  const judged = async (id: string, abilities: Partial<Adapter> = {}) => {
    const adapter = but(
      ({ arrays }) => ({ kind: 'answer', arrays: new Map([['y', arrays.get('y')!]]) }),
      mutantAdapter(mutantOf(id)),
    );
    const report = await campaign(
      { ...adapter, gradients: false, ...abilities },
      { level: 1, seed, shrinking: false },
    );
    return report.failures[0]!;
  };

  it.each(['permutations-inverse', 'kernel-iohw', 'padding-swapped', 'relu-between', 'primary-bias-twice'])(
    'of %s is right at the first guess, on the first case',
    async (id) => {
      const failure = await judged(id);
      expect(failure.case.id).toBe('telling/block');
      expect(failure.diagnosis).toMatchObject({ kind: 'named', guesses: [id], suspects: [{ id }], asked: 0 });
    },
  );

  it.each([
    ['primary-channels-beyond-8', 2],
    ['secondary-channels-beyond-4', 2],
    ['odd-column-dropped', 10],
  ])(
    'of %s, where less can be asked, has %i guesses, and is right when it has asked again',
    async (id, n) => {
      const { diagnosis } = await judged(id, modest);
      expect(diagnosis).toMatchObject({ kind: 'named', suspects: [{ id }], asked: 1 });
      expect(diagnosis!.guesses).toHaveLength(n);
    },
  );

  it('is there only where numbers can be compared', async () => {
    const crash = await on(but(() => ({ kind: 'crash', reason: 'no' })));
    expect(crash.failures[0]).not.toHaveProperty('diagnosis');
    const fickle = await on(but((answer, _, count) => changed(answer, (y) => y + count)));
    expect(fickle.failures[0]).not.toHaveProperty('diagnosis');
    const unknown = await on(but((answer) => changed(answer, (y) => y + 1)));
    expect(unknown.failures[0]!.diagnosis).toMatchObject({ kind: 'none', guesses: [], asked: 0 });
  });
});
