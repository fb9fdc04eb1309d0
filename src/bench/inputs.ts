/** The numbers of a case: always the same, between −1 and 1. */
import { unitWindow, type Window } from '../../spec/00-notation.ts';
import { linearCongruential } from '../oracle/random.ts';
import type { Recorded } from '../oracle/types.ts';
import type { BenchCase } from './case.ts';

/** Row-major float32: x (N, LM, H, W), primary (LM, M, 3, 3), secondary (ML, L, 1, 1; empty without one). */
export interface BenchInputs {
  readonly x: Float32Array;
  readonly primary: Float32Array;
  readonly secondary: Float32Array;
}

export const window: Window = { ...unitWindow, padding: { top: 1, bottom: 1, left: 1, right: 1 } };

/**
 * The inputs of a case. Sample n of a batch is the first one times `sampleScale(n)`, a power of two: so is what comes
 * out, which is how a whole batch is judged by the reference of one sample.
 */
export function inputsOf({ operation, L, M, size, N }: BenchCase): BenchInputs {
  const next = linearCongruential(1);
  const uniform = (length: number, most: number) =>
    new Float32Array(length).map(() => (next() / 2 ** 31 - 1) * most);
  const primary = uniform(L * M * M * 9, 1 / Math.sqrt(9 * M));
  const secondary = operation === 'block' ? uniform(M * L * L, 1 / Math.sqrt(L)) : new Float32Array();
  const sample = uniform(L * M * size * size, 1);
  const x = new Float32Array(N * sample.length);
  for (let n = 0; n < N; n++) {
    const scale = sampleScale(n);
    for (let i = 0; i < sample.length; i++) x[n * sample.length + i] = sample[i]! * scale;
  }
  return { x, primary, secondary };
}

export function sampleScale(n: number): number {
  return (-1) ** n * 2 ** -(n % 32);
}

/** The inputs with their shapes, by the names of recordings. */
export function recordedInputs(
  { operation, L, M, size, N }: BenchCase,
  { x, primary, secondary }: BenchInputs,
): ReadonlyMap<string, Recorded> {
  const recorded = (shape: readonly number[], data: Float32Array): Recorded => ({
    shape,
    data,
    stored: 'float32',
  });
  const features = recorded([N, L * M, size, size], x);
  const kernel = recorded([L * M, M, 3, 3], primary);
  if (operation === 'group-convolution')
    return new Map([
      ['x', features],
      ['weight', kernel],
    ]);
  return new Map([
    ['x', features],
    ['primary_weight', kernel],
    ['secondary_weight', recorded([M * L, L, 1, 1], secondary)],
  ]);
}

/** The composite kernel (LM, LM, 3, 3): W[l′M + m′, lM + m, s] = Wᵈ[m′][l′][l] · Wᵖ[l][m′][m][s], each rounded once. */
export function compositeKernel({ L, M }: BenchCase, { primary, secondary }: BenchInputs): Float32Array {
  const G = L * M;
  const kernel = new Float32Array(G * G * 9);
  for (let m = 0; m < M; m++)
    for (let to = 0; to < L; to++)
      for (let l = 0; l < L; l++) {
        const weight = secondary[(m * L + to) * L + l]!;
        const from = (l * M + m) * M * 9;
        const at = ((to * M + m) * G + l * M) * 9;
        for (let i = 0; i < 9 * M; i++) kernel[at + i] = weight * primary[from + i]!;
      }
  return kernel;
}
