/**
 * Which proofs the specification beside this file breaks: none. A mutated copy of the specification comes with a copy
 * of this file, and is asked in the same way.
 */
import type { BlockCase } from '../laws/cases.ts';
import { proveShape } from './modular.ts';
import { plan } from './plan.ts';
import { smallBound, tryLaw } from './polynomials.ts';
import { counterexample, scope, smallScope } from './small-scope.ts';

/** Some of the shapes that `npm test` proves: one counterexample is enough to break a proof. */
export interface Sample {
  readonly scope: readonly BlockCase[];
  /** By the id of the law. */
  readonly laws: Readonly<Record<string, readonly object[]>>;
}

/** How the proofs are run. */
export interface Question {
  readonly sample: Sample;
  /** Functions of the specification: the laws that name them are tried before the others. */
  readonly first: readonly string[];
  /** Whether one broken proof is enough. */
  readonly one: boolean;
}

/** Every shape of a short list; of a long one every n-th, with n prime to the numbers of sizes. */
function some<T>(all: Iterable<T>, about: number): readonly T[] {
  const list = [...all];
  const step = [1, 7, 11, 13, 17, 19, 23, 29, 37, 41, 43, 47, 53, 59, 97, 149, 199, 293, 397].find(
    (n) => list.length / n <= about,
  );
  return list.filter((_, i) => i % (step ?? 997) === 0);
}

/** What mutants are tried on. */
export function takeSample(): Sample {
  const laws = plan.map(({ law, shapes }) => [law.id, some(shapes.list(smallBound), 40)] as const);
  return { scope: some(scope(smallScope), 60), laws: Object.fromEntries(laws) };
}

/** One proof, to be broken. */
interface Proof {
  readonly name: string;
  /** The functions of the specification that it speaks of. */
  readonly functions: readonly string[];
  breaks(sample: Sample): Promise<boolean>;
}

const smallScopeProof: Proof = {
  name: 'small scope',
  functions: ['convolution', 'interleave', 'block', 'compositeKernel'],
  async breaks({ scope: cases }) {
    for (const c of cases) {
      // A throw breaks the proof too.
      const found = await counterexample(c).catch(String);
      if (found !== undefined) return true;
    }
    return false;
  },
};

const modularProof: Proof = {
  name: 'Z/p',
  functions: ['patch', 'kernelMatrix', 'block', 'compositeKernel'],
  async breaks() {
    const shape = { L: 3, M: 2, size: 3, positions: 'one of each border class' } as const;
    const row = await proveShape(shape).catch(() => undefined);
    return row?.outcome !== 'proved';
  },
};

const lawProofs = plan.map(
  ({ law }): Proof => ({
    name: law.id,
    functions: law.functions,
    async breaks({ laws }) {
      return (await tryLaw(law, laws[law.id]!)).failure !== undefined;
    },
  }),
);

/** The names of the broken proofs: 'small scope', 'Z/p' or the id of a law. */
export async function brokenProofs({ sample, first, one }: Question): Promise<readonly string[]> {
  const proofs = [smallScopeProof, modularProof, ...lawProofs];
  const speaksOfIt = ({ functions }: Proof) => functions.some((name) => first.includes(name));
  const broken: string[] = [];
  for (const proof of [...proofs.filter(speaksOfIt), ...proofs.filter((p) => !speaksOfIt(p))]) {
    if (await proof.breaks(sample)) broken.push(proof.name);
    if (one && broken.length > 0) break;
  }
  return broken;
}
