/**
 * The primary convolution, or a convolution alone, one product after the other: for shapes whose padding is so large
 * that a padded copy would be mostly zeros. Pixels outside the image are zeros that take part in the sums.
 */
import { type Geometry, primaryHasBias, taps } from '../geometry.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { cut } from './cut.ts';
import { floatBytes, type Panels } from './layout.ts';
import { groupBytes, type Packing } from './packing.ts';
import { advanceBy, phaseFunction } from './phase.ts';

/** How the weights are packed: channel by channel, its bias in front. */
export function generalPacking(geometry: Geometry): Packing {
  return {
    channels: cut(geometry.outputs, 1),
    steps: taps(geometry),
    bias: primaryHasBias(geometry),
    table: undefined,
  };
}

/** Emits the phase; without panels it writes to the output. */
export function generalPrimaryPhase(geometry: Geometry, panels: Panels | undefined): FunctionBuilder {
  const { inputs, outputs, height, width, rows, columns, residual, relu } = geometry;
  const { f, locals } = phaseFunction();
  const plane = rows * columns * floatBytes;
  const imageGroup = inputs * height * width * floatBytes;
  const packing = generalPacking(geometry);
  const channelBytes = groupBytes(packing) / outputs;
  const [channelStep, groupStep] = panels ? [panels.plane, panels.pitch] : [plane, outputs * plane];
  const [group, channel, y, x, groupAt, at, end] = f.several('i32', 7);
  const sum = f.local('f32');
  const products = productsOf(f, geometry, { image: locals.input, y, x, sum });

  // From here on the residual's parameter is its distance from the output.
  f.get(locals.residual).get(locals.output).i32Sub().set(locals.residual);
  f.get(panels ? locals.panels : locals.output).set(groupAt);
  if (!panels) advanceBy(f, groupAt, locals.row, columns * floatBytes);
  advanceBy(f, groupAt, locals.first, groupStep);
  advanceBy(f, locals.input, locals.first, imageGroup);
  advanceBy(f, locals.weights, locals.first, groupBytes(packing));
  f.get(locals.row).get(locals.rows).i32Add().set(end);
  f.countUp(group, 0, locals.count, 1, () => {
    f.countUp(channel, 0, outputs, 1, () => {
      f.get(groupAt).get(channel).i32Const(channelStep).i32Mul().i32Add().set(at);
      f.get(locals.row).set(y);
      f.loop(() => {
        f.countUp(x, 0, columns, 1, () => {
          if (packing.bias) f.get(locals.weights).f32Load().set(sum);
          else f.f32Const(0).set(sum);
          products(locals.weights, packing.bias ? floatBytes : 0);
          if (!panels && residual) {
            f.get(sum).get(at).get(locals.residual).i32Add().f32Load().f32Add().set(sum);
          }
          if (!panels && relu) f.get(sum).f32Const(0).f32Max().set(sum);
          f.get(at).get(sum).f32Store().advance(at, floatBytes);
        });
        f.get(y).i32Const(1).i32Add().tee(y).get(end).i32LtU().brIf(0);
      });
      f.advance(locals.weights, channelBytes);
    });
    f.advance(locals.input, imageGroup).advance(groupAt, groupStep);
  });
  return f;
}

interface Pixel {
  /** Address of the group's first channel. */
  readonly image: Local;
  readonly y: Local;
  readonly x: Local;
  readonly sum: Local;
}

/** sum += Σ weight · pixel over the channels and taps of one output. */
function productsOf(f: FunctionBuilder, geometry: Geometry, { image, y, x, sum }: Pixel) {
  const { inputs, height, width, kernel, window } = geometry;
  const { stride, dilation, padding } = window;
  const [i, h, w, line, column, weight, plane] = f.several('i32', 7);
  /** target = position · stride + tap · dilation − before. */
  const place = (target: Local, position: Local, tap: Local, axis: 0 | 1, before: number) => {
    f.get(position).i32Const(stride[axis]).i32Mul();
    f.get(tap).i32Const(dilation[axis]).i32Mul().i32Add().i32Const(before).i32Sub().set(target);
  };
  return (weights: Local, offset: number): void => {
    f.get(weights).i32Const(offset).i32Add().set(weight).get(image).set(plane);
    f.countUp(i, 0, inputs, 1, () => {
      f.countUp(h, 0, kernel[0], 1, () => {
        place(line, y, h, 0, padding.top);
        f.countUp(w, 0, kernel[1], 1, () => {
          place(column, x, w, 1, padding.left);
          f.get(sum).get(weight).f32Load();
          // Negative numbers are large ones, unsigned.
          f.get(line).i32Const(height).i32LtU().get(column).i32Const(width).i32LtU().i32And();
          f.ifF32(
            () => {
              f.get(line).i32Const(width).i32Mul().get(column).i32Add();
              f.i32Const(floatBytes).i32Mul().get(plane).i32Add().f32Load();
            },
            () => f.f32Const(0),
          );
          f.f32Mul().f32Add().set(sum).advance(weight, floatBytes);
        });
      });
      f.advance(plane, height * width * floatBytes);
    });
  };
}
