/** A whole bench: who is there, every case, what a call costs. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { atParentEnd } from '../implementations/parent-end.ts';
import { type Judge, judgeOf } from './agreement.ts';
import type { Candidate } from './candidates.ts';
import { type BenchCase, casesNamed } from './case.ts';
import { Child } from './child.ts';
import { machine } from './machine.ts';
import { type Effort, measure, type Progress } from './measure.ts';
import { Refusal } from './refusal.ts';
import { type BenchReport, type CaseResult, type Participant, schema } from './result.ts';

export interface BenchRequest {
  readonly cases: readonly BenchCase[];
  readonly candidates: readonly Candidate[];
  readonly effort: Effort;
  /** Whether the cost of a call is measured too. */
  readonly call: boolean;
}

/** The least work that a block can have. */
const leastCase = 'L1M1@1';

/** Measures. Rejects with a Disagreement where an output is wrong. */
export async function bench(request: BenchRequest, progress: Progress): Promise<BenchReport> {
  const { cases, effort } = request;
  const folder = mkdtempSync(join(tmpdir(), 'igc-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const keep = atParentEnd(remove);
  const children: Child[] = [];
  try {
    const participants: Participant[] = [];
    for (const candidate of request.candidates) {
      const { participant, child } = await started(candidate, folder);
      if (participant.skipped !== undefined) progress(`${candidate.id} is skipped: ${participant.skipped}`);
      participants.push(participant);
      if (child) children.push(child);
    }
    const judges = new Map<string, Judge>();
    const measured = async (question: BenchCase) => {
      const tell: Progress = (text) => progress(`${question.id}: ${text}`);
      // A batch has the exact output of its first sample.
      const sample = `${question.family}@${question.size}`;
      if (!judges.has(sample)) tell('the exact output');
      const judge = judges.get(sample) ?? judgeOf(question);
      judges.set(sample, judge);
      return measure(question, children, effort, folder, judge, tell);
    };
    const results: CaseResult[] = [];
    for (const question of cases) results.push(await measured(question));
    // After the others: the first call of a case shall be the process's first.
    const call = request.call ? await measured(casesNamed(leastCase)[0]!) : undefined;
    return {
      schema,
      date: new Date().toISOString().slice(0, 10),
      machine: machine(),
      rounds: effort.rounds,
      sample: effort.sample,
      candidates: participants,
      cases: results,
      ...(call ? { call } : {}),
    };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    keep();
    remove();
  }
}

/** A candidate that is there, or one that takes no part and says why. */
async function started(
  candidate: Candidate,
  folder: string,
): Promise<{ readonly participant: Participant; readonly child?: Child }> {
  const { argv: _, ...known } = candidate;
  if (candidate.threads > cpus().length) {
    return { participant: { ...known, skipped: `processors: ${cpus().length}, fewer than its threads` } };
  }
  try {
    const child = await Child.start(candidate, folder);
    return { participant: { ...known, about: child.about }, child };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { participant: { ...known, skipped: error.message } };
  }
}
