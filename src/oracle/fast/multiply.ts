/** Products of fields: a group convolution and its two adjoints are one sum of products, seen from each array. */
import type { Shape } from '../../../spec/00-notation.ts';
import type { Arithmetic } from '../arithmetic.ts';
import { contract, countTriples, type Role } from './contract.ts';
import { type Field, operandErrors } from './field.ts';
import type { Geometry } from './geometry.ts';

/** The two arrays that are given, by their roles. */
export interface Factors {
  readonly input?: Field;
  readonly kernel?: Field;
  readonly output?: Field;
}

/**
 * The array of this role. As in `bound`: A = Σ A_a·A_b, e = Σ A_a·E_b + E_a·(A_b + E_b), k the number of products of which
 * neither factor is zero.
 */
export function multiply(
  role: Role,
  geometry: Geometry,
  shape: Shape,
  factors: Factors,
  arithmetic: Arithmetic,
): Field {
  const names = (['input', 'kernel', 'output'] as const).filter((name) => name !== role);
  const [first, second] = names as [Role, Role];
  const [a, b] = [factors[first]!, factors[second]!];
  const length = shape.reduce((product, size) => product * size, 1);
  const empty = new Float64Array(0);
  const accumulate = (to: Float64Array, left: Float64Array, right: Float64Array) => {
    const arrays = { input: empty, kernel: empty, output: empty, [role]: to, [first]: left, [second]: right };
    contract(role, geometry, arrays);
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
      : countTriples(role, geometry);
  return {
    shape,
    value: accumulate(zeros(), a.value, b.value),
    magnitude: accumulate(zeros(), a.magnitude, b.magnitude),
    inherited,
    terms: counts,
    // Errors of operands have at most 8 roundings above those of the operand, and 12 where it is rounded on its way;
    // a product, two sums of twice as many terms, and one more.
    roundings: a.roundings + b.roundings + 43 + 2 * largest(counts),
    valueRoundings: a.valueRoundings + b.valueRoundings + 1 + largest(counts),
  };
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

function largest(counts: Float64Array): number {
  let most = 0;
  for (let i = 0; i < counts.length; i++) if (counts[i]! > most) most = counts[i]!;
  return most;
}
