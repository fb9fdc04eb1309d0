/** Arrays that aren't what the tensor core takes, and data that is taken away after it was checked. */
import ndarray, { type NdArray } from 'ndarray';
import {
  at,
  block,
  contiguous,
  type Feature,
  feature,
  groupConvolution,
  groupKernel,
  interleave,
  interleaveView,
  kernelToSpec,
  regroup,
  toNdarray,
  toSpec,
  withChannels,
} from '../../../src/tensor/index.ts';
import { counting } from '../arrays.ts';
import { as, type Broken, broken, primary, secondary, x } from './case.ts';

/** A feature map of an array whose header is as given, checked by nobody. */
const make = (fields: Partial<Record<keyof NdArray, unknown>>) => () => {
  const data = new Float64Array(96);
  const array = { data, shape: [1, 6, 4, 4], stride: [96, 16, 4, 1], offset: 0, ...fields };
  return feature(as<NdArray>(array), { channels: [3, 2] });
};

/** A feature map whose buffer was transferred away after it was checked. */
function detached(): Feature<3, 2> {
  const array = counting([1, 6, 4, 4]);
  const gone = feature(array, { channels: [3, 2] });
  structuredClone(array.data, { transfer: [array.data.buffer as ArrayBuffer] });
  return gone;
}

/** A kernel whose resizable buffer shrank after it was checked. */
function shrunk(): typeof primary {
  type Resizable = new (size: number, limit: object) => ArrayBuffer & { resize(size: number): void };
  const buffer = new (as<Resizable>(ArrayBuffer))(108 * 8, { maxByteLength: 108 * 8 });
  const array = ndarray(new Float64Array(buffer), [6, 2, 3, 3]);
  const kernel = groupKernel(array, { groups: 3, inputs: 2, outputs: 2 });
  buffer.resize(107 * 8);
  return kernel;
}

const onDetached: Record<string, (gone: Feature<3, 2>) => unknown> = {
  interleave: (gone) => interleave(gone),
  interleaveView: (gone) => interleaveView(gone),
  contiguous: (gone) => contiguous(gone),
  groupConvolution: (gone) => groupConvolution(gone, primary),
  block: (gone) => block(gone, primary, secondary),
  toNdarray: (gone) => toNdarray(gone),
  regroup: (gone) => regroup(gone, [2, 3]),
  withChannels: (gone) => withChannels(gone, [3, 2]),
  toSpec: (gone) => toSpec(gone),
  at: (gone) => at(gone, 0, 0, 0, 0),
};

const onShrunk: Record<string, (kernel: typeof primary) => unknown> = {
  'groupConvolution: kernel': (kernel) => groupConvolution(x, kernel),
  'block: primary': (kernel) => block(x, kernel, secondary),
  'kernelToSpec: kernel': (kernel) => kernelToSpec(kernel),
};

export const brokenArrays: readonly Broken[] = [
  broken(
    'T1',
    'an array of integers',
    'feature: array',
    ['float32 or float64 data', '[object Int32Array]'],
    () => feature(ndarray(new Int32Array(96), [1, 6, 4, 4]), { channels: [3, 2] }),
  ),
  broken('T1', 'a plain array', 'feature: array', ['float32 or float64 data', '[object Array]'], () =>
    feature(ndarray(Array<number>(96).fill(0), [1, 6, 4, 4]), { channels: [3, 2] }),
  ),
  broken('T1', 'no array at all', 'feature: array', ['float32 or float64 data', '[object Undefined]'], () =>
    feature(as<NdArray>(undefined), { channels: [3, 2] }),
  ),
  broken('T1', 'a bias of plain numbers', 'groupConvolution: bias', ['float32', '[object Undefined]'], () =>
    groupConvolution(x, primary, {}, as<Float64Array>([1, 2, 3, 4, 5, 6])),
  ),
  broken('T2', 'an array of rank 3', 'feature: array', ['4 axes', '3 sizes and 3 strides'], () =>
    feature(counting([6, 4, 4, 1]).pick(null, null, null, 0), { channels: [3, 2] }),
  ),
  broken('T2', 'a kernel of rank 5', 'groupKernel: array', ['4 axes', '5 sizes and 5 strides'], () =>
    groupKernel(primary.array, { groups: 3 }),
  ),
  broken(
    'T2',
    'a shape without strides',
    'feature: array',
    ['4 axes', '4 sizes and 0 strides'],
    make({ stride: undefined }),
  ),
  broken(
    'T2',
    'strides without a shape',
    'feature: array',
    ['4 axes', '0 sizes and 4 strides'],
    make({ shape: undefined }),
  ),
  broken(
    'C2',
    'an axis of no entries',
    'feature: array',
    ['at least 1', '[1, 6, 0, 4]'],
    make({ shape: [1, 6, 0, 4] }),
  ),
  broken(
    'C2',
    'half a pixel',
    'feature: array',
    ['at least 1', '[1, 6, 1.5, 4]'],
    make({ shape: [1, 6, 1.5, 4] }),
  ),
  broken(
    'T3',
    'a stride of NaN',
    'feature: array',
    ['integer strides', 'NaN'],
    make({ stride: [96, 16, Number.NaN, 1] }),
  ),
  broken('T3', 'a negative offset', 'feature: array', ['31 bits', 'offset -1'], make({ offset: -1 })),
  broken(
    'T3',
    'an offset of 32 bits',
    'feature: array',
    ['31 bits', 'offset 4294967296'],
    make({ offset: 2 ** 32 }),
  ),
  broken(
    'T4',
    'short data',
    'feature: array',
    ['indices within 95 entries', '0 to 95'],
    make({ data: new Float64Array(95) }),
  ),
  broken(
    'T4',
    'an offset too far',
    'feature: array',
    ['indices within 96 entries', '1 to 96'],
    make({ offset: 1 }),
  ),
  broken(
    'T4',
    'a negative stride from the start',
    'feature: array',
    ['within 96 entries', '-3 to 92'],
    make({ stride: [96, 16, 4, -1] }),
  ),
  broken(
    'T4',
    'a stride beyond every integer',
    'feature: array',
    ['within 96 entries', 'to 450359962737049'],
    make({ stride: [1, 9007199254740991, 0, 0] }),
  ),
  ...Object.entries(onDetached).map(([operation, call]) =>
    broken('T4', 'data transferred away', `${operation}: x`, ['within 0 entries', '0 to 95'], () =>
      call(detached()),
    ),
  ),
  ...Object.entries(onShrunk).map(([where, call]) =>
    broken('T4', 'a buffer that shrank', where, ['within 107 entries', '0 to 107'], () => call(shrunk())),
  ),
];
