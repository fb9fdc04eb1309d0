/**
 * Parts of a recorded convolution, interleave or block that are whole ones themselves: a rectangle of output pixels, with
 * the input pixels that it depends on, and some of the channels. They are judged exactly, where all would take too long.
 */
import type { Window } from '../../../spec/00-notation.ts';
import type { Recorded } from '../../oracle/types.ts';

/** From the first to before the last. */
export type Span = readonly [from: number, to: number];

/** Row-major of four axes; the chosen indices along each. */
export function pick({ shape, data, stored }: Recorded, chosen: readonly (readonly number[])[]): Recorded {
  const [, C, H, W] = shape as [number, number, number, number];
  const [ns, cs, hs, ws] = chosen as [
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  const result = new Float64Array(ns.length * cs.length * hs.length * ws.length);
  let at = 0;
  for (const n of ns)
    for (const c of cs)
      for (const h of hs) for (const w of ws) result[at++] = data[((n * C + c) * H + h) * W + w]!;
  return { shape: [ns.length, cs.length, hs.length, ws.length], data: result, stored };
}

/** Some entries of a bias. */
export function pickEntries({ data, stored }: Recorded, chosen: readonly number[]): Recorded {
  return { shape: [chosen.length], data: Float64Array.from(chosen, (i) => data[i]!), stored };
}

export const range = ([from, to]: Span): readonly number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

/** What a span of outputs along one axis depends on: a span of inputs, and the zeros that are left around it. */
export interface Needed {
  readonly inputs: Span;
  readonly before: number;
  readonly after: number;
}

/** Undefined where it depends on zeros of the padding alone. */
export function needed(
  [from, to]: Span,
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
): Needed | undefined {
  const first = from * stride - before;
  const last = (to - 1) * stride - before + dilation * (kernel - 1);
  const inputs: Span = [Math.max(0, first), Math.min(size - 1, last) + 1];
  if (inputs[0] >= inputs[1]) return undefined;
  return { inputs, before: Math.max(0, -first), after: Math.max(0, last - (size - 1)) };
}

/** A rectangle of output pixels. */
export interface Patch {
  readonly rows: Span;
  readonly columns: Span;
}

/** The window and the input pixels for a patch; undefined where it sees padding alone. */
export function windowOfPatch(
  { rows, columns }: Patch,
  [H, W]: readonly [number, number],
  [kh, kw]: readonly [number, number],
  window: Window,
): { readonly window: Window; readonly rows: Span; readonly columns: Span } | undefined {
  const [sh, sw] = window.stride;
  const [dh, dw] = window.dilation;
  const { top, left } = window.padding;
  const vertical = needed(rows, H, kh, sh, dh, top);
  const horizontal = needed(columns, W, kw, sw, dw, left);
  if (!vertical || !horizontal) return undefined;
  const padding = {
    top: vertical.before,
    bottom: vertical.after,
    left: horizontal.before,
    right: horizontal.after,
  };
  return { window: { ...window, padding }, rows: vertical.inputs, columns: horizontal.inputs };
}

/**
 * All of an output of this size where it has at most so many pixels; else three patches of a third each: at the first
 * corner, in the middle, at the last corner, so that both borders and the tails of loops are seen.
 */
export function patches([H, W]: readonly [number, number], pixels: number): readonly Patch[] {
  if (H * W <= pixels) return [{ rows: [0, H], columns: [0, W] }];
  const each = Math.max(1, Math.floor(pixels / 3));
  const width = Math.min(W, Math.max(1, Math.floor(Math.sqrt(each))), each);
  const height = Math.min(H, Math.max(1, Math.floor(each / width)));
  const wide = Math.min(W, Math.max(1, Math.floor(each / height)));
  const at = (share: number): Patch => {
    const [row, column] = [Math.floor((H - height) * share), Math.floor((W - wide) * share)];
    return { rows: [row, row + height], columns: [column, column + wide] };
  };
  const places = [at(0), at(0.5), at(1)];
  const keys = places.map(({ rows, columns }) => `${rows} ${columns}`);
  return places.filter((_, i) => keys.indexOf(keys[i]!) === i);
}

/** At most `most` of `count`, evenly apart, with the first and the last. */
export function some(count: number, most: number): readonly number[] {
  if (most >= count) return range([0, count]);
  if (most <= 1) return [count - 1];
  return Array.from({ length: most }, (_, i) => Math.round((i * (count - 1)) / (most - 1)));
}
