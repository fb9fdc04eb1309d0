/**
 * A known case, asked of a device before anything else is: what drivers get wrong, they get wrong silently. The expected
 * numbers are the specification's, on small integers, so that every order of summation gives the same.
 */
import { Tensor, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { groupConvolution } from '../../../spec/01-group-convolution.ts';
import { block } from '../../../spec/03-igc-block.ts';
import { float64 } from '../../algebras/float64.ts';
import { blockGeometry, convolutionGeometry } from '../check.ts';
import type { Geometry } from '../geometry.ts';
import type { Weights } from '../strategy.ts';
import type { Computed, Engine } from './engine.ts';
import { compute, type Last, uploadWeights } from './stages.ts';

/** What a device does with numbers that aren't ordinary. */
export interface Arithmetic {
  readonly keepsSubnormals: boolean;
  readonly keepsNonFinite: boolean;
}

/** What a device got wrong, in words; undefined where all is right. */
export async function wrongOnKnownCases(engine: Engine): Promise<string | undefined> {
  for (const known of [wideningBlock(), manyGroups()]) {
    const came = await run(engine, known.geometry, known.weights, known.x);
    const wrong = known.expected.findIndex((value, i) => value !== came[i]);
    if (wrong < 0) continue;
    const count = known.expected.filter((value, i) => value !== came[i]).length;
    const first = `entry ${wrong}: expected ${known.expected[wrong]}, got ${came[wrong]}`;
    return `${known.name}: ${count} of ${known.expected.length} numbers are wrong; ${first}`;
  }
  return undefined;
}

/** Tries infinities, NaN and subnormal numbers, copied, multiplied and beside a padding. */
export async function arithmeticOf(engine: Engine): Promise<Arithmetic> {
  const geometry = convolutionGeometry(
    {
      ...{ groups: 1, inputs: 1, outputs: 1, height: 1, width: special.length, kernel: [1, 2] },
      window: beside,
    },
    { weight: Float32Array.of(0, 2 ** -20) },
  );
  const weights = { primary: Float32Array.of(0, 2 ** -20), ...noBias };
  const came = await run(engine, geometry, weights, special);
  const right = (i: number) => Object.is(came[i], Math.fround(2 ** -20 * special[i]!));
  // Padding lies to the left: entry i is 0·x[i − 1] + 2⁻²⁰·x[i].
  return {
    keepsNonFinite:
      right(0) && Number.isNaN(came[1]) && right(2) && Number.isNaN(came[3]) && Number.isNaN(came[5]),
    keepsSubnormals: right(7) && right(9),
  };
}

const infinity = Number.POSITIVE_INFINITY;
const special = Float32Array.of(infinity, 1, -infinity, 1, Number.NaN, 1, 1, 2 ** -110, 1, 2 ** -129);

const beside: Window = {
  stride: [1, 1],
  dilation: [1, 1],
  padding: { top: 0, bottom: 0, left: 1, right: 0 },
};
const noBias = { primaryBias: undefined, secondary: undefined, secondaryBias: undefined };

interface KnownCase {
  readonly name: string;
  readonly geometry: Geometry;
  readonly weights: Weights;
  readonly x: Float32Array;
  readonly expected: readonly number[];
}

/** It widens, everything is of a size of its own, and no size is a multiple of 4 but the smallest. */
function wideningBlock(): KnownCase {
  const [N, L, Min, Mout, Lout] = [2, 3, 5, 10, 3];
  const [height, width, kh, kw] = [2, 4, 2, 2];
  const window: Window = {
    stride: [1, 2],
    dilation: [2, 1],
    padding: { top: 2, bottom: 0, left: 0, right: 3 },
  };
  const x = integers(N * L * Min * height * width, 1);
  const primary = integers(L * Mout * Min * kh * kw, 2);
  const secondary = integers(Mout * Lout * L, 3);
  const primaryBias = integers(L * Mout, 4);
  const secondaryBias = integers(Mout * Lout, 5);
  return {
    name: 'the block with L 3, Min 5, Mout 10',
    geometry: blockGeometry(
      { N, L, Min, Mout, Lout, height, width, kernel: [kh, kw], window },
      { primaryWeight: primary, secondaryWeight: secondary, primaryBias, secondaryBias },
    ),
    weights: { primary, primaryBias, secondary, secondaryBias },
    x,
    expected: block(
      float64,
      new Tensor([N, L * Min, height, width], [...x]),
      new Tensor([L * Mout, Min, kh, kw], [...primary]),
      new Tensor([Mout * Lout, L, 1, 1], [...secondary]),
      window,
      { primary: [...primaryBias], secondary: [...secondaryBias] },
    ).data,
  };
}

/** 41 is a divisor whose quotients come out too small where a division multiplies by a rounded reciprocal. */
function manyGroups(): KnownCase {
  const [N, groups, outputs, width] = [3, 2, 41, 3];
  const x = integers(N * groups * width, 6);
  const weight = integers(groups * outputs, 7);
  const window = unitWindow;
  return {
    name: 'a convolution with 2 groups of 41 outputs',
    geometry: convolutionGeometry(
      { N, groups, inputs: 1, outputs, height: 1, width, kernel: [1, 1], window },
      { weight },
    ),
    weights: { ...noBias, primary: weight },
    x,
    expected: groupConvolution(
      float64,
      new Tensor([N, groups, 1, width], [...x]),
      new Tensor([groups * outputs, 1, 1, 1], [...weight]),
      groups,
      window,
    ).data,
  };
}

/** From −7 to 7 and never 0, by the generator of Numerical Recipes. */
function integers(length: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const size = 1 + Math.floor((state / 2 ** 32) * 7);
    return (state >>> 8) % 2 === 0 ? size : -size;
  });
}

async function run(
  engine: Engine,
  geometry: Geometry,
  given: Weights,
  x: Float32Array,
): Promise<Float32Array> {
  return engine.device.turn(async () => {
    const weights = await uploadWeights(engine, geometry, given);
    const read: Last<Computed> = (...program) => engine.read(...program, geometry.columns);
    const { numbers } = await compute(engine, geometry, weights, { x }, read);
    for (const array of [...weights.primary, ...weights.secondary]) array.dispose();
    return numbers;
  });
}
