/** Where an output is wrong, element by element: the judge counts, this keeps the positions. */
import { ConstraintError } from '../../spec/00-notation.ts';
import { isWinogradPoints } from '../algebras/winograd.ts';
import { allFinite, volume } from './lookup.ts';
import { storedFor } from './probes/plan.ts';
import { quantities } from './quantities.ts';
import type { Result } from './quantity.ts';
import { type Reference, referencesFor } from './reference.ts';
import type { ErrorMap, FailureReport, ImplementationReport, NumbersReport } from './report-types.ts';
import type { ArrayVerdict, Evidence, Recorded } from './types.ts';

/**
 * The maps of the arrays that a verdict found wrong, in its order. Arrays without a reference (a wrong shape, infinite
 * inputs) have none. It costs what judging them did.
 */
export function errorMaps(
  evidence: Evidence,
  { arrays: judged }: { readonly arrays: readonly Pick<ArrayVerdict, 'array' | 'from' | 'wrong'>[] },
): readonly ErrorMap[] {
  const wrong = judged.filter(({ wrong }) => wrong > 0);
  const asked = quantities(evidence);
  const computed = new Set(asked.flatMap(({ results }) => results.map(({ array }) => array)));
  return wrong.flatMap(({ array, from }) => {
    const quantity = asked.find(
      ({ results, from: read }) =>
        read.join(', ') === from && results.some((result) => result.array === array),
    );
    const result = quantity?.results.find((one) => one.array === array);
    const came = evidence.arrays.get(array);
    if (!quantity || !result || !came || came.shape.join() !== result.shape.join()) return [];
    if (!quantity.from.every((name) => allFinite(evidence.arrays.get(name)!))) return [];
    const reference = referencesFor({ ...quantity, results: [result] }, evidence, computed).get(array)!;
    return [mapOf(result, from, reference, came.data)];
  });
}

/** The maps of the smallest case of a failure, worked out again from its report; none where there were no numbers. */
export function mapsOfSmallest(
  { precision, flushesSubnormals, composed, winograd, strassen }: ImplementationReport,
  { shrunk }: FailureReport,
): readonly ErrorMap[] {
  if (shrunk?.verdict.nature !== 'judged') return [];
  const { operation, stride, dilation, padding, sizes } = shrunk.case;
  const stored = storedFor(precision);
  const recorded = ([name, { shape, data }]: [string, NumbersReport]): [string, Recorded] => [
    name,
    { shape, data: data.map(Number), stored },
  ];
  const [top, bottom, left, right] = padding;
  const evidence: Evidence = {
    operation,
    arrays: new Map([...Object.entries(shrunk.inputs), ...Object.entries(shrunk.got)].map(recorded)),
    window: { stride, dilation, padding: { top, bottom, left, right } },
    ...(operation === 'interleave' ? { partition: { L: sizes.L, M: sizes.Min } } : {}),
    precision,
    flushesSubnormals,
    composed: composed && operation === 'block',
    winograd: isWinogradPoints(winograd) ? winograd : undefined,
    strassen,
  };
  const isWhole = [...evidence.arrays.values()].every(({ shape, data }) => volume(shape) === data.length);
  try {
    return isWhole ? errorMaps(evidence, shrunk.verdict) : [];
  } catch (error) {
    // A report that somebody changed: a page without a picture is better than none.
    if (error instanceof ConstraintError || error instanceof RangeError || error instanceof TypeError)
      return [];
    throw error;
  }
}

function mapOf(
  { array, stage, shape, axes }: Result,
  from: string,
  { exact, bounds, overflows }: Reference,
  got: ArrayLike<number>,
): ErrorMap {
  const errors = bounds.map((bound, i) => {
    const came = got[i]!;
    if (Number.isFinite(came)) return exact.distance(i, came, bound);
    return overflows[i] === 1 || bound === Number.POSITIVE_INFINITY ? 0 : Number.NaN;
  });
  // About as large as the exact values: it only chooses colours.
  let largest = 0;
  for (let i = 0; i < exact.length; i++) {
    largest = Math.max(largest, exact.distance(i, 0, Number.POSITIVE_INFINITY));
  }
  return { array, stage, from, shape, channels: axes, errors, bounds, largest };
}
