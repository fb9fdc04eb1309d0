/** The oracle judges itself: every known bug is caught and named, and a single wrong number anywhere fails. */
import type { Abilities, Adapter, Case, Outcome } from './adapter.ts';
import { askedFor, evidenceOf } from './ask.ts';
import { campaign } from './campaign.ts';
import type { KnownOutputs } from './diagnose.ts';
import { judge } from './judge.ts';
import { mutantAdapter, runMutant } from './mutants/adapter.ts';
import { catalogue, equivalences } from './mutants/catalogue.ts';
import type { Mutant } from './mutants/mutant.ts';
import { type Outputs, outputsOf } from './mutants/reproduce.ts';
import { probes } from './probes/index.ts';
import { integers } from './probes/numbers.ts';
import { caseOf } from './probes/plan.ts';
import { template } from './probes/templates.ts';
import { differentiable, type OperationName, type Recorded, type VerdictKind } from './types.ts';

/** A fault that is injected on purpose, such as an implementation that never answers. */
export interface Fault {
  readonly id: string;
  readonly name: string;
  /** What the oracle may say of it. */
  readonly expected: readonly VerdictKind[];
  /** Injects it and judges. */
  run(): Promise<VerdictKind>;
}

export interface SelftestOptions {
  readonly seed?: number;
  readonly faults?: readonly Fault[];
  /** The bugs to try; all that are known where undefined. */
  readonly catalogue?: readonly Mutant[];
  /** Told what is tried next. */
  progress?(what: string): void;
}

/** What became of one bug. */
export interface MutantResult {
  readonly id: string;
  readonly name: string;
  /** It is the same function as the specification on every shape: nothing can tell, and nothing should. */
  readonly equivalent: boolean;
  /** The first case that failed. */
  readonly killedBy?: string;
  readonly verdict?: VerdictKind;
  /** The bugs that give the same there. */
  readonly guesses: readonly string[];
  /** Those that are left when it has been asked again. */
  readonly named: readonly string[];
  /** How many more cases were asked. */
  readonly asked: number;
}

/** What became of the changes of one array. */
export interface FlipResult {
  readonly operation: OperationName;
  readonly array: string;
  readonly elements: number;
  /** How many of the changes failed, as all should. */
  readonly failed: number;
}

export interface FaultResult extends Omit<Fault, 'run'> {
  readonly verdict: VerdictKind;
}

export interface Figures {
  /** Bugs, the equivalent ones not counted. */
  readonly mutants: number;
  readonly killed: number;
  readonly namedAtFirst: number;
  readonly namedInTheEnd: number;
  readonly equivalent: number;
  /** Equivalent ones that passed every case. */
  readonly equivalentPassed: number;
  readonly flips: number;
  readonly flipsFailed: number;
  readonly faults: number;
  readonly faultsSeen: number;
}

export interface Selftest {
  readonly mutants: readonly MutantResult[];
  readonly flips: readonly FlipResult[];
  readonly faults: readonly FaultResult[];
  readonly figures: Figures;
  /** Whether all bugs are killed, 95 % named at first and all in the end, every flip and every fault seen. */
  readonly passed: boolean;
}

/** Runs all of it; the same options give the same result. */
export async function selftest(options: SelftestOptions = {}): Promise<Selftest> {
  const { seed = 1, faults = [], progress = () => {} } = options;
  const outputs = new OutputTable();
  const mutants: MutantResult[] = [];
  for (const mutant of options.catalogue ?? catalogue) {
    progress(mutant.id);
    mutants.push(await tried(mutant, seed, outputs));
  }
  progress('one wrong element');
  const flips = differentiable.flatMap((operation) => flipped(operation, seed));
  const injected = await inject(faults, progress);
  const figures = figuresOf(mutants, flips, injected);
  return { mutants, flips, faults: injected, figures, passed: holds(figures) };
}

/** So many faults at a time: most of them wait. */
const together = 4;

/** Injects every fault; the results in their order. */
async function inject(
  faults: readonly Fault[],
  progress: (what: string) => void,
): Promise<readonly FaultResult[]> {
  const results: FaultResult[] = [];
  const waiting = faults.entries();
  const worker = async () => {
    for (const [i, { run, ...fault }] of waiting) {
      progress(fault.id);
      results[i] = { ...fault, verdict: await run() };
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  return results;
}

/** The cases that a bug has to survive: probes of level 1, those that tell most first. */
function* casesFor(abilities: Abilities, seed: number): Generator<Case> {
  let probe = 0;
  for (const question of probes(abilities, { level: 1, seed, runs: 20 })) {
    if (probe++ < mostProbes) yield question;
    else break;
  }
}

const mostProbes = 40;

/** The campaign that everybody's implementation is judged by. */
async function tried(mutant: Mutant, seed: number, outputs: OutputTable): Promise<MutantResult> {
  const adapter = fromOutside(mutantAdapter(mutant));
  const head = { id: mutant.id, name: mutant.name, equivalent: equivalences.has(mutant.id) };
  const { failures } = await campaign(adapter, {
    level: 1,
    seed,
    cases: casesFor(adapter, seed),
    shrinking: false,
    known: (question) => outputs.of(adapter, question),
  });
  const [first] = failures;
  if (!first) return { ...head, guesses: [], named: [], asked: 0 };
  const { case: killer, verdict, diagnosis } = first;
  return {
    ...head,
    killedBy: killer.id,
    verdict: verdict.kind,
    guesses: diagnosis?.guesses ?? [],
    named: diagnosis?.suspects.map(({ id }) => id) ?? [],
    asked: diagnosis?.asked ?? 0,
  };
}

/** Without its steps: most implementations show their output alone. */
function fromOutside(adapter: Adapter): Adapter {
  const run = async (question: Case): Promise<Outcome> => {
    const outcome = await adapter.run(question);
    if (outcome.kind !== 'answer') return outcome;
    const asked = askedFor(question);
    return { kind: 'answer', arrays: new Map([...outcome.arrays].filter(([name]) => asked.includes(name))) };
  };
  return { ...adapter, run };
}

/** What all bugs give on a case, each worked out once. */
class OutputTable {
  private readonly known = new Map<string, Map<string, Outputs | undefined>>();

  /** A case has its numbers by its id, and by what was asked for before it. */
  of({ operations, gradients }: Abilities, question: Case): KnownOutputs {
    const { inputs, ...rest } = question;
    const key = JSON.stringify([question.id, operations, gradients]);
    const row = this.known.get(key) ?? new Map<string, Outputs | undefined>();
    this.known.set(key, row);
    return (mutant) => {
      if (!row.has(mutant.id)) row.set(mutant.id, outputsOf(mutant, { ...rest, arrays: inputs }));
      return row.get(mutant.id);
    };
  }
}

/** A small block with everything in it; its primary convolution alone as well. */
const small = {
  ...template({
    N: 2,
    L: 3,
    M: 2,
    Mout: 1,
    kernel: [1, 2],
    size: [1, 2],
    pads: [0, 0, 1, 0],
    bias: true,
  }),
  gradients: true,
};

/** A right answer with one element changed, at every place of every array. */
function flipped(operation: OperationName, seed: number): readonly FlipResult[] {
  const plan = { ...small, operation };
  const question = caseOf('flip', plan, 'float32', integers(plan, 'float32', seed, 9));
  const answer = runMutant({ steps: {} }, question)!;
  const abilities: Abilities = { operations: [operation], precision: 'float32' };
  return [...answer].map(([name, array]) => {
    const failed = Array.from(array.data).filter((_, i) => {
      const changed = new Map([...answer, [name, withChange(array, i)]]);
      const { kind } = judge(evidenceOf(abilities, question, changed));
      return kind === 'FAIL';
    });
    return { operation, array: name, elements: array.data.length, failed: failed.length };
  });
}

function withChange({ shape, data, stored }: Recorded, i: number): Recorded {
  return { shape, stored, data: Array.from(data, (x, k) => (k === i ? x + 1 : x)) };
}

function figuresOf(
  mutants: readonly MutantResult[],
  flips: readonly FlipResult[],
  faults: readonly FaultResult[],
): Figures {
  const bugs = mutants.filter(({ equivalent }) => !equivalent);
  const same = mutants.filter(({ equivalent }) => equivalent);
  const isKilled = ({ killedBy }: MutantResult) => killedBy !== undefined;
  const is = (names: readonly string[], id: string) => names.length === 1 && names[0] === id;
  const total = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + n, 0);
  return {
    mutants: bugs.length,
    killed: bugs.filter(isKilled).length,
    namedAtFirst: bugs.filter(({ guesses, id }) => is(guesses, id)).length,
    namedInTheEnd: bugs.filter(({ named, id }) => is(named, id)).length,
    equivalent: same.length,
    equivalentPassed: same.filter((mutant) => !isKilled(mutant)).length,
    flips: total(flips.map(({ elements }) => elements)),
    flipsFailed: total(flips.map(({ failed }) => failed)),
    faults: faults.length,
    faultsSeen: faults.filter(({ expected, verdict }) => expected.includes(verdict)).length,
  };
}

function holds(figures: Figures): boolean {
  const { mutants, killed, namedAtFirst, namedInTheEnd, equivalent, equivalentPassed } = figures;
  const bugs = killed === mutants && namedInTheEnd === mutants && namedAtFirst >= 0.95 * mutants;
  const { flips, flipsFailed, faults, faultsSeen } = figures;
  return bugs && equivalentPassed === equivalent && flipsFailed === flips && faultsSeen === faults;
}
