/** Every function of the specification cites the paper, and the generated tables are fresh. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { entries, generatedParts, replaceGenerated } from '../../docs/spec-table.ts';
import * as spec from '../../spec/index.ts';
import { laws } from '../../src/laws/catalogue.ts';

const all = entries('spec');

test('every exported function of the specification is found', () => {
  const notation = [
    'Tensor',
    'Matrix',
    'ConstraintError',
    'constrain',
    'sizes',
    'tensor',
    'sum',
    'product',
    'inner',
  ];
  const exported = Object.entries(spec).filter(([, value]) => typeof value === 'function');
  const found = new Set(all.map(({ name }) => name));
  const missing = exported.map(([name]) => name).filter((name) => !found.has(name));
  expect(missing.sort()).toEqual([...notation, 'addTensors'].sort());
});

test.each(all.map((entry) => [entry.name, entry] as const))('%s cites its equation', (_, { paper }) => {
  expect(paper, 'a line "@paper EQUATION: FORMULA IN WORDS"').toMatch(/^[^:]+: \S/);
});

test('the index exports every chapter', () => {
  const chapters = readdirSync('spec').filter((file) => /^\d\d.*\.ts$/.test(file));
  const index = readFileSync('spec/index.ts', 'utf8');
  expect(chapters.filter((file) => !index.includes(`'./${file}'`))).toEqual([]);
});

test('laws name functions that exist', () => {
  const known = new Set(Object.keys(spec));
  const unknown = laws.flatMap((law) => law.functions.filter((name) => !known.has(name)));
  expect(unknown).toEqual([]);
});

test.each(generatedParts('.'))('%s: %s is what npm run generate writes', (file, name, content) => {
  const text = readFileSync(file, 'utf8');
  expect(text === replaceGenerated(text, name, content), `${file} is stale: npm run generate`).toBe(true);
});
