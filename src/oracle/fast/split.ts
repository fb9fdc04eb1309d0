/** Numbers in two parts: a head of few bits, so that products of heads add up exactly, and the tail that is left. */

/** Numbers within `error` of high + low. */
interface Sums {
  readonly high: Float64Array;
  /** Absent: zeros. */
  readonly low: Float64Array | undefined;
  readonly error: number;
}

/** A factor in two parts. */
export interface Split {
  readonly head: Float64Array;
  readonly tail: Float64Array;
}

/** How the numbers of an array are split, and how large the parts get. */
export interface Splitting {
  readonly mostHead: number;
  readonly mostTail: number;
  /** How far head + tail may be from the exact number. */
  readonly error: number;
  /** The parts of all entries. */
  whole(): Split;
  /** Puts the parts of `count` entries, from `from`, into a split at `at`. */
  into(to: Split, from: number, at: number, count: number): void;
}

/** Heads of so many bits, at most 50, below the largest entry. */
export function splitting({ high, low, error }: Sums, bits: number): Splitting {
  // A power of two that is no less than any entry; log2 may round, so one more.
  const above = 2 ** (Math.floor(Math.log2(most(high) || 1)) + 1);
  // Adding this and taking it away again leaves a multiple of above·2^−bits, the nearest.
  const shift = 1.5 * 2 ** (52 - bits) * above;
  let [mostHead, mostTail] = [0, 0];
  for (let i = 0; i < high.length; i++) {
    const h = high[i]! + shift - shift;
    const t = high[i]! - h + (low ? low[i]! : 0);
    if (Math.abs(h) > mostHead) mostHead = Math.abs(h);
    if (Math.abs(t) > mostTail) mostTail = Math.abs(t);
  }
  const into = ({ head, tail }: Split, from: number, at: number, count: number) => {
    for (let i = from, j = at; i < from + count; i++, j++) {
      const h = high[i]! + shift - shift;
      head[j] = h;
      // high − h is exact: both are multiples of the last bit of high, or h is zero.
      tail[j] = high[i]! - h + (low ? low[i]! : 0);
    }
  };
  return {
    mostHead,
    mostTail,
    // The tail was rounded where there was a low part.
    error: error + (low ? 2 ** -53 * mostTail : 0),
    whole: () => {
      const parts = emptySplit(high.length);
      into(parts, 0, 0, high.length);
      return parts;
    },
    into,
  };
}

export function emptySplit(length: number): Split {
  return { head: new Float64Array(length), tail: new Float64Array(length) };
}

/** The largest absolute value; 0 where there is none. */
export function most(data: Float64Array): number {
  let largest = 0;
  for (let i = 0; i < data.length; i++) if (Math.abs(data[i]!) > largest) largest = Math.abs(data[i]!);
  return largest;
}
