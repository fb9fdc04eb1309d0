/** What the Coq layer makes of Coq's answer: only the allowed axioms, and every theorem named. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { wrongAssumptions } from '../../src/prove/coq.ts';

const catalogue = JSON.parse(readFileSync('spec/proofs/coq/theorems.json', 'utf8'));
const named = readFileSync('spec/proofs/coq/Assumptions.v', 'utf8');

const classical = 'Classical_Prop.classic : forall P : Prop, P \\/ ~ P\n';
const dedekind =
  'ClassicalDedekindReals.sig_forall_dec\n  : forall P : nat -> Prop,\n    {n : nat | ~ P n}\n';
const printed = `Closed under the global context\nAxioms:\n${dedekind}Axioms:\n${dedekind}${classical}`;

test('the allowed axioms are accepted', () => {
  expect(wrongAssumptions(catalogue, named, printed)).toBeUndefined();
});

describe('rejected', () => {
  test.each([
    [
      'an axiom where there may be none',
      printed.replace('Closed under the global context', 'Axioms:\nSum.cheat : False'),
    ],
    [
      'an axiom of analysis in a proof on numbers',
      `Closed under the global context\nAxioms:\n${classical}Axioms:\n`,
    ],
    ['an axiom of our own among the allowed ones', `${printed}Rounding.admitted\n  : forall x, x = x\n`],
    ['a report too few', `Closed under the global context\nAxioms:\n${dedekind}`],
    ['no report', ''],
  ])('%s', (_, output) => {
    expect(wrongAssumptions(catalogue, named, output)).toMatch(/rests on|prints/);
  });

  test('a theorem that is not named', () => {
    const without = named.replace('  let _ := @Composite.composite_entry in\n', '');
    expect(wrongAssumptions(catalogue, without, printed)).toContain(
      'does not name composite_entry in no_axioms',
    );
  });
});

test('every listed theorem is stated in its file, and nothing is admitted', () => {
  for (const { file, theorem } of catalogue.theorems) {
    const source = readFileSync(`spec/proofs/coq/${file}`, 'utf8').replace(/\(\*[\s\S]*?\*\)/g, '');
    expect(source, file).toMatch(new RegExp(`^\\s*(?:Theorem|Lemma|Corollary) ${theorem}\\b`, 'm'));
    expect(source, file).not.toMatch(/\b(?:Admitted|Axiom|Conjecture|admit)\b/);
  }
  const claims = new Set(catalogue.theorems.map(({ claim }: { claim: number }) => claim));
  expect([...claims].sort((a, b) => Number(a) - Number(b))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});
