/** The border classes of a convolution's positions: which taps lie on the picture. */
import { outputSize } from '../../spec/01-group-convolution.ts';
import type { Axis } from './shapes.ts';

/** The output positions of one axis, those together that see the same taps of the kernel on the picture. */
export function borderClasses(axis: Axis): readonly (readonly number[])[] {
  const { size, kernel, stride, dilation, before, after } = axis;
  const classes = new Map<string, number[]>();
  const positions = outputSize(size, kernel, stride, dilation, before, after);
  for (let i = 0; i < positions; i++) {
    const taps = Array.from({ length: kernel }, (_, u) => {
      const pixel = i * stride + u * dilation - before;
      return pixel >= 0 && pixel < size;
    }).join();
    classes.set(taps, [...(classes.get(taps) ?? []), i]);
  }
  return [...classes.values()];
}
