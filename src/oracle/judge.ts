import { type PrecisionName, precisions } from '../algebras/precision.ts';
import { coarserPrecision } from './coarser.ts';
import { compare } from './compare.ts';
import { blindSpots } from './distinguish.ts';
import { allFinite, volume } from './lookup.ts';
import { quantities } from './quantities.ts';
import type { Quantity, Result } from './quantity.ts';
import { type Reference, referencesFor } from './reference.ts';
import { isSpecial, judgeSpecial, specialObstacle } from './special.ts';
import type { ArrayVerdict, Evidence, Verdict } from './types.ts';

/** What would take too long or too much memory is refused: exact products in all, elements of one array. */
export const limits = { products: 1e9, elements: 1e6 } as const;

/**
 * Judges what an implementation gave: every recorded array against the specification, in the order of the block.
 * `progress` is told what is worked out next.
 */
export function judge(evidence: Evidence, progress: (next: Quantity) => void = () => {}): Verdict {
  const { precision } = evidence;
  const asked = quantities(evidence);
  const results = asked.flatMap((quantity) => quantity.results);
  const computed = new Set(results.map(({ array }) => array));
  const given = new Map([...evidence.arrays].filter(([name]) => !computed.has(name)));
  const special = isSpecial(given);
  const refusal =
    excess(evidence, asked, computed) ?? (special ? specialObstacle(evidence, computed) : undefined);
  if (refusal) return refused(refusal, asked, evidence);
  if (special) return judgeSpecial(evidence);

  const unusable = new Map(results.flatMap((result) => defect(result, evidence)));
  const arrays: ArrayVerdict[] = [];
  const blind: string[] = [];
  for (const quantity of asked) {
    const obstacle = obstacleTo(quantity, evidence, unusable);
    const shaped = quantity.results.filter((result) => !wrongShape(result, evidence));
    let references: ReadonlyMap<string, Reference> = new Map();
    if (obstacle === undefined && shaped.length > 0) {
      progress(quantity);
      references = referencesFor({ ...quantity, results: shaped }, evidence, computed);
    }
    for (const result of quantity.results) {
      const reference = references.get(result.array);
      const verdict = judgeArray(result, quantity, evidence, reference, obstacle);
      const isFirst = arrays.every(({ kind }) => kind === 'PASS');
      const within =
        reference && isFirst && verdict.kind === 'FAIL'
          ? coarserPrecision(result, quantity, reference, verdict, evidence, computed)
          : undefined;
      arrays.push(within ? { ...verdict, within } : verdict);
      if (reference && isFirst && verdict.kind === 'PASS') {
        blind.push(...blindSpots(result, quantity, reference, evidence));
      }
    }
  }
  const wrong = worst(arrays);
  if (wrong) return { kind: wrong.kind, stage: wrong.stage, reason: reasonFor(wrong), precision, arrays };
  if (blind.length > 0) return { kind: 'MISTRUSTED', reason: mistrust(blind, precision), precision, arrays };
  const reason = `all ${arrays.length} judgements agree with the specification`;
  return { kind: 'PASS', reason, precision, arrays };
}

/** What is refused may have the wrong shape all the same: that needs no reference. */
function refused(reason: string, asked: readonly Quantity[], evidence: Evidence): Verdict {
  const { precision } = evidence;
  const arrays = asked.flatMap((quantity) =>
    quantity.results
      .filter((result) => wrongShape(result, evidence))
      .map((result) => judgeArray(result, quantity, evidence, undefined, undefined)),
  );
  const wrong = worst(arrays);
  if (wrong) return { kind: wrong.kind, stage: wrong.stage, reason: reasonFor(wrong), precision, arrays };
  return { kind: 'UNSUPPORTED', reason, precision, arrays };
}

function judgeArray(
  result: Result,
  { from }: Quantity,
  evidence: Evidence,
  reference: Reference | undefined,
  obstacle: string | undefined,
): ArrayVerdict {
  const { array, stage } = result;
  const { data } = evidence.arrays.get(array)!;
  const head = { array, stage, from: from.join(', '), elements: data.length };
  if (reference) return { ...head, ...compare(result, reference, data) };
  const nothing = { comparison: 'none', wrong: 0, worstRatio: 0 } as const;
  const shape = wrongShape(result, evidence);
  if (shape) return { ...head, ...nothing, kind: 'GARBAGE', problem: shape };
  return { ...head, ...nothing, kind: 'UNSUPPORTED', problem: `not judged: ${obstacle}` };
}

/** The first array that is wrong; where none is, the first that couldn't be judged. */
function worst(arrays: readonly ArrayVerdict[]): ArrayVerdict | undefined {
  const wrong = arrays.find(({ kind }) => kind === 'FAIL' || kind === 'GARBAGE');
  return wrong ?? arrays.find(({ kind }) => kind !== 'PASS');
}

/** What is computed counts in the shape that it should have: in another one nobody works on it. */
function excess(
  { arrays }: Evidence,
  asked: readonly Quantity[],
  computed: ReadonlySet<string>,
): string | undefined {
  const given = [...arrays].flatMap(([name, array]) => (computed.has(name) ? [] : [array]));
  const shapes = [...asked.flatMap(({ results }) => results), ...given].map(({ shape }) => shape);
  const elements = Math.max(...shapes.map(volume));
  const products = asked.reduce((total, quantity) => total + quantity.products, 0);
  const millions = (n: number) => `${Math.ceil(n / 1e6).toLocaleString('en-US')} million`;
  if (elements > limits.elements) {
    return `an array has ${millions(elements)} elements, more than ${millions(limits.elements)}: record fewer samples or pixels`;
  }
  if (products > limits.products) {
    return `it takes ${millions(products)} exact products, more than ${millions(limits.products)}: record fewer samples or pixels`;
  }
  return undefined;
}

function wrongShape({ array, shape }: Result, { arrays }: Evidence): string | undefined {
  const [expected, came] = [shape, arrays.get(array)!.shape].map((sizes) => `[${sizes.join(', ')}]`);
  return expected === came ? undefined : `has the shape ${came}, expected ${expected}`;
}

/** Why nothing can be judged by a computed array: its name and what is wrong with it, or nothing. */
function defect(result: Result, evidence: Evidence): [name: string, problem: string][] {
  const { array } = result;
  if (wrongShape(result, evidence)) return [[array, 'has the wrong shape']];
  return allFinite(evidence.arrays.get(array)!) ? [] : [[array, "isn't finite"]];
}

function obstacleTo(
  { from }: Quantity,
  { arrays }: Evidence,
  unusable: ReadonlyMap<string, string>,
): string | undefined {
  const missing = from.find((name) => !arrays.has(name));
  if (missing) return `there is no ${missing}`;
  const name = from.find((read) => unusable.has(read));
  return name && `${name}, which it follows from, ${unusable.get(name)}`;
}

function reasonFor({ array, stage, from, problem, kind }: ArrayVerdict): string {
  if (kind === 'UNSUPPORTED') return `${array}: ${problem}`;
  const what = `isn't what follows from ${from}`;
  const subject = stage === array ? `${stage}: it` : `${stage}: ${array}`;
  return `the first wrong stage is ${subject} ${problem ?? what}`;
}

function mistrust(blind: readonly string[], precision: PrecisionName): string {
  const isCoarse = precisions[precision].unit > precisions.float32.unit;
  const advice = isCoarse ? `; if sums are kept in more than ${precision}, declare that precision` : '';
  return `this data could not have caught a mistake; it would have passed too with ${blind.join(', with ')}${advice}`;
}
