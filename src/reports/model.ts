/** What every report shows: subjects that were judged, recordings or implementations, and what was found of each. */
import type {
  CaseReport,
  DifferenceReport,
  ErrorMap,
  FamilyReport,
  ReasonReport,
  ShrunkReport,
} from '../oracle/report-types.ts';
import type { ArrayVerdict, Stage, VerdictKind } from '../oracle/types.ts';

/** A verdict, or the reason why there is none. */
export type Outcome = VerdictKind | 'UNREADABLE';

export interface Report {
  readonly subjects: readonly Subject[];
}

/** A recording or an implementation. Every text may be hostile: each report escapes what it writes. */
export interface Subject {
  readonly kind: 'recording' | 'implementation';
  /** The file or the name. */
  readonly name: string;
  /** A path that an annotation can point to. */
  readonly file?: string | undefined;
  /** In the words of a manifest. */
  readonly title?: string | undefined;
  readonly outcome: Outcome;
  readonly reason: string;
  /** Whether it is as it should be: it passes, or fails as a manifest expects. */
  readonly good: boolean;
  /** What a manifest expects, where it isn't so. */
  readonly expected?: string | undefined;
  /** Figures worth a line each, by name. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly findings: readonly Finding[];
  readonly families: readonly FamilyReport[];
  readonly unsupported: readonly ReasonReport[];
  readonly mistrusted: readonly ReasonReport[];
  /** What is worth a word though nothing is wrong. */
  readonly remarks?: readonly ReasonReport[];
  readonly seconds: number;
}

/** A judged array. */
export type JudgedArray = Omit<ArrayVerdict, 'first'> & { readonly first?: DifferenceReport };

/** A case that was judged and isn't right. */
export interface Finding {
  /** As 'block, integers/17'. */
  readonly title: string;
  /** Of its probes; absent of a recording. */
  readonly family?: string | undefined;
  readonly outcome: Outcome;
  readonly stage?: Stage | undefined;
  readonly reason: string;
  readonly arrays: readonly JudgedArray[];
  readonly diagnosis?: Diagnosed | undefined;
  readonly case?: CaseReport | undefined;
  readonly maps: readonly ErrorMap[];
  /** The same of the smallest case. */
  readonly smallestMaps?: readonly ErrorMap[];
  readonly smallest?: ShrunkReport | undefined;
  /** The command that asks again. */
  readonly replay?: string | undefined;
}

/** Which known bugs give the same. */
export interface Diagnosed {
  readonly sentence: string;
  readonly suspects: readonly { readonly name: string; readonly advice: string }[];
}

/** The array that a finding is about: the first wrong one of its stage. */
export function firstWrong({ arrays, stage }: Pick<Finding, 'arrays' | 'stage'>): JudgedArray | undefined {
  return arrays.find((array) => array.stage === stage && array.kind !== 'PASS');
}

/** Which known bug it is, and what to change. */
export function diagnosisInLines({ sentence, suspects }: Diagnosed): readonly string[] {
  return [sentence, ...suspects.map(({ advice }) => `to mend it: ${advice}`)];
}

/** What to know of a finding, in plain text, a line each. */
export function inLines(finding: Finding): readonly string[] {
  const { title, outcome, reason, diagnosis, smallest, replay } = finding;
  const wrong = firstWrong(finding);
  const small = smallest && firstWrong(smallest.verdict);
  return [
    `${title}: ${outcome}: ${reason}`,
    ...(diagnosis ? diagnosisInLines(diagnosis) : []),
    ...(wrong?.first ? [`first wrong element of ${wrong.array}: ${difference(wrong.first)}`] : []),
    ...(wrong?.within ? [`it is within the bound of ${wrong.within}`] : []),
    ...(smallest ? [`the smallest case that fails so: ${inWords(smallest.case)}`] : []),
    ...(small?.first ? [`there, first wrong element of ${small.array}: ${difference(small.first)}`] : []),
    ...(replay ? [`replay: ${replay}`] : []),
  ];
}

/** 'n 0, l 1, …: expected 3, got 4, where at most 1.000e-7 can be rounding'. */
export function difference({ where, expected, got, bound }: DifferenceReport): string {
  const limit = bound > 0 ? `, where at most ${bound.toExponential(3)} can be rounding` : '';
  return `${where}: expected ${expected}, got ${got}${limit}`;
}

/** 'L 2, M 1, Mout 2, N 1, size 1x3, kernel 1x2, …'; what is 1 or 0 anyway is left out. */
export function inWords({
  operation,
  sizes,
  stride,
  dilation,
  padding,
  bias,
  gradients,
}: CaseReport): string {
  const { N, L, Min, Mout, Lout, H, W, kh, kw } = sizes;
  const channels = {
    block: `L ${L}, M ${Min}${Mout === Min ? '' : `, Mout ${Mout}`}${Lout === L ? '' : `, Lout ${Lout}`}`,
    'group-convolution': `${L} ${L === 1 ? 'group' : 'groups'}, from ${Min} to ${Mout} channels each`,
    interleave: `L ${L}, M ${Min}`,
  }[operation];
  const isSpatial = operation !== 'interleave';
  const unlike = (numbers: readonly number[], plain: string) => isSpatial && numbers.join() !== plain;
  return [
    channels,
    `N ${N}`,
    `size ${H}x${W}`,
    ...(isSpatial ? [`kernel ${kh}x${kw}`] : []),
    ...(unlike(stride, '1,1') ? [`stride ${stride}`] : []),
    ...(unlike(dilation, '1,1') ? [`dilation ${dilation}`] : []),
    ...(unlike(padding, '0,0,0,0') ? [`padding ${padding} (top, bottom, left, right)`] : []),
    ...(bias ? ['with bias'] : []),
    ...(gradients ? ['with gradients'] : []),
  ].join(', ');
}
