import type { Case } from './adapter.ts';
import type { Asked } from './ask.ts';
import { conclusionOf } from './conclusion.ts';
import { remarkOn } from './remark.ts';
import type { FailureReport, FamilyReport, ReasonReport } from './report-types.ts';
import { type OperationName, type VerdictKind, verdictKinds } from './types.ts';

/** By reason. */
type Reasons = Map<string, { cases: number; first: string }>;
type Counts = Record<VerdictKind, number>;

const none = (): Counts => Object.fromEntries(verdictKinds.map((kind) => [kind, 0])) as Counts;

/** The family of a case: its id up to the stroke. */
export const familyOf = (id: string): string => id.split('/', 1)[0]!;

/** Counts what came of cases. */
export class Tally {
  readonly counts: Counts = none();
  elements = 0;
  readonly #families = new Map<string, { counts: Counts; worstRatio: number }>();
  readonly #reasons = new Map<VerdictKind, Reasons>();
  readonly #remarks: Reasons = new Map();
  /** The operations of which some case could have caught a mistake, and passed. */
  readonly #trusted = new Set<OperationName>();

  get cases(): number {
    return this.of(...verdictKinds);
  }

  of(...kinds: readonly VerdictKind[]): number {
    return kinds.reduce((total, kind) => total + this.counts[kind], 0);
  }

  count({ id, operation }: Case, asked: Asked): void {
    const { kind, reason, arrays } = asked.verdict;
    this.counts[kind]++;
    this.elements += arrays.reduce((total, { elements }) => total + elements, 0);
    const family = this.#families.get(familyOf(id)) ?? { counts: none(), worstRatio: 0 };
    family.counts[kind]++;
    family.worstRatio = Math.max(family.worstRatio, ...arrays.map(({ worstRatio }) => worstRatio));
    this.#families.set(familyOf(id), family);
    if (kind === 'PASS') this.#trusted.add(operation);
    const reasons: Reasons = this.#reasons.get(kind) ?? new Map();
    add(reasons, reason, id);
    this.#reasons.set(kind, reasons);
    const remark = remarkOn(asked);
    if (remark !== undefined) add(this.#remarks, remark, id);
  }

  /** The operations of which some case could have caught a mistake, and passed. */
  trusted(): readonly OperationName[] {
    return [...this.#trusted];
  }

  families(): readonly FamilyReport[] {
    return [...this.#families].map(([family, found]) => ({ family, ...found }));
  }

  reasons(kind: VerdictKind): readonly ReasonReport[] {
    return reported(this.#reasons.get(kind) ?? new Map());
  }

  /** What is worth a word though nothing is wrong. */
  remarks(): readonly ReasonReport[] {
    return reported(this.#remarks);
  }

  /** The verdict on the implementation: its first failure, or how far it can be believed. */
  conclusion(
    operations: readonly OperationName[],
    failure: FailureReport | undefined,
  ): { readonly verdict: VerdictKind; readonly reason: string } {
    const { counts, cases } = this;
    const [unsupported, mistrusted] = [this.reasons('UNSUPPORTED'), this.reasons('MISTRUSTED')];
    return conclusionOf(
      { counts, cases, unsupported, mistrusted, trusted: this.trusted() },
      operations,
      failure,
    );
  }
}

function add(reasons: Reasons, reason: string, id: string): void {
  const known = reasons.get(reason) ?? { cases: 0, first: id };
  known.cases++;
  // An implementation may say something else each time.
  if (reasons.has(reason) || reasons.size < 20) reasons.set(reason, known);
}

const reported = (reasons: Reasons): readonly ReasonReport[] =>
  [...reasons].map(([reason, found]) => ({ reason, ...found }));
