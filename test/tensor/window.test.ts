/** Paddings by name, against the specification, ONNX and TensorFlow. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { outputExtent, samePadding } from '../../spec/01-group-convolution.ts';
import { type PaddingOption, resolvePadding, tensorWindow } from '../../src/tensor/index.ts';

const pair = (max: number) => fc.tuple(fc.integer({ min: 1, max }), fc.integer({ min: 1, max }));
const geometry = fc.record({ input: pair(40), kernel: pair(7), stride: pair(4), dilation: pair(3) });

test('same is the specification’s samePadding, whatever the stride', () => {
  fc.assert(
    fc.property(geometry, ({ input, kernel, stride, dilation }) => {
      const padding = resolvePadding('same', { input, kernel }, { stride, dilation });
      expect(padding).toEqual(samePadding(kernel, dilation));
    }),
  );
});

test('same-upper and same-lower give ⌈size/stride⌉ pixels; they differ by the side of an odd pixel', () => {
  fc.assert(
    fc.property(geometry, ({ input, kernel, stride, dilation }) => {
      const window = (padding: PaddingOption) =>
        tensorWindow({ stride, dilation, padding }, { input, kernel });
      const upper = window('same-upper');
      const lower = window('same-lower');
      for (const each of [upper, lower]) {
        const extent = outputExtent([1, 1, ...input], [1, 1, ...kernel], each);
        expect(extent).toEqual([Math.ceil(input[0] / stride[0]), Math.ceil(input[1] / stride[1])]);
      }
      expect(lower.padding).toEqual({
        top: upper.padding.bottom,
        bottom: upper.padding.top,
        left: upper.padding.right,
        right: upper.padding.left,
      });
      expect([0, 1]).toContain(upper.padding.bottom - upper.padding.top);
      expect([0, 1]).toContain(upper.padding.right - upper.padding.left);
    }),
  );
});

test('TensorFlow pads a 7 × 7 kernel of stride 2 on 224 pixels by 2 before and 3 after; the paper’s code by 3 and 3', () => {
  const sizes = { input: [224, 224], kernel: [7, 7] } as const;
  const steps = { stride: 2 };
  expect(resolvePadding('same-upper', sizes, steps)).toEqual({ top: 2, bottom: 3, left: 2, right: 3 });
  expect(resolvePadding('same-lower', sizes, steps)).toEqual({ top: 3, bottom: 2, left: 3, right: 2 });
  expect(resolvePadding('same', sizes, steps)).toEqual({ top: 3, bottom: 3, left: 3, right: 3 });
});

test('valid, a number, and one number for each side', () => {
  const sizes = { input: [5, 5], kernel: [3, 3] } as const;
  expect(resolvePadding('valid', sizes)).toEqual({ top: 0, bottom: 0, left: 0, right: 0 });
  expect(resolvePadding(2, sizes)).toEqual({ top: 2, bottom: 2, left: 2, right: 2 });
  const sides = { top: 0, bottom: 1, left: 2, right: 3 };
  expect(resolvePadding(sides, sizes)).toEqual(sides);
});

test('stride and dilation 1 and same are what isn’t said; a number stands for both axes', () => {
  const sizes = { input: [5, 5], kernel: [3, 2] } as const;
  const padding = { top: 1, bottom: 1, left: 0, right: 1 };
  expect(tensorWindow({}, sizes)).toEqual({ stride: [1, 1], dilation: [1, 1], padding });
  const window = tensorWindow({ stride: 2, dilation: [3, 1], padding: 0 }, sizes);
  expect([window.stride, window.dilation]).toEqual([
    [2, 2],
    [3, 1],
  ]);
  expect(tensorWindow(window, sizes)).toEqual(window);
});
