/**
 * The composite theorem at the paper's own sizes, over ℤ/p: both sides are polynomials in the entries of x, Wᵖ and
 * Wᵈ. If they differ at some output, they agree there at a random point with probability at most degree / p
 * (Schwartz–Zippel), and in every one of several independent rounds with that to the power of the rounds.
 */
import { product, type Shape, Tensor } from '../../spec/00-notation.ts';
import { kernelMatrix, patch, samePadding } from '../../spec/01-group-convolution.ts';
import { compositeKernel } from '../../spec/04-composite-kernel.ts';
import type { Algebra } from '../algebras/algebra.ts';
import { P26, primeField } from '../algebras/modular.ts';
import { specOperations } from '../laws/operations.ts';
import { borderClasses } from './border.ts';
import { degrees } from './degrees.ts';
import { freshSeed, residues } from './residues.ts';
import type { Layer, ProofRow } from './types.ts';
import type { OperationsOn } from './variables.ts';

/** A block of the paper's: 3 × 3, SAME padding, on one square picture. */
export interface PaperShape {
  readonly L: number;
  readonly M: number;
  readonly size: number;
  /** Compare every output, or those of all channels at one random position of each border class. */
  readonly positions: 'all' | 'one of each border class';
}

/** The shapes of `npm run prove`. */
export const paperShapes: readonly PaperShape[] = [
  { L: 24, M: 2, size: 32, positions: 'all' },
  { L: 4, M: 8, size: 32, positions: 'all' },
  { L: 32, M: 26, size: 8, positions: 'one of each border class' },
];

/** A false pass must be rarer than this. */
export const falsePassLimit = 1e-17;

const kernel = [3, 3] as const;
const window = { stride: [1, 1], dilation: [1, 1], padding: samePadding(kernel, [1, 1]) } as const;
const field = primeField(P26);

type Position = readonly [i: number, j: number];

/** One output, as the block and as the composite convolution give it. */
interface Output<T> {
  readonly channel: number;
  readonly position: Position;
  readonly block: T;
  readonly composite: T;
}

interface Tensors<T> {
  readonly x: Tensor<T>;
  readonly primary: Tensor<T>;
  readonly secondary: Tensor<T>;
}

function tensors<T>(
  { L, M, size }: PaperShape,
  entries: (name: string, count: number) => readonly T[],
): Tensors<T> {
  const filled = (name: string, shape: Shape) =>
    new Tensor(shape, entries(name, shape[0] * shape[1] * shape[2] * shape[3]));
  return {
    x: filled('x', [1, L * M, size, size]),
    primary: filled('primary', [L * M, M, ...kernel]),
    secondary: filled('secondary', [M * L, L, 1, 1]),
  };
}

/** The composite convolution at one position after the other: kernel matrix times patch. */
function compositeAt<T>(
  A: Algebra<T>,
  { x, primary, secondary }: Tensors<T>,
  positions: readonly Position[],
): (channel: number, position: Position) => T {
  const W = kernelMatrix(compositeKernel(A, primary, secondary));
  const columns = new Map(
    positions.map((position) => [
      position.join(),
      product(A, W, patch(A, x, kernel, window, 0, ...position)),
    ]),
  );
  return (channel, position) => columns.get(position.join())!.at(channel, 0);
}

/** Both sides at these positions, or everywhere. */
async function outputs<T>(
  A: Algebra<T>,
  t: Tensors<T>,
  positions: readonly Position[] | undefined,
  operations: OperationsOn,
): Promise<readonly Output<T>[]> {
  const ops = operations(A);
  const block = await ops.block(t.x, t.primary, t.secondary, window);
  const [, channels, rows, columns] = block.shape;
  const at = (compared: readonly Position[], composite: (channel: number, position: Position) => T) =>
    compared.flatMap((position) =>
      Array.from({ length: channels }, (_, channel) => ({
        channel,
        position,
        block: block.at(0, channel, ...position),
        composite: composite(channel, position),
      })),
    );
  if (positions !== undefined) return at(positions, compositeAt(A, t, positions));
  const y = await ops.convolution(t.x, compositeKernel(A, t.primary, t.secondary), window);
  const every = Array.from(
    { length: rows * columns },
    (_, p): Position => [Math.floor(p / columns), p % columns],
  );
  return at(every, (channel, position) => y.at(0, channel, ...position));
}

/** One position of each border class, drawn. */
function drawPositions({ size }: PaperShape, seed: string): readonly Position[] {
  const { top, bottom, left, right } = window.padding;
  const axis = { size, stride: 1, dilation: 1 };
  const rows = borderClasses({ ...axis, kernel: kernel[0], before: top, after: bottom });
  const columns = borderClasses({ ...axis, kernel: kernel[1], before: left, after: right });
  const draws = residues(seed, 'positions', P26, 2 * rows.length * columns.length);
  const pick = (members: readonly number[], draw: number) => members[draw % members.length]!;
  return rows.flatMap((r, a) =>
    columns.map((c, b): Position => {
      const k = 2 * (a * columns.length + b);
      return [pick(r, draws[k]!), pick(c, draws[k + 1]!)];
    }),
  );
}

/** The first output where the sides differ in some round, undefined if they agree in all. */
async function disagreement(
  shape: PaperShape,
  positions: readonly Position[] | undefined,
  rounds: number,
  seed: string,
  operations: OperationsOn,
): Promise<string | undefined> {
  for (let round = 0; round < rounds; round++) {
    const drawn = tensors(shape, (name, count) => residues(seed, `${name} ${round}`, P26, count));
    const found = (await outputs(field, drawn, positions, operations)).find(
      ({ block, composite }) => !field.equals(block, composite),
    );
    if (found !== undefined) {
      const { channel, position, block, composite } = found;
      return `seed ${seed}, round ${round}: ${block} against ${composite} in channel ${channel} at (${position.join(', ')})`;
    }
  }
  return undefined;
}

/** How many rounds it takes until a false pass is rarer than the limit, and how rare it then is. */
export function roundsFor(degree: number, p: number): { rounds: number; probability: number } {
  let rounds = 1;
  while ((degree / p) ** rounds >= falsePassLimit) rounds++;
  return { rounds, probability: (degree / p) ** rounds };
}

/** Compares block and composite convolution at one of the paper's sizes. */
export async function proveShape(
  shape: PaperShape,
  seed: string = freshSeed(),
  operations: OperationsOn = specOperations,
): Promise<ProofRow> {
  const start = performance.now();
  const { L, M, size } = shape;
  const positions = shape.positions === 'all' ? undefined : drawPositions(shape, seed);
  const variables = tensors(shape, (_, count) => new Array<number>(count).fill(degrees.variable));
  // Away from the borders no tap is missing, so no output has a larger degree.
  const interior: Position = [size >> 1, size >> 1];
  const sides = await outputs(degrees, variables, [interior], operations);
  const degree = Math.max(...sides.flatMap(({ block, composite }) => [block, composite]));
  const { rounds, probability } = roundsFor(degree, P26);
  const reason = await disagreement(shape, positions, rounds, seed, operations);
  const all = L * M * size * size;
  const compared =
    positions === undefined
      ? `all ${all} outputs`
      : `${L * M * positions.length} of ${all} outputs: all ${L * M} channels at one drawn position of each of the ${positions.length} border classes (a class sees the same taps on the picture)`;
  return {
    claim: 3,
    statement: `the block equals the convolution with W = P Wᵈ Pᵀ Wᵖ at L = ${L}, M = ${M}, 3 × 3, padding 1, on ${size} × ${size}`,
    equation: 'Eq. 5 and 6',
    strength: 'probability',
    checker: 'Z/p',
    detail: `${compared}; p = ${P26}, ${rounds} rounds of fresh random entries; degree ${degree}, found by running both sides on degrees at an interior position; a false pass has probability at most (${degree}/p)^${rounds} = ${probability.toExponential(1)}`,
    trusted: [
      'SHAKE256 of a fresh 128-bit seed as a source of uniform, independent entries',
      ...(positions === undefined
        ? []
        : [
            'outputs at other positions of the same border class: by block-is-translation-equivariant and convolution-is-a-matrix-on-patches, proved on polynomials for small shapes',
          ]),
    ],
    outcome: reason === undefined ? 'proved' : 'failed',
    ...(reason === undefined ? {} : { reason }),
    milliseconds: performance.now() - start,
  };
}

/** The ℤ/p layer of `npm run prove`. */
export const modularLayer: Layer = async (progress) => {
  const rows: ProofRow[] = [];
  for (const shape of paperShapes) {
    progress(`Z/p: L${shape.L}M${shape.M} on ${shape.size} × ${shape.size}`);
    rows.push(await proveShape(shape));
  }
  return rows;
};
