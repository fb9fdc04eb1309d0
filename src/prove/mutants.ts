/**
 * The proofs judged: run against wrong specifications, each must break. A mutant is made from the shipped source, by
 * the replacement of one expression in what tsc made of it, so it can't drift from the specification.
 */
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Question, takeSample } from './broken.ts';
import { proofFile } from './files.ts';
import { type Mutant, mutants } from './mutant-list.ts';

/** A mutant and the proofs that it breaks. */
export interface MutantResult {
  readonly mutant: Mutant;
  readonly broken: readonly string[];
}

/** The repository: spec/proofs lies in it. */
const root = join(dirname(proofFile('checker.ts')), '..', '..');
const built = join(root, 'dist');

/** The text with one expression replaced. Throws an Error where it doesn't occur exactly once. */
export function mutate(text: string, { name, from, to }: Mutant): string {
  const [before, after, ...more] = text.split(from);
  if (before === undefined || after === undefined || more.length > 0) {
    throw new Error(
      `mutant '${name}': expected '${from}' once, found it ${text.split(from).length - 1} times`,
    );
  }
  return before + to + after;
}

/** What tsc built: text by path. */
type Built = ReadonlyMap<string, string>;

/** A file that tsc built, and those that it imports. */
function readBuilt(path: string, known = new Map<string, string>()): Built {
  if (known.has(path)) return known;
  const text = readFileSync(join(built, path), 'utf8');
  known.set(path, text);
  for (const [, target] of text.matchAll(/^(?:import|export)\s[^;]*?\bfrom '(\.[^']+)';/gm)) {
    readBuilt(join(dirname(path), target!), known);
  }
  return known;
}

/** What tsc built of a mutant: the shipped source has the same expression, and isn't newer. */
function mutated(all: Built, mutant: Mutant): Built {
  const path = join('spec', `${mutant.file}.js`);
  const source = join(root, 'spec', `${mutant.file}.ts`);
  if (statSync(join(built, path)).mtimeMs < statSync(source).mtimeMs) {
    throw new Error(`${join(built, path)} is older than ${source}: npm run build`);
  }
  mutate(readFileSync(source, 'utf8'), mutant);
  return new Map([...all, [path, mutate(all.get(path)!, mutant)]]);
}

function writeCopy(folder: string, copy: Built): void {
  for (const room of new Set([...copy.keys()].map(dirname)))
    mkdirSync(join(folder, room), { recursive: true });
  for (const [path, text] of copy) writeFileSync(join(folder, path), text);
}

/** What a worker says of the copy in a folder. */
async function ask(worker: Worker, folder: string, question: Question): Promise<readonly string[]> {
  worker.postMessage({ folder, question });
  const [answer] = (await once(worker, 'message')) as [{ broken?: readonly string[]; error?: string }];
  if (answer.broken === undefined) throw new Error(answer.error);
  return answer.broken;
}

/** The functions that a file of the specification exports. */
function functionsOf(file: string): readonly string[] {
  const source = readFileSync(join(root, 'spec', `${file}.ts`), 'utf8');
  return [...source.matchAll(/^export function (\w+)/gm)].map(([, name]) => name!);
}

/** Which proofs to look for: one that breaks, or all of them. */
export type Extent = 'one' | 'all';

/** Runs the proofs on each mutant (undefined: on the specification as it is), one after the other. */
export async function runCopies(
  copies: readonly (Mutant | undefined)[],
  extent: Extent,
  progress: (message: string) => void,
): Promise<readonly (readonly string[])[]> {
  const original = readBuilt(join('src', 'prove', 'broken.js'));
  const sample = takeSample();
  // Below dist, so that the copies find node_modules and git doesn't find the copies.
  const folder = mkdtempSync(join(built, 'mutants-'));
  const worker = new Worker(join(built, 'src', 'prove', 'mutant-worker.js'));
  try {
    const results: (readonly string[])[] = [];
    for (const [i, mutant] of copies.entries()) {
      progress(`mutant ${i + 1} of ${copies.length}: ${mutant?.name ?? 'none'}`);
      writeCopy(join(folder, `${i}`), mutant === undefined ? original : mutated(original, mutant));
      const first = mutant === undefined ? [] : functionsOf(mutant.file);
      results.push(await ask(worker, join(folder, `${i}`), { sample, first, one: extent === 'one' }));
    }
    return results;
  } finally {
    await worker.terminate();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs the proofs on every mutant. */
export async function runMutants(
  extent: Extent,
  progress: (message: string) => void,
): Promise<readonly MutantResult[]> {
  const results = await runCopies(mutants, extent, progress);
  return mutants.map((mutant, i) => ({ mutant, broken: results[i]! }));
}

/** The results as a table in Markdown. */
export function mutantTable(results: readonly MutantResult[]): string {
  const rows = results.map(({ mutant, broken }) => {
    const proofs = broken.length === 0 ? 'none' : broken.join(', ');
    return `| ${mutant.name} | ${mutant.file} | ${proofs} |`;
  });
  return ['| wrong specification | file | proofs that break |', '|---|---|---|', ...rows].join('\n');
}
