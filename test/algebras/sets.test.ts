import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booleans } from '../../src/algebras/boolean.ts';
import { position, positions, positionsOf } from '../../src/algebras/positions.ts';
import { semiringLaws } from './laws.ts';

describe('booleans', () => {
  semiringLaws(booleans, fc.boolean());

  it('two paths are no more than one', () => expect(booleans.add(true, true)).toBe(true));
});

describe('positions', () => {
  const sets = fc.uniqueArray(fc.nat(70), { maxLength: 4 });
  const fold = (keys: readonly number[]) => keys.map(position).reduce(positions.mul, positions.one);
  semiringLaws(
    positions,
    fc.option(sets).map((keys) => (keys ? fold(keys) : positions.zero)),
  );

  it('collects the positions of factors and of terms alike', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) => {
        const union = [...new Set([...a, ...b])].sort((i, j) => i - j);
        expect(positionsOf(positions.add(fold(a), fold(b)))).toEqual(union);
        expect(positionsOf(positions.mul(fold(a), fold(b)))).toEqual(union);
      }),
    );
  });

  it('tells nothing at all from no input', () => {
    expect(positions.show(positions.zero)).toBe('⊥');
    expect(positions.show(positions.one)).toBe('{}');
    expect(positions.show(positions.add(position(9), position(0)))).toBe('{0, 9}');
    expect([positions.zero, positions.one].map(positionsOf)).toEqual([[], []]);
  });

  it('takes keys below 2^24', () => {
    expect(positionsOf(position(2 ** 24 - 1))).toEqual([2 ** 24 - 1]);
    for (const key of [-1, 0.5, 2 ** 24, NaN]) {
      expect(() => position(key)).toThrow(`position: expected an integer from 0 to 16777215, got ${key}`);
    }
  });
});
