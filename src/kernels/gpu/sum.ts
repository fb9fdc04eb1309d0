/**
 * The lines of a kernel that sum over channels and taps, for all columns of one entry of the output at once.
 *
 * What is read is read once, whatever the number of products it is in. Column lanes·X + k of the output meets, with tap v,
 * column lanes·X·stride + k·stride + v·dilation of the input: in which lane that lies doesn't depend on X, and is known
 * when the source is written.
 */
import { areWhole, entriesOf, type Lanes, type Steps, stepsOf } from './layout.ts';
import { laneOf, lanesOf, plus } from './lines.ts';

export interface Sum {
  /** How many are summed over, and how many entries they lie apart in x. */
  readonly channels: number;
  readonly apart: number;
  readonly kernel: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Along columns. */
  readonly stride: number;
  /** Entries of a row of x. */
  readonly pitch: number;
  readonly lanes: Lanes;
}

/** The variables that a sum is added to, one for each lane. */
export const totals = (lanes: Lanes): readonly string[] => lanesOf(lanes).map((k) => `total${k}`);

/** Adds to the totals. Variables `from` and `tap` say where it begins in `x` and `weights`, and are changed. */
export function sumLines(sum: Sum): readonly string[] {
  const { channels, apart, kernel, dilation, pitch, lanes } = sum;
  const [kh, kw] = kernel;
  const steps = stepsOf(kernel);
  if (areWhole(steps, kernel)) {
    return repeated('i', channels, steps.channels, apart, (count, name) =>
      products(sum, { ...steps, channels: count }, name),
    );
  }
  const along = dilation[1] / lanes;
  return [
    `for (let i = 0; i < ${channels}; i++) {`,
    `for (let j = 0; j < ${kh}; j++) {`,
    ...repeated('k', kw, steps.columns, along, (count, name) =>
      products(sum, { ...steps, columns: count }, name),
    ),
    `from = from + ${dilation[0] * pitch - along * (kw - (kw % steps.columns))};`,
    '}',
    `from = from + ${apart - kh * dilation[0] * pitch};`,
    '}',
  ];
}

/** `count` of something, `step` of them written out in a loop and the rest after it; each lies `apart` entries from the last. */
function repeated(
  index: string,
  count: number,
  step: number,
  apart: number,
  lines: (count: number, name: string) => readonly string[],
): readonly string[] {
  const rest = count % step;
  const turns = (count - rest) / step;
  const loop = () => [
    `for (let ${index} = 0; ${index} < ${turns}; ${index}++) {`,
    ...lines(step, ''),
    `from = from + ${step * apart};`,
    '}',
  ];
  return [...(turns > 0 ? loop() : []), ...(rest > 0 ? lines(rest, 'r') : [])];
}

/** Channels, rows and columns written out. `name`: what its variables end in. */
function products(
  { apart, dilation, stride, pitch, lanes }: Sum,
  { channels, rows, columns }: Steps,
  name: string,
): readonly string[] {
  const lines: string[] = [];
  const known = new Set<string>();
  const read = (array: 'x' | 'weights', begin: string, at: number) => {
    const entry = Math.floor(at / lanes);
    const variable = `${array[0]}${entry}${name}`;
    if (!known.has(variable)) lines.push(`const ${variable} = ${array}[${plus(begin, entry)}];`);
    known.add(variable);
    return laneOf(variable, at % lanes, lanes);
  };
  let tap = 0;
  for (let m = 0; m < channels; m++)
    for (let u = 0; u < rows; u++)
      for (let v = 0; v < columns; v++) {
        const weight = read('weights', 'tap', tap++);
        const row = lanes * (m * apart + u * dilation[0] * pitch);
        totals(lanes).forEach((total, k) => {
          const factor = read('x', 'from', row + k * stride + v * dilation[1]);
          lines.push(`${total} += ${weight} * ${factor};`);
        });
      }
  return [...lines, `tap = tap + ${entriesOf(tap, lanes)};`];
}
