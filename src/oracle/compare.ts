import type { Shape, Tensor } from '../../spec/00-notation.ts';
import { type Dyadic, dyadicOf, dyadics, toDouble } from '../algebras/dyadic.ts';
import type { ChannelAxes, Quantity } from './quantities.ts';
import type { Reference } from './reference.ts';
import type { ArrayVerdict, Difference } from './types.ts';

/** Judges an array: every element against the exact value and its own bound. */
export function compare(quantity: Quantity, reference: Reference, got: Tensor<number>): ArrayVerdict {
  const { exact, bitForBit } = reference;
  const head = {
    array: quantity.array,
    stage: quantity.stage,
    from: quantity.from.join(', '),
    comparison: bitForBit ? ('bit for bit' as const) : ('rounding bound' as const),
    elements: exact.data.length,
  };
  const [expected, came] = [exact.shape, got.shape].map((shape) => `[${shape.join(', ')}]`);
  if (expected !== came) {
    const problem = `its shape should be ${expected}, it is ${came}`;
    return { ...head, kind: 'GARBAGE', wrong: 0, worstRatio: 0, problem };
  }
  return { ...head, ...compareElements(quantity.axes, reference, got) };
}

type Elements = Pick<ArrayVerdict, 'kind' | 'wrong' | 'worstRatio' | 'first' | 'problem'>;

function compareElements(axes: ChannelAxes, reference: Reference, got: Tensor<number>): Elements {
  let [wrong, overflowed, worstRatio] = [0, 0, 0];
  let first: Difference | undefined;
  let garbage = false;
  got.data.forEach((value, i) => {
    const finite = Number.isFinite(value);
    if (!finite && reference.mayOverflow(i)) {
      overflowed++;
      return;
    }
    const bound = reference.boundAt(i);
    const error = finite ? distance(reference.exact.data[i]!, value) : Number.POSITIVE_INFINITY;
    if (bound > 0 && finite) worstRatio = Math.max(worstRatio, error / bound);
    if (error <= bound) return;
    wrong++;
    // A value that isn't a number says more than a number that is off.
    const worse = !finite && !garbage;
    garbage ||= worse;
    if (first === undefined || worse) {
      const index = indexOf(got.shape, i);
      const expected = toDouble(reference.exact.data[i]!);
      first = { where: inWords(index, axes), index, expected, got: value, bound };
    }
  });
  const found = { wrong, worstRatio, ...(first ? { first } : {}) };
  if (garbage) return { kind: 'GARBAGE', ...found };
  if (wrong > 0) return { kind: 'FAIL', ...found };
  if (overflowed === 0) return { kind: 'PASS', ...found };
  const problem = `${overflowed} elements overflowed, as a correct implementation may in this precision`;
  return { kind: 'UNSUPPORTED', ...found, problem };
}

/** |got − exact|, at most a relative 2⁻⁵³ off. */
function distance(exact: Dyadic, got: number): number {
  return Math.abs(toDouble(dyadics.add(exact, dyadics.neg(dyadicOf(got)))));
}

function indexOf([, C, H, W]: Shape, i: number): readonly number[] {
  return [Math.floor(i / (C * H * W)), Math.floor(i / (H * W)) % C, Math.floor(i / W) % H, i % W];
}

/** The position in the words of the field: (n, l, m, h, w) for features, (l, m, input, u, v) for kernels. */
export function inWords([a, b, c, d]: readonly number[], { kind, major, minorSize }: ChannelAxes): string {
  const channel = (kind === 'kernel' ? a : b) as number;
  const [quotient, rest] = [Math.floor(channel / minorSize), channel % minorSize];
  const lm = major === 'l' ? `l ${quotient}, m ${rest}` : `l ${rest}, m ${quotient}`;
  if (kind === 'bias') return `${lm} (channel ${channel})`;
  if (kind === 'kernel') return `${lm}, input ${b}, u ${c}, v ${d} (row ${channel})`;
  return `n ${a}, ${lm}, h ${c}, w ${d} (channel ${channel})`;
}
