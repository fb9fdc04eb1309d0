/**
 * What must come of infinities and NaN. The specification on doubles that are small integers, infinities and NaN gives
 * what IEEE arithmetic in any order gives: a sum with NaN, 0·∞ or +∞ − ∞ among its products is NaN, one with +∞ alone is
 * +∞, and a finite sum of small integers is exact. Nothing else is asked here. Where an implementation multiplies with zeros
 * of its own, NaN is taken for any number, but no number for NaN.
 */
import { float64 } from '../algebras/float64.ts';
import { indexOf, inWords } from './compare.ts';
import { allFinite, lookup } from './lookup.ts';
import { quantities } from './quantities.ts';
import type { Quantity, Result } from './quantity.ts';
import { tolerancesFor } from './reference.ts';
import type { ArrayVerdict, Difference, Evidence, Verdict } from './types.ts';

/** Whether some input is infinite or NaN: then there is no bound. */
export function isSpecial(inputs: Evidence['arrays']): boolean {
  return [...inputs.values()].some((array) => !allFinite(array));
}

/** Why IEEE arithmetic alone doesn't say what must come of these inputs; undefined where it does. */
export function specialObstacle(evidence: Evidence, computed: ReadonlySet<string>): string | undefined {
  const given = [...evidence.arrays].filter(([name]) => !computed.has(name));
  const special = given.filter(([, array]) => !allFinite(array)).map(([name]) => name);
  const odd = special.find((name) => !['x', 'weight', 'primary_weight'].includes(name));
  const what = (name: string) => `${name} holds a value that isn't finite`;
  if (odd) return `${what(odd)}, and what comes of it depends on the order of the stages`;
  const weight = special.find((name) => name !== 'x');
  const { top, bottom, left, right } = evidence.window.padding;
  if (weight && Math.max(top, bottom, left, right) > 0)
    return `${what(weight)}, and whether it meets the zeros of the padding is nobody's rule`;
  if (evidence.strassen && pointwise(evidence))
    return `${what(special[0]!)}, and Strassen's algorithm spreads it among the outputs of other pixels`;
  // Without what is special, every sum of the others must be exact.
  const finite = new Map(
    [...evidence.arrays].map(([name, array]) => [
      name,
      computed.has(name)
        ? array
        : { ...array, data: Array.from(array.data, (x) => (Number.isFinite(x) ? x : 0)) },
    ]),
  );
  const inexact = judgedOf(evidence).some(({ quantity }) =>
    [...tolerancesFor(quantity, { ...evidence, arrays: finite }, computed).values()].some(({ bounds }) =>
      bounds.some((bound) => bound > 0),
    ),
  );
  if (!inexact) return undefined;
  return `${what(special[0]!)}, and no bound holds for such inputs: only integers with exact sums can be beside it`;
}

/** Whether there is a 1×1 convolution of several inputs: it may be Strassen's. */
function pointwise({ arrays }: Evidence): boolean {
  return ['weight', 'primary_weight', 'secondary_weight'].some((name) => {
    const [, inputs = 1, ...kernel] = arrays.get(name)?.shape ?? [];
    return inputs >= 2 && kernel.every((n) => n === 1);
  });
}

/** What is judged: the output. */
function judgedOf(
  evidence: Evidence,
): readonly { readonly quantity: Quantity; readonly results: readonly Result[] }[] {
  return quantities(evidence).flatMap((quantity) => {
    const results = quantity.results.filter(({ stage }) => stage === 'output');
    return results.length > 0 ? [{ quantity: { ...quantity, results }, results }] : [];
  });
}

/** Judges the output of evidence with special inputs, to which there is no obstacle. */
export function judgeSpecial(evidence: Evidence): Verdict {
  const arrays = judgedOf(evidence).flatMap(({ quantity, results }) => {
    const expected = quantity.compute(
      float64,
      lookup(evidence, (x) => x),
    );
    return results.map((result) =>
      judged(result, quantity.from.join(', '), expected[result.array]!.data, evidence),
    );
  });
  const { precision } = evidence;
  const wrong = arrays.find(({ kind }) => kind !== 'PASS');
  if (!wrong)
    return { kind: 'PASS', reason: 'infinities and NaN came out where they must', precision, arrays };
  const reason = `with infinities or NaN among the inputs: ${wrong.problem ?? `${wrong.array} isn't what IEEE arithmetic gives in any order`}`;
  return { kind: wrong.kind, stage: wrong.stage, reason, precision, arrays };
}

function judged(result: Result, from: string, expected: readonly number[], evidence: Evidence): ArrayVerdict {
  const { array, stage, shape, axes } = result;
  const got = evidence.arrays.get(array)!;
  const head = { array, stage, from, elements: got.data.length, worstRatio: 0 };
  if (got.shape.join() !== shape.join()) {
    const problem = `has the shape [${got.shape.join(', ')}], expected [${shape.join(', ')}]`;
    return { ...head, kind: 'GARBAGE', comparison: 'none', wrong: 0, problem };
  }
  let wrong = 0;
  let first: Difference | undefined;
  expected.forEach((value, i) => {
    const came = got.data[i]!;
    if (value === came || (Number.isNaN(came) && (Number.isNaN(value) || evidence.multipliesZeros))) return;
    wrong++;
    const index = indexOf(shape, i);
    first ??= { where: inWords(index, axes), index, expected: value, got: came, bound: 0 };
  });
  const kind = wrong === 0 ? 'PASS' : 'FAIL';
  return { ...head, kind, comparison: 'bit for bit', wrong, ...(first ? { first } : {}) };
}
