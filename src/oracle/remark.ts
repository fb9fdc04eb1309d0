/** What is worth a word, though nothing is wrong. */
import type { Asked } from './ask.ts';

/**
 * Of numbers that no float32 is, where float32 is declared: sums were kept in double. No fault, since more digits than
 * declared hurt nobody; but they were held to the bound of float32, and a caller may expect what the declaration says.
 */
export function remarkOn({ verdict, nature, arrays }: Pick<Asked, 'verdict' | 'nature' | 'arrays'>) {
  if (nature !== 'judged' || verdict.precision !== 'float32') return undefined;
  for (const [name, { data, stored }] of arrays) {
    if (stored !== 'float64' || !hasMore(data)) continue;
    return `${name} holds numbers that are no float32, though float32 is declared: it is held to the bound of float32 all the same. Declare float64 to be held to that, or round what it gives (in JavaScript: into a Float32Array)`;
  }
  return undefined;
}

function hasMore(data: ArrayLike<number>): boolean {
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isFinite(value) && Math.fround(value) !== value) return true;
  }
  return false;
}
