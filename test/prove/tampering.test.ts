import { describe, expect, it } from 'vitest';
import { check, type Implication } from '../../spec/proofs/checker.ts';
import { toImplication } from '../../spec/proofs/theorem.ts';
import { theorems } from '../../spec/proofs/theorems.ts';
import { readCertificates } from '../../src/prove/certificates.ts';
import { listTamperings, type Tree, thorough, tokens, treeTamperings } from './tampering.ts';

const certificates = readCertificates();
const accepts = (claim: Implication, trees: unknown): boolean => {
  try {
    check(claim, trees);
    return true;
  } catch {
    return false;
  }
};
const namesOf = ({ ge, eq, goals }: Implication): readonly string[] => [
  ...new Set(
    [...ge, ...eq, ...goals.map((g) => ('ge' in g ? g.ge : g.eq))].flatMap(
      (p) => p.match(/[A-Za-z]\w*/g) ?? [],
    ),
  ),
];
/** The polynomials are the same, letter for letter once multiplied out: the checker itself can tell. */
const same = (p: string, q: string): boolean =>
  accepts({ over: 'integers', ge: [], eq: [], goals: [{ eq: `${p} - (${q})` }] }, [
    [[['1', [0], []]], [], '1'],
    [[['1', [0], []]], [], '1'],
  ]);

/** Every how many-th change is tried. */
const stride = thorough ? 1 : 3;

describe('a certificate proves its theorem and nothing else', () => {
  it('each of them is accepted', () => {
    expect(Object.keys(certificates)).toEqual(theorems.map(({ id }) => id));
    for (const theorem of theorems) check(toImplication(theorem), certificates[theorem.id]);
  });

  it('every tampering with a certificate is rejected', () => {
    const accepted: string[] = [];
    let count = 0;
    for (const theorem of theorems) {
      const claim = toImplication(theorem);
      const names = namesOf(claim);
      const trees = certificates[theorem.id] as readonly Tree[];
      const attempt = (goals: Implication['goals'], what: string, changed: readonly unknown[]) => {
        if (count++ % stride !== 0) return;
        if (accepts({ ...claim, goals }, changed))
          accepted.push(`${theorem.id}: ${what}: ${JSON.stringify(changed)}`);
      };
      for (const { what, trees: changed } of listTamperings(trees)) attempt(claim.goals, what, changed);
      let first = 0;
      for (const goal of claim.goals) {
        const own = trees.slice(first, first + ('ge' in goal ? 1 : 2));
        first += own.length;
        own.forEach((tree, i) => {
          for (const { what, trees: changed } of treeTamperings(tree, names, claim.ge.length)) {
            attempt(
              [goal],
              what,
              own.map((other, j) => (j === i ? changed : other)),
            );
          }
        });
      }
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(25_000);
  });

  it('every perturbed goal is rejected', () => {
    const accepted: string[] = [];
    let count = 0;
    for (const theorem of theorems) {
      const claim = toImplication(theorem);
      claim.goals.forEach((goal, i) => {
        const kind = 'ge' in goal ? 'ge' : 'eq';
        const p = 'ge' in goal ? goal.ge : goal.eq;
        for (const other of [`${p} + 1`, `${p} - 1`, `-(${p})`, ...tokens(p, namesOf(claim))]) {
          if (same(p, other) || (kind === 'eq' && same(p, `-(${other})`))) continue;
          count++;
          const goals = claim.goals.map((g, j) => (j === i ? ({ [kind]: other } as typeof g) : g));
          if (accepts({ ...claim, goals }, certificates[theorem.id]))
            accepted.push(`${theorem.id}: ${p} -> ${other}`);
        }
      });
    }
    expect(accepted).toEqual([]);
    expect(count).toBeGreaterThan(1_000);
  });
});
