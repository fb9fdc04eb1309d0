import type { BlockShape } from '../../spec/03-igc-block.ts';
import { primaryNonZeros, secondaryNonZeros } from '../../spec/04a-factor.ts';
import type { PrecisionName } from '../algebras/precision.ts';
import type { ArrayFile } from '../formats/index.ts';
import type { Entry, Finding, Rounded } from '../oracle/factor/types.ts';
import { paint, type Terminal } from './frame.ts';
import { grouped, table } from './table.ts';

/** The kernel that is judged. */
export interface Subject {
  readonly file: string;
  readonly name: string;
  readonly array: ArrayFile;
  readonly kernel: readonly [number, number];
  readonly rounded: Rounded;
  readonly precision: PrecisionName | undefined;
}

/** A way to split the channels, and what is known of it. */
export interface Split {
  readonly sizes: BlockShape;
  /** Every kernel is composite for this split: its slices have one row or one column. */
  readonly trivial: boolean;
  readonly parameters: number;
  /** Undefined: not judged yet. */
  readonly composite?: boolean;
}

/** A split, judged in full. */
export interface Judged {
  readonly split: Split;
  readonly finding: Finding;
  readonly primary: Float64Array;
  readonly secondary: Float64Array;
  /** How many entries the factors, as they would be written, give back bit for bit. */
  readonly recomposed: number;
  /** How often entries would have to have been rounded to make W composite, where that is up to four times. */
  readonly roundings: number | undefined;
}

/** All that `igc factor` found. */
export interface FactorReport {
  readonly subject: Subject;
  /** Every split that was tried; undefined where one was asked for. */
  readonly tried: readonly Split[] | undefined;
  /** The split asked for, or the best one; undefined where there is none. */
  readonly judged: Judged | undefined;
  /** Where the factors went, if there are any. */
  readonly out: string | undefined;
  readonly dtype: string;
}

/** The shapes of the two kernels, by the names of recordings. */
export function factorShapes({ L, Min, Mout, Lout }: BlockShape, [kh, kw]: readonly [number, number]) {
  return { primary_weight: [L * Mout, Min, kh, kw], secondary_weight: [Mout * Lout, L, 1, 1] } as const;
}

/** The report in words. */
export function showFactors(report: FactorReport, terminal: Terminal): string {
  const { subject, tried, judged } = report;
  const { array, file, name } = subject;
  return [
    `${name} of ${file}: ${array.dtype} [${array.shape.join(', ')}]`,
    ...(tried ? splitLines(tried, judged, terminal) : []),
    ...(judged ? judgedLines(report, judged, terminal) : noneLines(terminal)),
    '',
  ].join('\n');
}

const noneLines = (terminal: Terminal) => [
  paint(
    terminal,
    'red',
    'W is not the composite kernel of a block, whatever L and M, but where every kernel is',
  ),
];

function splitLines(
  tried: readonly Split[],
  judged: Judged | undefined,
  terminal: Terminal,
): readonly string[] {
  const found = tried.filter(({ composite }) => composite);
  const rows = found.map((split) => {
    const { L, Min, Mout, Lout } = split.sizes;
    const note = split.trivial ? 'every kernel is' : split === judged?.split ? '◀ fewest parameters' : '';
    return [...[L, Min, Mout, Lout, split.parameters].map(grouped), note];
  });
  const lines = table(
    [['L', 'Min', 'M', 'Lout', 'parameters', ''], ...rows],
    ['right', 'right', 'right', 'right', 'right', 'left'],
  );
  const [head = '', ...body] = lines;
  return [
    `composite for ${found.length} of ${tried.length} splits`,
    paint(terminal, 'bold', head),
    ...body.map((line, k) => (found[k]!.trivial ? paint(terminal, 'dim', line) : line)),
    '',
  ];
}

/** 'L 24, M 2', or all four sizes where the block isn't the paper's. */
function sizesInWords({ L, Min, Mout, Lout }: BlockShape): string {
  return Min === Mout && Lout === L ? `L ${L}, M ${Mout}` : `L ${L}, Min ${Min}, M ${Mout}, Lout ${Lout}`;
}

function judgedLines(report: FactorReport, judged: Judged, terminal: Terminal): readonly string[] {
  return judged.finding.composite
    ? compositeLines(report, judged, terminal)
    : brokenLines(report, judged, terminal);
}

function compositeLines(report: FactorReport, judged: Judged, terminal: Terminal): readonly string[] {
  const { subject, out, dtype } = report;
  const { split, finding, recomposed } = judged;
  const dense = subject.array.data.length;
  const shapes = factorShapes(split.sizes, subject.kernel);
  const saves = split.parameters < dense ? '' : ' (nothing is saved)';
  const why = split.sizes.Lout === 1 ? 'row' : 'column';
  return [
    paint(
      terminal,
      'green',
      `W is the composite kernel of a block with ${sizesInWords(split.sizes)}: ` +
        `${grouped(split.parameters)} parameters instead of ${grouped(dense)}${saves}`,
    ),
    ...(split.trivial ? [`every kernel of this shape is: a slice (l, m′) has one ${why}`] : []),
    finding.exact
      ? `exactly: every 2 × 2 minor of its ${grouped(finding.slices)} slices is zero`
      : `its entries are products rounded ${times(subject.rounded.roundings)} to ${subject.precision}: ` +
        `the farthest is, at best, at ${finding.deviation.toFixed(2)} of the bound`,
    `the factors in ${dtype}, multiplied and rounded once, give back ${grouped(recomposed)} of ${grouped(dense)} entries bit for bit`,
    ...(out === undefined
      ? []
      : [
          `wrote ${out}: ${Object.entries(shapes)
            .map(([name, shape]) => `${name} [${shape.join(', ')}]`)
            .join(', ')}`,
        ]),
  ];
}

const times = (n: number) => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`);

function brokenLines({ out }: FactorReport, judged: Judged, terminal: Terminal): readonly string[] {
  const { split, finding, roundings } = judged;
  const { l, m2, suspect, witness } = finding.first!;
  const { l2, m, u, v } = suspect;
  const far = Number.isFinite(suspect.deviation) ? `: ${short(suspect.deviation)} times the bound` : '';
  const slices = finding.slices === 1 ? 'slice' : 'slices';
  const { broken, deviation } = finding;
  const worst = Number.isFinite(deviation) && deviation > 1;
  return [
    paint(terminal, 'red', `W is not the composite kernel of a block with ${sizesInWords(split.sizes)}`),
    `${grouped(broken)} of ${grouped(finding.slices)} ${slices} (l, m′) ${broken === 1 ? 'is' : 'are'} no column times a row; the first is l ${l}, m′ ${m2}`,
    `  the entry that fits worst is l′ ${l2}, m ${m}, u ${u}, v ${v}`,
    `  ${at(suspect)} = ${suspect.value}, where its row and column say ${suspect.expected}${far}`,
    ...(witness.length > 0
      ? [
          `  no factors satisfy these together: ${witness.map((entry) => `${at(entry)} = ${entry.value}`).join(', ')}`,
        ]
      : []),
    ...(worst ? [`  the best factors leave an entry at ${short(deviation)} times the bound`] : []),
    ...(roundings === undefined
      ? []
      : [`it would be, were entries rounded ${times(roundings)}: --roundings ${roundings}`]),
    ...(out === undefined ? [] : [`nothing was written to ${out}`]),
  ];
}

const at = ({ row, column, u, v }: Entry) => `W[${row}, ${column}, ${u}, ${v}]`;

const short = (x: number) => (x < 1e6 ? x.toFixed(2) : x.toExponential(1));

/** The report as JSON. An infinite number is null. */
export function factorJson({ subject, tried, judged, out, dtype }: FactorReport): object {
  const { file, name, array, rounded, precision } = subject;
  const composite = judged?.finding.composite ?? false;
  return {
    file,
    name,
    shape: array.shape,
    dtype: array.dtype,
    precision: precision ?? 'exact',
    roundings: rounded.roundings,
    composite,
    parametersOfW: array.data.length,
    ...(tried ? { splits: tried.map(splitJson) } : {}),
    block: judged ? { ...splitJson(judged.split), ...judgedJson(judged, subject) } : null,
    written: composite && out !== undefined ? { file: out, dtype } : null,
  };
}

function splitJson({ sizes, trivial, parameters, composite }: Split): object {
  return { ...sizes, parameters, trivial, ...(composite === undefined ? {} : { composite }) };
}

function judgedJson({ split, finding, recomposed, roundings }: Judged, { kernel }: Subject): object {
  const { composite, exact, deviation, slices, broken, first } = finding;
  return {
    composite,
    exact,
    deviation,
    slices,
    broken,
    ...(first ? { first: { l: first.l, m: first.m2, suspect: first.suspect, witness: first.witness } } : {}),
    ...(roundings === undefined ? {} : { compositeWithRoundings: roundings }),
    nonZeros: {
      primary: primaryNonZeros(split.sizes, kernel[0] * kernel[1]),
      secondary: secondaryNonZeros(split.sizes),
    },
    recomposed,
    shapes: factorShapes(split.sizes, kernel),
  };
}
