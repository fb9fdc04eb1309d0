/** Whether what a candidate gave is the case's output, as the oracle judges it. */
import { bound } from '../algebras/bound.ts';
import { precisions } from '../algebras/precision.ts';
import { compare } from '../oracle/compare.ts';
import { quantities } from '../oracle/quantities.ts';
import type { Quantity } from '../oracle/quantity.ts';
import { type Reference, referencesFor } from '../oracle/reference.ts';
import type { Evidence } from '../oracle/types.ts';
import type { BenchCase } from './case.ts';
import { type BenchInputs, inputsOf, recordedInputs, sampleScale, window } from './inputs.ts';
import { plainBlock, plainPrimary } from './plain-loops.ts';
import type { RoundingName } from './program.ts';

export interface Agreement {
  /** The largest error, as a part of what rounding can do. */
  readonly worstRatio: number;
  /** What is wrong, where it disagrees. */
  readonly problem?: string;
}

/** Judges outputs of one case; sample by sample, since each is the first one times a power of two. */
export type Judge = (y: Float32Array, rounding: RoundingName) => Agreement;

/** Works out the exact output and the bounds of one sample. */
export function judgeOf(question: BenchCase): Judge {
  const one = { ...question, N: 1 };
  const inputs = inputsOf(one);
  const { quantity, reference } = referenceOf(one, inputs);
  const bounds = new Map<RoundingName, Float64Array>([['convolutions', reference.bounds]]);
  const boundsFor = (rounding: RoundingName) => {
    const known = bounds.get(rounding) ?? otherBounds[rounding as keyof typeof otherBounds](one, inputs);
    bounds.set(rounding, known);
    return known;
  };
  const length = reference.bounds.length;
  return (y, rounding) => {
    if (y.length !== question.N * length) {
      return {
        worstRatio: Number.POSITIVE_INFINITY,
        problem: `${y.length} numbers, expected ${question.N * length}`,
      };
    }
    const judged = { ...reference, bounds: boundsFor(rounding) };
    let worstRatio = 0;
    for (let n = 0; n < question.N; n++) {
      const sample = y.subarray(n * length, (n + 1) * length).map((value) => value / sampleScale(n));
      const found = compare(quantity.results[0]!, judged, sample);
      worstRatio = Math.max(worstRatio, found.worstRatio);
      if (found.kind === 'PASS') continue;
      const { where, expected, got, bound } = found.first!;
      const problem = `${found.wrong} of ${length} numbers of sample ${n} are wrong; the first, at ${where}, is ${got}, expected ${expected} within ${bound}`;
      return { worstRatio, problem };
    }
    return { worstRatio };
  };
}

function referenceOf(
  question: BenchCase,
  inputs: BenchInputs,
): { readonly quantity: Quantity; readonly reference: Reference } {
  const { operation, L, M, size } = question;
  const given = recordedInputs(question, inputs);
  const y = {
    shape: [1, L * M, size, size],
    data: new Float32Array(inputs.x.length),
    stored: 'float32',
  } as const;
  const evidence: Evidence = {
    operation,
    arrays: new Map([...given, ['y', y]]),
    window,
    precision: 'float32',
    flushesSubnormals: false,
    composed: false,
  };
  const [quantity] = quantities(evidence);
  return { quantity: quantity!, reference: referencesFor(quantity!, evidence, new Set(['y'])).get('y')! };
}

const otherBounds = {
  /** `bound` has the formula: K = GS products of an entry of W, a product itself, and x; A is the block's. */
  composed: (question: BenchCase, inputs: BenchInputs): Float64Array => {
    const { unit, underflow } = precisions.float32;
    const terms = question.L * question.M * 9;
    const most = inputs.x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const { errorOf } = bound(precisions.float32);
    return magnitudes(question, inputs).map((magnitude) =>
      errorOf({
        value: 0,
        magnitude,
        inherited: unit * magnitude + underflow * terms * most,
        terms,
        // Of the sums that gave the magnitude, in double precision.
        roundings: 2 * terms,
      }),
    );
  },
};

/** A = Σ|w||x| of every output, worked out in doubles. */
function magnitudes(
  { operation, L, M, size }: BenchCase,
  { x, primary, secondary }: BenchInputs,
): Float64Array {
  const sizes = (values: Float32Array) => Float64Array.from(values, Math.abs);
  const shape = { L, M, H: size, W: size };
  return operation === 'block'
    ? plainBlock(sizes(x), sizes(primary), sizes(secondary), shape)
    : plainPrimary(sizes(x), sizes(primary), shape);
}
