/** The sums of pixels that Strassen's products take, of one tile: row by row, one after the other. */
import type { FunctionBuilder, Local } from '../assembler.ts';
import { vectorBytes } from '../layout.ts';
import { halvesOf, type StrassenPlan, strassenScratch } from './layout.ts';

export interface PixelPlace {
  /** Addresses of the tile's first pixel in the first half of the strip, and in the second. */
  readonly left: Local;
  readonly right: Local;
  /** Of the first sum. */
  readonly sums: Local;
}

export interface PixelRegisters {
  readonly blocks: readonly Local[];
  readonly counters: readonly Local[];
}

export function pixelRegisters(f: FunctionBuilder): PixelRegisters {
  return { blocks: f.several('v128', 4), counters: f.several('i32', 4) };
}

/** Of which products these sums are a factor, in the order in which they lie in the scratch memory. */
export const productsOfSums: readonly number[] = [4, 5, 6, 3];

/** Emits the sums of a tile with so many vectors. The blocks of pixels 11 and 12 are above 21 and 22. */
export function sumPixels(
  f: FunctionBuilder,
  plan: StrassenPlan,
  vectors: number,
  place: PixelPlace,
  { blocks, counters }: PixelRegisters,
): void {
  const { geometry, panels } = plan;
  const { first, second } = halvesOf(geometry.groups);
  const { sum } = strassenScratch(plan);
  const [left, right, to, end] = counters as [Local, Local, Local, Local];
  const [b11, b12, b21, b22] = blocks as [Local, Local, Local, Local];
  const below = first * panels.pitch;
  const rowBytes = vectors * vectorBytes;
  const row = (isWhole: boolean) => {
    for (let v = 0; v < vectors; v++) {
      const at = v * vectorBytes;
      f.get(left).v128Load(at).set(b11).get(right).v128Load(at).set(b12);
      if (isWhole)
        f.get(left)
          .v128Load(below + at)
          .set(b21)
          .get(right)
          .v128Load(below + at)
          .set(b22);
      else f.v128Zero().tee(b21).set(b22);
      f.get(to)
        .get(b22)
        .get(b12)
        .f32x4Sub()
        .v128Store(2 * sum + at);
      f.get(to).get(b12).get(b11).f32x4Sub().tee(b12).v128Store(at);
      f.get(to)
        .get(b22)
        .get(b12)
        .f32x4Sub()
        .tee(b12)
        .v128Store(sum + at);
      f.get(to)
        .get(b12)
        .get(b21)
        .f32x4Sub()
        .v128Store(3 * sum + at);
    }
    f.advance(left, panels.pitch).advance(right, panels.pitch).advance(to, rowBytes);
  };
  f.get(place.left).set(left).get(place.right).set(right).get(place.sums).set(to);
  f.get(to)
    .i32Const(second * rowBytes)
    .i32Add()
    .set(end);
  f.loop(() => {
    row(true);
    f.get(to).get(end).i32LtU().brIf(0);
  });
  // Of an odd number of rows the last one has none below it.
  if (first > second) row(false);
}
