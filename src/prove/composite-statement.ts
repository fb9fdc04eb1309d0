/**
 * What the composite theorem says of one output, without a convolution, an interleave or a composite kernel: which
 * products x · Wᵖ · Wᵈ it is the sum of. Written from the claim alone; it shares no code with the specification.
 */
import type { BlockCase } from '../laws/cases.ts';

/** The places of the factors of one product, each within the data of its tensor. */
export type Product = readonly [x: number, primary: number, secondary: number];

/** Where an output lies: sample, channel l′·Mout + m′, row and column. */
export interface Place {
  readonly n: number;
  readonly l2: number;
  readonly m2: number;
  readonly i: number;
  readonly j: number;
}

/** The tap that lies on a pixel when the kernel's first tap lies at `first`, if one does. */
function tapOn(pixel: number, first: number, dilation: number, kernel: number): number | undefined {
  for (let tap = 0; tap < kernel; tap++) if (first + tap * dilation === pixel) return tap;
  return undefined;
}

/**
 * The products whose sum is the output at a place: for each pixel under the kernel and each of its channels
 * l·Min + m exactly one, x[n, l·Min + m, h, w] · Wᵖ[l·Mout + m′, m, u, v] · Wᵈ[m′·Lout + l′, l]. They come in the
 * order of the pixels in x, which no product shares with another.
 */
export function productsAt(c: BlockCase, { n, l2, m2, i, j }: Place): readonly Product[] {
  const { L, Min, Mout, Lout, window } = c;
  const [H, W] = c.size;
  const [kh, kw] = c.kernel;
  const products: Product[] = [];
  for (let l = 0; l < L; l++)
    for (let m = 0; m < Min; m++)
      for (let h = 0; h < H; h++) {
        const u = tapOn(h, i * window.stride[0] - window.padding.top, window.dilation[0], kh);
        if (u === undefined) continue;
        for (let w = 0; w < W; w++) {
          const v = tapOn(w, j * window.stride[1] - window.padding.left, window.dilation[1], kw);
          if (v === undefined) continue;
          products.push([
            ((n * (L * Min) + (l * Min + m)) * H + h) * W + w,
            (((l * Mout + m2) * Min + m) * kh + u) * kw + v,
            (m2 * Lout + l2) * L + l,
          ]);
        }
      }
  return products;
}

/** How many steps of the window stay within the padded picture, counted one by one. */
function countPositions(padded: number, kernel: number, stride: number, dilation: number): number {
  let positions = 0;
  for (let first = 0; first + (kernel - 1) * dilation < padded; first += stride) positions++;
  return positions;
}

/** Rows and columns of the output, counted one by one. */
export function outputRowsAndColumns(c: BlockCase): readonly [number, number] {
  const { stride, dilation, padding } = c.window;
  const { top, bottom, left, right } = padding;
  return [
    countPositions(top + c.size[0] + bottom, c.kernel[0], stride[0], dilation[0]),
    countPositions(left + c.size[1] + right, c.kernel[1], stride[1], dilation[1]),
  ];
}

/** Every place of the output, in the order of its data. */
export function* places(c: BlockCase): Generator<Place> {
  const [rows, columns] = outputRowsAndColumns(c);
  for (let n = 0; n < c.N; n++)
    for (let l2 = 0; l2 < c.Lout; l2++)
      for (let m2 = 0; m2 < c.Mout; m2++)
        for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) yield { n, l2, m2, i, j };
}
