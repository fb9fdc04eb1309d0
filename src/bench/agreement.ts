/** Whether what a candidate gave is the case's output, as the oracle judges it. */
import { bound } from '../algebras/bound.ts';
import { precisions } from '../algebras/precision.ts';
import { points } from '../kernels/wasm/winograd/emit.ts';
import { compare } from '../oracle/compare.ts';
import { quantities } from '../oracle/quantities.ts';
import type { Quantity } from '../oracle/quantity.ts';
import { referencesFor, tolerancesFor } from '../oracle/reference.ts';
import type { Evidence, Recorded } from '../oracle/types.ts';
import type { BenchCase } from './case.ts';
import { type BenchInputs, inputsOf, recordedInputs, sampleScale, window } from './inputs.ts';
import { plainBlock } from './plain-loops.ts';
import type { RoundingName } from './program.ts';

export interface Agreement {
  /** The largest error, as a part of what rounding can do. */
  readonly worstRatio: number;
  /** What is wrong, where it disagrees. */
  readonly problem?: string;
}

/** Judges outputs of N samples, one by one, since each is the first one times a power of two. */
export type Judge = (y: Float32Array, N: number, rounding: RoundingName) => Agreement;

/** Works out the exact output of one sample of a case, and the bounds as they are asked for. */
export function judgeOf(question: BenchCase): Judge {
  const one = { ...question, N: 1 };
  const inputs = inputsOf(one);
  const evidence = evidenceOf(one, inputs);
  const quantity = quantities(evidence)[0]!;
  const reference = referencesFor(quantity, evidence, computed).get('y')!;
  const known = new Map<RoundingName, Float64Array>([['convolutions', reference.bounds]]);
  const boundsFor = (rounding: RoundingName) => {
    const bounds =
      known.get(rounding) ??
      (rounding === 'composed' ? composedBounds(one, inputs) : boundsOf(rounding, quantity, evidence));
    known.set(rounding, bounds);
    return bounds;
  };
  const length = reference.bounds.length;
  return (y, N, rounding) => {
    if (y.length !== N * length) {
      return { worstRatio: Number.POSITIVE_INFINITY, problem: `${y.length} numbers, expected ${N * length}` };
    }
    const judged = { ...reference, bounds: boundsFor(rounding) };
    let worstRatio = 0;
    for (let n = 0; n < N; n++) {
      // Scaled inputs give scaled outputs, bit for bit, wherever samples are computed alike: judged already.
      if (n > 0 && isScaled(y, n, length)) continue;
      const sample = y.subarray(n * length, (n + 1) * length).map((value) => value / sampleScale(n));
      const found = compare(quantity.results[0]!, judged, sample);
      worstRatio = Math.max(worstRatio, found.worstRatio);
      if (found.kind === 'PASS') continue;
      const { where, expected, got, bound } = found.first!;
      const first = `the first, at ${where}, is ${got}, expected ${expected} within ${bound}`;
      return {
        worstRatio,
        problem: `${found.wrong} of ${length} numbers of sample ${n} are wrong; ${first}`,
      };
    }
    return { worstRatio };
  };
}

/** Whether sample n of y is the first one times its scale. */
function isScaled(y: Float32Array, n: number, length: number): boolean {
  const scale = sampleScale(n);
  for (let i = 0; i < length; i++) if (y[n * length + i] !== y[i]! * scale) return false;
  return true;
}

const computed: ReadonlySet<string> = new Set(['y']);

/** The case as evidence; its y stands for any. */
function evidenceOf(question: BenchCase, inputs: BenchInputs): Evidence {
  const { operation, L, M, size } = question;
  const data = new Float32Array(inputs.x.length);
  const y: Recorded = { shape: [1, L * M, size, size], data, stored: 'float32' };
  return {
    operation,
    arrays: new Map([...recordedInputs(question, inputs), ['y', y]]),
    window,
    precision: 'float32',
    flushesSubnormals: false,
    composed: false,
  };
}

function boundsOf(
  rounding: Exclude<RoundingName, 'composed'>,
  quantity: Quantity,
  evidence: Evidence,
): Float64Array {
  const ways = {
    convolutions: {},
    Winograd: { winograd: points },
    Strassen: { strassen: true },
  }[rounding];
  return tolerancesFor(quantity, { ...evidence, ...ways }, computed).get('y')!.bounds;
}

/**
 * `bound` has the formula of a composed convolution: K = GS products of x with an entry of W, a product itself. A is the
 * block's, |Wᵈ||Wᵖ||x| = |W||x|.
 */
function composedBounds(question: BenchCase, inputs: BenchInputs): Float64Array {
  const { unit, underflow } = precisions.float32;
  const { errorOf } = bound(precisions.float32);
  const terms = question.L * question.M * 9;
  const largest = inputs.x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return magnitudes(question, inputs).map((magnitude) =>
    errorOf({
      value: 0,
      magnitude,
      inherited: unit * magnitude + underflow * terms * largest,
      terms,
      // Of the sums that gave the magnitude, in double precision, and of this inherited error.
      roundings: 2 * terms,
    }),
  );
}

/** A = Σ|w||x| of every output of a block, worked out in doubles. */
function magnitudes({ L, M, size }: BenchCase, { x, primary, secondary }: BenchInputs): Float64Array {
  const sizes = (values: Float32Array) => Float64Array.from(values, Math.abs);
  return plainBlock(sizes(x), sizes(primary), sizes(secondary), { L, M, H: size, W: size });
}
