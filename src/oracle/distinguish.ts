/**
 * Whether the data could have caught a mistake. A right verdict on data that couldn't (all zeros, say, or channels that
 * are all alike) says nothing.
 */
import { type Shape, unitWindow } from '../../spec/00-notation.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { agrees } from './compare.ts';
import { type Doubles, doubles, doublesOf } from './fast/doubles.ts';
import { operationsOn } from './fast/operations.ts';
import { outline, shapeOf } from './lookup.ts';
import { once } from './once.ts';
import type { Quantity, Result } from './quantity.ts';
import { unlikeIntegers } from './random.ts';
import type { Reference } from './reference.ts';
import type { Evidence } from './types.ts';

/** What was given, by name; a bias of C entries is (1, C, 1, 1). */
type Given = (name: string) => Doubles;

/** A wrong implementation: what it gives for y. */
interface Mistake {
  readonly name: string;
  output(get: Given): Doubles;
}

/** In double precision: a mistake is no less one for its rounding. */
const operations = operationsOn(doubles);

/** The mistakes that would have passed as well, although they make another function on arrays of these shapes. */
export function blindSpots(
  result: Result,
  quantity: Quantity,
  reference: Reference,
  evidence: Evidence,
): readonly string[] {
  if (result.stage !== 'output') {
    const zeros = new Float64Array(reference.exact.length);
    return agrees(reference, zeros) ? [`nothing but zeros for ${result.array}`] : [];
  }
  const recorded = given(evidence, (data) => data);
  const right = (get: Given) => quantity.run(operations, get).y!;
  // Integers that tell functions apart, in arrays of the same shapes.
  const probes = once(() => {
    const next = unlikeIntegers();
    const get = given(evidence, (data) => Float64Array.from(data, next));
    return { get, expected: right(get).value };
  });
  const isAnother = ({ output }: Mistake) => {
    const { get, expected } = probes();
    return output(get).value.some((value, i) => value !== expected[i]);
  };
  const mistakes = [...changes(evidence, right), ...structures(evidence)];
  return mistakes
    .filter(({ output }) => agrees(reference, output(recorded).value))
    .filter(isAnother)
    .map(({ name }) => name);
}

/** The recorded arrays, each made when it is asked for, with these entries instead. */
function given({ arrays }: Evidence, instead: (data: ArrayLike<number>) => ArrayLike<number>): Given {
  const known = new Map<string, Doubles>();
  return (name) => {
    const recorded = arrays.get(name)!;
    const { shape, data } = recorded;
    const sizes: Shape = shape.length === 1 ? [1, shape[0]!, 1, 1] : shapeOf(recorded);
    const made = known.get(name) ?? doublesOf(sizes, instead(data));
    known.set(name, made);
    return made;
  };
}

type Change = (t: Doubles) => Doubles;

/** The right computation on a changed input. */
function changes({ operation }: Evidence, right: Mistake['output']): readonly Mistake[] {
  const instead = (name: string, array: string, change: Change): Mistake => ({
    name,
    output: (get) => right((read) => (read === array ? change(get(read)) : get(read))),
  });
  const kernel = operation === 'block' ? 'primary_weight' : 'weight';
  const ignored = instead('the input ignored', 'x', ({ shape, value }) =>
    doublesOf(shape, new Float64Array(value.length)),
  );
  const rotated = instead('the channels of x in another order', 'x', (x) => rotate(x, 1));
  if (operation === 'interleave') return [ignored];
  return [
    ignored,
    rotated,
    instead(`the rows of ${kernel} in another order`, kernel, (w) => rotate(w, 0)),
    instead('the kernel flipped', kernel, (w) =>
      rearranged(w, (o, i, u, v) => [o, i, w.shape[2] - 1 - u, w.shape[3] - 1 - v]),
    ),
  ];
}

/** Axis 0 or 1 turned by one place. */
function rotate(t: Doubles, axis: 0 | 1): Doubles {
  const next = (i: number, a: 0 | 1): number => (a === axis ? (i + 1) % t.shape[a] : i);
  return rearranged(t, (a, b, c, d) => [next(a, 0), next(b, 1), c, d]);
}

/** Entry (a, b, c, d) is the one that was where `from` says. */
function rearranged(
  { shape, value }: Doubles,
  from: (a: number, b: number, c: number, d: number) => readonly [number, number, number, number],
): Doubles {
  const [A, B, C, D] = shape;
  const moved = new Float64Array(value.length);
  let i = 0;
  for (let a = 0; a < A; a++)
    for (let b = 0; b < B; b++)
      for (let c = 0; c < C; c++)
        for (let d = 0; d < D; d++) {
          const [p, q, r, s] = from(a, b, c, d);
          moved[i++] = value[((p * B + q) * C + r) * D + s]!;
        }
  return doublesOf(shape, moved);
}

/** Another way through the permutations. */
function structures(evidence: Evidence): readonly Mistake[] {
  switch (evidence.operation) {
    case 'group-convolution':
      return [];
    case 'interleave':
      return [
        { name: 'the interleave left out', output: (get) => get('x') },
        {
          name: 'L and M swapped',
          output: (get) => operations.deinterleave(get('x'), evidence.partition!),
        },
      ];
    case 'block':
      return ofBlock(evidence);
  }
}

function ofBlock({ arrays, window }: Evidence): readonly Mistake[] {
  const { interleave, deinterleave, groupConvolution, addBias } = operations;
  const bias = (get: Given, name: string) => (arrays.has(name) ? get(name) : undefined);
  const { L, Mout, Lout } = blockShape(
    outline(arrays.get('primary_weight')!),
    outline(arrays.get('secondary_weight')!),
  );
  const primary = (get: Given) =>
    addBias(groupConvolution(get('x'), get('primary_weight'), L, window), bias(get, 'primary_bias'));
  const secondary = (get: Given, y: Doubles) =>
    addBias(groupConvolution(y, get('secondary_weight'), Mout, unitWindow), bias(get, 'secondary_bias'));
  const [before, after] = [
    { L, M: Mout },
    { L: Lout, M: Mout },
  ];
  return [
    {
      name: 'the interleave left out',
      output: (get) => deinterleave(secondary(get, primary(get)), after),
    },
    {
      name: 'the deinterleave left out',
      output: (get) => secondary(get, interleave(primary(get), before)),
    },
    {
      name: 'L and M swapped in both permutations',
      output: (get) => interleave(secondary(get, deinterleave(primary(get), before)), after),
    },
  ];
}
