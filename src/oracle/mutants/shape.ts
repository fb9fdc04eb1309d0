/** What a case is like, and which of its taps and pixels a convolution reads: what decides whether a bug can show. */
import { ConstraintError, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import type { BlockShape } from '../../../spec/03-igc-block.ts';

/** The sizes of a case. Of a group convolution alone: Lout = L, no secondary bias. */
export interface CaseShape extends BlockShape {
  readonly N: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly window: Window;
  readonly primaryBias: boolean;
  readonly secondaryBias: boolean;
  readonly gradients: boolean;
}

/** One reading of one axis: output position, tap, pixel. */
export type Reading = readonly [position: number, tap: number, pixel: number];

/** The geometry of one axis. */
export interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  /** Output positions. */
  readonly count: number;
}

/** Both axes of a convolution with this window; undefined where the padded input is smaller than the kernel. */
export function axesOf(
  { size, kernel }: Pick<CaseShape, 'size' | 'kernel'>,
  window: Window,
): readonly [Axis, Axis] | undefined {
  try {
    const [rows, columns] = outputExtent([1, 1, ...size], [1, 1, ...kernel], window);
    const { stride, dilation, padding } = window;
    return [
      {
        size: size[0],
        kernel: kernel[0],
        stride: stride[0],
        dilation: dilation[0],
        before: padding.top,
        count: rows,
      },
      {
        size: size[1],
        kernel: kernel[1],
        stride: stride[1],
        dilation: dilation[1],
        before: padding.left,
        count: columns,
      },
    ];
  } catch (error) {
    if (error instanceof ConstraintError) return undefined;
    throw error;
  }
}

/** Everything that an axis reads, in the padding too. */
function positions({ kernel, stride, dilation, before, count }: Axis): readonly Reading[] {
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: kernel }, (_, u): Reading => [i, u, i * stride + u * dilation - before]),
  ).flat();
}

/** What an axis reads of the picture. */
export function readings(axis: Axis): readonly Reading[] {
  return positions(axis).filter(([, , pixel]) => pixel >= 0 && pixel < axis.size);
}

const distinct = (numbers: readonly number[]): readonly number[] => [...new Set(numbers)];

/** Every pair of a row and a column. */
function pairs(rows: readonly number[], columns: readonly number[]): readonly (readonly [number, number])[] {
  return rows.flatMap((row) => columns.map((column) => [row, column] as const));
}

/** The axes of a case that has an output, as every case does. */
function axes(shape: CaseShape): readonly [Axis, Axis] {
  return axesOf(shape, shape.window)!;
}

/** The output's rows and columns. */
export function extentOf(shape: CaseShape): readonly [number, number] {
  const [rows, columns] = axes(shape);
  return [rows.count, columns.count];
}

/** The taps that meet a pixel somewhere. */
export function liveTaps(shape: CaseShape): readonly (readonly [number, number])[] {
  const [rows, columns] = axes(shape).map((axis) => distinct(readings(axis).map(([, tap]) => tap)));
  return pairs(rows!, columns!);
}

/** The pixels that a tap meets somewhere. */
export function livePixels(shape: CaseShape): readonly (readonly [number, number])[] {
  const [rows, columns] = axes(shape).map((axis) => distinct(readings(axis).map(([, , pixel]) => pixel)));
  return pairs(rows!, columns!);
}

/** For each row and each column of the output whether some tap meets a pixel there. */
export function livePositions(shape: CaseShape): readonly [readonly boolean[], readonly boolean[]] {
  const [rows, columns] = axes(shape).map((axis) => {
    const live = new Set(readings(axis).map(([position]) => position));
    return Array.from({ length: axis.count }, (_, i) => live.has(i));
  });
  return [rows!, columns!];
}

/** Every place that a tap comes to, in the picture or beside it. */
export function placesRead(shape: CaseShape): readonly (readonly [number, number])[] {
  const [rows, columns] = axes(shape).map((axis) => distinct(positions(axis).map(([, , pixel]) => pixel)));
  return pairs(rows!, columns!);
}

/** Whether no tap ever meets a pixel: the output doesn't depend on x. */
export function isDead(shape: CaseShape): boolean {
  return livePixels(shape).length === 0;
}

/** Whether the primary convolution gives nothing but zeros, whatever it is given. */
export function isPrimaryZero(shape: CaseShape): boolean {
  return isDead(shape) && !shape.primaryBias;
}

/** Whether the output is nothing but zeros, whatever is given. */
export function isOutputZero(shape: CaseShape): boolean {
  return isPrimaryZero(shape) && !shape.secondaryBias;
}

/** Whether two geometries of the same output size read the same pixels through the same taps, everywhere. */
export function sameReadings(a: readonly [Axis, Axis], b: readonly [Axis, Axis]): boolean {
  if (a.some(({ count }, k) => count !== b[k]!.count)) return false;
  const [read, other] = [a.map(readings), b.map(readings)];
  const nothing = (lists: readonly (readonly Reading[])[]) => lists.some((list) => list.length === 0);
  if (nothing(read) || nothing(other)) return nothing(read) && nothing(other);
  return read.every((list, k) => list.join(' ') === other[k]!.join(' '));
}

/** Whether a convolution with another window is the same function. */
export function sameWindow(shape: CaseShape, other: Window): boolean {
  const found = axesOf(shape, other);
  return found !== undefined && sameReadings(axes(shape), found);
}

/** Whether the interleaves of a × b and of c × d channels, a·b = c·d, are the same permutation. */
export function sameInterleave(
  [a, b]: readonly [number, number],
  [c, d]: readonly [number, number],
): boolean {
  const isIdentity = (p: number, q: number) => p === 1 || q === 1;
  // Channel k goes to k·a modulo a·b − 1, the last one stays.
  return a === c || (isIdentity(a, b) && isIdentity(c, d));
}
