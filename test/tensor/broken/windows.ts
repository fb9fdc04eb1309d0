/** Wrong strides, dilations and paddings, and results too large to hold. */
import { block, groupConvolution, resolvePadding, tensorWindow } from '../../../src/tensor/index.ts';
import { as, type Broken, broken, primary, secondary, x } from './case.ts';

const sizes = { input: [4, 4], kernel: [3, 3] } as const;

export const brokenWindows: readonly Broken[] = [
  broken('C4', 'a stride of zero', 'groupConvolution: window.stride', ['at least 1', '[0, 0]'], () =>
    groupConvolution(x, primary, { stride: 0 }),
  ),
  broken('C4', 'a stride of zero rows', 'tensorWindow: window.stride', ['at least 1', '[0, 1]'], () =>
    tensorWindow({ stride: [0, 1] }, sizes),
  ),
  broken('C2', 'an input of no columns', 'tensorWindow: sizes.input', ['at least 1', '[4, 0]'], () =>
    tensorWindow({}, { ...sizes, input: [4, 0] }),
  ),
  broken('C4', 'half a step', 'tensorWindow: window.stride', ['at least 1', '[1, 1.5]'], () =>
    tensorWindow({ stride: [1, 1.5] }, sizes),
  ),
  broken('C4', 'a dilation of zero', 'block: window.dilation', ['at least 1', '[1, 0]'], () =>
    block(x, primary, secondary, { dilation: [1, 0] }),
  ),
  broken(
    'C4',
    'a negative padding',
    'groupConvolution: window.padding',
    ['at least 0', 'top -1, bottom -1'],
    () => groupConvolution(x, primary, { padding: -1 }),
  ),
  broken('C4', 'a side missing', 'resolvePadding: window.padding', ['at least 0', 'left undefined'], () =>
    resolvePadding(as<'same'>({ top: 0, bottom: 0, right: 0 }), sizes),
  ),
  broken('C2', 'an input of no pixels', 'resolvePadding: sizes.input', ['at least 1', '[0, 4]'], () =>
    resolvePadding('same', { ...sizes, input: [0, 4] }),
  ),
  broken('C2', 'a kernel of no taps', 'tensorWindow: sizes.kernel', ['at least 1', '[3, 0]'], () =>
    tensorWindow({}, { ...sizes, kernel: [3, 0] }),
  ),
  broken(
    'C5',
    'a kernel larger than the input',
    'groupConvolution: x',
    ['5 × 5 padded pixels', '4 × 4'],
    () => groupConvolution(x, primary, { dilation: 2, padding: 'valid' }),
  ),
  broken(
    'T8',
    'an unknown padding',
    'groupConvolution: window.padding',
    ['valid, same, same-upper, same-lower', 'SAME'],
    () => groupConvolution(x, primary, { padding: as<'same'>('SAME') }),
  ),
  broken(
    'T8',
    'a padding that every object inherits',
    'resolvePadding: window.padding',
    ['valid, same', 'constructor'],
    () => resolvePadding(as<'same'>('constructor'), sizes),
  ),
  broken(
    'T8',
    'null for a padding',
    'resolvePadding: window.padding',
    ['a name, a number or four numbers', 'object'],
    () => resolvePadding(as<'same'>(null), sizes),
  ),
  broken(
    'T8',
    'true for a padding',
    'resolvePadding: window.padding',
    ['a name, a number or four numbers', 'boolean'],
    () => resolvePadding(as<'same'>(true), sizes),
  ),
  broken(
    'T10',
    'more outputs than an array holds',
    'groupConvolution: x',
    ['fewer than 2³¹', '[1, 3, 2, 2000002, 2000002]'],
    () => groupConvolution(x, primary, { padding: 1e6 }),
  ),
  broken(
    'T10',
    'more padded entries than an array holds',
    'groupConvolution: x',
    ['fewer than 2³¹', '[2, 2000004, 2100000]'],
    () => groupConvolution(x, primary, { padding: 1e6, stride: 1e5 }),
  ),
];
