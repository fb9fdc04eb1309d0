/** Runs a law on polynomials: every entry of every tensor is a variable of its own. */
import { type Semiring, type Shape, Tensor } from '../../spec/00-notation.ts';
import { type Polynomial, polynomials, variable } from '../algebras/polynomial.ts';
import type { Run } from '../laws/law.ts';
import { type Operations, specOperations } from '../laws/operations.ts';

/** What is proved to be right: the specification's operations, or others in their place. */
export type OperationsOn = <T>(A: Semiring<T>) => Operations<T>;

/** A run of the specification (or of other operations) on variables. The same name and size, the same variables. */
export function variableRun(operations: OperationsOn = specOperations): Run<Polynomial> {
  const known = new Map<string, readonly Polynomial[]>();
  let next = 0;
  const vector = (name: string, length: number): readonly Polynomial[] => {
    const key = `${name} ${length}`;
    const entries = known.get(key) ?? Array.from({ length }, () => variable(next++));
    known.set(key, entries);
    return entries;
  };
  return {
    A: polynomials,
    ops: operations(polynomials),
    tensor: (name, shape: Shape) => {
      return new Tensor(shape, vector(name, shape[0] * shape[1] * shape[2] * shape[3]));
    },
    vector,
  };
}
