/** Vectors on their way: parts of them, and four of them turned over. */
import type { FunctionBuilder, Local } from './assembler.ts';

/** Leaves the first `count` floats at an address, zeros behind them; nothing past them is read into the vector. */
export function loadLanes(f: FunctionBuilder, at: Local, count: number, offset: number): void {
  if (count === 4) f.get(at).v128Load(offset);
  else if (count === 1) f.get(at).v128Load32Zero(offset);
  else if (count === 2) f.get(at).v128Load64Zero(offset);
  else
    f.get(at)
      .get(at)
      .v128Load64Zero(offset)
      .v128Load32Lane(2, offset + 8);
}

/** Lane j of result i is lane i of `from` j. Results 0 to 3 of `to` are set, `from` is overwritten. */
export function transpose(f: FunctionBuilder, from: readonly Local[], to: readonly Local[]): void {
  const [a, b, c, d] = from as [Local, Local, Local, Local];
  f.get(a).get(b).f32x4Shuffle(0, 4, 1, 5).set(to[0]!);
  f.get(a).get(b).f32x4Shuffle(2, 6, 3, 7).set(to[2]!);
  f.get(c).get(d).f32x4Shuffle(0, 4, 1, 5).set(to[1]!);
  f.get(c).get(d).f32x4Shuffle(2, 6, 3, 7).set(to[3]!);
  f.get(to[0]!).get(to[1]!).f32x4Shuffle(0, 1, 4, 5).set(a);
  f.get(to[0]!).get(to[1]!).f32x4Shuffle(2, 3, 6, 7).set(to[1]!);
  f.get(a).set(to[0]!);
  f.get(to[2]!).get(to[3]!).f32x4Shuffle(0, 1, 4, 5).set(a);
  f.get(to[2]!).get(to[3]!).f32x4Shuffle(2, 3, 6, 7).set(to[3]!);
  f.get(a).set(to[2]!);
}
