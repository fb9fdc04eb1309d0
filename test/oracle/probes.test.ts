import { describe, expect, it } from 'vitest';
import type { Shape } from '../../spec/00-notation.ts';
import type { PrecisionName } from '../../src/algebras/precision.ts';
import type { Abilities, Case } from '../../src/oracle/adapter.ts';
import { ask } from '../../src/oracle/ask.ts';
import { expectedOf } from '../../src/oracle/expected.ts';
import { families, probes } from '../../src/oracle/probes/index.ts';
import { exactIntegers } from '../../src/oracle/probes/numbers.ts';
import { sizesOf } from '../../src/oracle/report.ts';
import { isSpecial } from '../../src/oracle/special.ts';
import { isWinogradShaped } from '../../src/oracle/winograd.ts';
import { specAdapter } from './spec-adapter.ts';

const seed = 170702725;
const everything: Abilities = {
  operations: ['block', 'group-convolution', 'interleave'],
  precision: 'float32',
  bias: true,
  gradients: true,
  outputs: true,
  autoPad: true,
};
const precisions: readonly PrecisionName[] = ['float64', 'float32', 'tfloat32', 'bfloat16', 'float16'];

const level1 = [...probes(everything, { level: 1, seed })];
const numbersOf = (c: Case) => [...c.inputs].map(([name, { data }]) => [name, [...Array.from(data)]]);
const some = (cases: readonly Case[], is: (c: Case) => boolean) => cases.filter(is).length;

describe('the probes', () => {
  it('are the same for the same seed, and others for another', () => {
    const [again, other] = [seed, seed + 1].map((s) => [...probes(everything, { level: 1, seed: s })]);
    expect(again!.map(numbersOf)).toEqual(level1.map(numbersOf));
    expect(other!.map(({ id }) => id)).toEqual(level1.map(({ id }) => id));
    expect(other!.map(numbersOf)).not.toEqual(level1.map(numbersOf));
  });

  it('have ids of their own, by family', () => {
    expect(new Set(level1.map(({ id }) => id)).size).toBe(level1.length);
    const all = Object.keys(families).filter((family) => family !== 'winograd' && family !== 'strassen');
    expect(new Set(level1.map(({ id }) => id.split('/')[0]))).toEqual(new Set(all));
  });

  it('tile 3×3 convolutions for those who compute them by Winograd’s, and give them no infinity', () => {
    const declared = [...probes({ ...everything, winograd: [1, 2] }, { level: 1, seed: 1 })];
    const tiled = declared.filter(({ id }) => id.startsWith('winograd/'));
    expect(tiled.length).toBeGreaterThan(9);
    const shaped = declared.filter(({ operation, inputs, window }) => {
      const kernel = inputs.get(operation === 'block' ? 'primary_weight' : 'weight')?.shape;
      return operation !== 'interleave' && isWinogradShaped(kernel as unknown as Shape, window);
    });
    expect(shaped.length).toBeGreaterThan(tiled.length);
    expect(shaped.filter(({ inputs }) => isSpecial(inputs))).toEqual([]);
  });

  it.each([
    ['L ≠ M', (c: Case) => sizesOf(c).L !== sizesOf(c).Min],
    ['L = 1', (c: Case) => sizesOf(c).L === 1],
    ['M = 1', (c: Case) => sizesOf(c).Min === 1],
    ['Mout ≠ M', (c: Case) => sizesOf(c).Mout !== sizesOf(c).Min],
    ['N > 1', (c: Case) => sizesOf(c).N > 1],
    ['an odd width', (c: Case) => sizesOf(c).W % 2 === 1],
    ['channels that no vector divides', (c: Case) => sizesOf(c).Min % 2 === 1 && sizesOf(c).Min > 1],
    ['a 1 × k kernel', (c: Case) => sizesOf(c).kh === 1 && sizesOf(c).kw > 1],
    ['a k × 1 kernel', (c: Case) => sizesOf(c).kw === 1 && sizesOf(c).kh > 1],
    ['another stride each way', (c: Case) => c.window.stride[0] !== c.window.stride[1]],
    ['another dilation each way', (c: Case) => c.window.dilation[0] !== c.window.dilation[1]],
    ['four paddings', (c: Case) => new Set(Object.values(c.window.padding)).size > 2],
    ['a sum of more than 1000 products', (c: Case) => sizesOf(c).Min * sizesOf(c).kh * sizesOf(c).kw > 1000],
    ['biases', (c: Case) => c.inputs.has('primary_bias') || c.inputs.has('bias')],
    ['gradients', (c: Case) => c.inputs.has('grad_y')],
    ['infinities or NaN', (c: Case) => isSpecial(c.inputs)],
  ])('level 1 has %s', (_, is) => {
    expect(some(level1, is)).toBeGreaterThan(0);
  });

  const limited: readonly Partial<Abilities>[] = [
    { operations: ['block'], stride: 1, dilation: 1, padding: 'none', bias: false, gradients: false },
    { operations: ['block'], padding: 'symmetric', widening: false, outputs: false },
    { operations: ['group-convolution'], kernel: 1, partitions: 3, stride: 2 },
    { operations: ['interleave'] },
  ];
  it.each(limited)('ask for no more than %j', (abilities) => {
    const cases = [...probes({ ...everything, ...abilities }, { level: 1, seed, runs: 60 })];
    expect(cases.length).toBeGreaterThan(20);
    for (const c of cases) {
      const { L, Min, Mout, Lout, kh, kw } = sizesOf(c);
      const { stride, dilation, padding } = c.window;
      expect(abilities.operations ?? everything.operations).toContain(c.operation);
      if (c.operation !== 'interleave') {
        expect(Math.max(...stride)).toBeLessThanOrEqual(abilities.stride ?? 9);
        expect(Math.max(...dilation)).toBeLessThanOrEqual(abilities.dilation ?? 9);
        if (abilities.padding === 'none') expect(Object.values(padding)).toEqual([0, 0, 0, 0]);
        if (abilities.padding === 'symmetric') {
          expect([padding.top, padding.left]).toEqual([padding.bottom, padding.right]);
        }
      }
      expect(Math.max(kh, kw)).toBeLessThanOrEqual(abilities.kernel ?? 9);
      expect(Math.max(L, Min, Mout)).toBeLessThanOrEqual(abilities.partitions ?? 1e6);
      if (abilities.widening === false) expect(Mout).toBe(Min);
      if (abilities.outputs === false) expect(Lout).toBe(L);
      if (abilities.bias === false)
        expect([...c.inputs.keys()].filter((n) => n.endsWith('bias'))).toEqual([]);
      if (abilities.gradients === false) expect(c.inputs.has('grad_y')).toBe(false);
    }
  });
});

describe('integer probes', () => {
  it.each(precisions)('no partial sum leaves the significand of %s', (precision) => {
    const abilities = { ...everything, precision };
    const cases = [
      ...families.diagnosing(abilities, { level: 1, seed }),
      ...families.integers(abilities, { level: 1, seed }),
    ];
    for (const c of cases) {
      const magnitudes = new Map(
        [...c.inputs].map(([name, a]) => [name, { ...a, data: Array.from(a.data, Math.abs) }] as const),
      );
      // Integers of one sign: no sum of some of the products is larger than the sum of all.
      const { data } = expectedOf(abilities, { ...c, inputs: magnitudes }).get('y')!;
      expect(Math.max(...Array.from(data))).toBeLessThanOrEqual(exactIntegers(precision));
    }
  });
});

describe('sparse probes', () => {
  it('each weight of a long row has its turn, and a row never has more than nine', () => {
    const cases = [
      ...families.sparse({ ...everything, operations: ['group-convolution'] }, { level: 1, seed }),
    ];
    const long = cases.filter((c) => sizesOf(c).Min === 7);
    const weights = long.map((c) => c.inputs.get('weight')!);
    const met = weights[0]!.data;
    const everyOne = Array.from(met, (_, i) => weights.some(({ data }) => data[i] !== 0));
    expect(everyOne.every(Boolean)).toBe(true);
    for (const { data } of weights) {
      for (let row = 0; row < data.length; row += 63) {
        const count = Array.from(data)
          .slice(row, row + 63)
          .filter((w) => w !== 0).length;
        expect(count).toBeLessThanOrEqual(9);
      }
    }
  });
});

describe('special values', () => {
  const cases = [...families.special(everything, { level: 1, seed })];

  it('come out as NaN, as both infinities, and mostly as neither', () => {
    const values = cases
      .filter(({ inputs }) => isSpecial(inputs))
      .flatMap((c) => Array.from(expectedOf(everything, c).get('y')!.data));
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      expect(values.some((came) => Object.is(came, value))).toBe(true);
    }
    expect(values.filter(Number.isFinite).length).toBeGreaterThan(values.length / 3);
  });

  it('no weight is infinite where there is padding: whether it meets a zero there is nobody’s rule', () => {
    for (const { inputs, window, operation } of cases) {
      const padded = Object.values(window.padding).some((n) => n > 0);
      const weights = [...inputs].filter(([name]) => name !== 'x').map(([, array]) => array);
      const infinite = weights.some(({ data }) => Array.from(data).some((w) => !Number.isFinite(w)));
      expect(infinite && padded && operation !== 'interleave').toBe(false);
    }
  });
});

/** A sample of level 1: what is right passes, however it rounds. */
describe('no false alarm', () => {
  it.each<Partial<Abilities>>([
    ...precisions.map((precision) => ({ precision })),
    { precision: 'float32', composed: true },
    { precision: 'float16', composed: true, flushesSubnormals: true },
  ])('%j', async (abilities) => {
    const adapter = specAdapter(abilities);
    const cases = [...probes(adapter, { level: 1, seed })].filter((_, i) => i % 40 === 4);
    const kinds = new Map<string, number>();
    for (const c of cases) {
      const { kind, reason } = (await ask(adapter, c)).verdict;
      expect(['PASS', 'MISTRUSTED'], `${c.id}: ${reason}`).toContain(kind);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(kinds.get('MISTRUSTED') ?? 0).toBeLessThan(2);
  });
});
