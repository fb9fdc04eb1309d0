import type fc from 'fast-check';
import type { Shape, Tensor } from '../../spec/00-notation.ts';
import type { Algebra } from '../algebras/algebra.ts';
import type { Limits } from './cases.ts';
import type { Operation, Operations } from './operations.ts';

/** What the two sides of a law are computed with. */
export interface Run<T> {
  readonly A: Algebra<T>;
  /** The implementation under test where it has the operation, the specification elsewhere. */
  readonly ops: Operations<T>;
  /** The case's tensor of this name: drawn numbers, or a variable for each entry. The same name, the same tensor. */
  tensor(name: string, shape: Shape): Tensor<T>;
  vector(name: string, length: number): readonly T[];
}

/** The first place where two sides differ. */
export interface Mismatch {
  /** (n, c, h, w), or the reason where the shapes differ. */
  readonly where: string;
  readonly left: string;
  readonly right: string;
}

/** left = right, entry by entry, in an algebra. */
export interface Equation {
  readonly size: number;
  mismatch(): Mismatch | undefined;
}

/** An equation that holds on a domain of cases: data, for one runner (and for proofs). */
export interface LawOn<Case> {
  readonly id: string;
  /** The paper's equation or section. */
  readonly equation: string;
  /** The law in words and symbols. */
  readonly statement: string;
  /** Where it holds: borders, padding, sizes. */
  readonly domain: string;
  /** The functions of the specification that it speaks of. */
  readonly functions: readonly string[];
  /** The operations of an implementation that it puts to the test; none: it's about the specification alone. */
  readonly tests: readonly Operation[];
  /** Whether it gives the implementation biases. */
  readonly needsBias?: true;
  cases(limits: Limits): fc.Arbitrary<Case>;
  sides<T>(run: Run<T>, example: Case): Promise<Equation> | Equation;
}

/** A law on some domain of cases. */
export interface Law extends Omit<LawOn<never>, 'cases'> {
  cases(limits: Limits): fc.Arbitrary<unknown>;
}

/** The equation left = right of two tensors. */
export function equal<T>(A: Algebra<T>, left: Tensor<T>, right: Tensor<T>): Equation {
  return {
    size: right.data.length,
    mismatch() {
      const [a, b] = [`[${left.shape.join(', ')}]`, `[${right.shape.join(', ')}]`];
      if (a !== b) return { where: 'the shape', left: a, right: b };
      const at = left.data.findIndex((value, i) => !A.equals(value, right.data[i]!));
      if (at < 0) return undefined;
      return {
        where: position(right.shape, at),
        left: A.show(left.data[at]!),
        right: A.show(right.data[at]!),
      };
    },
  };
}

/** The equation left = right of two lists of plain numbers. */
export function equalNumbers(left: readonly number[], right: readonly number[]): Equation {
  return {
    size: right.length,
    mismatch() {
      const length = Math.max(left.length, right.length);
      const at = Array.from({ length }, (_, i) => i).find((i) => left[i] !== right[i]);
      return at === undefined
        ? undefined
        : { where: `entry ${at}`, left: String(left[at]), right: String(right[at]) };
    },
  };
}

/** All of these equations. */
export function all(equations: readonly Equation[]): Equation {
  return {
    size: equations.reduce((total, equation) => total + equation.size, 0),
    mismatch() {
      for (const equation of equations) {
        const found = equation.mismatch();
        if (found) return found;
      }
      return undefined;
    },
  };
}

function position(shape: Shape, at: number): string {
  const [, C, H, W] = shape;
  const n = Math.floor(at / (C * H * W));
  const c = Math.floor(at / (H * W)) % C;
  return `(n ${n}, c ${c}, h ${Math.floor(at / W) % H}, w ${at % W})`;
}
