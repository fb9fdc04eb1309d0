/** The judge's reference of the block L24M2 on 48 × 32 × 32: exact values and bounds, against a plain double loop. */
import { unitWindow } from '../spec/00-notation.ts';
import { plainBlock } from '../src/bench/plain-loops.ts';
import { quantities } from '../src/oracle/quantities.ts';
import { linearCongruential } from '../src/oracle/random.ts';
import { type Reference, referencesFor } from '../src/oracle/reference.ts';
import type { Evidence, Recorded } from '../src/oracle/types.ts';
import type { Bench, Peer } from './bench.ts';

const sizes = { L: 24, M: 2, H: 32, W: 32 } as const;
const { L, M, H, W } = sizes;

/** Numbers from −1 to 1, the same in every run. */
function uniform(length: number, seed: number): Float64Array {
  const next = linearCongruential(seed);
  return Float64Array.from({ length }, () => next() / 2 ** 31 - 1);
}

const recorded = (shape: readonly number[], data: Float64Array, stored: Recorded['stored']): Recorded => ({
  shape,
  data,
  stored,
});

/** A block and its output in double precision, as evidence; each entry is `map` of one between −1 and 1. */
export function blockEvidence(map: (x: number) => number, stored: 'float32' | 'float64'): Evidence {
  const x = uniform(L * M * H * W, 1).map(map);
  const primary = uniform(L * M * M * 9, 2).map(map);
  const secondary = uniform(M * L * L, 3).map(map);
  const y = plainBlock(x, primary, secondary, sizes);
  return {
    operation: 'block',
    arrays: new Map([
      ['x', recorded([1, L * M, H, W], x, stored)],
      ['primary_weight', recorded([L * M, M, 3, 3], primary, stored)],
      ['secondary_weight', recorded([M * L, L, 1, 1], secondary, stored)],
      ['y', recorded([1, L * M, H, W], stored === 'float32' ? y.map(Math.fround) : y, stored)],
    ]),
    window: { ...unitWindow, padding: { top: 1, bottom: 1, left: 1, right: 1 } },
    precision: stored,
    flushesSubnormals: false,
    composed: false,
  };
}

/** The reference of y, by the fast way or by the specification alone. */
export function referenceOf(evidence: Evidence, slow = false): Reference {
  const [output] = quantities(evidence);
  return referencesFor(output!, evidence, new Set(['y']), slow).get('y')!;
}

/** Every entry decided, as the judge does: |got − exact| against its bound. */
function decide(evidence: Evidence, { exact, bounds }: Reference): Float64Array {
  const { data } = evidence.arrays.get('y')!;
  return bounds.map((bound, i) => (exact.distance(i, data[i]!, bound) <= bound ? data[i]! : Number.NaN));
}

/** The specification on exact numbers gives the same doubles, float32 numbers and decisions; throws where it doesn't. */
function checkExact(evidence: Evidence): void {
  const [fast, slow] = [referenceOf(evidence), referenceOf(evidence, true)];
  const { data } = evidence.arrays.get('y')!;
  for (let i = 0; i < slow.exact.length; i++) {
    const questions = ({ exact, bounds }: Reference) => [
      exact.nearest(i),
      exact.nearestFloat32(i),
      exact.distance(i, data[i]!, bounds[i]!) <= bounds[i]!,
    ];
    const [ours, right] = [questions(fast).join(), questions(slow).join()];
    if (ours !== right) throw new Error(`reference: entry ${i} is ${ours}, by exact numbers ${right}`);
  }
}

function peersOn(evidence: Evidence): readonly Peer[] {
  const data = (name: string) => evidence.arrays.get(name)!.data as Float64Array;
  const round = evidence.precision === 'float32' ? Math.fround : (y: number) => y;
  return [
    {
      name: 'plain',
      about: 'loops in double precision written by hand for this one case',
      run: () => plainBlock(data('x'), data('primary_weight'), data('secondary_weight'), sizes).map(round),
    },
    {
      name: 'reference',
      about: 'exact values, bounds, and every entry decided',
      run: () => decide(evidence, referenceOf(evidence)),
    },
  ];
}

/** How many of the entries of y take exact numbers: to decide, and to round them correctly to float32 and float64. */
function fallbackRates(evidence: Evidence): string {
  const rate = (ask: (reference: Reference, i: number) => void) => {
    const reference = referenceOf(evidence);
    for (let i = 0; i < reference.exact.length; i++) ask(reference, i);
    return `${reference.exact.fallbacks} of ${reference.exact.length}`;
  };
  const { data } = evidence.arrays.get('y')!;
  const decided = rate(({ exact, bounds }, i) => exact.distance(i, data[i]!, bounds[i]!));
  const float32 = rate(({ exact }, i) => exact.nearestFloat32(i));
  const float64 = rate(({ exact }, i) => exact.nearest(i));
  return `fell back to exact numbers: ${decided} to decide, ${float32} to round to float32, ${float64} to float64`;
}

function bench(name: string, what: string, evidence: () => Evidence): Bench {
  return {
    name,
    title: `the judge's reference of L24M2 on 48 × 32 × 32, ${what}`,
    peers: () => {
      const given = evidence();
      checkExact(given);
      return peersOn(given);
    },
    notes: () => [fallbackRates(evidence())],
    limits: [{ peer: 'reference', against: 'plain', atMost: 10 }],
  };
}

export const references: readonly Bench[] = [
  bench('reference-integers', 'small integers, bit for bit', () =>
    blockEvidence((x) => Math.round(8 * x), 'float32'),
  ),
  bench('reference-float32', 'float32', () => blockEvidence(Math.fround, 'float32')),
  bench('reference-float64', 'float64', () => blockEvidence((x) => x / 3, 'float64')),
];
