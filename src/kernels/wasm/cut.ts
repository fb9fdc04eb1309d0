/** Cutting a length into pieces of a size, the last one shorter. */
import type { FunctionBuilder, Local } from './assembler.ts';

export interface Cut {
  readonly size: number;
  /** Pieces of that size. */
  readonly full: number;
  /** What is left over, less than `size`. */
  readonly rest: number;
}

export function cut(length: number, size: number): Cut {
  return { size, full: Math.floor(length / size), rest: length % size };
}

/** The different sizes of pieces. */
export function pieces({ size, full, rest }: Cut): readonly number[] {
  return [...(full > 0 ? [size] : []), ...(rest > 0 ? [rest] : [])];
}

/** Emits `body` for every piece, told its size: a loop over the full ones, then the rest. */
export function eachPiece(
  f: FunctionBuilder,
  { size, full, rest }: Cut,
  counter: Local,
  body: (size: number) => void,
): void {
  if (full === 1) body(size);
  else if (full > 1) f.countUp(counter, 0, full, 1, () => body(size));
  if (rest > 0) body(rest);
}

/** Emits `body` for pieces of a length that is known when it runs, as long as whole ones are left; uses `left` up. */
export function whilePiece(f: FunctionBuilder, left: Local, size: number, body: () => void): void {
  const enough = () => f.get(left).i32Const(size).i32GeU();
  enough().if(() => {
    f.loop(() => {
      body();
      f.advance(left, -size);
      enough().brIf(0);
    });
  });
}
