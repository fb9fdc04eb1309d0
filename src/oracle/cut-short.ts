/** What a campaign concludes that was interrupted: never that all is well. */
import { bad, type VerdictKind } from './types.ts';

/** Milliseconds that the cases which nobody is asked any more are counted: drawn shapes may have no end. */
const patience = 500;

/** How many cases were left. */
export class Left {
  cases = 0;
  /** Whether there may be more than were counted. */
  isOpen = false;
  readonly #since = performance.now();

  /** One more; whether to go on counting. */
  count(): boolean {
    this.cases++;
    this.isOpen = performance.now() - this.#since >= patience;
    return !this.isOpen;
  }
}

/** A failure stays one; anything else is MISTRUSTED, and says how many of how many cases were judged. */
export function cutShort(
  { verdict, reason }: { readonly verdict: VerdictKind; readonly reason: string },
  cases: number,
  left: Left,
): { readonly verdict: VerdictKind; readonly reason: string } {
  if (bad.includes(verdict)) return { verdict, reason };
  const all = `${left.isOpen ? 'more than ' : ''}${cases + left.cases}`;
  const found = cases === 0 ? '' : `; of these: ${reason}`;
  return { verdict: 'MISTRUSTED', reason: `cut short: ${cases} of ${all} cases were judged${found}` };
}
