/** A wrong output is matched with the bug that gives it; where several do, the implementation is asked again. */
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../src/cli/manifest.ts';
import { readArrays } from '../../src/formats/index.ts';
import { evidenceFrom } from '../../src/implementations/recording.ts';
import type { Abilities, Adapter, Case, Outcome } from '../../src/oracle/adapter.ts';
import { askedFor, evidenceOf as evidenceOn } from '../../src/oracle/ask.ts';
import { diagnose, diagnoseLive } from '../../src/oracle/diagnose.ts';
import { mutantAdapter, runMutant } from '../../src/oracle/mutants/adapter.ts';
import { catalogue, equivalences, mutantOf } from '../../src/oracle/mutants/catalogue.ts';
import { integers, reals } from '../../src/oracle/probes/numbers.ts';
import { caseOf, type Plan } from '../../src/oracle/probes/plan.ts';
import { diagnosing, template } from '../../src/oracle/probes/templates.ts';
import { separate } from '../../src/oracle/separate.ts';
import type { Evidence } from '../../src/oracle/types.ts';
import { random } from '../algebras/cases.ts';
import { type Bug, compute, evidenceOf, inputs, lopsided, summations } from './plain.ts';

const ids = ({ suspects }: { readonly suspects: readonly { readonly id: string }[] }) =>
  suspects.map(({ id }) => id);

describe('the wrong recordings', () => {
  const named: Readonly<Record<string, readonly string[]>> = {
    'wrong-second-permutation-missing.npz': ['second-permutation-missing'],
    'wrong-interleave-swapped.npz': ['permutations-inverse'],
    'wrong-batchnorm-between.npz': ['batchnorm-relu-between'],
    'wrong-padding-tensorflow.npz': ['padding-tensorflow', 'padding-one-less'],
    'wrong-kernel-flipped.npz': ['kernel-flipped'],
    'wrong-kernel-transposed.npz': ['kernel-transposed'],
    'wrong-bias-order.npz': ['secondary-bias-order'],
    'wrong-gradient.npz': ['gradient-of-saved-activations'],
    'wrong-nan.npz': [],
    'wrong-stride-twice.npz': ['stride-twice'],
    'wrong-bfloat16-inputs.npz': ['bfloat16-inputs'],
    'wrong-op-interleave.npz': ['first-permutation-inverse'],
  };
  const jobs = readManifest('test/recordings/manifest.json').filter(({ expect: e }) => e?.verdict !== 'PASS');

  it('are all spoken for', () => {
    const files = jobs.map(({ file }) => file.split('/').at(-1)).sort();
    expect(files).toEqual(Object.keys(named).sort());
  });

  it.each(jobs.map((job) => [job.file.split('/').at(-1)!, job] as const))('%s', (name, job) => {
    const found = diagnose(evidenceFrom(job.file, readArrays(job.file), job.options));
    expect(ids(found)).toEqual(named[name]);
    expect(found.stage).toBe(job.expect?.stage);
    if (found.kind === 'several') expect(found.sentence).toContain('the same function on this shape');
  });
});

describe('an implementation that knows nothing of the specification, in float32 and any order', () => {
  const known: Readonly<Partial<Record<Bug, string>>> = {
    'interleave left out': 'first-permutation-missing',
    'deinterleave left out': 'second-permutation-missing',
    'L and M swapped': 'permutations-inverse',
    'ReLU in between': 'relu-between',
    'kernel flipped': 'kernel-flipped',
    'dilation ignored': 'dilation-ignored-by-taps',
    'last tap dropped': 'last-tap-dropped',
    'first sample only': 'batch-offset-missing',
    'primary bias forgotten': 'primary-bias-dropped',
    'secondary bias in output order': 'secondary-bias-order',
    'inputs in half precision': 'nothing',
    'neighbouring group': 'nothing',
  };
  it.each(Object.entries(known))('%s is %s', (bug, id) => {
    const next = random(5);
    const given = inputs(lopsided, () => Math.fround(next() * 2 - 1));
    const arrays = compute(given, lopsided, summations.backward!, Math.fround, bug as Bug);
    const evidence = evidenceOf(arrays, lopsided.window);
    const outputOnly = new Map([...evidence.arrays].filter(([name]) => given.has(name) || name === 'y'));
    for (const found of [evidence, { ...evidence, arrays: outputOnly }].map((e) => diagnose(e))) {
      expect(ids(found)).toEqual(id === 'nothing' ? [] : [id]);
      expect(found.kind).toBe(id === 'nothing' ? 'none' : 'named');
    }
  });
});

const all: Abilities = { operations: ['block'], precision: 'float64', bias: true, gradients: true };

/** A mutant that shows no steps, within these abilities. */
function live(id: string, abilities: Partial<Abilities> = {}): Adapter {
  const adapter = mutantAdapter(mutantOf(id));
  const run = async (question: Case): Promise<Outcome> => {
    const outcome = await adapter.run(question);
    if (outcome.kind !== 'answer') return outcome;
    const asked = askedFor(question);
    return { kind: 'answer', arrays: new Map([...outcome.arrays].filter(([name]) => asked.includes(name))) };
  };
  return { ...adapter, ...abilities, run };
}

async function evidenceFromLive(adapter: Adapter, plan: Plan): Promise<readonly [Case, Evidence]> {
  const question = caseOf('case', plan, 'float64', integers(plan, 'float64', 3));
  const outcome = await adapter.run(question);
  if (outcome.kind !== 'answer') throw new Error(outcome.kind);
  return [question, evidenceOn(adapter, question, outcome.arrays)];
}

describe('where several bugs give the same', () => {
  const plan = { ...diagnosing, bias: true };
  it.each([
    ['padding-swapped', ['padding-swapped', 'padding-same-upper']],
    ['padding-same-upper', ['padding-swapped', 'padding-same-upper']],
    ['padding-tensorflow', ['padding-tensorflow', 'padding-one-less']],
    ['padding-one-less', ['padding-tensorflow', 'padding-one-less']],
    ['padding-circular', ['padding-reflect', 'padding-circular']],
    ['primary-channels-beyond-4', ['primary-channels-beyond-4', 'primary-channels-beyond-8']],
    ['primary-channels-beyond-8', ['primary-channels-beyond-4', 'primary-channels-beyond-8']],
    ['pixels-beyond-4', ['odd-column-dropped', 'pixels-beyond-4']],
  ])('%s is one of %j, and named when asked again', async (id, suspects) => {
    const adapter = live(id);
    const [question, evidence] = await evidenceFromLive(adapter, plan);
    const first = diagnose(evidence);
    expect([first.kind, ids(first)]).toEqual(['several', suspects]);
    expect(first.sentence).toContain('the same function on this shape: proved on symbols');
    const last = await diagnoseLive(adapter, question, evidence);
    expect([last.kind, ids(last), last.asked]).toEqual(['named', [id], 1]);
    expect(last.sentence).toBe(`this is what you get when ${mutantOf(id).name}`);
  });

  it('what an implementation is never asked for can not be told', async () => {
    const adapter = live('min-for-mout', { widening: false });
    const square = live('interleave-twice', { partitions: 2 });
    const [question, evidence] = await evidenceFromLive(square, template({ L: 1, M: 2, size: [1, 1] }));
    expect(diagnose(evidence).kind).toBe('none');
    expect((await diagnoseLive(square, question, evidence)).asked).toBe(0);
    expect(separate(['min-for-mout', 'doubled-l'], adapter)).toBeUndefined();
    expect(separate(['interleave-twice', 'stride-late'], square)).toBeUndefined();
    expect(
      separate(['padding-swapped', 'padding-same-upper'], { ...all, padding: 'symmetric' }),
    ).toBeUndefined();
  });

  it('the case that tells keeps to the abilities', () => {
    const modest: Abilities = {
      operations: ['block'],
      precision: 'float32',
      padding: 'symmetric',
      stride: 1,
    };
    const question = separate(['padding-edge', 'padding-reflect', 'padding-circular'], modest)!;
    const { top, bottom, left, right } = question.window.padding;
    expect([top, left]).toEqual([bottom, right]);
    expect(question.window.stride).toEqual([1, 1]);
    expect(question.inputs.has('primary_bias')).toBe(false);
  });
});

describe('what is none of them', () => {
  const plan = template({ L: 2, M: 3, kernel: [3, 3], size: [4, 5], pads: [1, 1, 1, 1] });
  const right = (kind: 'integers' | 'reals') => {
    const fill = kind === 'integers' ? integers(plan, 'float64', 1) : reals('float64', 1);
    const question = caseOf('right', plan, 'float64', fill);
    const y = runMutant({ steps: {} }, question)!.get('y')!;
    return { question, y };
  };

  it.each(['integers', 'reals'] as const)('one wrong number among %s', (kind) => {
    const { question, y } = right(kind);
    const wrong = { ...y, data: Array.from(y.data, (v, i) => (i === 17 ? v + 1 : v)) };
    const found = diagnose(evidenceOn(all, question, new Map([['y', wrong]])));
    expect(found).toMatchObject({ kind: 'none', suspects: [], stage: 'output' });
    expect(found.sentence).toBe(
      `it is none of the ${catalogue.length - equivalences.size} known bugs, alone`,
    );
  });

  it('two bugs at once', () => {
    const { question } = right('integers');
    const steps = { ...mutantOf('kernel-flipped').steps, ...mutantOf('second-permutation-missing').steps };
    const y = runMutant({ steps }, question)!.get('y')!;
    expect(diagnose(evidenceOn(all, question, new Map([['y', y]]))).kind).toBe('none');
  });

  it('inputs that are no numbers are not compared', () => {
    const { question, y } = right('integers');
    const x = question.inputs.get('x')!;
    const arrays = new Map([...question.inputs, ['x', { ...x, data: Array.from(x.data, () => Number.NaN) }]]);
    const found = diagnose(evidenceOn(all, { ...question, inputs: arrays }, new Map([['y', y]])));
    expect(found.sentence).toContain('no numbers');
  });

  it('what would take too long says so', () => {
    const large = template({ L: 24, M: 8, kernel: [3, 3], size: [40, 40], pads: [1, 1, 1, 1] });
    const question = caseOf(
      'large',
      large,
      'float32',
      (_, shape) => new Float32Array(shape.reduce((a, b) => a * b, 1)),
    );
    const y = { shape: [1, 192, 40, 40], data: new Float32Array(192 * 1600), stored: 'float32' } as const;
    const evidence = evidenceOn(all, question, new Map([['y', y]]));
    const found = diagnose(evidence, { kind: 'FAIL', reason: '', precision: 'float32', arrays: [] });
    expect(found.kind).toBe('too large');
  });
});

describe('what nobody can see', () => {
  it('the bugs that are the same function on the shape are listed', async () => {
    const [, evidence] = await evidenceFromLive(
      live('kernel-flipped'),
      template({ L: 3, M: 3, kernel: [1, 3], size: [1, 5] }),
    );
    const { kind, invisible } = diagnose(evidence);
    expect(kind).toBe('named');
    expect(invisible).toEqual(
      expect.arrayContaining([
        'permutations-inverse',
        'interleave-twice',
        'kernel-transposed',
        'padding-edge',
        'stride-late',
      ]),
    );
    expect(invisible).not.toContain('second-permutation-missing');
  });

  it('a stride that waits is recognised by its steps, and said to be right', () => {
    const plan = template({ L: 3, M: 2, kernel: [3, 3], size: [6, 6], stride: [2, 2], pads: [1, 1, 1, 1] });
    const question = caseOf('late', plan, 'float64', integers(plan, 'float64', 1));
    const found = diagnose(evidenceOn(all, question, runMutant(mutantOf('stride-late'), question)!));
    expect([ids(found), found.stage]).toEqual([['stride-late'], 'primary']);
    expect(found.suspects[0]?.advice).toContain('the output is the same');
  });
});

describe('a part alone', () => {
  it.each(['kernel-hwio', 'input-nhwc', 'primary-bias-twice', 'relu-after', 'weight-offset-missing'])(
    '%s in a group convolution',
    async (id) => {
      const adapter: Adapter = { ...live(id), operations: ['group-convolution'] };
      const plan: Plan = { ...diagnosing, operation: 'group-convolution', bias: true };
      const [question, evidence] = await evidenceFromLive(adapter, plan);
      expect(ids(await diagnoseLive(adapter, question, evidence))).toEqual([id]);
    },
  );
});
