import { describe, expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { verdictOn as verdictOfOutcome } from '../../src/oracle/ask.ts';
import { expectedOf } from '../../src/oracle/expected.ts';
import { judge } from '../../src/oracle/judge.ts';
import { families } from '../../src/oracle/probes/index.ts';
import { storedFor } from '../../src/oracle/probes/plan.ts';
import type { Evidence, Recorded, StoredAs } from '../../src/oracle/types.ts';
import { random } from '../algebras/cases.ts';
import {
  type Arrays,
  type Bug,
  compute,
  evidenceOf,
  inputs,
  lopsided,
  roundHalf,
  type Sizes,
  summations,
} from './plain.ts';

const single = Math.fround;
const forward = summations.forward!;

function draw(seed: number): () => number {
  const next = random(seed);
  return () => single(next() * 2 - 1);
}

/** A right block in float32, every step on record. */
function right(sizes: Sizes = lopsided, seed = 1, bug?: Bug): Arrays {
  return compute(inputs(sizes, draw(seed)), sizes, forward, single, bug);
}

function without(arrays: Arrays, ...names: readonly string[]): Arrays {
  return new Map([...arrays].filter(([name]) => !names.includes(name)));
}

/** The arrays with one entry changed. */
function changed(arrays: Arrays, name: string, i: number, change: (x: number) => number): Arrays {
  const { shape, data } = arrays.get(name)!;
  return new Map([...arrays, [name, { shape, data: data.with(i, change(data.at(i)!)) }]]);
}

const verdictOn = (arrays: Arrays, more: Partial<Evidence> = {}, stored: Record<string, StoredAs> = {}) =>
  judge(evidenceOf(arrays, lopsided.window, stored, more));

describe('a bug is found at its stage', () => {
  it.each<[Bug, kind: string, stage: string]>([
    ['kernel flipped', 'FAIL', 'primary'],
    ['padding off by one', 'FAIL', 'primary'],
    ['dilation ignored', 'FAIL', 'primary'],
    ['last tap dropped', 'FAIL', 'primary'],
    ['neighbouring group', 'FAIL', 'primary'],
    ['first sample only', 'FAIL', 'primary'],
    ['primary bias forgotten', 'FAIL', 'primary'],
    ['inputs in half precision', 'FAIL', 'primary'],
    ['interleave left out', 'FAIL', 'interleave'],
    ['L and M swapped', 'FAIL', 'interleave'],
    ['ReLU in between', 'FAIL', 'interleave'],
    ['secondary bias in output order', 'FAIL', 'secondary'],
    ['deinterleave left out', 'FAIL', 'deinterleave'],
    ['a cell not written', 'GARBAGE', 'deinterleave'],
  ])('%s: %s at %s', (bug, kind, stage) => {
    for (const seed of [1, 2, 3]) {
      const arrays = right(lopsided, seed, bug);
      const verdict = verdictOn(arrays);
      expect([verdict.kind, verdict.stage]).toEqual([kind, stage]);
      const blind = verdictOn(without(arrays, 'primary', 'interleaved', 'secondary'));
      expect([blind.kind, blind.stage]).toEqual([kind, 'output']);
    }
  });

  it('y is right and a step is not: the step is named', () => {
    const verdict = verdictOn(changed(right(), 'primary', 7, (x) => x + 1));
    expect([verdict.kind, verdict.stage]).toEqual(['FAIL', 'primary']);
    expect(verdict.arrays.at(-1)).toMatchObject({ array: 'y', stage: 'output', kind: 'PASS' });
  });

  it('the element is named in the words of the field, with what was expected', () => {
    const arrays = right();
    // (n 1, l 2, m 3, h 1, w 0) of (2, 3 · 4, H, W).
    const [, , H, W] = arrays.get('y')!.shape as [number, number, number, number];
    const i = ((12 + 2 * 4 + 3) * H + 1) * W;
    const { first } = verdictOn(changed(arrays, 'y', i, (x) => x + 1)).arrays[3]!;
    expect(first).toEqual({
      where: 'n 1, l 2, m 3, h 1, w 0 (channel 11)',
      index: [1, 11, 1, 0],
      expected: arrays.get('y')!.data[i],
      got: arrays.get('y')!.data[i]! + 1,
      bound: 0,
    });
  });

  it('a permutation is compared bit for bit: one unit in the last place is seen', () => {
    const verdict = verdictOn(changed(right(), 'interleaved', 5, (x) => single(x * (1 + 2 ** -23))));
    expect([verdict.kind, verdict.stage]).toEqual(['FAIL', 'interleave']);
    expect(verdict.arrays[1]).toMatchObject({ comparison: 'bit for bit', wrong: 1 });
  });
});

describe('values that are no numbers', () => {
  it('a NaN in a step is garbage there, and what follows from it is not judged', () => {
    const verdict = verdictOn(changed(right(), 'interleaved', 3, () => Number.NaN));
    expect([verdict.kind, verdict.stage]).toEqual(['GARBAGE', 'interleave']);
    expect(verdict.arrays[1]).toMatchObject({ wrong: 1, first: { got: Number.NaN } });
    expect(verdict.arrays[2]).toMatchObject({ array: 'secondary', kind: 'UNSUPPORTED', comparison: 'none' });
    expect(verdict.arrays[2]?.problem).toBe("not judged: interleaved, which it follows from, isn't finite");
    expect(verdict.arrays[4]).toMatchObject({ array: 'y', kind: 'PASS' });
  });

  it('the first that is no number is shown, before others that are wrong', () => {
    const arrays = changed(
      changed(right(), 'y', 0, (x) => x + 1),
      'y',
      9,
      () => -Infinity,
    );
    const verdict = verdictOn(without(arrays, 'secondary'));
    expect(verdict.arrays.at(-1)).toMatchObject({ kind: 'GARBAGE', wrong: 2, first: { got: -Infinity } });
  });

  it.each(['x', 'secondary_weight', 'primary_bias'])(
    'in %s, which was given, nothing can be judged',
    (name) => {
      const verdict = verdictOn(changed(right(), name, 0, () => Number.NaN));
      expect(verdict).toMatchObject({ kind: 'UNSUPPORTED', arrays: [] });
      expect(verdict.reason).toContain(`${name} holds a value that isn't finite`);
    },
  );

  const half = { primary: 'float16', interleaved: 'float16', secondary: 'float16', y: 'float16' } as const;
  const sizes: Sizes = { ...lopsided, L: 2, M: 2, Mout: 2, size: [2, 2], kernel: [1, 1], window: unitWindow };
  const overflowing = (start: Arrays) => {
    const round = (x: number) => (Math.abs(x) >= 65520 ? Math.sign(x) * Infinity : Math.fround(x));
    const given = without(start, 'primary_bias', 'secondary_bias');
    return compute(given, sizes, forward, round);
  };
  const filled = (x: number, w: number, d: number): Arrays => {
    const size = { x, primary_weight: w, secondary_weight: d } as Record<string, number>;
    return new Map(
      [...inputs(sizes, () => 1)].map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map(() => size[name] ?? 0) },
      ]),
    );
  };

  it('infinity where a correct implementation may overflow is no bug, nor a pass', () => {
    const arrays = overflowing(filled(2 ** 10, 2 ** 8, 1));
    expect(arrays.get('y')!.data).toContain(Infinity);
    const verdict = judge(evidenceOf(arrays, unitWindow, half, { precision: 'float16' }));
    expect(verdict.kind).toBe('UNSUPPORTED');
    expect(verdict.reason).toContain('overflowed, as they may in a correct implementation');
  });

  it('so it is where a step overflows that is not on record', () => {
    const arrays = overflowing(filled(2 ** 10, 2 ** 8, 2 ** -10));
    const ends = without(arrays, 'primary', 'interleaved', 'secondary');
    const verdict = judge(evidenceOf(ends, unitWindow, { y: 'float16' }, { precision: 'float16' }));
    expect(verdict.kind).toBe('UNSUPPORTED');
  });

  it.each([
    ['float16', 2 ** 10, 2 ** 8],
    ['float32', 1e30, 1e30],
  ] as const)('so it is in %s where zeros hide the step that overflows', (precision, x, w) => {
    const most = precision === 'float16' ? 65504 : 2 ** 128 - 2 ** 104;
    const round = (value: number) =>
      Math.abs(value) > most ? Math.sign(value) * Infinity : Math.fround(value);
    const arrays = compute(without(filled(x, w, 0), 'primary_bias', 'secondary_bias'), sizes, forward, round);
    expect(arrays.get('primary')!.data).toContain(Infinity);
    expect(arrays.get('y')!.data.some(Number.isNaN)).toBe(true);
    const ends = without(arrays, 'primary', 'interleaved', 'secondary');
    const stored = Object.fromEntries([...ends.keys()].map((name) => [name, precision]));
    const on = (given: Arrays) => judge(evidenceOf(given, unitWindow, stored, { precision })).kind;
    expect(on(ends)).toBe('UNSUPPORTED');
    // A finite number is none the better for it.
    expect(on(changed(ends, 'y', 0, () => 1))).toBe('FAIL');
  });

  it('integers whose sums are exact never may overflow: infinity is garbage', () => {
    for (const precision of ['float16', 'float32'] as const) {
      const abilities = {
        operations: ['block', 'group-convolution'],
        precision,
        bias: true,
        outputs: true,
      } as const;
      for (const question of families.integers(abilities, { level: 1, seed: 1 })) {
        const infinite = new Map(
          [...expectedOf(abilities, question)].map(([name, array]) => [
            name,
            { ...array, data: Array.from(array.data, () => Infinity), stored: storedFor(precision) },
          ]),
        );
        const { verdict } = verdictOfOutcome(abilities, question, { kind: 'answer', arrays: infinite });
        expect([question.id, verdict.kind]).toEqual([question.id, 'GARBAGE']);
        expect(verdict.arrays.every(({ wrong, elements }) => wrong === elements)).toBe(true);
      }
    }
  });

  it('infinity where none can overflow is garbage', () => {
    const verdict = verdictOn(changed(right(), 'y', 0, () => Infinity));
    expect(verdict.kind).toBe('GARBAGE');
  });

  it('a finite value where no double bounds the error is not passed', () => {
    const arrays = filled(1e200, 1e200, 1);
    const y = { shape: [2, 4, 2, 2], data: Array.from({ length: 32 }, () => 5) };
    const stored = Object.fromEntries(
      ['x', 'primary_weight', 'secondary_weight', 'y'].map((name) => [name, 'float64' as const]),
    );
    const evidence = evidenceOf(
      without(new Map([...arrays, ['y', y]]), 'primary_bias', 'secondary_bias'),
      unitWindow,
      stored,
      {
        precision: 'float64',
      },
    );
    expect(judge(evidence).kind).toBe('UNSUPPORTED');
  });

  it('a failure outranks what could not be judged before it', () => {
    const arrays = changed(overflowing(filled(2 ** 10, 2 ** 8, 1)), 'y', 0, () => 1);
    const verdict = judge(
      evidenceOf(without(arrays, 'secondary'), unitWindow, half, { precision: 'float16' }),
    );
    expect([verdict.kind, verdict.stage]).toEqual(['FAIL', 'output']);
  });
});

describe('shapes', () => {
  const reshaped = (name: string, shape: readonly number[]): Arrays => {
    const data = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 1);
    return new Map([...right(), [name, { shape, data }]]);
  };

  it.each<[string, string, readonly number[]]>([
    ['primary', 'primary', [2, 12, 1, 1]],
    ['primary', 'primary', [2, 5, 3, 7]],
    ['interleaved', 'interleave', [7]],
    ['interleaved', 'interleave', [2, 9, 4, 2]],
    ['secondary', 'secondary', [2, 12, 4]],
    ['secondary', 'secondary', [0, 12, 4, 2]],
    ['y', 'deinterleave', []],
    ['y', 'deinterleave', [1, 2, 12, 4, 2]],
  ])('%s of a wrong shape is garbage at %s: %j', (name, stage, shape) => {
    const verdict = verdictOn(reshaped(name, shape));
    expect([verdict.kind, verdict.stage]).toEqual(['GARBAGE', stage]);
    expect(verdict.reason).toContain(`has the shape [${shape.join(', ')}], expected [2, 12,`);
    const follower = verdict.arrays.find(({ from }) => from.split(', ').includes(name));
    if (follower) expect(follower).toMatchObject({ kind: 'UNSUPPORTED', comparison: 'none' });
  });

  it('a gradient without grad_y is not judged, and that is no pass', () => {
    const verdict = verdictOn(new Map([...right(), ['grad_x', right().get('x')!]]));
    expect(verdict).toMatchObject({ kind: 'UNSUPPORTED', stage: 'grad_x' });
    expect(verdict.reason).toBe('grad_x: not judged: there is no grad_y');
  });

  it('a gradient of a wrong shape does not hide the others', () => {
    const arrays = right();
    const { shape, data } = arrays.get('y')!;
    const more: Arrays = new Map([
      ...arrays,
      ['grad_y', { shape, data }],
      ['grad_x', { shape: [1], data: [0] }],
      ['grad_secondary_bias', { shape: [12], data: Array.from({ length: 12 }, () => 0) }],
    ]);
    const verdict = verdictOn(more);
    expect([verdict.kind, verdict.stage]).toEqual(['GARBAGE', 'grad_x']);
    expect(verdict.arrays.at(-1)).toMatchObject({ array: 'grad_secondary_bias', kind: 'FAIL' });
    expect(verdict.arrays.at(-1)?.first?.where).toBe('l 0, m 0 (channel 0)');
  });
});

describe('exact integers', () => {
  const integers = (size: number, seed = 3): (() => number) => {
    const next = random(seed);
    return () => Math.round((next() * 2 - 1) * size);
  };
  const exact = (given: () => number) => compute(inputs(lopsided, given), lopsided, forward, (x) => x);

  it('small ones are compared bit for bit, and one off by one is seen', () => {
    const arrays = exact(integers(4));
    const verdict = verdictOn(arrays);
    expect(verdict.kind).toBe('PASS');
    expect(verdict.arrays.map(({ comparison }) => comparison)).toEqual(Array(5).fill('bit for bit'));
    expect(verdictOn(changed(arrays, 'y', 11, (x) => x + 1)).kind).toBe('FAIL');
  });

  it('where sums leave the significand, rounding is allowed', () => {
    const arrays = compute(inputs(lopsided, integers(2000)), lopsided, forward, single);
    const verdict = verdictOn(arrays);
    expect(verdict.kind).toBe('PASS');
    expect(verdict.arrays.at(-1)?.comparison).toBe('rounding bound');
  });

  it('in TensorFloat-32, products of integers over 2^11 are not exact', () => {
    const next = random(4);
    const tf32 = (x: number) => Math.round(x / 4) * 4;
    const sizes = { ...lopsided, kernel: [1, 1], window: unitWindow } as const;
    const given = without(inputs(sizes, integers(1)), 'primary_bias', 'secondary_bias');
    const x = given.get('x')!;
    const odd: Arrays = new Map([
      ...given,
      ['x', { ...x, data: x.data.map(() => 4097 + 2 * Math.floor(next() * 2000)) }],
    ]);
    const rounded: Arrays = new Map([...odd, ['x', { ...x, data: odd.get('x')!.data.map(tf32) }]]);
    const arrays: Arrays = new Map([...compute(rounded, sizes, forward, single), ...odd]);
    expect(judge(evidenceOf(arrays, unitWindow)).kind).toBe('FAIL');
    expect(judge(evidenceOf(arrays, unitWindow, {}, { precision: 'tfloat32' })).kind).toBe('PASS');
  });

  it('arrays of an integer type are exact, however large the sums', () => {
    const arrays = exact(integers(2000));
    const stored = Object.fromEntries([...arrays.keys()].map((name) => [name, 'integer' as const]));
    const verdict = verdictOn(arrays, { precision: 'float64' }, stored);
    expect(verdict.kind).toBe('PASS');
    expect(
      verdictOn(
        changed(arrays, 'y', 0, (x) => x + 1),
        { precision: 'float64' },
        stored,
      ).kind,
    ).toBe('FAIL');
  });

  it('what is rounded or truncated to integers when it is stored may be off by one, and no more', () => {
    const given = inputs(lopsided, () => draw(1)() * 40);
    const arrays = compute(given, lopsided, forward, single);
    const y = arrays.get('y')!;
    const ends = (data: number[]) =>
      verdictOn(
        without(new Map([...arrays, ['y', { ...y, data }]]), 'primary', 'interleaved', 'secondary'),
        {},
        { y: 'integer' },
      );
    expect(ends(y.data.map(Math.trunc)).arrays[0]?.kind).toBe('PASS');
    expect(ends(y.data.map((v) => Math.trunc(v) + 3)).kind).toBe('FAIL');
  });
});

describe('arrays of several types', () => {
  const { window } = lopsided;

  it('y in float16 after float32 steps is rounded once more, y in float32 after float16 steps was not rounded', () => {
    const arrays = right(lopsided, 6);
    const y = arrays.get('y')!;
    const rounded: Arrays = new Map([...arrays, ['y', { ...y, data: y.data.map(roundHalf) }]]);
    const down = judge(evidenceOf(rounded, window, { y: 'float16' }));
    expect(down.arrays.filter(({ kind }) => kind !== 'PASS')).toEqual([]);
    const secondary = arrays.get('secondary')!;
    const kept: Arrays = new Map([
      ...arrays,
      ['secondary', { ...secondary, data: secondary.data.map(roundHalf) }],
    ]);
    const up = judge(evidenceOf(kept, window, { secondary: 'float16' }));
    expect(up.arrays.filter(({ kind }) => kind !== 'PASS')).toEqual([]);
    // In one type it is a copy.
    expect(judge(evidenceOf(rounded, window)).stage).toBe('deinterleave');
    expect(judge(evidenceOf(kept, window)).stage).toBe('secondary');
  });
});

describe('a right verdict on data that could have caught nothing is mistrusted', () => {
  const shapesOf: Sizes[] = [
    lopsided,
    { ...lopsided, L: 1, M: 3, Mout: 1 },
    { ...lopsided, L: 4, M: 1, Mout: 1 },
    { ...lopsided, L: 1, M: 1, Mout: 1, size: [1, 1], kernel: [1, 1], window: unitWindow },
    { ...lopsided, L: 2, M: 2, Mout: 2, N: 1 },
  ];
  const constant = (arrays: Arrays, name: string, value: number): Arrays => {
    const { shape, data } = arrays.get(name)!;
    return new Map([...arrays, [name, { shape, data: data.map(() => value) }]]);
  };
  const judged = (given: Arrays, sizes: Sizes) =>
    judge(evidenceOf(compute(given, sizes, forward, single), sizes.window));

  it.each(shapesOf.map((sizes) => [`L ${sizes.L}, M ${sizes.M}, Mout ${sizes.Mout}`, sizes] as const))(
    'never random data, always zeros: %s',
    (_, sizes) => {
      for (let seed = 1; seed <= 4; seed++) {
        const given = inputs(sizes, draw(seed));
        expect(judged(given, sizes).kind).toBe('PASS');
        expect(judged(without(given, 'primary_bias', 'secondary_bias'), sizes).kind).toBe('PASS');
      }
      const given = inputs(sizes, draw(1));
      const zeros = [...given.keys()].reduce((arrays, name) => constant(arrays, name, 0), given);
      for (const arrays of [
        zeros,
        without(zeros, 'primary_bias', 'secondary_bias'),
        constant(given, 'x', 0),
        constant(given, 'secondary_weight', 0),
      ]) {
        expect(judged(arrays, sizes)).toMatchObject({ kind: 'MISTRUSTED' });
      }
    },
  );

  it.each([
    ['x', 'the channels of x in another order'],
    ['primary_weight', 'the rows of primary_weight in another order'],
  ])('%s full of ones: %s would have passed', (name, mistake) => {
    const given = without(inputs(lopsided, draw(1)), 'primary_bias');
    const { kind, reason } = judged(constant(given, name, 1), lopsided);
    expect(kind).toBe('MISTRUSTED');
    expect(reason).toContain(mistake);
  });

  it('where channels are all alike no interleave is seen', () => {
    const given = without(inputs(lopsided, draw(1)), 'primary_bias', 'secondary_bias');
    const ones = [...given.keys()].reduce((arrays, name) => constant(arrays, name, 1), given);
    const { kind, reason } = judged(ones, lopsided);
    expect(kind).toBe('MISTRUSTED');
    for (const mistake of ['the interleave left out', 'the deinterleave left out']) {
      expect(reason).toContain(`with ${mistake}`);
    }
  });

  it('a gradient of zeros', () => {
    const arrays = right();
    const zeros = (shape: readonly number[]) => ({
      shape,
      data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0),
    });
    const more: Arrays = new Map([
      ...arrays,
      ['grad_y', zeros(arrays.get('y')!.shape)],
      ['grad_x', zeros(arrays.get('x')!.shape)],
    ]);
    const { kind, reason } = verdictOn(more);
    expect(kind).toBe('MISTRUSTED');
    expect(reason).toContain('with nothing but zeros for grad_x');
  });

  it('bounds as wide as the values: says that the sums may have more bits', () => {
    const sizes: Sizes = { ...lopsided, N: 1, L: 2, M: 150, Mout: 2, size: [2, 2] };
    const arrays = compute(inputs(sizes, draw(1)), sizes, forward, single);
    const { kind, reason } = judge(evidenceOf(arrays, sizes.window, {}, { precision: 'bfloat16' }));
    expect(kind).toBe('MISTRUSTED');
    expect(reason).toContain('if sums are kept in more than bfloat16, declare that precision');
  });
});

describe('a coarser precision that would do is named', () => {
  const within = (arrays: Arrays, sizes: Sizes = lopsided) =>
    judge(evidenceOf(arrays, sizes.window)).arrays.map((array) => array.within);

  it('where the inputs were rounded, at the first wrong array only', () => {
    expect(within(right(lopsided, 1, 'inputs in half precision'))).toEqual([
      'tfloat32',
      ...Array(4).fill(undefined),
    ]);
  });

  it.each<Bug>(['kernel flipped', 'neighbouring group', 'last tap dropped'])('not where the %s', (bug) => {
    expect(within(right(lopsided, 1, bug))).toEqual(Array(5).fill(undefined));
  });

  it('not where most elements are right', () => {
    expect(within(changed(right(), 'primary', 3, (x) => x * (1 + 2 ** -14)))).toEqual(
      Array(5).fill(undefined),
    );
  });

  it('not where its bound lets zeros pass', () => {
    const sizes: Sizes = { ...lopsided, N: 1, L: 2, M: 150, Mout: 2, size: [2, 2] };
    expect(within(right(sizes, 1, 'neighbouring group'), sizes)).toEqual(Array(5).fill(undefined));
  });
});

describe('the parts alone', () => {
  const record = (shape: readonly number[], data: readonly number[]): Recorded => ({
    shape,
    data,
    stored: 'float32',
  });
  const part = (
    operation: Evidence['operation'],
    arrays: Record<string, Recorded>,
    more: Partial<Evidence> = {},
  ) =>
    judge({
      ...evidenceOf(new Map(), unitWindow),
      operation,
      arrays: new Map(Object.entries(arrays)),
      ...more,
    });
  const x = record([1, 6, 1, 1], [0, 1, 2, 3, 4, 5]);

  it('an interleave: channel l·M + m goes to m·L + l', () => {
    const partition = { L: 2, M: 3 };
    const y = record([1, 6, 1, 1], [0, 3, 1, 4, 2, 5]);
    expect(part('interleave', { x, y }, { partition })).toMatchObject({ kind: 'PASS' });
    const verdict = part('interleave', { x, y }, { partition: { L: 3, M: 2 } });
    expect(verdict).toMatchObject({ kind: 'FAIL', stage: 'output' });
    expect(verdict.arrays[0]?.first).toMatchObject({
      where: 'n 0, l 1, m 0, h 0, w 0 (channel 1)',
      expected: 2,
      got: 3,
    });
    expect(
      part(
        'interleave',
        { x: record(x.shape, [1, 1, 1, 1, 1, 1]), y: record(x.shape, [1, 1, 1, 1, 1, 1]) },
        { partition },
      ),
    ).toMatchObject({
      kind: 'MISTRUSTED',
      reason: expect.stringContaining('the interleave left out'),
    });
  });

  it('an interleave into a wider format copies, too', () => {
    const partition = { L: 2, M: 3 };
    const half: Recorded = { ...record(x.shape, [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]), stored: 'float16' };
    const verdict = (last: number) =>
      part(
        'interleave',
        { x: half, y: record([1, 6, 1, 1], [0.5, 3.5, 1.5, 4.5, 2.5, last]) },
        { partition },
      );
    expect(verdict(5.5)).toMatchObject({ kind: 'PASS', arrays: [{ comparison: 'bit for bit' }] });
    expect(verdict(5.5 + 2 ** -20).kind).toBe('FAIL');
  });

  it('an interleave by arithmetic that flushes subnormal numbers may lose them', () => {
    const tiny = record([1, 6, 1, 1], [2 ** -130, 1, 2, 3, 4, 5]);
    const y = record([1, 6, 1, 1], [0, 3, 1, 4, 2, 5]);
    const partition = { L: 2, M: 3 };
    expect(part('interleave', { x: tiny, y }, { partition }).kind).toBe('FAIL');
    expect(part('interleave', { x: tiny, y }, { partition, flushesSubnormals: true }).kind).toBe('PASS');
  });

  it('a group convolution: two groups of two inputs and one output', () => {
    const four = record([1, 4, 1, 1], [1, 2, 3, 5]);
    const weight = record([2, 2, 1, 1], [1, 10, 100, 1000]);
    const bias = record([2], [0, 7]);
    const y = record([1, 2, 1, 1], [21, 5307]);
    expect(part('group-convolution', { x: four, weight, bias, y })).toMatchObject({ kind: 'PASS' });
    expect(part('group-convolution', { x: four, weight, y })).toMatchObject({
      kind: 'FAIL',
      stage: 'output',
    });
    const zero = record([1, 4, 1, 1], [0, 0, 0, 0]);
    expect(part('group-convolution', { x: zero, weight, y: record([1, 2, 1, 1], [0, 0]) })).toMatchObject({
      kind: 'MISTRUSTED',
      reason: expect.stringContaining('the input ignored'),
    });
  });
});

describe('what is too large is refused before anything is computed', () => {
  const huge = (shape: readonly number[]): Recorded => ({
    shape,
    data: new Float64Array(1),
    stored: 'float32',
  });
  const evidence = (arrays: Record<string, Recorded>): Evidence => ({
    ...evidenceOf(new Map(), unitWindow),
    operation: 'group-convolution',
    arrays: new Map(Object.entries(arrays)),
  });

  it.each([
    ['elements', [1, 1, 2000, 2000], [1, 1, 1, 1], 'an array has 4 million elements, more than 1 million'],
    [
      'products',
      [1, 100, 100, 100],
      [100, 100, 4, 4],
      'it takes 1,506 million exact products, more than 1,000 million',
    ],
  ])('%s: x %j, weight %j', (_, x, weight, reason) => {
    const y = [1, weight[0]!, x[2]! - weight[2]! + 1, x[3]! - weight[3]! + 1];
    const verdict = judge(evidence({ x: huge(x), weight: huge(weight), y: huge(y) }));
    expect(verdict).toMatchObject({ kind: 'UNSUPPORTED', arrays: [] });
    expect(verdict.reason).toContain(reason);
  });

  it.each([
    ['y itself', [1, 1, 2, 2], [1, 1, 2000, 2000]],
    ['what y should be', [1, 1, 2000, 2000], [1, 1, 2, 2]],
  ])('but another shape than asked for is GARBAGE, where %s is too large', (_, x, y) => {
    const verdict = judge(evidence({ x: huge(x), weight: huge([1, 1, 1, 1]), y: huge(y) }));
    expect(verdict).toMatchObject({ kind: 'GARBAGE', stage: 'output' });
    expect(verdict.reason).toContain(`y has the shape [${y.join(', ')}], expected [${x.join(', ')}]`);
  });
});

it('tells before each computation what it works out', () => {
  const told: string[] = [];
  judge(evidenceOf(right(), lopsided.window), ({ results }) =>
    told.push(results.map(({ array }) => array).join()),
  );
  expect(told).toEqual(['primary', 'interleaved', 'secondary', 'y', 'y']);
});
