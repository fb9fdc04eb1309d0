import { readFileSync } from 'node:fs';
import { check } from '../../spec/proofs/checker.ts';
import { type InductionName, inductions } from '../../spec/proofs/inductions.ts';
import { type Theorem, toImplication } from '../../spec/proofs/theorem.ts';
import { sections } from '../../spec/proofs/theorems.ts';
import { proofFile } from './files.ts';
import type { Layer, ProofRow } from './types.ts';

/** The certificates of each theorem, as the search left them: to be checked, not to be believed. */
export function readCertificates(): Readonly<Record<string, unknown>> {
  const file = JSON.parse(readFileSync(proofFile('certificates.json'), 'utf8')) as {
    certificates: Record<string, unknown>;
  };
  return file.certificates;
}

/** Why a certificate doesn't prove a theorem; undefined if it does. */
export function refusal(theorem: Theorem, certificate: unknown): string | undefined {
  try {
    check(toImplication(theorem), certificate);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Checks every certificate, each once: a row for each statement. */
export function certificateRows(certificates = readCertificates()): readonly ProofRow[] {
  const known = new Map<string, string>();
  const faultOf = (theorem: Theorem): string => {
    const reason = known.get(theorem.id) ?? refusal(theorem, certificates[theorem.id]) ?? '';
    known.set(theorem.id, reason);
    return reason && `${theorem.id}: ${reason}`;
  };
  return sections.map((section): ProofRow => {
    const start = performance.now();
    const used = section.inductions ?? [];
    const theorems = [
      ...used.flatMap((name): readonly Theorem[] => inductions[name].theorems),
      ...section.theorems,
    ];
    const faults = theorems.map(faultOf).filter((fault) => fault !== '');
    return {
      claim: section.claim,
      statement: section.statement,
      equation: section.equation,
      strength: 'all sizes',
      checker: 'certificates',
      detail: detail(section.theorems.length, used),
      trusted: [
        'spec/proofs/checker.ts (under 100 lines)',
        ...trustedInductions(used),
        ...(section.trusted ?? []),
      ],
      outcome: faults.length === 0 ? 'proved' : 'failed',
      ...(faults.length > 0 && { reason: faults.join('; ') }),
      milliseconds: performance.now() - start,
    };
  });
}

function detail(own: number, used: readonly InductionName[]): string {
  const theorems = own === 0 ? [] : [own === 1 ? '1 theorem' : `${own} theorems`];
  const steps = used.length === 0 ? [] : [`base and steps of ${used.map((name) => `“${name}”`).join(', ')}`];
  return [...theorems, ...steps].join(', ');
}

/** What is trusted where base and steps of inductions are checked. */
export function trustedInductions(used: readonly InductionName[]): readonly string[] {
  return used.map((name) => `induction “${name}”, whose base and steps are checked`);
}

/** The certificates as a layer of `npm run prove`. */
export const certificateLayer: Layer = async (progress) => {
  progress('certificates');
  return certificateRows();
};
