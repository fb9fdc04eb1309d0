/** The interleave, Eq. 2 and 4: the transposition of the two factors of the channel axis. */
import { contiguous } from './contiguous.ts';
import { demandFeature, Feature } from './feature.ts';
import { freeze } from './view.ts';

/**
 * The interleave Pᵀ as a view: nothing is copied, the result shares the data of x. The deinterleave P is the same
 * function, applied to the result: interleaveView(interleaveView(x)) is x.
 * Shapes: x (N, L·M, H, W), channel l·M + m; result (N, M·L, H, W), channel m·L + l.
 *
 * @paper Eq. 2: (Pᵀ y)[m·L + l] = y[l·M + m]
 */
export function interleaveView<Major extends number, Minor extends number>(
  x: Feature<Major, Minor>,
): Feature<Minor, Major> {
  demandFeature({ operation: 'interleaveView', argument: 'x' }, x);
  return new Feature(freeze(x.array.transpose(0, 2, 1, 3, 4)));
}

/** The interleave Pᵀ as a copy, row-major in NCHW. Shapes as in `interleaveView`. */
export function interleave<Major extends number, Minor extends number>(
  x: Feature<Major, Minor>,
): Feature<Minor, Major> {
  demandFeature({ operation: 'interleave', argument: 'x' }, x);
  return contiguous(interleaveView(x));
}
