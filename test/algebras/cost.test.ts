import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { costCounter } from '../../src/algebras/cost.ts';
import { semiringLaws } from './laws.ts';

describe('cost counter', () => {
  const A = costCounter();
  semiringLaws(
    A,
    fc.constantFrom(A.zero, A.one, A.input, A.parameter('p'), A.parameter('q'), A.parameter(3)),
  );

  it('is idempotent: a parameter plus itself is still that parameter', () => {
    const all = [A.zero, A.one, A.input, A.parameter('p')];
    expect(all.map((a) => A.add(a, a))).toEqual(all);
  });

  it('counts multiplications, those by zero and one too', () => {
    const B = costCounter();
    for (const factor of [B.input, B.zero, B.one, B.parameter(0)]) B.mul(B.parameter(0), factor);
    B.add(B.input, B.input);
    expect(B.multiplyAdds).toBe(4);
  });

  it('counts the parameters that were touched, each once', () => {
    const B = costCounter();
    B.parameter('declared only');
    for (const a of [B.zero, B.one, B.input]) B.mul(a, B.add(a, B.one));
    expect(B.parameters).toBe(0);
    B.mul(B.parameter('weight'), B.zero);
    B.mul(B.input, B.parameter('weight'));
    expect(B.parameters).toBe(1);
    B.add(B.input, B.parameter('bias'));
    B.add(B.parameter(1), B.parameter('1'));
    expect(B.parameters).toBe(4);
  });

  it('starts from nothing each time', () => {
    const B = costCounter();
    expect([B.multiplyAdds, B.parameters]).toEqual([0, 0]);
  });

  it('names a parameter as it was called', () => {
    expect([A.parameter('p'), A.parameter(3), A.input, A.zero, A.one].map(A.show)).toEqual([
      'parameter "p"',
      'parameter 3',
      'mixed',
      '0',
      '1',
    ]);
  });
});
