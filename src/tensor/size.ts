import { demand, isIntegerFrom } from './constraints.ts';

declare const named: unique symbol;

/**
 * A number that the type checker knows by name. Two sizes of different names never match, even where their
 * values agree, so that a forgotten interleave is a compile error for L = M too.
 */
export type Size<Name extends string> = number & { readonly [named]: Name };

/** A named size: `const L = size('L', 8)`. A positive integer (C2). */
export function size<Name extends string>(name: Name, value: number): Size<Name> {
  const site = { operation: 'size', argument: name };
  demand(isIntegerFrom(1, value), site, 'C2', 'an integer of at least 1', `${value}`);
  return value as Size<Name>;
}
