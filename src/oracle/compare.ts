import { layoutOf, marginsOf } from './layout.ts';
import { patternOf } from './pattern.ts';
import type { ChannelAxes, Result } from './quantity.ts';
import type { Reference } from './reference.ts';
import type { ArrayVerdict, Difference } from './types.ts';

/** What was found in the elements of an array. */
export type Findings = Pick<
  ArrayVerdict,
  'kind' | 'comparison' | 'wrong' | 'worstRatio' | 'first' | 'pattern' | 'problem'
>;

/** Judges the elements of an array that has the right shape, each against the exact value and its own bound. */
export function compare(result: Result, reference: Reference, got: ArrayLike<number>): Findings {
  const { exact, bounds, overflows } = reference;
  let [wrong, undecided, worstRatio] = [0, 0, 0];
  let first: Difference | undefined;
  let strange = 0;
  /** 1: wrong, 2: no number. Only where something is wrong: most that is compared is right. */
  let off: Uint8Array | undefined;
  bounds.forEach((bound, i) => {
    const value = got[i]!;
    const finite = Number.isFinite(value);
    if (bound === Number.POSITIVE_INFINITY || (!finite && overflows[i] === 1)) {
      undecided++;
      return;
    }
    const error = finite ? exact.distance(i, value, bound) : Number.POSITIVE_INFINITY;
    if (bound > 0 && finite) worstRatio = Math.max(worstRatio, error / bound);
    if (error <= bound) return;
    wrong++;
    off ??= new Uint8Array(bounds.length);
    off[i] = finite ? 1 : 2;
    // A value that isn't a number says more than a number that is off.
    const worse = !finite && strange === 0;
    if (!finite) strange++;
    if (first === undefined || worse) {
      const index = indexOf(result.shape, i);
      first = {
        where: inWords(index, result.axes),
        index,
        expected: exact.nearest(i),
        got: value,
        bound,
      };
    }
  });
  const comparison = bounds.every((bound) => bound === 0) ? 'bit for bit' : 'rounding bound';
  const found = {
    comparison,
    wrong,
    worstRatio,
    ...(first && off ? { first, pattern: patternIn(result, off, strange > 0 ? 2 : 1) } : {}),
  } as const;
  if (strange > 0) {
    const many = strange === exact.length ? 'no number at all' : `${strange} values that are no numbers`;
    return { kind: 'GARBAGE', ...found, problem: `holds ${many}` };
  }
  if (wrong > 0) return { kind: 'FAIL', ...found };
  if (undecided === 0) return { kind: 'PASS', ...found };
  const problem = `${undecided} of ${exact.length} overflowed, as they may in a correct implementation`;
  return { kind: 'UNSUPPORTED', ...found, problem };
}

/** Where the elements are that are off by at least so much, in words. */
function patternIn({ shape, axes }: Result, off: Uint8Array, least: 1 | 2): string {
  const layout = layoutOf(shape, axes);
  const margins = marginsOf(layout, (i) => off[i]! >= least);
  return patternOf(layout, margins);
}

/** Whether these elements would pass; as `compare` has it, but it looks no further than the first that is wrong. */
export function agrees({ exact, bounds }: Reference, got: ArrayLike<number>): boolean {
  for (let i = 0; i < bounds.length; i++) {
    const [value, bound] = [got[i]!, bounds[i]!];
    if (!Number.isFinite(value) || bound === Number.POSITIVE_INFINITY) return false;
    if (exact.distance(i, value, bound) > bound) return false;
  }
  return true;
}

/** The index of the i-th element of a row-major array. */
export function indexOf(shape: readonly number[], i: number): readonly number[] {
  let rest = i;
  const index = shape.toReversed().map((size) => {
    const at = rest % size;
    rest = Math.floor(rest / size);
    return at;
  });
  return index.reverse();
}

/** The position in the words of the field: (n, l, m, h, w) for features, (l, m, input, u, v) for kernels. */
export function inWords(index: readonly number[], { kind, major, minorSize }: ChannelAxes): string {
  const [a, b, c, d] = index;
  const channel = (kind === 'features' ? b : a) as number;
  const [quotient, rest] = [Math.floor(channel / minorSize), channel % minorSize];
  const lm = major === 'l' ? `l ${quotient}, m ${rest}` : `l ${rest}, m ${quotient}`;
  if (kind === 'bias') return `${lm} (channel ${channel})`;
  if (kind === 'kernel') return `${lm}, input ${b}, u ${c}, v ${d} (row ${channel})`;
  return `n ${a}, ${lm}, h ${c}, w ${d} (channel ${channel})`;
}
