/**
 * Where things lie in memory, in bytes from where they begin. Sizes that are powers of two would put the same pixel of
 * all channels into the same few places of the cache; `spread` keeps them apart.
 */
import type { Geometry } from '../geometry.ts';

/** The bytes of a float, of a vector, and of a line of the cache. */
export const floatBytes = 4;
export const vectorBytes = 16;
export const lineBytes = 64;

/** Floats of a vector. */
export const lanes = 4;

export function roundUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}

/** At least so many bytes, an odd number of lines of the cache. */
export function spread(bytes: number): number {
  return roundUp(Math.ceil(bytes / lineBytes) - 1, 2) * lineBytes + lineBytes;
}

/**
 * The panels: what the primary hands to the secondary, already interleaved. Secondary partition m owns a plane of L
 * rows; row l holds the pixels of the strip that channel l·Mout + m has, one after the other.
 */
export interface Panels {
  /** From l to l + 1, and from m to m + 1. */
  readonly pitch: number;
  readonly plane: number;
  readonly bytes: number;
}

/** The panels of a strip of so many rows. */
export function panelsOf({ groups, outputs, columns }: Geometry, stripRows: number): Panels {
  const pitch = spread(stripRows * columns * floatBytes);
  const plane = groups * pitch;
  return { pitch, plane, bytes: outputs * plane };
}

/** The same where there is a secondary to read them. */
export function panelsFor(geometry: Geometry, stripRows: number): Panels | undefined {
  return geometry.mixed === undefined ? undefined : panelsOf(geometry, stripRows);
}

/**
 * How taps find their pixels. A row of the padded input is cut into `stride` segments, segment p holding columns p,
 * p + stride, …: then the pixels that one tap meets along a row of the output lie side by side, whatever the stride.
 */
export interface Source {
  /** Whether the input itself serves, since nothing is padded or strided along a row. */
  readonly inPlace: boolean;
  /** Rows of the padded input that a strip needs. */
  readonly rows: number;
  /** From one segment, row, channel of the padded input to the next. */
  readonly segment: number;
  readonly pitch: number;
  readonly plane: number;
  /** Where the padded input's first column lies; chosen so that the input's first column is aligned. */
  readonly origin: number;
  /** Of the padded input, for one group; 0 where the input itself serves. */
  readonly bytes: number;
}

/** The source of a strip of so many rows. */
export function sourceOf(geometry: Geometry, stripRows: number): Source {
  const { inputs, height, width, kernel, window, columns } = geometry;
  const { stride, dilation, padding } = window;
  const rows = (stripRows - 1) * stride[0] + (kernel[0] - 1) * dilation[0] + 1;
  const padded = Math.max(padding.top, padding.bottom, padding.left, padding.right) > 0;
  if (!padded && stride[1] === 1) {
    const pitch = width * floatBytes;
    return { inPlace: true, rows, segment: 0, pitch, plane: height * pitch, origin: 0, bytes: 0 };
  }
  const origin = stride[1] === 1 ? ((lanes - (padding.left % lanes)) % lanes) * floatBytes : 0;
  const reach = Math.floor(((kernel[1] - 1) * dilation[1]) / stride[1]);
  // A row takes in all of the input, also what no window reaches, so that copying needs no cut.
  const covered = Math.ceil((padding.left + width) / stride[1]);
  const segment =
    roundUp(Math.max(roundUp(columns, lanes) + reach, covered) + lanes, lanes) * floatBytes + origin;
  const pitch = roundUp(segment * stride[1], vectorBytes);
  const plane = spread(rows * pitch);
  return { inPlace: false, rows, segment, pitch, plane, origin, bytes: inputs * plane };
}

/** For each step of the primary's reduction, in the order of the weights: where its pixels lie, from the tile's base. */
export function tapOffsets({ inputs, kernel, window }: Geometry, source: Source): Int32Array {
  const { stride, dilation } = window;
  const offsets = new Int32Array(inputs * kernel[0] * kernel[1]);
  let tap = 0;
  for (let i = 0; i < inputs; i++)
    for (let h = 0; h < kernel[0]; h++)
      for (let w = 0; w < kernel[1]; w++) {
        const column = w * dilation[1];
        const along = source.inPlace
          ? column * floatBytes
          : (column % stride[1]) * source.segment + Math.floor(column / stride[1]) * floatBytes;
        offsets[tap++] = i * source.plane + h * dilation[0] * source.pitch + source.origin + along;
      }
  return offsets;
}
