/**
 * The operations of the quantities on the arrays of a kit: code of its own, as any implementation's, and tested against
 * the specification like one.
 */
import { constrain, type Shape, unitWindow, type Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { deinterleaveIndex, interleaveIndex } from '../../../spec/02-interleave.ts';
import type { BlockInputs, Operations, Sides } from '../operations.ts';
import { geometryOf } from './geometry.ts';
import type { Kit, Shaped } from './kit.ts';

/** The operations, but for those of a composed block. */
export function operationsOn<V extends Shaped>(kit: Kit<V>): Operations<V> {
  const groupConvolution = (x: V, kernel: V, groups: number, window: Window): V => {
    const geometry = geometryOf(x.shape, kernel.shape, groups, window);
    const shape: Shape = [x.shape[0], kernel.shape[0], ...outputExtent(x.shape, kernel.shape, window)];
    return kit.multiply('output', geometry, shape, { input: x, kernel });
  };
  const inputAdjoint = (g: V, kernel: V, groups: number, window: Window, shape: Shape): V => {
    const geometry = geometryOf(shape, kernel.shape, groups, window);
    return kit.multiply('input', geometry, shape, { output: g, kernel });
  };
  const kernelAdjoint = (g: V, x: V, groups: number, window: Window, shape: Shape): V => {
    const geometry = geometryOf(x.shape, shape, groups, window);
    return kit.multiply('kernel', geometry, shape, { output: g, input: x });
  };
  const addBias = (y: V, bias: V | undefined) => (bias === undefined ? y : kit.addBias(y, bias));
  const moved = (v: V, { L, M }: Sides, from: (c: number) => number): V => {
    const C = v.shape[1];
    constrain(C === L * M, 'interleave', 'C8', `${L} × ${M} channels`, `${C}`);
    return kit.movePlanes(v, (p) => p - (p % C) + from(p % C));
  };
  // The sides are those before the move: plane c of the result comes from where the inverse sends it.
  const interleave = (y: V, sides: Sides) => moved(y, sides, (c) => deinterleaveIndex(sides, c));
  const deinterleave = (z: V, sides: Sides) => moved(z, sides, (c) => interleaveIndex(sides, c));

  const sizesOf = ({ primary, secondary }: BlockInputs<V>) => {
    const L = secondary.shape[1];
    const Mout = primary.shape[0] / L;
    return { L, Mout, Lout: secondary.shape[0] / Mout };
  };
  const toInterleaved = (inputs: BlockInputs<V>): V => {
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
        grad_primary_bias: kit.sumPositions(gPrimary),
        grad_secondary_bias: kit.sumPositions(gSecondary),
      };
    },
  };
}
