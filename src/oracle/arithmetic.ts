/**
 * What an implementation's arithmetic does to numbers. Sums and products are rounded to one format; what passes from
 * one operation to the next may be rounded to a coarser one, the coarsest that a result is stored in; and each array
 * is rounded once more where it is recorded.
 */
import { type BoundAlgebra, type Bounded, bound } from '../algebras/bound.ts';
import { type Precision, precisions, type Rounding } from '../algebras/precision.ts';
import { type Rational, rationalOf, rationals } from '../algebras/rational.ts';
import type { Evidence, StoredAs } from './types.ts';

export interface Arithmetic {
  /** Error bounds of sums and products, and of what may be rounded between one operation and the next. */
  readonly algebra: BoundAlgebra;
  /** An entry of an array that the implementation was given. */
  given(x: number): Bounded;
  /** An entry of an array that it computed: it may have gone on with the number from before it was recorded. */
  computed(x: number): Bounded;
  /** A constant of an algorithm, rounded where the implementation can't hold it. */
  constant(x: Rational): Bounded;
  /**
   * A pending sum that was computed in one of two ways: at least the error of either, alone or with a term more in the
   * last sum. The magnitude is that of `sum`, the way of the specification.
   */
  either(sum: Bounded, other: Bounded): Bounded;
  /** Whether a number that was given is read as it is. */
  holds(x: number): boolean;
  /** How far an operand of a product can be from the exact number; as `mul` has it. */
  operandError(a: Bounded): number;
  /** The same of an operand that is no larger, in any way, than one of which it was asked. */
  smallerOperandError(a: Bounded): number;
  /** Present: the operand error of a sum is `sumError` alone, with these, for nothing is rounded on its way. */
  readonly sums: Rounding | undefined;
  /** The same of a sum of products that is recorded in this format, made up for its roundings. */
  recordedSums(stored: StoredAs): Rounding | undefined;
  /** How far entries that are recorded in this format can be from the exact ones; 0: it is the exact one. */
  boundsIn(stored: StoredAs): (a: Bounded) => number;
  /** Whether a correct implementation may overflow on the way to this entry. */
  mayOverflow(a: Bounded, stored: StoredAs): boolean;
  /** Integers up to this size are exact wherever they pass. */
  readonly exactIntegers: number;
}

/** Rounding to an integer, to the nearest or towards zero. */
const integers: Precision = { unit: 0, underflow: 1, significand: 53, largest: Number.MAX_VALUE };

const formatOf = (stored: StoredAs): Precision => (stored === 'integer' ? integers : precisions[stored]);

/** The arithmetic that this evidence declares, whose results are stored in these formats. */
export function arithmeticOf(evidence: Evidence, results: readonly StoredAs[]): Arithmetic {
  const { precision, composed, flushesSubnormals: flushes } = evidence;
  const sums: Precision = precisions[precision];
  const passed = results
    .filter((stored) => stored !== 'integer')
    .map(formatOf)
    .reduce(coarsest, sums);
  const added = flushes ? flushing(sums) : sums;
  const bounds = bound(added);
  const rounding = (format: Precision) =>
    flushes ? { ...format, underflow: Math.max(format.underflow, smallestNormal(format)) } : format;
  const fitting = (format: Precision) => {
    const [isNumber, normal] = [representableIn(format), smallestNormal(format)];
    return (x: number) => isNumber(x) && !(flushes && x !== 0 && Math.abs(x) < normal);
  };
  const fitsPassed = fitting(passed);

  /** A number after one more rounding: no longer a pending sum. */
  const rounded = (a: Bounded, format: Precision): Bounded => {
    const { unit, underflow } = rounding(format);
    const error = bounds.errorOf(a);
    const inherited = error + unit * (a.magnitude + error) + underflow;
    // Four roundings of our own above those that `errorOf` has made up for.
    return { ...a, inherited, terms: 0, roundings: a.roundings + 4 };
  };
  // A result can be passed on before its bias is added, or its positions are summed, and again after that; the bias of
  // a composed block is computed and passed on first.
  const passes = isCoarser(passed, sums) ? Array.from({ length: composed ? 3 : 2 }, () => passed) : [];
  const pass = (a: Bounded): Bounded =>
    a.terms === 0 || passes.length === 0 ? a : passes.reduce(rounded, a);

  let operandOverflows = false;
  const overflows = (a: Bounded, format: Precision) => {
    const most = a.magnitude + bounds.errorOf(a);
    return !(most <= Math.min(format.largest, passed.largest));
  };
  const operand = (a: Bounded): Bounded => {
    operandOverflows ||= overflows(a, passed);
    return pass(a);
  };
  const operandError = (a: Bounded) => bounds.operandErrorOf(operand(a));
  return {
    algebra: { ...bounds, mul: (a, b) => bounds.mul(operand(a), operand(b)) },
    given: (x) => (fitsPassed(x) ? bounds.leaf(x) : rounded(bounds.leaf(x), passed)),
    computed: (x) => rounded(bounds.leaf(x), passed),
    constant: (x) => {
      const nearest = Number(x.numerator) / Number(x.denominator);
      const isExact = rationals.equals(rationalOf(nearest), x) && fitsPassed(nearest);
      return isExact ? bounds.leaf(nearest) : rounded(bounds.leaf(nearest), passed);
    },
    either: (sum, other) => {
      if (other.magnitude === 0 && other.inherited === 0) return sum;
      // One more term than the other has, so that a bias may have been among them.
      const error = operandError({ ...other, terms: other.terms + 1 });
      return {
        ...sum,
        inherited: Math.max(sum.inherited, error),
        terms: Math.max(sum.terms, other.terms),
        // As in `mul`: those of E, which `errorOf` makes up for.
        roundings: Math.max(sum.roundings, other.roundings + 19),
      };
    },
    holds: fitsPassed,
    operandError,
    smallerOperandError: (a) => bounds.operandErrorOf(pass(a)),
    sums: passes.length === 0 && sums.operands === undefined ? added : undefined,
    recordedSums: (stored) =>
      passes.length === 0 && !isCoarser(formatOf(stored), passed) ? added : undefined,
    boundsIn: (stored) => {
      const format = formatOf(stored);
      const fits = fitting(format);
      const coarser = isCoarser(format, passed);
      return (a) => {
        const result = pass(a);
        const error = bounds.errorOf(result);
        if (error === 0 && fits(a.value)) return 0;
        // A result of sums is in their format already, or in the one that is passed on.
        return a.terms > 0 && !coarser ? error : bounds.errorOf(rounded(result, format));
      };
    },
    mayOverflow: (a, stored) => operandOverflows || overflows(a, formatOf(stored)),
    exactIntegers: 2 ** Math.min(passed.significand, (sums.operands ?? sums).significand),
  };
}

function isCoarser(a: Rounding, b: Rounding): boolean {
  return a.unit > b.unit || a.underflow > b.underflow;
}

/** A format that loses as much as the worse of the two, wherever that is. */
function coarsest(a: Precision, b: Precision): Precision {
  return {
    unit: Math.max(a.unit, b.unit),
    underflow: Math.max(a.underflow, b.underflow),
    significand: Math.min(a.significand, b.significand),
    largest: Math.min(a.largest, b.largest),
  };
}

function smallestNormal({ underflow, significand }: Rounding): number {
  return underflow * 2 ** (significand - 1);
}

/**
 * The same precision where subnormal operands and results may become zero. A sum of k products then has 2k − 1 results
 * and is read once, and each of the 2k can lose the smallest normal number: twice that for each product, and `bound`
 * counts half where k·u is large.
 */
function flushing(precision: Precision): Precision {
  return { ...precision, underflow: 4 * smallestNormal(precision) };
}

/** Tells the numbers of a format. */
function representableIn({ significand, underflow, largest }: Precision): (x: number) => boolean {
  if (significand === 53 && underflow <= Number.MIN_VALUE) return () => true;
  const [least, most] = [underflow * 2 ** (significand - 1), Math.min(largest, 2 ** 900)];
  const split = 2 ** (53 - significand) + 1;
  return (x) => {
    const size = Math.abs(x);
    if (size >= least && size <= most) {
      // Veltkamp's split: x rounded to `significand` bits.
      const scaled = x * split;
      return scaled - (scaled - x) === x;
    }
    if (x === 0) return true;
    // Right wherever the answer can be yes: only next to a power of two, closer than such a format gets, log2 rounds up.
    const last = Math.max(2 ** (Math.floor(Math.log2(size)) + 1 - significand), underflow);
    return size <= largest && Number.isInteger(x / last);
  };
}
