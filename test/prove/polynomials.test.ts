/** The laws on polynomials: each holds for every small shape, over every commutative semiring at once. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Polynomial, polynomials } from '../../src/algebras/polynomial.ts';
import { everything } from '../../src/laws/cases.ts';
import { laws } from '../../src/laws/catalogue.ts';
import { notPlanned, plan } from '../../src/prove/plan.ts';
import { proveLaw, proveLaws, smallBound } from '../../src/prove/polynomials.ts';
import { variableRun } from '../../src/prove/variables.ts';
import { noBlock, silent, withoutP } from './wrong.ts';

const blockIsRegular = plan.find(({ law }) => law.id === 'block-is-a-regular-convolution')!;

test('every law of the plan holds for every shape up to the small bound', async () => {
  const rows = await proveLaws(smallBound, silent);
  expect(rows.filter((row) => row.outcome !== 'proved').map((row) => `${row.detail}: ${row.reason}`)).toEqual(
    [],
  );
  const shapes = rows.reduce((total, { detail }) => total + Number(/: (\d+) shapes/.exec(detail)![1]), 0);
  expect(shapes).toBeGreaterThan(30_000);
  expect(new Set(rows.map((row) => row.claim))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 9, 10]));
});

test('every law of the catalogue is in the plan once, or left out for a reason', () => {
  const planned = plan.map(({ law }) => law.id);
  expect(new Set(planned).size).toBe(planned.length);
  for (const { id } of laws) expect([id, planned.includes(id) !== id in notPlanned]).toEqual([id, true]);
});

test.each(plan.map(({ law, shapes }) => [law.id, law, shapes] as const))(
  '%s: the enumerated shapes are made like the drawn ones, and none comes twice',
  (_, law, shapes) => {
    const [drawn] = fc.sample(law.cases(everything) as fc.Arbitrary<object>, 1);
    const listed = [...shapes.list(smallBound)];
    expect(Object.keys(listed[0]!).sort()).toEqual(Object.keys(drawn!).sort());
    expect(new Set(listed.map((shape) => JSON.stringify(shape))).size).toBe(listed.length);
  },
);

describe('a wrong block', () => {
  test('breaks the laws on blocks, not those on one convolution', async () => {
    const outcomes = await Promise.all(
      ['block-is-a-chain-of-two', 'block-adjoint', 'one-group-is-regular'].map(async (id) => {
        const item = plan.find(({ law }) => law.id === id)!;
        return (await proveLaw(item, smallBound, withoutP)).outcome;
      }),
    );
    expect(outcomes).toEqual(['failed', 'failed', 'proved']);
  });

  test('is shown by a shape and a coefficient', async () => {
    const row = await proveLaw(blockIsRegular, smallBound, withoutP);
    expect(row.outcome).toBe('failed');
    expect(row.reason).toContain('L 1, Lout 2, Min 1, Mout 2');
    expect(row.reason).toContain('against x');
  });

  test('that throws fails too', async () => {
    const row = await proveLaw(blockIsRegular, smallBound, noBlock);
    expect(row.reason).toContain('there is no block');
  });
});

test('a bound without shapes proves nothing', async () => {
  const geometry = { ...smallBound.geometry, size: 0 };
  const row = await proveLaw(blockIsRegular, { ...smallBound, geometry });
  expect([row.outcome, row.reason]).toEqual(['failed', 'there is no shape within the bound']);
});

test('each entry of each tensor is a variable of its own; the same name, the same variables', () => {
  const { tensor, vector } = variableRun();
  const entries = (name: string) => tensor(name, [1, 2, 1, 2]).data.map(polynomials.show);
  expect(entries('x')).toEqual(['x0', 'x1', 'x2', 'x3']);
  expect(entries('y')).toEqual(['x4', 'x5', 'x6', 'x7']);
  expect(entries('x')).toEqual(['x0', 'x1', 'x2', 'x3']);
  expect((vector('b', 1) as readonly Polynomial[]).map(polynomials.show)).toEqual(['x8']);
});
