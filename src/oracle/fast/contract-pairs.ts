/** Sums of products of split factors: the exact part and the rest. */
import type { Geometry, Role } from './geometry.ts';
import type { Factors } from './kit.ts';
import { paddingOf } from './padding.ts';
import { eachOutputRow, eachRow } from './rows.ts';
import { emptySplit, type Split, type Splitting } from './split.ts';

/** Where the two sums go. */
export interface Sums {
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** Adds to high, for every triple, head·head of the factors, and to low (head + tail)·tail + tail·head. */
export function contractPairs(role: Role, geometry: Geometry, to: Sums, factors: Factors<Splitting>): void {
  const stride = geometry.columns.stride;
  switch (role) {
    case 'output': {
      const kernel = factors.kernel!.whole();
      const whole = wholeOf(kernel);
      const { padded, size, eachStretch } = paddingOf(geometry);
      const picture = emptySplit(size);
      const begin = (group: number) => {
        eachStretch(group, (from, at, count) => factors.input!.into(picture, from, at, count));
        return 0;
      };
      eachOutputRow(
        padded,
        whole,
        begin,
        (y, w, x, count) => addRow(to, y, 1, kernel, whole[w]!, w, picture, x, stride, count),
        (y, w, offset, t, x, count) => {
          for (let k = t; k < t + 4; k += 2) {
            const [q, r] = [x + offset[k]!, x + offset[k + 1]!];
            addTwoRows(to, y, kernel, whole, w[k]!, w[k + 1]!, picture, q, r, stride, count);
          }
        },
      );
      break;
    }
    case 'input': {
      const [kernel, output] = [factors.kernel!.whole(), factors.output!.whole()];
      const whole = wholeOf(kernel);
      eachRow(geometry, (y, w, x, count) => {
        if (whole[w] !== 0) addRow(to, x, stride, kernel, whole[w]!, w, output, y, 1, count);
      });
      break;
    }
    case 'kernel': {
      const [input, output] = [factors.input!.whole(), factors.output!.whole()];
      eachRow(geometry, (y, w, x, count) => addProducts(to, w, output, y, input, x, stride, count));
    }
  }
}

/** Each entry of a factor, rounded to a double: zero only where it is zero, for a tail is less than a head. */
function wholeOf({ head, tail }: Split): Float64Array {
  return head.map((h, i) => h + tail[i]!);
}

/** One entry w of the kernel times entries q, q + skip, … of the other factor, to p, p + step, …. */
function addRow(
  { high, low }: Sums,
  p: number,
  step: number,
  kernel: Split,
  whole: number,
  w: number,
  { head, tail }: Split,
  q: number,
  skip: number,
  count: number,
): void {
  const wh = kernel.head[w]!;
  const wt = kernel.tail[w]!;
  for (let j = 0, a = p | 0, b = q | 0; j < count; j++, a += step, b += skip) {
    high[a] = high[a]! + wh * head[b]!;
    low[a] = low[a]! + (whole * tail[b]! + wt * head[b]!);
  }
}

/** Two entries of the kernel at a time: one load and store for both. */
function addTwoRows(
  { high, low }: Sums,
  p: number,
  kernel: Split,
  whole: Float64Array,
  v: number,
  w: number,
  { head, tail }: Split,
  r: number,
  q: number,
  skip: number,
  count: number,
): void {
  const vh = kernel.head[v]!;
  const vt = kernel.tail[v]!;
  const vw = whole[v]!;
  const wh = kernel.head[w]!;
  const wt = kernel.tail[w]!;
  const ww = whole[w]!;
  let a = p | 0;
  let b = r | 0;
  let c = q | 0;
  for (const end = a + count; a < end; a++) {
    const g = head[b]!;
    const h = head[c]!;
    high[a] = high[a]! + vh * g + wh * h;
    low[a] = low[a]! + (vw * tail[b]! + vt * g) + (ww * tail[c]! + wt * h);
    b += skip;
    c += skip;
  }
}

/** The kernel's entry w gets the products of a row of the output with pixels. */
function addProducts(
  { high, low }: Sums,
  w: number,
  output: Split,
  y: number,
  input: Split,
  x: number,
  stride: number,
  count: number,
): void {
  let [sum, rest] = [high[w]!, low[w]!];
  for (let j = 0, a = y, b = x; j < count; j++, a++, b += stride) {
    const g = output.head[a]!;
    const h = input.head[b]!;
    sum += g * h;
    rest += (g + output.tail[a]!) * input.tail[b]! + output.tail[a]! * h;
  }
  high[w] = sum;
  low[w] = rest;
}
