/**
 * The operations of the quantities on the arrays of a kit: code of its own, as any implementation's, and tested against
 * the specification like one.
 */
import { constrain, type Shape } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import { deinterleaveIndex, interleaveIndex } from '../../../spec/02-interleave.ts';
import { assembled } from '../assemble.ts';
import type { Operations, Sides } from '../operations.ts';
import { geometryOf } from './geometry.ts';
import type { Kit, Shaped } from './kit.ts';

/** The operations, but for those of a composed block. */
export function operationsOn<V extends Shaped>(kit: Kit<V>): Operations<V> {
  const sum: Operations<V>['groupConvolution'] = (x, kernel, groups, window) => {
    const geometry = geometryOf(x.shape, kernel.shape, groups, window);
    const shape: Shape = [x.shape[0], kernel.shape[0], ...outputExtent(x.shape, kernel.shape, window)];
    return kit.multiply('output', geometry, shape, { input: x, kernel });
  };
  const moved = (v: V, { L, M }: Sides, from: (c: number) => number): V => {
    const C = v.shape[1];
    constrain(C === L * M, 'interleave', 'C8', `${L} × ${M} channels`, `${C}`);
    return kit.movePlanes(v, (p) => p - (p % C) + from(p % C));
  };
  // The sides are those before the move: plane c of the result comes from where the inverse sends it.
  const interleave = (y: V, sides: Sides) => moved(y, sides, (c) => deinterleaveIndex(sides, c));
  return assembled<V>({
    groupConvolution: kit.otherWays?.({ groupConvolution: sum, interleave }) ?? sum,
    addBias: (y, bias) => (bias === undefined ? y : kit.addBias(y, bias)),
    interleave,
    deinterleave: (z, sides) => moved(z, sides, (c) => interleaveIndex(sides, c)),
    shape: (v) => v.shape,
    inputAdjoint: (g, kernel, groups, window, shape) => {
      const geometry = geometryOf(shape, kernel.shape, groups, window);
      return kit.multiply('input', geometry, shape, { output: g, kernel });
    },
    kernelAdjoint: (g, x, groups, window, shape) => {
      const geometry = geometryOf(x.shape, shape, groups, window);
      return kit.multiply('kernel', geometry, shape, { output: g, input: x });
    },
    sumPositions: kit.sumPositions,
  });
}
