/**
 * Finds the certificates of spec/proofs: `node dist/src/prove/search.js`. Nothing here is trusted, and nobody needs
 * it to check them. The search is deterministic: it is bounded by z3's count of steps, never by time.
 */
import { writeFileSync } from 'node:fs';
import { check } from '../../spec/proofs/checker.ts';
import { type Theorem, toImplication, toPolynomials } from '../../spec/proofs/theorem.ts';
import { theorems } from '../../spec/proofs/theorems.ts';
import { constant, type Polynomial, polynomials } from '../algebras/polynomial.ts';
import { proofFile } from './files.ts';
import { type Branch, findLeaf, type Leaf, Names } from './multipliers.ts';
import { startZ3, type Z3 } from './z3.ts';

type Tree = Leaf | readonly [f: string, below: Tree, zero: Tree, above: Tree];

const { add, neg } = polynomials;

/** The trees that prove a theorem, in the checker's order; undefined where one wasn't found. */
async function findTrees(z3: Z3, theorem: Theorem): Promise<readonly (Tree | undefined)[]> {
  const names = new Names();
  const claim = toImplication(theorem);
  const step = constant(claim.over === 'integers' ? 1n : 0n);
  const hints = 'splits' in theorem ? toPolynomials(theorem, theorem.splits ?? []) : [];
  const roots = 'squares' in theorem ? (theorem.squares ?? []) : [];
  const factors = ('factors' in theorem && theorem.factors) || 2;
  const ge = claim.ge.map((p) => names.read(p));
  const eq = claim.eq.map((q) => names.read(q));
  const opposite = (f: Polynomial): Polynomial => neg(add(f, step));

  const within = async (
    branch: Branch,
    splits: readonly string[],
    depth: number,
  ): Promise<Tree | undefined> => {
    if (depth === 0) return findLeaf(z3, names, branch, roots, factors);
    for (const split of splits) {
      const f = names.read(split);
      const others = splits.filter((other) => other !== split);
      const below = await least({ ...branch, ge: [...branch.ge, opposite(f)] }, others, depth - 1);
      const zero = below && (await least({ ...branch, eq: [...branch.eq, f] }, others, depth - 1));
      const above =
        zero && (await least({ ...branch, ge: [...branch.ge, opposite(neg(f))] }, others, depth - 1));
      if (above) return [split, below, zero, above];
    }
    return undefined;
  };
  /** A tree with as few levels as possible: then no case distinction is without use. */
  const least = async (
    branch: Branch,
    splits: readonly string[],
    most: number,
  ): Promise<Tree | undefined> => {
    for (let depth = 0; depth <= Math.min(most, splits.length); depth++) {
      const tree = await within(branch, splits, depth);
      if (tree) return tree;
    }
    return undefined;
  };

  const trees: (Tree | undefined)[] = [];
  for (const goal of claim.goals) {
    const g = names.read('ge' in goal ? goal.ge : goal.eq);
    for (const o of 'ge' in goal ? [opposite(g)] : [opposite(g), opposite(neg(g))]) {
      const last = claim.over === 'integers' ? constant(1n) : o;
      trees.push(await least({ ge: [...ge, o], eq, last }, hints, hints.length));
    }
  }
  return trees;
}

/** Why trees don't prove a theorem, or nothing. */
function fault(theorem: Theorem, trees: readonly unknown[]): string {
  try {
    check(toImplication(theorem), trees);
    return '';
  } catch (error) {
    return String(error);
  }
}

async function main(): Promise<void> {
  const z3 = await startZ3();
  if ('reason' in z3) throw new Error(z3.reason);
  const only = process.argv[3]?.split(',');
  const found: Record<string, unknown> = {};
  for (const theorem of theorems) {
    if (only && !only.some((id) => theorem.id.includes(id))) continue;
    const trees = await findTrees(z3, theorem);
    found[theorem.id] = trees;
    const missing = trees.findIndex((tree) => !tree);
    const wrong = missing >= 0 ? `no tree ${missing} found` : fault(theorem, trees);
    console.error(wrong ? `FAILED ${theorem.id}: ${wrong}` : `found ${theorem.id}`);
    if (wrong) process.exitCode = 1;
  }
  z3.close();
  const lines = Object.entries(found).map(
    ([id, trees]) => `    ${JSON.stringify(id)}: ${JSON.stringify(trees)}`,
  );
  const made = 'npm run build && node dist/src/prove/search.js && npx biome format --write spec/proofs';
  const text = `{\n  "made by": ${JSON.stringify(made)},\n  "certificates": {\n${lines.join(',\n')}\n  }\n}\n`;
  writeFileSync(process.argv[2] ?? proofFile('certificates.json'), text);
}

await main();
