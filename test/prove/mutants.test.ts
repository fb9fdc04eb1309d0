/** The proofs judged: each wrong specification breaks one, the shipped one none. */
import { expect, test } from 'vitest';
import { mutants } from '../../src/prove/mutant-list.ts';
import { mutantTable, mutate, runCopies } from '../../src/prove/mutants.ts';
import { silent } from './wrong.ts';

test('every mutant breaks a proof, the shipped specification none', async () => {
  const [shipped, ...broken] = await runCopies([undefined, ...mutants], 'one', silent);
  expect(shipped).toEqual([]);
  expect(mutants.filter((_, i) => broken[i]!.length === 0).map(({ name }) => name)).toEqual([]);
  expect(mutants.length).toBeGreaterThanOrEqual(50);
});

test('a mutant can be run on all proofs, and the table says which break', async () => {
  const mutant = mutants.find(({ name }) => name === 'composite matrix without P')!;
  const [broken] = await runCopies([mutant], 'all', silent);
  expect(mutantTable([{ mutant, broken: broken! }])).toBe(
    [
      '| wrong specification | file | proofs that break |',
      '|---|---|---|',
      '| composite matrix without P | 04-composite-kernel | composite-kernel-is-a-product |',
    ].join('\n'),
  );
});

test('names and replacements are distinct', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  const replacements = mutants.map(({ file, from, to }) => `${file} ${from} ${to}`);
  expect(new Set(replacements).size).toBe(mutants.length);
});

test('what is to be replaced must occur exactly once', () => {
  const mutant = { name: 'a for b', file: 'f', from: 'b', to: 'a' };
  expect(mutate('xby', mutant)).toBe('xay');
  expect(() => mutate('bb', mutant)).toThrow("mutant 'a for b': expected 'b' once, found it 2 times");
  expect(() => mutate('x', mutant)).toThrow('found it 0 times');
});
