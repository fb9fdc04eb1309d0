/** Correct implementations are never called wrong, in whatever order they sum and wherever they round. */
import { describe, expect, it } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import { addBias, convolution } from '../../spec/01-group-convolution.ts';
import { compositeBias, compositeKernel } from '../../spec/04-composite-kernel.ts';
import { blockAdjoint } from '../../spec/08-adjoint.ts';
import { precisions } from '../../src/algebras/precision.ts';
import { compositeAdjoint } from '../../src/oracle/composite-adjoint.ts';
import { judge } from '../../src/oracle/judge.ts';
import { lookup } from '../../src/oracle/lookup.ts';
import type { Evidence, StoredAs } from '../../src/oracle/types.ts';
import { anyOrder } from '../algebras/any-order.ts';
import { random } from '../algebras/cases.ts';
import {
  type Arrays,
  compute,
  evidenceOf,
  inputs,
  lopsided,
  type Round,
  roundBits,
  roundHalf,
  type Sizes,
  type Summation,
  summations,
} from './plain.ts';

const single = Math.fround;
const double: Round = (x) => x;

const shapes: Readonly<Record<string, Sizes>> = {
  lopsided,
  'one term a sum': { ...lopsided, L: 1, M: 1, Mout: 6, kernel: [1, 1], window: unitWindow },
  'long sums': { ...lopsided, N: 1, L: 2, M: 8, Mout: 3, size: [4, 4], kernel: [3, 3] },
};

/** Entries with cancellation, a few zeros and a spread of sizes. */
function entries(seed: number, round: Round): () => number {
  const next = random(seed);
  return () => (next() < 0.1 ? 0 : round((next() - 0.4) * 2 ** Math.floor(next() * 12 - 8)));
}

const without = (arrays: Arrays, names: readonly string[]): Arrays =>
  new Map([...arrays].filter(([name]) => !names.includes(name)));

const mapped = (arrays: Arrays, round: Round, names: readonly string[]): Arrays =>
  new Map(
    [...arrays].map(([name, { shape, data }]) => [
      name,
      { shape, data: names.includes(name) ? data.map(round) : data },
    ]),
  );

const outputs = ['primary', 'interleaved', 'secondary', 'y'];
const biases = ['primary_bias', 'secondary_bias'];
const steps = ['primary', 'interleaved', 'secondary'];

/** The arrays that were called wrong, or could not be judged; and how many elements were right. */
function judged(evidence: Evidence) {
  const { kind, reason, arrays } = judge(evidence);
  const blamed = arrays.filter((array) => array.kind !== 'PASS');
  expect(blamed, reason).toEqual([]);
  return { kind, elements: arrays.reduce((total, { elements }) => total + elements, 0) };
}

/** What a block is given; biases only where a sum has more than one term, so that some sum has one. */
function start(sizes: Sizes, draw: () => number): Arrays {
  const given = inputs(sizes, draw);
  return sizes.M === 1 ? without(given, biases) : given;
}

const all = (arrays: Arrays, format: StoredAs) =>
  Object.fromEntries([...arrays.keys()].map((name) => [name, format]));

it('rounds as the formats do', () => {
  expect(roundBits(1 + 2 ** -11, 11)).toBe(1);
  expect(roundBits(1 + 3 * 2 ** -11, 11)).toBe(1 + 2 ** -9);
  expect(roundBits(-(2 - 2 ** -9), 8)).toBe(-2);
  expect(roundHalf(2 ** -24)).toBe(2 ** -24);
  expect(roundHalf(2 ** -15 + 2 ** -26)).toBe(2 ** -15);
});

describe.each(Object.entries(summations))('sums %s', (_, sum) => {
  it('in float32: thousands of elements, and the data is trusted', () => {
    let elements = 0;
    for (const sizes of Object.values(shapes)) {
      for (const seed of [1, 2]) {
        const given = inputs(sizes, entries(seed, single));
        for (const start of [given, without(given, biases)]) {
          const arrays = compute(start, sizes, sum, single);
          // All steps, only the ends, and a gap.
          for (const missing of [[], steps, ['interleaved']]) {
            const found = judged(evidenceOf(without(arrays, missing), sizes.window));
            expect(found.kind).toBe('PASS');
            elements += found.elements;
          }
        }
      }
    }
    expect(elements).toBeGreaterThan(5000);
  });
});

describe.each([
  ['forward', summations.forward!],
  ['blocked', summations.blocked!],
] as const)('sums %s', (_, sum) => {
  const everywhere = it.each(Object.entries(shapes));

  everywhere('in float16 and bfloat16, %s', (_, sizes) => {
    const formats = { float16: roundHalf, bfloat16: (x: number) => roundBits(x, 8) };
    for (const [precision, round] of Object.entries(formats) as [keyof typeof formats, Round][]) {
      const arrays = compute(start(sizes, entries(5, round)), sizes, sum, round);
      judged(evidenceOf(arrays, sizes.window, all(arrays, precision), { precision }));
    }
  });

  everywhere('in double, rounded to float32 only for the record, %s', (_, sizes) => {
    const arrays = compute(start(sizes, entries(7, single)), sizes, sum, double);
    const record = mapped(arrays, single, outputs);
    judged(evidenceOf(record, sizes.window));
    judged(evidenceOf(record, sizes.window, {}, { precision: 'float64' }));
  });

  everywhere('in float32, rounded to float16 after every step, %s', (_, sizes) => {
    const storing: Summation = (factors, bias) => {
      const mixed = roundHalf(sum(factors, undefined, single));
      return bias === undefined ? mixed : roundHalf(single(mixed + bias));
    };
    const arrays = compute(start(sizes, entries(8, roundHalf)), sizes, storing, single);
    judged(evidenceOf(arrays, sizes.window, all(arrays, 'float16')));
    judged(evidenceOf(without(arrays, steps), sizes.window, all(arrays, 'float16')));
  });

  everywhere('float32 weights read as float16, and y returned in float32, %s', (_, sizes) => {
    const given = start(sizes, entries(9, single));
    const half = mapped(given, roundHalf, [...given.keys()]);
    const arrays = new Map([...compute(half, sizes, sum, roundHalf), ...given]);
    const stored = { primary: 'float16', interleaved: 'float16', secondary: 'float16' } as const;
    judged(evidenceOf(arrays, sizes.window, stored, { precision: 'float16' }));
  });

  everywhere('subnormal numbers become zero, %s', (_, sizes) => {
    judged(evidenceOf(flushed(sizes, sum), sizes.window, {}, { flushesSubnormals: true }));
  });
});

/** Float32 without subnormal numbers, on products about as small as they get. */
function flushed(sizes: Sizes, sum: Summation): Arrays {
  const flush: Round = (x) => (Math.abs(x) < 2 ** -126 ? 0 : single(x));
  const given = inputs(
    sizes,
    entries(10, (x) => single(x * 2 ** -62)),
  );
  const large = mapped(given, (x) => x * 2 ** 62, ['secondary_weight']);
  return compute(without(large, biases), sizes, sum, flush);
}

describe('the gradients of', () => {
  const { float32: format } = precisions;
  const sizes: Sizes = { ...lopsided, M: 2, Mout: 3, size: [4, 3] };

  it.each(['block', 'composed block'])('a %s, in any order', (kind) => {
    const composed = kind === 'composed block';
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const next = random(seed);
      const A = anyOrder(next, format);
      const forward = compute(start(sizes, entries(seed, single)), sizes, summations.forward!, single);
      const draw = entries(seed + 100, single);
      const { shape } = forward.get('y')!;
      const given: Arrays = new Map([
        ...without(forward, composed ? outputs : []),
        ['grad_y', { shape, data: Array.from({ length: forward.get('y')!.data.length }, draw) }],
      ]);
      const get = lookup(evidenceOf(given, sizes.window), A.leaf);
      const bias = { primary: get('primary_bias').data, secondary: get('secondary_bias').data };
      const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')];
      const adjoint = composed ? compositeAdjoint : blockAdjoint;
      const found = adjoint(A, get('grad_y'), x, wp, wd, sizes.window, bias);
      const numbers = (data: readonly Parameters<typeof A.finish>[0][]) => data.map((sum) => A.finish(sum));
      const tensors = {
        grad_x: found.x,
        grad_primary_weight: found.primaryKernel,
        grad_secondary_weight: found.secondaryKernel,
      };
      for (const [name, { shape: sides, data }] of Object.entries(tensors)) {
        given.set(name, { shape: sides, data: numbers(data) });
      }
      for (const [name, data] of [
        ['grad_primary_bias', found.primaryBias],
        ['grad_secondary_bias', found.secondaryBias],
      ] as const) {
        given.set(name, { shape: [data.length], data: numbers(data) });
      }
      if (composed) {
        const W = compositeKernel(A, wp, wd);
        const y = addBias(A, convolution(A, x, W, sizes.window), compositeBias(A, wp, wd, bias));
        given.set('y', { shape, data: numbers(y.data) });
      }
      expect(judged(evidenceOf(given, sizes.window, {}, { composed })).kind).toBe('PASS');
    }
  });
});

describe('rounding that was not declared is found', () => {
  it('subnormal numbers that became zero', () => {
    const arrays = flushed(lopsided, summations.forward!);
    expect(judge(evidenceOf(arrays, lopsided.window)).kind).toBe('FAIL');
  });

  it('sums in float16 that are said to be in float32', () => {
    const sizes = shapes['long sums']!;
    const positive = inputs(
      sizes,
      entries(8, (x) => roundHalf(Math.abs(x))),
    );
    const arrays = compute(positive, sizes, summations.forward!, roundHalf);
    const verdict = judge(evidenceOf(arrays, sizes.window, all(arrays, 'float16')));
    expect([verdict.kind, verdict.stage]).toEqual(['FAIL', 'primary']);
    expect(
      judge(evidenceOf(arrays, sizes.window, all(arrays, 'float16'), { precision: 'float16' })).kind,
    ).not.toBe('FAIL');
  });
});
