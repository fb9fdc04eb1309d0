/**
 * What must come of infinities and NaN. The specification on doubles that are small integers, infinities and NaN gives
 * what IEEE arithmetic in any order gives: a sum with NaN, 0·∞ or +∞ − ∞ among its products is NaN, one with +∞ alone is
 * +∞, and a finite sum of small integers is exact. Nothing else is asked here.
 */
import { float64 } from '../algebras/float64.ts';
import { inWords } from './compare.ts';
import { allFinite, lookup } from './lookup.ts';
import { quantities } from './quantities.ts';
import type { Result } from './quantity.ts';
import type { ArrayVerdict, Difference, Evidence, Verdict } from './types.ts';

/** Whether some input is infinite or NaN: then `judge` has no bound, and `judgeSpecial` is asked. */
export function isSpecial(inputs: Evidence['arrays']): boolean {
  return [...inputs.values()].some((array) => !allFinite(array));
}

/**
 * Judges the output and the gradients of evidence with special inputs. Its finite numbers are small integers, its weights
 * finite where there is padding.
 */
export function judgeSpecial(evidence: Evidence): Verdict {
  const arrays = quantities(evidence).flatMap((quantity) => {
    const wanted = quantity.results.filter(({ stage }) => stage === 'output');
    if (wanted.length === 0) return [];
    const expected = quantity.compute(
      float64,
      lookup(evidence, (x) => x),
    );
    return wanted.map((result) =>
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
    if (value === came || (Number.isNaN(value) && Number.isNaN(came))) return;
    wrong++;
    const index = indexOf(shape, i);
    first ??= { where: inWords(index, axes), index, expected: value, got: came, bound: 0 };
  });
  const kind = wrong === 0 ? 'PASS' : 'FAIL';
  return { ...head, kind, comparison: 'bit for bit', wrong, ...(first ? { first } : {}) };
}

/** The index of the i-th element of a row-major array. */
export function indexOf(shape: readonly number[], i: number): readonly number[] {
  let rest = i;
  const index = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = Math.floor(rest / size);
    return at;
  });
  return index.reverse();
}
