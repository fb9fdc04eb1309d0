/** The paper's IGC-L24M2 block on its first stage, 48 × 32 × 32: the specification and the tensor core. */
import ndarray from 'ndarray';
import { block as specBlock } from '../spec/03-igc-block.ts';
import { float64 } from '../src/algebras/float64.ts';
import { plainBlock } from '../src/bench/plain-loops.ts';
import { linearCongruential } from '../src/oracle/random.ts';
import {
  block,
  feature,
  groupKernel,
  kernelToSpec,
  tensorWindow,
  toNdarray,
  toSpec,
} from '../src/tensor/index.ts';
import type { Bench, Peer } from './bench.ts';

const L = 24;
const M = 2;
const H = 32;
const W = 32;

/** Integers from −8 to 8, the same in every run. */
function integers(length: number, seed: number): Float64Array {
  const next = linearCongruential(seed);
  return Float64Array.from({ length }, () => Math.floor((next() / 2 ** 32) * 17) - 8);
}

function peers(): readonly Peer[] {
  const data = {
    x: integers(L * M * H * W, 1),
    primary: integers(L * M * M * 9, 2),
    secondary: integers(M * L * L, 3),
  };
  const x = feature(ndarray(data.x, [1, L * M, H, W]), { channels: [L, M] });
  const primary = groupKernel(ndarray(data.primary, [L * M, M, 3, 3]), { groups: L, inputs: M, outputs: M });
  const secondary = groupKernel(ndarray(data.secondary, [M * L, L, 1, 1]), {
    groups: M,
    inputs: L,
    outputs: L,
  });
  const window = tensorWindow({ padding: 1 }, { input: [H, W], kernel: [3, 3] });
  const spec = { x: toSpec(x), primary: kernelToSpec(primary), secondary: kernelToSpec(secondary) };
  return [
    {
      name: 'spec',
      about: 'the specification on float64',
      run: () => specBlock(float64, spec.x, spec.primary, spec.secondary, window).data,
    },
    {
      name: 'core',
      about: 'the tensor core, from an ndarray to a row-major ndarray',
      run: () => toNdarray(block(x, primary, secondary, window)).data,
    },
    {
      name: 'plain',
      about: 'loops written by hand for this one case',
      run: () => plainBlock(data.x, data.primary, data.secondary, { L, M, H, W }),
    },
  ];
}

export const blockL24M2: Bench = {
  name: 'block-l24m2',
  title: 'the block L24M2 on 48 × 32 × 32, 3 × 3, padding 1, float64',
  peers,
  limits: [
    { peer: 'core', against: 'plain', atMost: 1.3 },
    { peer: 'spec', against: 'plain', atMost: 60 },
  ],
};
