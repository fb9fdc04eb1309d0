/** Strides, dilations and paddings, in the notations of other libraries, to the specification's window. */
import type { Padding, Window } from '../../spec/00-notation.ts';
import { demand, isIntegerFrom, type Site } from './constraints.ts';

/** (h, w). */
export type Pair = readonly [number, number];

/**
 * Zeros around the input.
 * - 'valid': none.
 * - 'same': ⌊d(k − 1)/2⌋ before and the rest of d(k − 1) after, whatever the stride, as the paper's networks pad.
 * - 'same-upper', 'same-lower': as ONNX and TensorFlow pad, so that the output has ⌈size/stride⌉ pixels; the odd
 *   pixel goes after (upper, TensorFlow's SAME) or before (lower).
 * - a number of pixels on each side, or one for each side.
 */
export type PaddingOption = 'valid' | 'same' | 'same-upper' | 'same-lower' | number | Padding;

/** How a kernel moves over its input; one number stands for both axes. The specification's Window is one of these. */
export interface WindowOptions {
  /** In pixels; 1 where it isn't said. */
  readonly stride?: number | Pair | undefined;
  /** Spacing of the taps in pixels; 1 where it isn't said. */
  readonly dilation?: number | Pair | undefined;
  /** 'same' where it isn't said. */
  readonly padding?: PaddingOption | undefined;
}

/** What a padding depends on: (H, W) of the input and (kh, kw) of the kernel, in pixels. */
export interface WindowSizes {
  readonly input: Pair;
  readonly kernel: Pair;
}

/**
 * The window that the options mean for an input and a kernel of these sizes. Throws a TensorError for sizes that
 * aren't positive integers (C2), for strides, dilations or paddings out of range (C4), and for an unknown
 * padding (T8).
 */
export function tensorWindow(options: WindowOptions, sizes: WindowSizes, operation = 'tensorWindow'): Window {
  const { padding = 'same' } = options;
  const stride = pair({ operation, argument: 'window.stride' }, options.stride);
  const dilation = pair({ operation, argument: 'window.dilation' }, options.dilation);
  return { stride, dilation, padding: resolvePadding(padding, sizes, { stride, dilation }, operation) };
}

/**
 * The zeros on each side, in pixels, that a padding means for an input and a kernel of these sizes. Throws as
 * `tensorWindow` does.
 */
export function resolvePadding(
  padding: PaddingOption,
  sizes: WindowSizes,
  steps: Pick<WindowOptions, 'stride' | 'dilation'> = {},
  operation = 'resolvePadding',
): Padding {
  demandSizes({ operation, argument: 'sizes.input' }, sizes.input);
  demandSizes({ operation, argument: 'sizes.kernel' }, sizes.kernel);
  const stride = pair({ operation, argument: 'window.stride' }, steps.stride);
  const dilation = pair({ operation, argument: 'window.dilation' }, steps.dilation);
  const site = { operation, argument: 'window.padding' };
  if (typeof padding === 'string') {
    const known = Object.hasOwn(namedPaddings, padding);
    demand(known, site, 'T8', Object.keys(namedPaddings).join(', '), padding);
    const axes = ([0, 1] as const).map((axis) => {
      return namedPaddings[padding](
        sizes.input[axis],
        dilation[axis] * (sizes.kernel[axis] - 1),
        stride[axis],
      );
    });
    const [[top, bottom], [left, right]] = axes as [Pair, Pair];
    return { top, bottom, left, right };
  }
  if (typeof padding === 'number') return checkedPadding(site, padding, padding, padding, padding);
  demand(
    typeof padding === 'object' && padding !== null,
    site,
    'T8',
    'a name, a number or four numbers',
    typeof padding,
  );
  return checkedPadding(site, padding.top, padding.bottom, padding.left, padding.right);
}

/**
 * (H′, W′): the number of windows that lie inside the padded input. Throws a TensorError where none does (C5).
 * The window must be one that `tensorWindow` made.
 */
export function outputExtent(sizes: WindowSizes, window: Window, operation: string): Pair {
  const { stride, dilation, padding } = window;
  const padded = paddedExtent(sizes.input, padding);
  const span = ([0, 1] as const).map((axis) => dilation[axis] * (sizes.kernel[axis] - 1) + 1) as [
    number,
    number,
  ];
  const fits = padded[0] >= span[0] && padded[1] >= span[1];
  const site = { operation, argument: 'x' };
  demand(fits, site, 'C5', `at least ${span.join(' × ')} padded pixels`, padded.join(' × '));
  return [
    Math.floor((padded[0] - span[0]) / stride[0]) + 1,
    Math.floor((padded[1] - span[1]) / stride[1]) + 1,
  ];
}

/** (H, W) of the input with its zeros around it. */
export function paddedExtent([H, W]: Pair, { top, bottom, left, right }: Padding): Pair {
  return [H + top + bottom, W + left + right];
}

/** (before, after) along one axis, from the input's size, the reach d(k − 1) of the kernel, and the stride. */
type PaddingRule = (size: number, reach: number, stride: number) => Pair;

const namedPaddings: Readonly<Record<Extract<PaddingOption, string>, PaddingRule>> = {
  valid: () => [0, 0],
  same: (_, reach) => [Math.floor(reach / 2), Math.ceil(reach / 2)],
  'same-upper': (size, reach, stride) => {
    const total = sameTotal(size, reach, stride);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  },
  'same-lower': (size, reach, stride) => {
    const total = sameTotal(size, reach, stride);
    return [Math.ceil(total / 2), Math.floor(total / 2)];
  },
};

/** ONNX SAME_UPPER and SAME_LOWER: the zeros that make the output ⌈size/stride⌉ pixels. */
function sameTotal(size: number, reach: number, stride: number): number {
  return Math.max((Math.ceil(size / stride) - 1) * stride + reach + 1 - size, 0);
}

function pair(site: Site, value: number | Pair = 1): Pair {
  const [h, w] = typeof value === 'number' ? [value, value] : value;
  const positive = isIntegerFrom(1, h) && isIntegerFrom(1, w);
  demand(positive, site, 'C4', 'integers of at least 1', `[${h}, ${w}]`);
  return [h, w];
}

function demandSizes(site: Site, [h, w]: Pair): void {
  const positive = isIntegerFrom(1, h) && isIntegerFrom(1, w);
  demand(positive, site, 'C2', 'integers of at least 1', `[${h}, ${w}]`);
}

function checkedPadding(site: Site, top: number, bottom: number, left: number, right: number): Padding {
  const whole = [top, bottom, left, right].every((pixels) => isIntegerFrom(0, pixels));
  const given = `top ${top}, bottom ${bottom}, left ${left}, right ${right}`;
  demand(whole, site, 'C4', 'integers of at least 0', given);
  return { top, bottom, left, right };
}
