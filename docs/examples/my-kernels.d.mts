import type { Array4, BlockArguments, Moves } from '../../src/laws/index.ts';

interface Float32Tensor {
  shape: number[];
  data: Float32Array;
}

export function groupConvolution(
  args: Moves & { x: Array4; weight: Array4; groups: number; bias?: Array4 | undefined },
): Float32Tensor;
export function interleave(args: { x: Array4; L: number; M: number }): Float32Tensor;
export function block(args: BlockArguments): Float32Tensor;
