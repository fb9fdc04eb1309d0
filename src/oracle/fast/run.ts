import type { Shape } from '../../../spec/00-notation.ts';
import { shapeOf } from '../lookup.ts';
import type { Computation } from '../quantity.ts';
import type { Evidence } from '../types.ts';
import type { Kit, Shaped } from './kit.ts';
import { operationsOn } from './operations.ts';

/** Runs a computation on the arrays of a kit; `leaf` makes one of a recorded array, once. A bias is (1, C, 1, 1). */
export function runOn<V extends Shaped>(
  { run }: Pick<Computation, 'run'>,
  { arrays }: Pick<Evidence, 'arrays'>,
  kit: Kit<V>,
  leaf: (shape: Shape, data: ArrayLike<number>, name: string) => V,
): Readonly<Record<string, V>> {
  const known = new Map<string, V>();
  return run(operationsOn(kit), (name) => {
    const recorded = arrays.get(name)!;
    const { shape, data } = recorded;
    const sizes: Shape = shape.length === 1 ? [1, shape[0]!, 1, 1] : shapeOf(recorded);
    const made = known.get(name) ?? leaf(sizes, data, name);
    known.set(name, made);
    return made;
  });
}
