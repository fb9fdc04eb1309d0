/** What runs in a page imports only what is there: no package, nothing of Node. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const folder = 'dist/src/browser/page';
const pages = readdirSync(folder).filter((file) => file.endsWith('.js'));

/** Where it turns out to be Node that runs it, and never in a page. */
const inNodeAlone = [
  'dist/src/kernels/threads/spawn.js imports node:worker_threads',
  'dist/src/kernels/copy-floats.js uses Buffer',
];

function importsOf(file: string): readonly string[] {
  const source = readFileSync(file, 'utf8');
  const found = source.matchAll(
    /^\s*(?:import|export)\s[^;'"]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  );
  return [...found].map(([, from, forItsEffect, dynamic]) => (from ?? forItsEffect ?? dynamic)!);
}

test('there are pages', () => expect(pages).toContain('main.js'));

test.each(pages)('%s', (page) => {
  const seen = new Set<string>();
  const wrong: string[] = [];
  const visit = (file: string) => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of importsOf(file)) {
      if (target.startsWith('.')) visit(join(dirname(file), target));
      else wrong.push(`${file} imports ${target}`);
    }
    // Names that only Node has.
    const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    for (const [name] of code.matchAll(/(?<![-./\w'"])(?:process|Buffer|require|__dirname)\b(?=[.(])/g)) {
      wrong.push(`${file} uses ${name}`);
    }
  };
  visit(join(folder, page));
  expect(wrong.filter((found) => !inNodeAlone.includes(found))).toEqual([]);
});
