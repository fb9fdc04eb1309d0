/** The weights of partitions as Strassen's algorithm reads them: sums of blocks, formed once. */
import { strassenProducts } from '../../../algebras/strassen.ts';
import type { PackedWeights } from '../../strategy.ts';
import { halvesOf, type Part, passes, rowPieces, type StrassenPlan, stepsOf } from './layout.ts';

/** `weights`: (outputs·mixed, groups); `bias`: outputs·mixed entries. From `begin`, in floats. */
export function packStrassen(
  plan: StrassenPlan,
  weights: Float32Array,
  bias: Float32Array | undefined,
  { floats }: PackedWeights,
  begin: number,
): void {
  const { outputs, mixed, groups, bias: hasBias } = plan.geometry;
  const below = halvesOf(mixed).first;
  const pieces = rowPieces(plan).flatMap(({ count, times }) => new Array<number>(times).fill(count));
  const sums = new Float64Array(halvesOf(groups).first);
  let at = begin;
  for (let partition = 0; partition < outputs; partition++) {
    const from = partition * mixed;
    const of = { weights: weights.subarray(from * groups, (from + mixed) * groups), mixed, groups };
    const pack = (part: Part, row: number, count: number) => {
      if (typeof part === 'number') {
        const steps = stepsOf(part, of);
        for (let j = 0; j < count; j++) {
          sumBlocks(part, of, row + j, sums);
          for (let step = 0; step < steps; step++) floats[at + step * count + j] = sums[step]!;
        }
        at += steps * count;
      } else if (hasBias) {
        const first = part === 'lower' ? row + below : row;
        for (let o = first; o < first + count; o++) floats[at++] = o < mixed ? (bias?.[from + o] ?? 0) : 0;
      }
    };
    for (const pass of passes) {
      let row = 0;
      for (const count of pieces) {
        for (const part of pass) pack(part, row, count);
        row += count;
      }
    }
  }
}

interface Partition {
  readonly weights: Float32Array;
  readonly mixed: number;
  readonly groups: number;
}

/** A row of a product's sum of blocks, in double precision; zeros beyond an odd number of outputs or inputs. */
function sumBlocks(product: number, of: Partition, row: number, sums: Float64Array): void {
  const { weights, mixed, groups } = of;
  sums.fill(0);
  for (const [block, factor] of strassenProducts[product]!.left.entries()) {
    const o = block < 2 ? row : row + halvesOf(mixed).first;
    if (factor === 0 || o >= mixed) continue;
    const first = block % 2 === 0 ? 0 : sums.length;
    const end = Math.min(sums.length, groups - first);
    const at = o * groups + first;
    for (let i = 0; i < end; i++) sums[i]! += factor * weights[at + i]!;
  }
}
