import type { Outcome } from '../oracle/adapter.ts';

/** What programs say that end where they have nothing to offer, in the words of many languages. */
const notDone =
  /\b(not|n't|never)[ _-]?(yet |been |currently )*(implemented|supported|available)|NotImplemented|\bunimplemented|\bunsupported|\bTODO\b/i;

/** A crash that sounds like a case that it can't do, with a word on how that is said: then it's no failure. */
export function withHint(outcome: Outcome, how: string): Outcome {
  if (outcome.kind !== 'crash' || !notDone.test(outcome.reason)) return outcome;
  return { ...outcome, reason: `${outcome.reason}; if it can't do this case, that is no failure: ${how}` };
}
