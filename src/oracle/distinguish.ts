import { type Semiring, type Tensor, unitWindow } from '../../spec/00-notation.ts';
import { addBias, groupConvolution } from '../../spec/01-group-convolution.ts';
import { deinterleave, interleave, interleaveIndex } from '../../spec/02-interleave.ts';
import { blockShape } from '../../spec/03-igc-block.ts';
import { float64 } from '../algebras/float64.ts';
import { compare } from './compare.ts';
import type { Quantity } from './quantities.ts';
import type { Reference } from './reference.ts';
import type { Evidence } from './types.ts';

/** A wrong permutation of channels, and what it makes of the inputs. */
interface Mistake {
  readonly name: string;
  output(): Tensor<number>;
}

/**
 * Which classic mistakes this evidence could not have caught: those that would have passed too, although they are
 * other functions. A right verdict on such data says nothing (all-zero data, say, or channels that are all alike).
 */
export function blindSpots(quantity: Quantity, reference: Reference, evidence: Evidence): readonly string[] {
  const mistakes = evidence.operation === 'block' ? ofBlock(evidence) : ofInterleave(evidence);
  return mistakes
    .filter((mistake) => compare(quantity, reference, mistake.output()).kind === 'PASS')
    .map(({ name }) => name);
}

const isIdentity = (L: number, M: number) => L === 1 || M === 1;

const isInvolution = (L: number, M: number) =>
  Array.from({ length: L * M }, (_, c) => c).every(
    (c) => interleaveIndex({ L, M }, interleaveIndex({ L, M }, c)) === c,
  );

function ofInterleave({ operation, arrays, partition }: Evidence): readonly Mistake[] {
  if (operation !== 'interleave') return [];
  const x = arrays.get('x')!;
  const { L, M } = partition!;
  return [
    ...(isIdentity(L, M) ? [] : [{ name: 'the interleave left out', output: () => x }]),
    ...(isInvolution(L, M) ? [] : [{ name: 'L and M swapped', output: () => deinterleave(x, { L, M }) }]),
  ];
}

function ofBlock({ arrays, window }: Evidence): readonly Mistake[] {
  const get = (name: string) => arrays.get(name)!;
  const [x, wp, wd] = [get('x'), get('primary_weight'), get('secondary_weight')];
  const { L, Mout, Lout } = blockShape(wp, wd);
  const A: Semiring<number> = float64;
  const primary = addBias(A, groupConvolution(A, x, wp, L, window), arrays.get('primary_bias')?.data);
  const secondary = (y: Tensor<number>) =>
    addBias(A, groupConvolution(A, y, wd, Mout, unitWindow), arrays.get('secondary_bias')?.data);
  const [before, after] = [
    { L, M: Mout },
    { L: Lout, M: Mout },
  ];
  const mistakes: Mistake[] = [];
  if (!isIdentity(L, Mout)) {
    const output = () => deinterleave(secondary(primary), after);
    mistakes.push({ name: 'the interleave left out', output });
  }
  if (!isIdentity(Lout, Mout)) {
    const output = () => secondary(interleave(primary, before));
    mistakes.push({ name: 'the deinterleave left out', output });
  }
  if (!isInvolution(L, Mout)) {
    const output = () => interleave(secondary(deinterleave(primary, before)), after);
    mistakes.push({ name: 'L and M swapped in both permutations', output });
  }
  return mistakes;
}
