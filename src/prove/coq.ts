/** Compiles the Coq files and holds what they rest on against what they may rest on. */
import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { proofFile } from './files.ts';
import type { Layer, ProofRow } from './types.ts';

/** spec/proofs/coq/theorems.json. */
interface Catalogue {
  readonly order: readonly string[];
  readonly groups: readonly { readonly group: string; readonly axioms: readonly string[] }[];
  readonly theorems: readonly Theorem[];
}

interface Theorem {
  readonly claim: number;
  readonly theorem: string;
  readonly file: string;
  readonly statement: string;
  readonly group: string;
}

/** The claims in words, for the rows of the table. */
const claims: readonly (readonly [statement: string, equation: string])[] = [
  [
    'the interleave is a bijection, its inverse swaps L and M; an involution iff L = M, L = 1 or M = 1',
    'Eq. 2, 4',
  ],
  [
    'exactly one path joins each pair of channels; W is dense where no product of weights vanishes',
    'Section 3',
  ],
  ['the block is the regular convolution with W = P Wᵈ Pᵀ Wᵖ, over any commutative semiring', 'Eq. 5, 6'],
  [
    'group convolution is block-diagonal; regular convolution, summation fusion, Xception, L = 1 are blocks',
    'Section 4',
  ],
  [
    'T = G(MS + L); when G > C; the width bound and its equality; the same for IGCV2 chains',
    'Eq. 7–15, IGCV2',
  ],
  ['the adjoint identities of both convolutions, the interleave and the block', 'adjoint of Eq. 1–5'],
  ['output sizes of convolution and of SAME padding', 'notation'],
  [
    'rounding bounds for any order of summation: one convolution, the block, the composed convolution',
    'not in the paper',
  ],
  ['stride is subsampling; the swapped order, its parameters, its family, and adjoints', 'extensions'],
  ['the kernels have T places; W is composite iff its slices have rank at most 1', 'after Eq. 15'],
];

/** The Coq layer: one row a claim. Not run where coqc isn't on the PATH. */
export const coq: Layer = async (progress) => {
  const catalogue = JSON.parse(await readFile(proofFile('coq/theorems.json'), 'utf8')) as Catalogue;
  const version = await command('coqc', ['--version'], '.');
  if (version.status !== 0) {
    const reason = 'coqc is not on the PATH (.ci/install coq)';
    return rowsOf(catalogue, { outcome: 'not run', reason, milliseconds: 0 });
  }
  const started = performance.now();
  const reason = await compile(catalogue, progress);
  const milliseconds = performance.now() - started;
  return rowsOf(
    catalogue,
    reason ? { outcome: 'failed', reason, milliseconds } : { outcome: 'proved', milliseconds },
  );
};

/** Compiles every file in a copy, for coqc writes beside its input. Returns what is wrong, if anything is. */
async function compile(
  catalogue: Catalogue,
  progress: (message: string) => void,
): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'igc-coq-'));
  try {
    await cp(proofFile('coq'), folder, { recursive: true });
    let printed = '';
    for (const [i, file] of catalogue.order.entries()) {
      progress(`coq ${i + 1}/${catalogue.order.length}: ${file}`);
      const { status, stdout, stderr } = await command('coqc', ['-Q', '.', 'IGC', file], folder);
      if (status !== 0) return `${file} does not compile: ${stderr.trim()}`;
      printed = stdout;
    }
    const named = await readFile(join(folder, 'Assumptions.v'), 'utf8');
    return wrongAssumptions(catalogue, named, printed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What is wrong with what the theorems rest on: a theorem that Assumptions.v does not name in its group, or a group
 * that rests on other axioms than it may.
 */
export function wrongAssumptions(catalogue: Catalogue, named: string, printed: string): string | undefined {
  for (const { theorem, file, group } of catalogue.theorems) {
    const definition =
      new RegExp(`^Definition ${group} : True :=([\\s\\S]*?)\\bI\\.`, 'm').exec(named)?.[1] ?? '';
    const name = `${file.replace('.v', '')}.${theorem} in`;
    if (!definition.includes(name)) return `Assumptions.v does not name ${theorem} in ${group}`;
  }
  const reports = printed.split(/^(?=Closed under|Axioms:)/m).filter((report) => report.trim() !== '');
  if (reports.length !== catalogue.groups.length) {
    return `Assumptions.v prints ${reports.length} reports, expected one for each of ${catalogue.groups.length} groups`;
  }
  for (const [i, { group, axioms }] of catalogue.groups.entries()) {
    // An axiom's name begins a line, its type goes on in indented ones.
    const found = [...reports[i]!.matchAll(/^([A-Z][\w.']*)\s*(?::|$)/gm)].map(([, name]) => name!);
    const extra = found.filter((name) => name !== 'Axioms' && !axioms.includes(name));
    if (extra.length > 0) return `${group} rests on ${extra.join(', ')} as well`;
  }
  return undefined;
}

function rowsOf(
  catalogue: Catalogue,
  run: Pick<ProofRow, 'outcome' | 'reason' | 'milliseconds'>,
): ProofRow[] {
  return claims.map(([statement, equation], i) => {
    const theorems = catalogue.theorems.filter(({ claim }) => claim === i + 1);
    const groups = new Set(theorems.map(({ group }) => group));
    const axioms = catalogue.groups.filter(({ group }) => groups.has(group)).flatMap((group) => group.axioms);
    const trusted = axioms.length > 0 ? [`Coq’s real numbers: ${[...new Set(axioms)].join(', ')}`] : [];
    return {
      claim: i + 1,
      statement,
      equation,
      strength: 'all sizes',
      checker: 'Coq',
      detail: theorems.map(({ theorem }) => theorem).join(', '),
      trusted,
      ...run,
    };
  });
}

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function command(name: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(name, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (data) => (stdout += data));
    child.stderr.on('data', (data) => (stderr += data));
    child.on('error', (error) => resolve({ status: null, stdout, stderr: error.message }));
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}
