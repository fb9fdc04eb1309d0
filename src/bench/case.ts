/** What is timed: the paper's blocks, a depthwise and a dense convolution, all 3 × 3 with padding 1 and stride 1. */

import { Refusal } from './refusal.ts';

export interface BenchCase {
  /** 'L24M2@32', for a batch 'L24M2@32x16'. */
  readonly id: string;
  /** 'L24M2', 'depthwise144', 'dense64'. */
  readonly family: string;
  /** A group convolution is the primary alone: L groups of M channels. */
  readonly operation: 'block' | 'group-convolution';
  readonly L: number;
  readonly M: number;
  /** Height and width. */
  readonly size: number;
  /** Samples in the batch. */
  readonly N: number;
}

/** The largest L, M, size and N that a name may have: more would not fit into anybody's memory. */
const most = 4096;

/** The families of the published table and the sizes at which each is timed, with batches of 1 and 16. */
const published: readonly (readonly [family: string, sizes: readonly number[]])[] = [
  ['L24M2', [32, 16, 8]],
  ['L4M8', [32, 16, 8]],
  ['L32M26', [32, 16, 8]],
  ['L450M2', [32, 16, 8]],
  ['L100M2', [56]],
  ['dense64', [56]],
  ['depthwise144', [56]],
];

const batches = [1, 16] as const;

/** Every case of the published table, all of batch 1 first. */
export const publishedCases: readonly BenchCase[] = batches.flatMap((N) =>
  published.flatMap(([family, sizes]) => sizes.map((size) => caseOf(family, size, N))),
);

/** A name that isn't one of a case; the message says what was expected. */
export class CaseError extends Error {
  override readonly name = 'CaseError';
}

/**
 * The cases of a list of names: 'L24M2' is all published ones of that family, 'L24M2@32' one of batch 1, and
 * 'L6M5@20x4' any other. Throws a CaseError.
 */
export function casesNamed(names: string): readonly BenchCase[] {
  return names.split(',').flatMap((name) => {
    const known = publishedCases.filter(({ family }) => family === name);
    if (known.length > 0) return known;
    const match = /^([A-Za-z0-9]+)@([1-9]\d*)(?:x([1-9]\d*))?$/.exec(name);
    if (match) return [caseOf(match[1]!, Number(match[2]), Number(match[3] ?? 1))];
    const families = published.map(([family]) => family).join(', ');
    throw new CaseError(`expected one of ${families}, or a name as L24M2@32 or dense64@56x16, got '${name}'`);
  });
}

function caseOf(family: string, size: number, N: number): BenchCase {
  const partition = partitionOf(family);
  const sizes = partition && [partition.L, partition.M, size, N];
  if (!sizes || sizes.some((n) => n > most)) {
    throw new CaseError(
      `expected L…M…, dense… or depthwise… at a size, numbers up to ${most}, got '${family}@${size}x${N}'`,
    );
  }
  return { id: N === 1 ? `${family}@${size}` : `${family}@${size}x${N}`, family, ...partition, size, N };
}

function partitionOf(family: string): Pick<BenchCase, 'operation' | 'L' | 'M'> | undefined {
  const block = /^L([1-9]\d*)M([1-9]\d*)$/.exec(family);
  if (block) return { operation: 'block', L: Number(block[1]), M: Number(block[2]) };
  const single = /^(dense|depthwise)([1-9]\d*)$/.exec(family);
  if (!single) return undefined;
  const channels = Number(single[2]);
  const isDense = single[1] === 'dense';
  return { operation: 'group-convolution', L: isDense ? 1 : channels, M: isDense ? channels : 1 };
}

/** Multiply-adds of the definition; at the border the zeros count too. */
export function multiplyAdds({ operation, L, M, size, N }: BenchCase): number {
  const primary = L * M * M * 9;
  const secondary = operation === 'block' ? M * L * L : 0;
  return (primary + secondary) * size * size * N;
}

/** A composed convolution of more multiply-adds than this isn't tried, as a multiple of the block's: nobody is so good at it. */
const mostComposed = 12;

/** Whether a case is a block that somebody may compute faster as the one dense convolution that it composes to. */
export function composes(question: BenchCase): boolean {
  const { operation, L, M, size, N } = question;
  const composed = (L * M) ** 2 * 9 * size * size * N;
  return operation === 'block' && composed <= mostComposed * multiplyAdds(question);
}

/** Throws a Refusal where a case has more multiply-adds than anybody waits for. */
export function refuseMoreThan(most: number, question: BenchCase): void {
  if (multiplyAdds(question) > most) {
    throw new Refusal(`more than ${most.toLocaleString('en-US')} multiply-adds: nobody waits for that`);
  }
}
