import type { Diagnosis } from '../oracle/diagnose.ts';

/** What a diagnosis says to people, and what to change for each bug that gives this. */
export function showDiagnosis({ kind, suspects, sentence }: Diagnosis): readonly string[] {
  const [first] = suspects;
  if (kind === 'named' && first) return [`${sentence}`, `  to mend it: ${first.advice}`];
  if (kind === 'several') return [sentence, ...suspects.map(({ advice }) => `  to mend it: ${advice}`)];
  return [sentence];
}

/** A diagnosis for programs. */
export function diagnosisJson({ kind, stage, sentence, suspects, invisible, proved }: Diagnosis): object {
  return { kind, ...(stage ? { stage } : {}), sentence, suspects, invisible, proved };
}
