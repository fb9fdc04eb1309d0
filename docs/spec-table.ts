/** The table of the specification: equation ↔ function ↔ law, read from the sources themselves. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { laws } from '../src/laws/catalogue.ts';
import { plan } from '../src/prove/plan.ts';

/** An exported function of the specification and what its docstring says of the paper. */
export interface Entry {
  readonly file: string;
  readonly name: string;
  /** The `@paper` line: equation and formula; undefined where there is none. */
  readonly paper: string | undefined;
}

/** What is exported from 00-notation.ts is the language of the equations, not an equation. */
const notation = '00-notation.ts';

/** Every exported function of the chapters of `folder`, in order. */
export function entries(folder: string): readonly Entry[] {
  return readdirSync(folder)
    .filter((file) => /^\d\d.*\.ts$/.test(file) && file !== notation)
    .sort()
    .flatMap((file) => functionsOf(file, readFileSync(join(folder, file), 'utf8')));
}

function functionsOf(file: string, source: string): Entry[] {
  // A docstring may stand right above; `export const f = (` is a function as well.
  const pattern =
    /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n)?export (?:async )?(?:function\*? (\w+)|const (\w+) = (?:async )?(?:<|\())/g;
  return [...source.matchAll(pattern)].map(([, doc = '', declared, assigned]) => ({
    file,
    name: (declared ?? assigned)!,
    paper: /@paper ([\s\S]*?)\s*(?:\n \* *@|$)/
      .exec(doc)?.[1]
      ?.replace(/\s*\n \* ?/g, ' ')
      .trim(),
  }));
}

/** The table as Markdown. */
export function specTable(folder: string): string {
  const rows = entries(folder).map(({ file, name, paper = '' }) => {
    const spoken = laws.filter((law) => law.functions.includes(name)).map(({ id }) => `\`${id}\``);
    const at = paper.indexOf(': ');
    const [equation, formula] = at < 0 ? [paper, ''] : [paper.slice(0, at), paper.slice(at + 2)];
    const cells = [equation, `[\`${name}\`](${file})`, inCell(formula), spoken.join('<br>'), claimsOf(name)];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| equation | function | formula | laws | proofs |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The claims of docs/proofs.md that a law on this function belongs to. */
function claimsOf(name: string): string {
  const claims = plan.filter(({ law }) => law.functions.includes(name)).map(({ claim }) => claim);
  return [...new Set(claims)].map((claim) => `[${claim}](../docs/proofs.md#${claim})`).join(' ');
}

/** The laws as Markdown. */
export function lawTable(): string {
  const rows = laws.map(
    ({ id, equation, statement, domain, tests }) =>
      `| \`${id}\` | ${equation} | ${inCell(statement)} | ${inCell(domain)} | ${tests.join(', ') || 'the specification alone'} |`,
  );
  return [
    '| law | equation | statement | where it holds | tests your |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** `text` with the part between the markers of `name` replaced. Throws where the markers aren't there. */
export function replaceGenerated(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- begin ${name}: npm run generate -->`, `<!-- end ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`expected the markers '${begin}' and '${end}'`);
  return `${text.slice(0, from)}${begin}\n\n${content}\n\n${text.slice(to)}`;
}

/** The same of several parts, by their names. */
export function replaceAllGenerated(text: string, parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts).reduce((page, [name, content]) => replaceGenerated(page, name, content), text);
}

/** The generated parts of documents: file, name of the part, content. */
export function generatedParts(root: string): readonly (readonly [string, string, string])[] {
  return [
    ['spec/README.md', 'spec-table', specTable(join(root, 'spec'))],
    ['docs/laws.md', 'law-table', lawTable()],
  ];
}
