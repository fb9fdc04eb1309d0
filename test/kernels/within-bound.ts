/** Judging a prepared block by the oracle's bound for how it is computed. */
import { expect } from 'vitest';
import { unitWindow } from '../../spec/00-notation.ts';
import type { BlockParameters, BlockShape, Kernels } from '../../src/kernels/index.ts';
import { compare } from '../../src/oracle/compare.ts';
import { quantities } from '../../src/oracle/quantities.ts';
import { linearCongruential } from '../../src/oracle/random.ts';
import { referencesFor } from '../../src/oracle/reference.ts';
import type { Evidence, Recorded } from '../../src/oracle/types.ts';

/** Real numbers of at most 1 in size. */
export function numbers(seed: number): (length: number) => Float32Array {
  const next = linearCongruential(seed);
  return (length) => Float32Array.from({ length }, () => next() / 2 ** 31 - 1);
}

interface Prepared {
  readonly kernels: Kernels;
  readonly shape: BlockShape & Readonly<Record<'N' | 'Mout' | 'Lout', number>>;
  readonly parameters: BlockParameters;
  readonly x: Float32Array;
  /** Draws the residual. */
  readonly real: (length: number) => Float32Array;
}

/** A block by this plan: within the bound of what is declared; its epilogue comes last, and rounds once. */
export function expectWithin(
  { kernels, shape, parameters, x, real }: Prepared,
  plan: object,
  declared: Pick<Evidence, 'winograd' | 'strassen'>,
): void {
  const { N, L, Min, Mout, Lout, height, width, kernel, window = unitWindow } = shape;
  const { primaryWeight, secondaryWeight, primaryBias, secondaryBias } = parameters;
  const prepared = kernels.block(shape, parameters);
  expect(prepared.plan).toMatchObject(plan);
  prepared.output.fill(Number.NaN);
  const y = prepared.run(x).slice();
  const { outputShape } = prepared;
  prepared.dispose();
  const recorded = (name: string, sizes: readonly number[], data: Float32Array | undefined) =>
    data ? [[name, { shape: sizes, data, stored: 'float32' } satisfies Recorded] as const] : [];
  const arrays = new Map([
    ...recorded('x', [N, L * Min, height, width], x),
    ...recorded('primary_weight', [L * Mout, Min, ...kernel], primaryWeight),
    ...recorded('secondary_weight', [Mout * Lout, L, 1, 1], secondaryWeight),
    ...recorded('primary_bias', [L * Mout], primaryBias),
    ...recorded('secondary_bias', [Mout * Lout], secondaryBias),
    ...recorded('y', outputShape, y),
  ]);
  const precision = { precision: 'float32', flushesSubnormals: false, composed: false } as const;
  const evidence = { operation: 'block', arrays, window, ...precision, ...declared } as const;
  const [quantity] = quantities(evidence);
  const reference = referencesFor(quantity!, evidence, new Set(['y'])).get('y')!;
  expect(compare(quantity!.results[0]!, reference, y)).toMatchObject({ kind: 'PASS', wrong: 0 });

  // The epilogue comes last, and rounds once.
  const residual = real(y.length);
  const finished = kernels.block(shape, { ...parameters, residual: true, relu: true });
  expect(finished.run(x, undefined, residual)).toEqual(
    y.map((sum, i) => Math.max(0, Math.fround(sum + residual[i]!))),
  );
  finished.dispose();
}
