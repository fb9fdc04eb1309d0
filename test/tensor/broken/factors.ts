/** Wrong channels, groups, layouts and indices. */
import {
  at,
  type Feature,
  feature,
  fromSpec,
  groupConvolution,
  groupKernel,
  kernelFromSpec,
  kernelToSpec,
  regroup,
  size,
  toNdarray,
  toSpec,
  withChannels,
} from '../../../src/tensor/index.ts';
import { counting } from '../arrays.ts';
import { as, type Broken, broken, primary, x } from './case.ts';

export const brokenFactors: readonly Broken[] = [
  broken('C2', 'no primary partition', 'feature: channels', ['at least 1', '[0, 6]'], () =>
    feature(counting([1, 6, 4, 4]), { channels: [0, 6] }),
  ),
  broken('C2', 'half a channel', 'regroup: channels', ['at least 1', '[4, 1.5]'], () => regroup(x, [4, 1.5])),
  broken('C2', 'a size of zero', 'size: L', ['at least 1', '0'], () => size('L', 0)),
  broken('T5', 'channels of another product', 'feature: channels', ['a product of 6', '4 × 2'], () =>
    feature(counting([1, 6, 4, 4]), { channels: [4, 2] }),
  ),
  broken('T5', 'channels of another product', 'regroup: channels', ['a product of 6', '6 × 2'], () =>
    regroup(x, [6, 2]),
  ),
  broken('T5', 'channels of another product', 'feature: channels', ['a product of 6', '5 × 1'], () =>
    fromSpec(toSpec(x), { channels: [5, 1] }),
  ),
  broken('T5', 'other sizes of the same product', 'withChannels: x', ['2 × 3 channels', '3 × 2'], () =>
    withChannels(x, [2, 3]),
  ),
  broken('C6', 'groups that don’t divide the outputs', 'groupKernel: groups', ['a divisor of 6', '4'], () =>
    groupKernel(counting([6, 2, 3, 3]), { groups: 4 }),
  ),
  broken('C6', 'no groups', 'groupKernel: groups', ['a divisor of 6', '0'], () =>
    kernelFromSpec(kernelToSpec(primary), { groups: 0 }),
  ),
  ...[-3, 0.5].map((groups) =>
    broken('C6', `${groups} groups`, 'groupKernel: groups', ['a divisor of 6', `${groups}`], () =>
      groupKernel(counting([6, 2, 3, 3]), { groups }),
    ),
  ),
  broken('T5', 'another minor size', 'withChannels: x', ['3 × 1 channels', '3 × 2'], () =>
    withChannels(x, [3, 1]),
  ),
  broken(
    'T6',
    'fewer inputs than stated',
    'groupKernel: array',
    ['3 × 2 outputs, 3 inputs', '3 × 2 outputs, 2 inputs'],
    () => groupKernel(counting([6, 2, 3, 3]), { groups: 3, inputs: 3 }),
  ),
  broken(
    'T6',
    'more outputs than stated',
    'groupKernel: array',
    ['3 × 1 outputs, 2 inputs', '3 × 2 outputs, 2 inputs'],
    () => groupKernel(counting([6, 2, 3, 3]), { groups: 3, outputs: 1 }),
  ),
  broken('T9', 'an unknown layout', 'feature: layout', ['NCHW or NHWC', 'CHWN'], () =>
    feature(counting([1, 6, 4, 4]), { channels: [3, 2], layout: as<'NCHW'>('CHWN') }),
  ),
  broken('T9', 'an unknown layout', 'toNdarray: layout', ['NCHW or NHWC', 'nchw'], () =>
    toNdarray(x, as<'NCHW'>('nchw')),
  ),
  broken('T9', 'an unknown layout', 'groupKernel: layout', ['OIHW or OHWI or HWIO', 'NCHW'], () =>
    groupKernel(counting([6, 2, 3, 3]), { groups: 3, layout: as<'OIHW'>('NCHW') }),
  ),
  broken('T11', 'an ndarray for a feature map', 'toNdarray: x', ['made by feature', 'object'], () =>
    toNdarray(as<Feature>(counting([1, 6, 4, 4]))),
  ),
  broken(
    'T11',
    'an ndarray for a kernel',
    'groupConvolution: kernel',
    ['made by groupKernel', 'object'],
    () => groupConvolution(x, as<typeof primary>(counting([6, 2, 3, 3]))),
  ),
  ...[
    [1, 0, 0, 0],
    [0, 6, 0, 0],
    [0, 0, 4, 0],
    [0, 0, 0, 4],
    [0, 0, 0, -1],
    [0, 0.5, 0, 0],
    [Number.NaN, 0, 0, 0],
  ].map((index) =>
    broken(
      'C1',
      `(${index.join(', ')})`,
      'at: index',
      ['an index within [1, 6, 4, 4]', `(${index.join(', ')})`],
      () => at(x, ...(index as [number, number, number, number])),
    ),
  ),
];
