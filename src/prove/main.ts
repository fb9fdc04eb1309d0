/** `npm run prove`: runs every layer of proofs that this machine can run, and prints one table. */
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { certificateLayer } from './certificates.ts';
import { coq } from './coq.ts';
import { modularLayer } from './modular.ts';
import { mutantTable, runMutants } from './mutants.ts';
import { polynomialLayer } from './polynomials.ts';
import { markdownTable, terminalTable } from './report.ts';
import { smallScopeLayer } from './small-scope.ts';
import { smtLayer } from './smt.ts';
import type { Layer, ProofRow } from './types.ts';

const layers: Readonly<Record<string, Layer>> = {
  certificates: certificateLayer,
  smt: smtLayer,
  polynomials: polynomialLayer,
  'small-scope': smallScopeLayer,
  modular: modularLayer,
  coq,
};

const usage = `npm run prove [-- OPTIONS]

  --coq            run Coq as well (.ci/install coq)
  --only LAYERS    only these, with commas: ${Object.keys(layers).join(', ')}
  --json           the rows as JSON
  --mutants        which proofs break on which wrong specification
  --write          write the tables to docs/proofs.md
  --check          fail where the tables of docs/proofs.md are other ones
  --require        fail where a layer could not be run

Exit code: 0 where everything that ran is proved, 1 where something failed, 2 for a wrong option.
`;

const document = 'docs/proofs.md';

process.exitCode = await main();

async function main(): Promise<number> {
  let options: ReturnType<typeof read>;
  try {
    options = read();
  } catch (error) {
    process.stderr.write(`prove: ${(error as Error).message}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  const chosen =
    options.only?.split(',') ?? Object.keys(layers).filter((name) => name !== 'coq' || options.coq);
  const unknown = chosen.filter((name) => !Object.hasOwn(layers, name));
  if (unknown.length > 0) {
    process.stderr.write(`prove: no layer is called ${unknown.join(', ')}\n\n${usage}`);
    return 2;
  }
  const rows = chosen.length === 1 ? await layers[chosen[0]!]!(report(chosen[0]!)) : await runAll(chosen);
  if (options.json)
    process.stdout.write(`${JSON.stringify({ schema: 'igc-oracle/prove/1', rows }, null, 2)}\n`);
  else process.stdout.write(terminalTable(rows, process.stdout.columns ?? 120));
  const documented = options.write || options.check;
  const wrong = documented || options.mutants ? await runMutants('all', report('mutants')) : [];
  if (options.mutants) process.stdout.write(`${mutantTable(wrong)}\n`);
  const survivors = wrong.filter(({ broken }) => broken.length === 0).map(({ mutant }) => mutant.name);
  if (survivors.length > 0) process.stderr.write(`prove: no proof breaks on: ${survivors.join(', ')}\n`);
  const parts = { proofs: markdownTable(rows), mutants: mutantTable(wrong) };
  const fresh = documented ? updateDocument(parts, options.write === true) : true;
  const failed = rows.some(({ outcome }) => outcome === 'failed');
  const missing = options.require && rows.some(({ outcome }) => outcome === 'not run');
  if (missing)
    process.stderr.write('prove: some layers were not run, and --require says that they must be\n');
  if (!fresh) process.stderr.write(`prove: ${document} is stale: npm run prove -- --coq --write\n`);
  return failed || missing || survivors.length > 0 || !fresh ? 1 : 0;
}

function read() {
  const flag = { type: 'boolean' } as const;
  const { values } = parseArgs({
    options: {
      coq: flag,
      only: { type: 'string' },
      json: flag,
      mutants: flag,
      write: flag,
      check: flag,
      require: flag,
      help: flag,
    },
  });
  return values;
}

/** Runs the layers two at a time, each in a process of its own; the rows are in the layers' order. */
async function runAll(names: readonly string[]): Promise<readonly ProofRow[]> {
  const rows = new Map<string, readonly ProofRow[]>();
  // The longest come last in the list and are begun first.
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
      rows.set(name, await runApart(name));
  };
  await Promise.all([work(), work()]);
  return names.flatMap((name) => rows.get(name)!);
}

function runApart(name: string): Promise<readonly ProofRow[]> {
  return new Promise((resolve, reject) => {
    const self = fileURLToPath(import.meta.url);
    const child = spawn(process.execPath, [self, '--only', name, '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      try {
        resolve((JSON.parse(output) as { rows: readonly ProofRow[] }).rows);
      } catch {
        reject(new Error(`the layer ${name} ended with ${signal ?? code} and no rows`));
      }
    });
  });
}

/** Progress on stderr: at most a line a second, so that long runs are seen to live. */
function report(layer: string): (message: string) => void {
  let last = 0;
  return (message) => {
    const now = performance.now();
    if (now - last < 1000) return;
    last = now;
    process.stderr.write(`${layer}: ${message}\n`);
  };
}

/** Whether the document has these tables; with `write` it gets them. */
function updateDocument(parts: Readonly<Record<string, string>>, write: boolean): boolean {
  const text = readFileSync(document, 'utf8');
  const fresh = Object.entries(parts).reduce(
    (updated, [name, table]) => replacePart(updated, name, table),
    text,
  );
  if (write && fresh !== text) writeFileSync(document, fresh);
  return write || fresh === text;
}

function replacePart(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- begin ${name}: npm run prove -- --coq --write -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${document}: expected the markers '${begin}' and '${end}'`);
  return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
}
