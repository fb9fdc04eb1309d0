/** The padded input of one group and strip: zeros around it, its columns sorted by the stride. */
import type { Geometry } from '../geometry.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { type Copy, clearFloats, copyFloats, copyRegisters } from './copy.ts';
import { floatBytes, type Source } from './layout.ts';

export interface PaddingLocals {
  /** Address of the group's first channel in the image. */
  readonly input: Local;
  /** Where the padded input goes. */
  readonly scratch: Local;
  /** First row of the strip, and how many it has. */
  readonly row: Local;
  readonly rows: Local;
}

/**
 * Emits a function's part that copies a group's rows. The columns of zeros are never written: scratch memory is zero
 * from the beginning. Rows above and below the image are cleared each time.
 */
export function copyPadded(
  f: FunctionBuilder,
  geometry: Geometry,
  source: Source,
): (locals: PaddingLocals) => void {
  const { inputs, height, width, kernel, window } = geometry;
  const { stride, dilation, padding } = window;
  const reach = (kernel[0] - 1) * dilation[0] + 1;
  const [channel, last, y] = f.several('i32', 3);
  // Of the image: a channel, a line of it. Of the padded input: the same.
  const [plane, line, paddedPlane, paddedLine] = f.several('i32', 4);
  const registers = copyRegisters(f);
  const runs = segments(geometry, source).map((run) => ({
    ...run,
    from: line,
    to: paddedLine,
    stride: stride[1],
  }));
  return ({ input, scratch, row, rows }) => {
    // The line of the image that the padded input begins with; less than 0 within the padding.
    const first = () => f.get(row).i32Const(stride[0]).i32Mul().i32Const(padding.top).i32Sub();
    first().get(rows).i32Const(1).i32Sub().i32Const(stride[0]).i32Mul().i32Add();
    f.i32Const(reach).i32Add().set(last);
    f.get(scratch).set(paddedPlane).get(input).set(plane);
    f.countUp(channel, 0, inputs, 1, () => {
      f.get(paddedPlane).set(paddedLine);
      first().set(y);
      f.loop(() => {
        f.get(y).i32Const(height).i32LtU();
        f.if(
          () => {
            f.get(plane)
              .get(y)
              .i32Const(width * floatBytes)
              .i32Mul()
              .i32Add()
              .set(line);
            for (const run of runs) copyFloats(f, run, registers);
          },
          () => {
            for (const run of runs) clearFloats(f, run, registers);
          },
        );
        f.advance(paddedLine, source.pitch).advance(line, width * floatBytes);
        f.get(y).i32Const(1).i32Add().tee(y).get(last).i32LtS().brIf(0);
      });
      f.advance(paddedPlane, source.plane).advance(plane, height * width * floatBytes);
    });
  };
}

/** For each segment that a tap reads: which columns of the input go where. */
function segments(
  { width, kernel, window }: Geometry,
  { segment, origin }: Source,
): readonly Pick<Copy, 'count' | 'fromOffset' | 'toOffset'>[] {
  const [, step] = window.stride;
  const { left } = window.padding;
  const read = new Set(Array.from({ length: kernel[1] }, (_, w) => (w * window.dilation[1]) % step));
  return [...read].flatMap((p) => {
    const begin = Math.max(Math.ceil((left - p) / step), 0);
    const end = Math.floor((width - 1 + left - p) / step) + 1;
    const fromOffset = (begin * step + p - left) * floatBytes;
    const toOffset = p * segment + origin + begin * floatBytes;
    return end > begin ? [{ count: end - begin, fromOffset, toOffset }] : [];
  });
}
