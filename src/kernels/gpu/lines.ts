/** The words that sources are written in. */
import type { Lanes } from './layout.ts';

/** 0, …, lanes − 1. */
export const lanesOf = (lanes: Lanes): readonly number[] => Array.from({ length: lanes }, (_, k) => k);

/** A lane of an entry that is in a variable. */
export const laneOf = (variable: string, lane: number, lanes: Lanes): string =>
  lanes === 1 ? variable : `${variable}[${lane}]`;

/** An entry of the numbers in its lanes. */
export const entry = (numbers: readonly string[]): string =>
  numbers.length === 1 ? numbers[0]! : `[${numbers.join(', ')}]`;

export const plus = (term: string, offset: number): string =>
  offset === 0 ? term : `${term} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;

export const times = (factor: string, by: number): string => (by === 1 ? factor : `${factor} * ${by}`);

/** ⌊i/d⌋ as an index: why not so, `sources.ts` says. */
export const quotient = (index: string, divisor: number): string =>
  divisor === 1 ? index : `Math.floor((${index} + 0.5) / ${divisor})`;

/** How far outside of 0 … size − 1 an index lies, |2i − (size − 1)| − (size − 1): at most 0 inside. One comparison, not two. */
export const distance = (index: string, size: number): string =>
  `Math.abs(2 * (${index}) - ${size - 1}) - ${size - 1}`;
