/** Infinities, NaN and signed zeros: what IEEE arithmetic in any order says is asked, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { Abilities, Adapter, Case } from '../../src/oracle/adapter.ts';
import { ask, evidenceOf } from '../../src/oracle/ask.ts';
import { judge } from '../../src/oracle/judge.ts';
import { families } from '../../src/oracle/probes/index.ts';
import type { Recorded } from '../../src/oracle/types.ts';
import { specAdapter } from './spec-adapter.ts';

const seed = 3;
const groups: Partial<Abilities> = { operations: ['group-convolution'], bias: false };
const special = [...families.special(specAdapter(groups), { level: 1, seed })].filter(({ id }) =>
  /nan|infinity|mixed/.test(id),
);

/** A group convolution as a dense one, whose kernel has zeros between the groups. */
function dense(abilities: Partial<Abilities> = {}): Adapter {
  const spec = specAdapter(groups);
  return {
    ...specAdapter({ ...groups, ...abilities }),
    run: (question) => {
      const { shape, data } = question.inputs.get('weight')!;
      const [O, I, kh, kw] = shape as [number, number, number, number];
      const C = question.inputs.get('x')!.shape[1]!;
      const [row, wide] = [I * kh * kw, C * kh * kw];
      const spread = new Float64Array(O * wide);
      for (let o = 0; o < O; o++) {
        const group = Math.floor(o / (O / (C / I)));
        spread.set(Array.from(data).slice(o * row, (o + 1) * row), o * wide + group * row);
      }
      const weight: Recorded = { shape: [O, C, kh, kw], data: spread, stored: 'float32' };
      return spec.run({ ...question, inputs: new Map([...question.inputs, ['weight', weight]]) });
    },
  };
}

async function kinds(adapter: Adapter, cases: readonly Case[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const question of cases) found.add((await ask(adapter, question, false)).verdict.kind);
  return [...found].sort();
}

describe('an implementation that multiplies with zeros of its own', () => {
  it('fails where it spreads NaN, unless it says so', async () => {
    expect(await kinds(dense(), special)).toContain('FAIL');
    expect(await kinds(dense({ multipliesZeros: true }), special)).toEqual(['PASS']);
  });

  it('may not lose a NaN or an infinity, though it says so', async () => {
    const right = dense({ multipliesZeros: true });
    const hiding: Adapter = {
      ...right,
      run: async (question) => {
        const outcome = await right.run(question);
        if (outcome.kind !== 'answer') return outcome;
        const y = outcome.arrays.get('y')!;
        const data = Array.from(y.data, (value) => (Number.isFinite(value) ? value : 0));
        return { kind: 'answer', arrays: new Map([['y', { ...y, data }]]) };
      },
    };
    expect(await kinds(hiding, special)).toContain('FAIL');
  });
});

describe('a recording with infinities or NaN', () => {
  const spec = specAdapter(groups);
  const recorded = async (question: Case) => {
    const outcome = await spec.run(question);
    return evidenceOf(spec, question, outcome.kind === 'answer' ? outcome.arrays : new Map());
  };
  const withEntry = (question: Case, name: string, value: number): Case => {
    const array = question.inputs.get(name)!;
    const data = Array.from(array.data, (x, i) => (i === 0 ? value : x));
    return { ...question, inputs: new Map([...question.inputs, [name, { ...array, data }]]) };
  };

  it('is judged where all other numbers are integers with exact sums', async () => {
    for (const question of special.slice(0, 6)) {
      const evidence = await recorded(question);
      expect(judge(evidence)).toMatchObject({ kind: 'PASS', reason: expect.stringContaining('infinities') });
      const y = evidence.arrays.get('y')!;
      const wrong = { ...y, data: Array.from(y.data, (value, i) => (i === 0 ? value + 1 : value)) };
      const isSeen = Number.isFinite(y.data[0]);
      const { kind } = judge({ ...evidence, arrays: new Map([...evidence.arrays, ['y', wrong]]) });
      expect(kind).toBe(isSeen ? 'FAIL' : 'PASS');
    }
  });

  it('is not judged, and says why, where rounding or the padding has a say', async () => {
    const [padded] = special.filter(({ window }) => window.padding.left > 0);
    const reason = async (question: Case) => {
      const verdict = judge(await recorded(question));
      expect(verdict.kind).toBe('UNSUPPORTED');
      return verdict.reason;
    };
    expect(await reason(withEntry(padded!, 'weight', Infinity))).toContain('the zeros of the padding');
    expect(await reason(withEntry(special[0]!, 'weight', 0.1))).toContain('only integers with exact sums');
  });
});

it('the sign of a zero is nobody’s rule: another order, or a sum that begins with +0, has another', async () => {
  const zeros = [...families.special(specAdapter(), { level: 1, seed })].filter(({ id }) =>
    id.includes('zeros'),
  );
  let seen = 0;
  for (const question of zeros) {
    const outcome = await specAdapter().run(question);
    if (outcome.kind !== 'answer') throw new Error(outcome.reason);
    const y = outcome.arrays.get('y')!;
    const turned = { ...y, data: Array.from(y.data, (value) => (value === 0 ? -value : value)) };
    seen += turned.data.filter((value) => value === 0).length;
    const arrays = new Map([...outcome.arrays, ['y', turned]]);
    for (const name of ['primary', 'interleaved', 'secondary']) arrays.delete(name);
    expect(judge(evidenceOf(specAdapter(), question, arrays)).kind).toBe('PASS');
  }
  expect(seen).toBeGreaterThan(5);
});
