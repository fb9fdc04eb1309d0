/**
 * Whether the data could have caught a mistake. A right verdict on data that couldn't (all zeros, say, or channels that
 * are all alike) says nothing.
 */
import { type Tensor, tensor, unitWindow } from '../../spec/00-notation.ts';
import { addBias, groupConvolution } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave } from '../../spec/02-interleave.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { float64 } from '../algebras/float64.ts';
import { compare } from './compare.ts';
import { type Lookup, lookup } from './lookup.ts';
import type { Quantity, Result } from './quantity.ts';
import { unlikeIntegers } from './random.ts';
import type { Reference } from './reference.ts';
import type { Evidence } from './types.ts';

/** A wrong implementation: what it gives for y. */
interface Mistake {
  readonly name: string;
  output(get: Lookup<number>): Tensor<number>;
}

/** The mistakes that would have passed as well, although they make another function on arrays of these shapes. */
export function blindSpots(
  result: Result,
  quantity: Quantity,
  reference: Reference,
  evidence: Evidence,
): readonly string[] {
  if (result.stage !== 'output') {
    const zeros = new Float64Array(reference.exact.length);
    const passes = compare(result, reference, zeros).kind === 'PASS';
    return passes ? [`nothing but zeros for ${result.array}`] : [];
  }
  const [recorded, probe] = [lookup(evidence, (x) => x), probes(evidence)];
  const right = (get: Lookup<number>) => quantity.compute(float64, get).y!;
  const expected = right(probe).data;
  const mistakes = [...changes(evidence, right), ...structures(evidence)];
  return mistakes
    .filter(({ output }) => output(probe).data.some((value, i) => value !== expected[i]))
    .filter(({ output }) => compare(result, reference, output(recorded).data).kind === 'PASS')
    .map(({ name }) => name);
}

/** Arrays of the same shapes, filled with integers that tell functions apart. */
function probes(evidence: Evidence): Lookup<number> {
  return lookup(evidence, unlikeIntegers());
}

type Change = (t: Tensor<number>) => Tensor<number>;

/** The right computation on a changed input. */
function changes({ operation }: Evidence, right: Mistake['output']): readonly Mistake[] {
  const instead = (name: string, array: string, change: Change): Mistake => ({
    name,
    output: (get) => right((read) => (read === array ? change(get(read)) : get(read))),
  });
  const kernel = operation === 'block' ? 'primary_weight' : 'weight';
  const ignored = instead('the input ignored', 'x', (x) => tensor(x.shape, () => 0));
  const rotated = instead('the channels of x in another order', 'x', (x) => rotate(x, 1));
  if (operation === 'interleave') return [ignored];
  return [
    ignored,
    rotated,
    instead(`the rows of ${kernel} in another order`, kernel, (w) => rotate(w, 0)),
    instead('the kernel flipped', kernel, (w) =>
      tensor(w.shape, (o, i, u, v) => w.at(o, i, w.shape[2] - 1 - u, w.shape[3] - 1 - v)),
    ),
  ];
}

/** Axis 0 or 1 turned by one place. */
function rotate(t: Tensor<number>, axis: 0 | 1): Tensor<number> {
  const next = (i: number, a: 0 | 1): number => (a === axis ? (i + 1) % t.shape[a] : i);
  return tensor(t.shape, (a, b, c, d) => t.at(next(a, 0), next(b, 1), c, d));
}

/** Another way through the permutations. */
function structures(evidence: Evidence): readonly Mistake[] {
  switch (evidence.operation) {
    case 'group-convolution':
      return [];
    case 'interleave':
      return [
        { name: 'the interleave left out', output: (get) => get('x') },
        { name: 'L and M swapped', output: (get) => deinterleave(get('x'), evidence.partition!) },
      ];
    case 'block':
      return ofBlock(evidence);
  }
}

function ofBlock({ arrays, window }: Evidence): readonly Mistake[] {
  const bias = (get: Lookup<number>, name: string) => (arrays.has(name) ? get(name).data : undefined);
  const sizes = (get: Lookup<number>) => blockShape(get('primary_weight'), get('secondary_weight'));
  const primary = (get: Lookup<number>) => {
    const y = groupConvolution(float64, get('x'), get('primary_weight'), sizes(get).L, window);
    return addBias(float64, y, bias(get, 'primary_bias'));
  };
  const secondary = (get: Lookup<number>, y: Tensor<number>) => {
    const z = groupConvolution(float64, y, get('secondary_weight'), sizes(get).Mout, unitWindow);
    return addBias(float64, z, bias(get, 'secondary_bias'));
  };
  const before = (get: Lookup<number>) => ({ L: sizes(get).L, M: sizes(get).Mout });
  const after = (get: Lookup<number>) => ({ L: sizes(get).Lout, M: sizes(get).Mout });
  return [
    {
      name: 'the interleave left out',
      output: (get) => deinterleave(secondary(get, primary(get)), after(get)),
    },
    {
      name: 'the deinterleave left out',
      output: (get) => secondary(get, interleave(primary(get), before(get))),
    },
    {
      name: 'L and M swapped in both permutations',
      output: (get) => interleave(secondary(get, deinterleave(primary(get), before(get))), after(get)),
    },
  ];
}
