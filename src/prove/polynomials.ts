/**
 * The laws on polynomials: the shipped specification, unchanged, with a variable for each entry of each tensor. Where
 * both sides have the same coefficients, the law holds for that shape over every commutative semiring at once.
 */
import type { Law } from '../laws/law.ts';
import { showCase } from '../laws/runner.ts';
import { counterexampleLayer } from './counterexamples.ts';
import { type Item, type LawBound, plan } from './plan.ts';
import type { Layer, ProofRow } from './types.ts';
import { type OperationsOn, variableRun } from './variables.ts';

/** What `npm run prove` enumerates. */
export const largeBound: LawBound = {
  ...{ partitions: 3, product: 8, groups: 3, interleave: 9, K: 3, formulas: 40 },
  geometry: { N: 1, kernel: 3, stride: 2, dilation: 2, padding: 1, size: 3, axes: 'each alone' },
  spatial: { product: 4, N: 1, kernel: 2, stride: 2, dilation: 2, padding: 1, size: 2, axes: 'each alone' },
};

/** What `npm test` enumerates. */
export const smallBound: LawBound = {
  ...{ partitions: 3, product: 6, groups: 2, interleave: 6, K: 2, formulas: 12 },
  geometry: { N: 1, kernel: 2, stride: 2, dilation: 2, padding: 1, size: 2, axes: 'each alone' },
  spatial: { product: 4, N: 1, kernel: 2, stride: 2, dilation: 1, padding: 0, size: 2, axes: 'each alone' },
};

/** Where a law doesn't hold on one shape, undefined if it does. */
async function mismatchOn(law: Law, shape: object, operations?: OperationsOn): Promise<string | undefined> {
  try {
    const found = (await law.sides(variableRun(operations), shape as never)).mismatch();
    return found && `at ${found.where}: ${found.left} against ${found.right}`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

/** Runs a law on one shape after the other until it fails: how many shapes, and where it fails if it does. */
export async function tryLaw(
  law: Law,
  shapes: Iterable<object>,
  operations?: OperationsOn,
): Promise<{ readonly count: number; readonly failure: string | undefined }> {
  let count = 0;
  for (const shape of shapes) {
    count++;
    const found = await mismatchOn(law, shape, operations);
    if (found !== undefined) return { count, failure: `${showCase(shape)}: ${found}` };
  }
  return { count, failure: count === 0 ? 'there is no shape within the bound' : undefined };
}

/** Proves one law for every shape up to a bound. */
export async function proveLaw(
  { claim, law, shapes, checker }: Item,
  bound: LawBound,
  operations?: OperationsOn,
): Promise<ProofRow> {
  const start = performance.now();
  const { count, failure } = await tryLaw(law, shapes.list(bound), operations);
  return {
    claim,
    statement: law.statement,
    equation: law.equation,
    strength: 'all shapes up to a bound',
    checker,
    detail: `${law.id}: ${count} shapes, all there are: ${shapes.describe(bound)}`,
    trusted: [],
    outcome: failure === undefined ? 'proved' : 'failed',
    ...(failure === undefined ? {} : { reason: failure }),
    milliseconds: performance.now() - start,
  };
}

/** Proves every law of the plan for every shape up to a bound. */
export async function proveLaws(
  bound: LawBound,
  progress: (message: string) => void,
  operations?: OperationsOn,
): Promise<readonly ProofRow[]> {
  const rows: ProofRow[] = [];
  for (const item of plan) {
    progress(`polynomials: ${item.law.id}`);
    rows.push(await proveLaw(item, bound, operations));
  }
  return rows;
}

/** The polynomials of `npm run prove`, with the counterexamples. */
export const polynomialLayer: Layer = async (progress) => [
  ...(await proveLaws(largeBound, progress)),
  ...(await counterexampleLayer(progress)),
];
