/** What is shared, what is copied, and that nothing can be changed behind the core's back. */
import ndarray from 'ndarray';
import { expect, test } from 'vitest';
import {
  at,
  block,
  contiguous,
  feature,
  fromSpec,
  groupConvolution,
  groupKernel,
  interleave,
  interleaveView,
  kernelFromSpec,
  kernelToSpec,
  regroup,
  size,
  toNdarray,
  toSpec,
  withChannels,
} from '../../src/tensor/index.ts';
import { counting } from './arrays.ts';

const shape = [2, 6, 2, 3];

test('a feature map shares the data of its array, in both layouts', () => {
  const nchw = counting(shape);
  const nhwc = counting([2, 2, 3, 6], 'float32');
  const x = feature(nchw, { channels: [3, 2] });
  const y = feature(nhwc, { channels: [3, 2], layout: 'NHWC' });
  expect(x.array.data).toBe(nchw.data);
  expect(y.array.data).toBe(nhwc.data);
  nchw.set(1, 4, 1, 2, -1);
  nhwc.set(1, 1, 2, 4, -1);
  expect(at(x, 1, 4, 1, 2)).toBe(-1);
  expect(at(y, 1, 4, 1, 2)).toBe(-1);
});

test('a feature map knows its sizes and its element type', () => {
  const x = feature(counting(shape, 'float32'), { channels: [3, 2] });
  expect([x.batch, x.major, x.minor, x.height, x.width, x.dtype]).toEqual([2, 3, 2, 2, 3, 'float32']);
});

test('a kernel shares the data of its array, in all three layouts', () => {
  const arrays = {
    OIHW: counting([6, 3, 1, 2]),
    OHWI: counting([6, 1, 2, 3]),
    HWIO: counting([1, 2, 3, 6]),
  } as const;
  for (const layout of ['OIHW', 'OHWI', 'HWIO'] as const) {
    const kernel = groupKernel(arrays[layout], { groups: 2, inputs: 3, outputs: 3, layout });
    expect(kernel.array.data).toBe(arrays[layout].data);
    expect([kernel.groups, kernel.inputs, kernel.outputs, kernel.height, kernel.width]).toEqual([
      2, 3, 3, 1, 2,
    ]);
  }
});

test('interleaveView shares the data and is one transposition: strides move, entries do not', () => {
  const x = feature(counting(shape), { channels: [3, 2] });
  const y = interleaveView(x);
  expect(y.array.data).toBe(x.array.data);
  expect(y.array.shape).toEqual([2, 2, 3, 2, 3]);
  expect(y.array.stride).toEqual([36, 6, 12, 3, 1]);
  expect(interleaveView(y).array).toEqual(x.array);
});

test('interleave is a copy, row-major: Eq. 2 on L = 3, M = 2', () => {
  const x = feature(counting([1, 6, 1, 1]), { channels: [3, 2] });
  const y = interleave(x);
  expect(Array.from(y.array.data)).toEqual([0, 2, 4, 1, 3, 5]);
  expect(y.array.data).not.toBe(x.array.data);
});

test('contiguous copies; the copy is row-major and keeps the element type', () => {
  const x = feature(counting([1, 2, 1, 3], 'float32').step(1, 1, 1, -1), { channels: [2, 1] });
  const y = contiguous(x);
  expect(y.array.data).toEqual(Float32Array.of(2, 1, 0, 5, 4, 3));
});

test('toNdarray shares the data where one stride walks the channels', () => {
  const array = counting(shape);
  const x = feature(array, { channels: [3, 2] });
  expect(toNdarray(x).data).toBe(array.data);
  expect(toNdarray(x)).toEqual(array);
  expect(toNdarray(x, 'NHWC').data).toBe(array.data);
  expect(toNdarray(interleaveView(feature(array, { channels: [6, 1] }))).data).toBe(array.data);
  expect(toNdarray(interleaveView(feature(array, { channels: [1, 6] }))).data).toBe(array.data);
  expect(toNdarray(interleaveView(feature(array, { channels: [1, 6] })))).toEqual(array);
});

test('toNdarray copies where no stride does; the copy is row-major in its layout', () => {
  const x = interleaveView(feature(counting([1, 4, 1, 2]), { channels: [2, 2] }));
  expect(Array.from(toNdarray(x).data)).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  expect(Array.from(toNdarray(x, 'NHWC').data)).toEqual([0, 4, 2, 6, 1, 5, 3, 7]);
  expect(toNdarray(x, 'NHWC').shape).toEqual([1, 1, 2, 4]);
});

test('regroup keeps the channels in order: a view of a row-major map, a copy of an interleaved one', () => {
  const x = feature(counting([1, 6, 1, 1]), { channels: [3, 2] });
  expect(regroup(x, [2, 3]).array.data).toBe(x.array.data);
  const y = regroup(interleaveView(x), [3, 2]);
  expect([y.major, y.minor]).toEqual([3, 2]);
  expect(Array.from(y.array.data)).toEqual([0, 2, 4, 1, 3, 5]);
});

test('withChannels shares everything', () => {
  const x = feature(counting(shape), { channels: [3, 2] });
  expect(withChannels(x, [3, 2]).array).toBe(x.array);
});

test('the checked header is the core’s own: changing the caller’s changes nothing, changing the core’s fails', () => {
  const array = counting(shape);
  const x = feature(array, { channels: [3, 2] });
  array.shape[0] = 99;
  array.stride[3] = 1000;
  array.offset = -5;
  expect(x.array.shape).toEqual([2, 3, 2, 2, 3]);
  expect(at(x, 1, 5, 1, 2)).toBe(71);
  const y = interleaveView(x).array;
  expect(() => y.shape.push(1)).toThrow(TypeError);
  expect(() => {
    y.offset = 7;
  }).toThrow(TypeError);
  expect(() => {
    y.stride[0] = 7;
  }).toThrow(TypeError);
});

test('a stride of zero repeats entries and reads no others', () => {
  const x = feature(ndarray(Float64Array.of(3), [1, 2, 3, 3], [0, 0, 0, 0]), { channels: [2, 1] });
  const array = ndarray(Float64Array.of(2), [2, 1, 1, 1], [0, 0, 0, 0]);
  const kernel = groupKernel(array, { groups: 2, inputs: 1, outputs: 1 });
  expect(Array.from(toNdarray(groupConvolution(x, kernel)).data)).toEqual(Array(18).fill(6));
});

test('a stride far beyond the picture costs no memory: one window, one output', () => {
  const x = feature(counting([1, 1, 2, 3]), { channels: [1, 1] });
  const kernel = groupKernel(counting([1, 1, 1, 2]), { groups: 1, inputs: 1, outputs: 1 });
  const y = groupConvolution(x, kernel, { stride: Number.MAX_SAFE_INTEGER, padding: 'valid' });
  expect(Array.from(toNdarray(y).data)).toEqual([1]);
});

test('the results of a convolution share nothing with its operands', () => {
  const x = feature(counting([1, 2, 1, 1]), { channels: [2, 1] });
  const one = groupKernel(counting([2, 1, 1, 1]), { groups: 2, inputs: 1, outputs: 1 });
  const mix = groupKernel(counting([2, 2, 1, 1]), { groups: 1, inputs: 2, outputs: 2 });
  const y = block(x, one, mix);
  for (const { array } of [x, one, mix]) expect(y.array.data.buffer).not.toBe(array.data.buffer);
});

test('the results of a convolution and of a block are row-major: toNdarray copies neither', () => {
  const x = feature(counting([2, 6, 2, 3]), { channels: [3, 2] });
  const primary = groupKernel(counting([12, 2, 1, 1]), { groups: 3, inputs: 2, outputs: 4 });
  const secondary = groupKernel(counting([20, 3, 1, 1]), { groups: 4, inputs: 3, outputs: 5 });
  const y = groupConvolution(x, primary);
  const z = block(x, primary, secondary);
  expect(toNdarray(y)).toEqual(ndarray(y.array.data, [2, 12, 2, 3]));
  expect(toNdarray(z)).toEqual(ndarray(z.array.data, [2, 20, 2, 3]));
  expect(toNdarray(y).data).toBe(y.array.data);
  expect(toNdarray(z).data).toBe(z.array.data);
});

test('at finds channel major · minorSize + minor', () => {
  const x = interleaveView(feature(counting([1, 6, 1, 1]), { channels: [3, 2] }));
  expect([0, 1, 2, 3, 4, 5].map((c) => at(x, 0, c, 0, 0))).toEqual([0, 2, 4, 1, 3, 5]);
});

test('a named size is its value', () => {
  expect(size('L', 24)).toBe(24);
});

test('the specification’s tensors go over and back, as copies', () => {
  for (const dtype of ['float64', 'float32', undefined] as const) {
    const x = feature(counting(shape), { channels: [3, 2] });
    const back = fromSpec(toSpec(x), { channels: [3, 2], dtype });
    expect(back.dtype).toBe(dtype ?? 'float64');
    expect(toSpec(back)).toEqual(toSpec(x));
    expect(back.array.data).not.toBe(x.array.data);
    const kernel = groupKernel(counting([6, 3, 1, 2]), { groups: 2, inputs: 3, outputs: 3 });
    const kernelBack = kernelFromSpec(kernelToSpec(kernel), { groups: 2, inputs: 3, outputs: 3, dtype });
    expect(kernelBack.dtype).toBe(dtype ?? 'float64');
    expect(kernelToSpec(kernelBack)).toEqual(kernelToSpec(kernel));
  }
});
