/** Rounding bounds of whole arrays, as `bound` has them of one number. */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Arithmetic } from '../arithmetic.ts';
import { volume } from '../lookup.ts';
import { contract } from './contract.ts';
import { triplesInPlane } from './count.ts';
import { type Field, largestOf, operandErrors } from './field.ts';
import type { Geometry, Role } from './geometry.ts';
import { channelOf, type Factors, factorsOf, type Kit, movedPlanes } from './kit.ts';

/** Bounds in an arithmetic. */
export const boundsIn = (arithmetic: Arithmetic): Kit<Field> => ({
  multiply: (role, geometry, shape, factors) => multiply(role, geometry, shape, factors, arithmetic),
  addBias,
  sumPositions,
  movePlanes: ({ shape, magnitude, inherited, terms, roundings }, from) => ({
    shape,
    magnitude: movedPlanes(magnitude, shape, from),
    inherited: inherited && movedPlanes(inherited, shape, from),
    terms: terms && (isOfOnePlane(terms, shape) ? terms : movedPlanes(terms, shape, from)),
    roundings,
  }),
});

/**
 * The array of this role. As in `bound`: A = Σ A_a·A_b, e = Σ A_a·E_b + E_a·(A_b + E_b), k the number of products of which
 * neither factor is zero.
 */
function multiply(
  role: Role,
  geometry: Geometry,
  shape: Shape,
  factors: Factors<Field>,
  arithmetic: Arithmetic,
): Field {
  const [a, b, first, second] = factorsOf(role, factors);
  const length = volume(shape);
  const accumulate = (to: Float64Array, left: Float64Array, right: Float64Array) => {
    contract(role, geometry, to, { [first]: left, [second]: right });
    return to;
  };
  const zeros = () => new Float64Array(length);
  const [errorsA, errorsB] = [operandErrors(a, arithmetic), operandErrors(b, arithmetic)];

  let inherited: Float64Array | undefined;
  if (errorsB) inherited = accumulate(zeros(), a.magnitude, errorsB);
  if (errorsA) {
    const most = errorsB ? b.magnitude.map((A, i) => A + errorsB[i]!) : b.magnitude;
    inherited = accumulate(inherited ?? zeros(), errorsA, most);
  }
  const [presentA, presentB] = [indicator(a), indicator(b)];
  const counts =
    presentA || presentB
      ? accumulate(zeros(), presentA ?? ones(a), presentB ?? ones(b))
      : triplesInPlane(role, geometry);
  return {
    shape,
    magnitude: accumulate(zeros(), a.magnitude, b.magnitude),
    inherited,
    terms: counts,
    // Errors of operands have at most 8 roundings above those of the operand, and 12 where it is rounded on its way;
    // a product, two sums of twice as many terms, and one more.
    roundings: a.roundings + b.roundings + 43 + 2 * largestOf(counts),
  };
}

function isOfOnePlane(terms: Float64Array, [, , H, W]: Shape): boolean {
  return terms.length === H * W;
}

/** 1 where an entry isn't zero, as in `bound`; undefined where none is zero. */
function indicator({ magnitude, inherited }: Field): Float64Array | undefined {
  const present = (i: number) => magnitude[i]! > 0 || (inherited !== undefined && inherited[i]! > 0);
  for (let i = 0; i < magnitude.length; i++) {
    if (!present(i)) return magnitude.map((_, j) => (present(j) ? 1 : 0));
  }
  return undefined;
}

function ones({ magnitude }: Field): Float64Array {
  return new Float64Array(magnitude.length).fill(1);
}

/** As `bound.add` has it: a zero adds nothing, a leaf counts as one term. */
function addBias(y: Field, bias: Field): Field {
  const at = (i: number) => channelOf(y.shape, i);
  const plus = (a: Float64Array, b: Float64Array) => a.map((entry, i) => entry + b[at(i)]!);
  const isZero = (field: Field, i: number) =>
    field.magnitude[i] === 0 && !(field.inherited && field.inherited[i]! > 0);
  const { inherited, terms } = y;
  const none = new Float64Array(y.magnitude.length);
  return {
    shape: y.shape,
    magnitude: plus(y.magnitude, bias.magnitude),
    inherited: bias.inherited ? plus(inherited ?? none, bias.inherited) : inherited,
    terms: none.map((_, i) => {
      const ky = terms ? terms[i % terms.length]! : 0;
      const kb = bias.terms ? bias.terms[at(i)]! : 0;
      if (isZero(y, i)) return kb;
      return isZero(bias, at(i)) ? ky : Math.max(ky, 1) + Math.max(kb, 1);
    }),
    roundings: Math.max(y.roundings, bias.roundings) + 1,
  };
}

/** The same. */
function sumPositions(g: Field): Field {
  const [N, C, H, W] = g.shape;
  const P = H * W;
  const total = (data: Float64Array) => {
    const sums = new Float64Array(C);
    for (let i = 0; i < data.length; i++) sums[channelOf(g.shape, i)]! += data[i]!;
    return sums;
  };
  const { magnitude, inherited, terms } = g;
  const counts = new Float64Array(C);
  const present = new Float64Array(C);
  for (let i = 0; i < magnitude.length; i++) {
    if (magnitude[i] === 0 && !(inherited && inherited[i]! > 0)) continue;
    const c = channelOf(g.shape, i);
    counts[c]! += Math.max(terms ? terms[i % terms.length]! : 0, 1);
    present[c]!++;
  }
  // One entry alone is no sum: it has the terms it had.
  const lone = terms === undefined ? counts.map((k, c) => (present[c] === 1 ? 0 : k)) : counts;
  return {
    shape: [1, C, 1, 1],
    magnitude: total(magnitude),
    inherited: inherited && total(inherited),
    terms: lone,
    roundings: g.roundings + N * P,
  };
}
