/**
 * The operations of the quantities on fields: code of its own, as any implementation's, and tested against the
 * specification like one.
 */
import { constrain, type Shape, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { deinterleaveIndex, interleaveIndex } from '../../../spec/02-interleave.ts';
import type { Arithmetic } from '../arithmetic.ts';
import type { BlockInputs, Operations, Sides } from '../operations.ts';
import { type Field, movePlanes } from './field.ts';
import { geometryOf } from './geometry.ts';
import { multiply } from './multiply.ts';
import { addBias, sumPositions } from './sum.ts';

/** The operations in an arithmetic, but not those of a composed block. */
export function fastOperations(arithmetic: Arithmetic): Operations<Field> {
  const groupConvolution = (x: Field, kernel: Field, groups: number, window: Window): Field => {
    const geometry = geometryOf(x.shape, kernel.shape, groups, window);
    const shape: Shape = [x.shape[0], kernel.shape[0], ...outputExtent(x.shape, kernel.shape, window)];
    return multiply('output', geometry, shape, { input: x, kernel }, arithmetic);
  };
  const inputAdjoint = (g: Field, kernel: Field, groups: number, window: Window, shape: Shape): Field => {
    const geometry = geometryOf(shape, kernel.shape, groups, window);
    return multiply('input', geometry, shape, { output: g, kernel }, arithmetic);
  };
  const kernelAdjoint = (g: Field, x: Field, groups: number, window: Window, shape: Shape): Field => {
    const geometry = geometryOf(x.shape, shape, groups, window);
    return multiply('kernel', geometry, shape, { output: g, input: x }, arithmetic);
  };
  // The sides are those before the move: plane c of the result comes from where the inverse sends it.
  const interleave = (y: Field, sides: Sides) => moved(y, sides, (c) => deinterleaveIndex(sides, c));
  const deinterleave = (z: Field, sides: Sides) => moved(z, sides, (c) => interleaveIndex(sides, c));

  const sizesOf = ({ primary, secondary }: BlockInputs<Field>) => {
    const L = secondary.shape[1];
    const Mout = primary.shape[0] / L;
    return { L, Mout, Lout: secondary.shape[0] / Mout };
  };
  const toInterleaved = (inputs: BlockInputs<Field>): Field => {
    const { x, primary, primaryBias, window } = inputs;
    const { L, Mout } = sizesOf(inputs);
    const y = addBias(groupConvolution(x, primary, L, window), primaryBias);
    return interleave(y, { L, M: Mout });
  };
  return {
    groupConvolution,
    addBias,
    interleave,
    deinterleave,
    block: (inputs) => {
      const { secondary, secondaryBias } = inputs;
      const { Mout, Lout } = sizesOf(inputs);
      const mixed = groupConvolution(toInterleaved(inputs), secondary, Mout, unitWindow);
      return deinterleave(addBias(mixed, secondaryBias), { L: Lout, M: Mout });
    },
    gradients: (g, inputs) => {
      const { x, primary, secondary, window } = inputs;
      const { L, Mout, Lout } = sizesOf(inputs);
      const interleaved = toInterleaved(inputs);
      const gSecondary = interleave(g, { L: Lout, M: Mout });
      const gInterleaved = inputAdjoint(gSecondary, secondary, Mout, unitWindow, interleaved.shape);
      const gPrimary = deinterleave(gInterleaved, { L, M: Mout });
      return {
        grad_x: inputAdjoint(gPrimary, primary, L, window, x.shape),
        grad_primary_weight: kernelAdjoint(gPrimary, x, L, window, primary.shape),
        grad_secondary_weight: kernelAdjoint(gSecondary, interleaved, Mout, unitWindow, secondary.shape),
        grad_primary_bias: sumPositions(gPrimary),
        grad_secondary_bias: sumPositions(gSecondary),
      };
    },
  };
}

function moved(field: Field, { L, M }: Sides, from: (c: number) => number): Field {
  const [N, C] = field.shape;
  constrain(C === L * M, 'interleave', 'C8', `${L} × ${M} channels`, `${C}`);
  return movePlanes(field, N * C, (p) => p - (p % C) + from(p % C));
}
