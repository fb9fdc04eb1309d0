/** Operands that don't fit together. */
import {
  block,
  feature,
  type GroupKernel,
  groupConvolution,
  groupKernel,
  regroup,
} from '../../../src/tensor/index.ts';
import { counting } from '../arrays.ts';
import { as, type Broken, broken, primary, secondary, x } from './case.ts';

const float32 = feature(counting([1, 6, 4, 4], 'float32'), { channels: [3, 2] });
const tall = groupKernel(counting([6, 3, 2, 1]), { groups: 2, inputs: 3, outputs: 3 });

export const brokenOperands: readonly Broken[] = [
  broken('T7', 'a float32 map and a float64 kernel', 'groupConvolution: kernel', ['float32', 'float64'], () =>
    groupConvolution(float32, primary),
  ),
  broken('T7', 'a float32 bias', 'groupConvolution: bias', ['float64', 'float32'], () =>
    groupConvolution(x, primary, {}, new Float32Array(6)),
  ),
  broken('C11', 'a bias too long', 'block: biases.primary', ['6 entries', '7'], () =>
    block(x, primary, secondary, {}, { primary: new Float64Array(7) }),
  ),
  broken('C11', 'a bias too short', 'block: biases.secondary', ['6 entries', '5'], () =>
    block(x, primary, secondary, {}, { secondary: new Float64Array(5) }),
  ),
  broken('C2', 'a bias of no entries', 'groupConvolution: bias', ['at least 1', '[0]'], () =>
    groupConvolution(x, primary, {}, new Float64Array(0)),
  ),
  broken(
    'C7',
    'a forgotten interleave that the types were told to ignore',
    'groupConvolution: x',
    ['2 × 3 channels', '3 × 2'],
    () => groupConvolution(x, as<GroupKernel<3, 2, 3>>(secondary)),
  ),
  broken('C7', 'channels that don’t fit', 'block: x', ['3 × 2 channels', '6 × 1'], () =>
    block(as<typeof x>(regroup(x, [6, 1])), primary, secondary),
  ),
  broken('C7', 'more groups alone', 'groupConvolution: x', ['3 × 2 channels', '2 × 2'], () =>
    groupConvolution(as<typeof x>(feature(counting([1, 4, 4, 4]), { channels: [2, 2] })), primary),
  ),
  broken('C7', 'more inputs alone', 'groupConvolution: x', ['3 × 2 channels', '3 × 1'], () =>
    groupConvolution(as<typeof x>(feature(counting([1, 3, 4, 4]), { channels: [3, 1] })), primary),
  ),
  broken('C9', 'a spatial secondary', 'block: secondary', ['1 × 1', '2 × 1'], () => block(x, primary, tall)),
  broken(
    'C10',
    'a secondary of other groups',
    'block: secondary',
    ['2 groups of 3 inputs', '3 groups of 3 inputs'],
    () => block(x, primary, as<typeof secondary>(groupKernel(counting([6, 3, 1, 1]), { groups: 3 }))),
  ),
  broken(
    'C10',
    'a secondary of other inputs',
    'block: secondary',
    ['2 groups of 3 inputs', '2 groups of 6 inputs'],
    () => block(x, primary, as<typeof secondary>(groupKernel(counting([6, 6, 1, 1]), { groups: 2 }))),
  ),
];
