/** Every shape up to a bound, one after the other: nothing is drawn, nothing is left out. */
import type { Geometry } from '../laws/cases.ts';

/** How far an axis of the picture is enumerated. */
export interface AxisBound {
  readonly kernel: number;
  readonly stride: number;
  /** Of kernels larger than 1; with one tap, dilations don't differ. */
  readonly dilation: number;
  /** On each side. */
  readonly padding: number;
  readonly size: number;
}

/** How far geometries are enumerated. */
export interface GeometryBound extends AxisBound {
  /** Samples in a batch. */
  readonly N: number;
  /** Whether height and width vary together, or each alone while the other is two pixels under a kernel of two taps. */
  readonly axes: 'together' | 'each alone';
}

/** How a kernel moves along one axis. */
export interface Axis {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly size: number;
}

/** The other axis where each varies alone: so that kernels have two axes. */
const twoPixels: Axis = { kernel: 2, stride: 1, dilation: 1, before: 0, after: 0, size: 2 };

const isTwoPixels = (axis: Axis) =>
  Object.entries(twoPixels).every(([key, n]) => axis[key as keyof Axis] === n);

/** 1 … n. */
export function from1(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i + 1);
}

/** Every list of `length` numbers from 1 to `largest` whose product is at most `product`. */
export function sizesUpTo(length: number, largest: number, product: number): readonly (readonly number[])[] {
  if (length === 0) return [[]];
  return sizesUpTo(length - 1, largest, product).flatMap((list) => {
    const room = Math.floor(product / list.reduce((total, size) => total * size, 1));
    return from1(Math.min(largest, room)).map((size) => [...list, size]);
  });
}

/** 0 … n. */
function from0(n: number): readonly number[] {
  return [0, ...from1(n)];
}

/** Every axis up to a bound on which the kernel fits at least once. */
export function axes(bound: AxisBound): readonly Axis[] {
  const found: Axis[] = [];
  for (const kernel of from1(bound.kernel))
    for (const stride of from1(bound.stride))
      for (const dilation of from1(kernel === 1 ? 1 : bound.dilation))
        for (const before of from0(bound.padding))
          for (const after of from0(bound.padding))
            for (const size of from1(bound.size)) {
              const fits = before + size + after > dilation * (kernel - 1);
              if (fits) found.push({ kernel, stride, dilation, before, after, size });
            }
  return found;
}

/** The geometry of N pictures with these two axes. */
export function geometry(N: number, h: Axis, w: Axis): Geometry {
  return {
    N,
    size: [h.size, w.size],
    kernel: [h.kernel, w.kernel],
    window: {
      stride: [h.stride, w.stride],
      dilation: [h.dilation, w.dilation],
      padding: { top: h.before, bottom: h.after, left: w.before, right: w.after },
    },
  };
}

/** Every geometry up to a bound. */
export function* geometries(bound: GeometryBound): Generator<Geometry> {
  const all = axes(bound);
  const pairs =
    bound.axes === 'together'
      ? all.flatMap((h) => all.map((w) => [h, w] as const))
      : [
          ...all.map((axis) => [axis, twoPixels] as const),
          ...all.filter((axis) => !isTwoPixels(axis)).map((axis) => [twoPixels, axis] as const),
        ];
  for (const N of from1(bound.N)) for (const [h, w] of pairs) yield geometry(N, h, w);
}

/** A bound on geometries in words. */
export function describeGeometries(bound: GeometryBound): string {
  const { N, kernel, stride, dilation, padding, size } = bound;
  const axis = `kernel ≤ ${kernel}, stride ≤ ${stride}, dilation ≤ ${dilation}, each padding ≤ ${padding}, size ≤ ${size}`;
  const together =
    bound.axes === 'together' ? 'on both axes' : 'on each axis alone, the other two pixels under two taps';
  return `${N === 1 ? 'N = 1' : `N ≤ ${N}`}; ${axis}, ${together}`;
}
