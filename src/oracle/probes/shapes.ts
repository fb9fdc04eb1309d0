import fc from 'fast-check';
import { everything, geometries } from '../../laws/cases.ts';
import type { Abilities } from '../adapter.ts';
import { type Family, forOperations } from './family.ts';
import { integers, reals, seedFor, thinned } from './numbers.ts';
import { caseOf, type Plan, productsOf } from './plan.ts';

/** How many cases where nothing else is asked. */
const usual = { 1: 60, 2: 2000 } as const;
/** The most products of a drawn case. */
const effort = { 1: 6000, 2: 60_000 } as const;
const batch = 64;

const numbers = ['integers', 'reals', 'sparse'] as const;

/**
 * Drawn shapes, without an end if asked: L ≠ M most of the time, L or M of 1, widths that are odd or no multiple of a
 * vector, Mout ≠ M, every stride, dilation, padding on four sides, kernels of one row or column, several samples.
 */
export const shapeProbes: Family = function* (abilities, { level, seed, runs = usual[level] }) {
  if (abilities.operations.length === 0) return;
  let i = 0;
  for (let round = 0; i < runs; round++) {
    const drawn = fc.sample(planned(abilities, level), { seed: seed + round, numRuns: batch });
    for (const { plan, kind } of drawn) {
      for (const adapted of forOperations(abilities, [plan], [plan.operation])) {
        if (i >= runs) return;
        const id = `shapes/${i++}`;
        const own = seedFor(seed, id);
        const fill = {
          integers: () => integers(adapted, abilities.precision, own),
          reals: () => reals(abilities.precision, own),
          sparse: () =>
            thinned(reals(abilities.precision, own), Math.ceil(productsOf(adapted).longest / 8), own >>> 8),
        }[kind]();
        yield caseOf(id, adapted, abilities.precision, fill);
      }
    }
  }
};

function planned(abilities: Abilities, level: 1 | 2) {
  const part = fc.constantFrom(...(level === 1 ? [1, 2, 3, 5, 7] : [1, 2, 3, 4, 5, 7, 9, 13, 17]));
  const limits = { ...everything, kernel: level === 1 ? 3 : 5 };
  return fc
    .record({
      operation: fc.constantFrom(...abilities.operations),
      sizes: fc.record({ L: part, Min: part, Mout: part, Lout: part, bias: fc.boolean() }),
      geometry: geometries(limits),
      extra: fc.tuple(fc.nat(6), fc.nat(9)),
      kind: fc.constantFrom(...numbers),
    })
    .map(({ operation, sizes, geometry, extra, kind }) => {
      const size = [geometry.size[0] + extra[0], geometry.size[1] + extra[1]] as const;
      const plan: Plan = { operation, ...sizes, ...geometry, size, gradients: false };
      return { plan, kind };
    })
    .filter(({ plan }) => productsOf(plan).all <= effort[level]);
}
