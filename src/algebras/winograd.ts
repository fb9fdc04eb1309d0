/**
 * Winograd's minimal filtering F(4, 3): four outputs of a correlation with three taps from six products,
 *
 *   y = Aᵀ[(G g) ⊙ (Bᵀ d)],   y_i = Σ_k g_k · d_(i+k),
 *
 * and, applied to rows and columns, F(4×4, 3×3): Y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, 36 products in place of 144. It multiplies
 * polynomials by their values at five points and at infinity, transposed. Sources: Winograd, Arithmetic complexity of
 * computations, 1980; Lavin and Gray, Fast algorithms for convolutional neural networks, 2016, whose points are 0, ±1, ±2.
 * The matrices are exact; test/algebras/winograd.test.ts proves the identity for them.
 */
import { type Rational, rational, rationalOf, rationals } from './rational.ts';

/** The points are 0, ±a, ±b and infinity: two different powers of two. Then common factors are taken out without rounding. */
export type WinogradPoints = readonly [a: number, b: number];

/** Of Lavin and Gray, and of most libraries. */
export const lavinGray: WinogradPoints = [1, 2];

/**
 * Points with a fifth of that error bound: the largest Σ|Aᵀ||G||Bᵀ| of an output is 22 here and 48 there, in one dimension,
 * and errors go with its square.
 */
export const closePoints: WinogradPoints = [1 / 2, 2];

/** Rows of exact numbers. */
export type Matrix = readonly (readonly Rational[])[];

/** The transforms of F(4, 3): y = output · ((kernel · g) ⊙ (input · d)). */
export interface WinogradTransforms {
  /** G, 6 × 3. */
  readonly kernel: Matrix;
  /** Bᵀ, 6 × 6. */
  readonly input: Matrix;
  /** Aᵀ, 4 × 6. */
  readonly output: Matrix;
}

/** Whether these can be points: two different powers of two from 1/16 to 16. */
export function isWinogradPoints(value: unknown): value is WinogradPoints {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const isPower = (x: unknown) =>
    typeof x === 'number' && x >= 1 / 16 && x <= 16 && Number.isInteger(Math.log2(x));
  return value.every(isPower) && value[0] !== value[1];
}

const { zero, one, add, mul, neg, div } = rationals;

/** Throws a RangeError where the points aren't two different powers of two from 1/16 to 16. */
export function winogradTransforms(points: WinogradPoints): WinogradTransforms {
  if (!isWinogradPoints(points)) {
    throw new RangeError(`winograd: expected two different powers of two from 1/16 to 16, got ${points}`);
  }
  const [a, b] = points.map(rationalOf) as [Rational, Rational];
  const finite = [zero, a, neg(a), b, neg(b)];
  const others = (k: number) => finite.filter((_, i) => i !== k);
  /** N_k = Π_(i≠k) (p_k − p_i). */
  const scale = (k: number) => others(k).reduce((product, p) => mul(product, add(finite[k]!, neg(p))), one);
  return {
    kernel: [...finite.map((p, k) => [0, 1, 2].map((e) => div(power(p, e), scale(k)))), [zero, zero, one]],
    // The coefficients of Π_(i≠k) (x − p_i), and of the product over all points.
    input: [...finite.map((_, k) => [...fromRoots(others(k)), zero]), fromRoots(finite)],
    output: [0, 1, 2, 3].map((e) => [...finite.map((p) => power(p, e)), e === 3 ? one : zero]),
  };
}

function power(p: Rational, exponent: number): Rational {
  return exponent === 0 ? one : mul(p, power(p, exponent - 1));
}

/** The coefficients of Π (x − root), from the constant one up. */
function fromRoots(roots: readonly Rational[]): readonly Rational[] {
  return roots.reduce<readonly Rational[]>(
    (coefficients, root) => {
      const times = coefficients.map((c) => mul(c, neg(root)));
      return [...times, zero].map((c, i) => (i === 0 ? c : add(c, coefficients[i - 1]!)));
    },
    [rational(1n)],
  );
}
