/** Which entries of input, kernel and output meet in a group convolution: the same triples for it and its adjoints. */
import { constrain, type Shape, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';

/** One of the three arrays of a group convolution: the one that is summed into, the others are the factors. */
export type Role = 'input' | 'kernel' | 'output';

/** One axis of the picture: output i, tap u and pixel h meet where i·stride + u·dilation − before = h. */
export interface Axis {
  readonly size: number;
  readonly taps: number;
  readonly outputs: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
}

/** A group convolution: input (N, groups·I, rows, columns), kernel (groups·O, I, …), output (N, groups·O, …). */
export interface Geometry {
  readonly N: number;
  readonly groups: number;
  readonly I: number;
  readonly O: number;
  readonly rows: Axis;
  readonly columns: Axis;
}

/** Shapes: as in the specification's `groupConvolution`, with its constraints. */
export function geometryOf(x: Shape, kernel: Shape, groups: number, window: Window): Geometry {
  const [, I, kh, kw] = kernel;
  const whole = Number.isSafeInteger(groups) && groups > 0 && kernel[0] % groups === 0;
  constrain(whole, 'partition', 'C6', `a number of groups that divides ${kernel[0]}`, `${groups}`);
  constrain(x[1] === groups * I, 'groupConvolution', 'C7', `${groups} × ${I} channels`, `${x[1]}`);
  const [outRows, outColumns] = outputExtent(x, kernel, window);
  const { stride, dilation, padding } = window;
  const axis = (a: 0 | 1, size: number, taps: number, outputs: number, before: number): Axis => ({
    size,
    taps,
    outputs,
    stride: stride[a],
    dilation: dilation[a],
    before,
  });
  const base = { N: x[0], groups, I, O: kernel[0] / groups };
  const [rows, columns] = [
    axis(0, x[2], kh, outRows, padding.top),
    axis(1, x[3], kw, outColumns, padding.left),
  ];
  const pointwise = [rows, columns].every(
    ({ size, taps, outputs, stride, before }) =>
      taps === 1 && size === outputs && before === 0 && (stride === 1 || size === 1),
  );
  if (!pointwise) return { ...base, rows, columns };
  // Every pixel meets its output alone: one long row.
  const one = { size: 1, taps: 1, outputs: 1, stride: 1, dilation: 1, before: 0 };
  const long = x[2] * x[3];
  return { ...base, rows: one, columns: { ...one, size: long, outputs: long } };
}

/** The outputs first ≤ i < end that meet a pixel through this tap. */
export function reach({ size, outputs, stride, dilation, before }: Axis, tap: number): [number, number] {
  const shift = before - tap * dilation;
  const first = Math.max(0, Math.ceil(shift / stride));
  const end = Math.min(outputs, Math.floor((size - 1 + shift) / stride) + 1);
  return [first, Math.max(first, end)];
}
