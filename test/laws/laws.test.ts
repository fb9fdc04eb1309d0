/** Every law holds for the specification, on algebras of every kind. */
import { describe, expect, test } from 'vitest';
import { booleans, float32, float64, integers, naturals, P26, primeField } from '../../src/algebras/index.ts';
import { laws } from '../../src/laws/catalogue.ts';
import { describeFailure, runLaw, type Subject } from '../../src/laws/runner.ts';

const field = primeField(P26);
const subjects: Subject<never>[] = [
  { A: float64, embed: (n: number) => n },
  { A: float32, embed: (n: number) => n },
  { A: integers, embed: BigInt },
  { A: field, embed: (n: number) => (n + P26) % P26 },
  { A: naturals, embed: Math.abs },
  { A: booleans, embed: (n: number) => n > 0 },
] as Subject<unknown>[] as Subject<never>[];

describe.each(laws.map((law) => [law.id, law] as const))('%s', (_, law) => {
  test.each(subjects.map((subject) => [subject.A.name, subject] as const))(
    'holds on %s',
    async (_, subject) => {
      const outcome = await runLaw(law, subject, { runs: 25 });
      expect(outcome.holds ? '' : describeFailure(outcome.failure, `path ${outcome.failure.path}`)).toBe('');
    },
  );
});

test('every law has an id of its own, says where it holds and names functions', () => {
  const ids = laws.map((law) => law.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const law of laws) {
    expect(law.functions.length, law.id).toBeGreaterThan(0);
    expect(law.statement.length * law.domain.length * law.equation.length, law.id).toBeGreaterThan(0);
  }
});
