/**
 * A depthwise 3×3 convolution that rolls down the image: four columns of the output at a time, row by row of the input.
 * Each row is read once and counts for the three outputs that it is part of, whose unfinished sums stay in registers. It
 * needs no padded copy: the columns at the borders are loaded with zeros beside them, rows outside are left out.
 */
import { type Geometry, primaryHasBias } from '../geometry.ts';
import type { FunctionBuilder, Local } from './assembler.ts';
import { floatBytes, lanes, type Panels, vectorBytes } from './layout.ts';
import { advanceBy, type PhaseLocals, phaseFunction } from './phase.ts';
import { finish, type StoreEpilogue, storeLanes } from './store.ts';
import { multiplyAdd } from './tile.ts';
import { loadLanes } from './vectors.ts';

const side = 3;

export interface RollingPlan {
  readonly geometry: Geometry;
  /** Where there is a secondary. */
  readonly panels: Panels | undefined;
  readonly relaxed: boolean;
}

/** The weights of a channel: nine taps and the bias, if there is one. */
export function rollingBytes(geometry: Geometry): number {
  return (side * side + (primaryHasBias(geometry) ? 1 : 0)) * floatBytes;
}

/** Emits the phase. */
export function rollingPhase({ geometry, panels, relaxed }: RollingPlan): FunctionBuilder {
  const { f, locals } = phaseFunction();
  const { height, width, outputs, rows, columns, window, residual, relu } = geometry;
  const { input, weights, row, first } = locals;
  const target = panels ? locals.panels : locals.output;
  const plane = rows * columns * floatBytes;
  const [channelStep, groupStep] = panels ? [panels.plane, panels.pitch] : [plane, outputs * plane];
  const stride = window.stride[0];
  const [group, output, column, source, to] = f.several('i32', 5);
  const taps = f.several('v128', side * side);
  const bias = primaryHasBias(geometry) ? f.local('v128') : undefined;
  const roll = rollIn(f, geometry, taps, bias, locals, relaxed);
  const epilogue = panels ? undefined : { residual: residual ? locals.residual : undefined, relu };

  // From here on the residual's parameter is its distance from the output.
  if (residual) f.get(locals.residual).get(locals.output).i32Sub().set(locals.residual);
  advanceBy(f, input, first, height * width * floatBytes);
  advanceBy(f, input, row, stride * width * floatBytes);
  f.advance(input, -window.padding.top * width * floatBytes);
  advanceBy(f, target, first, groupStep);
  if (!panels) advanceBy(f, target, row, columns * floatBytes);
  advanceBy(f, weights, first, outputs * rollingBytes(geometry));

  /** All rows of the vector of columns that begins so many columns right of `source` and `to`. */
  const vector = (firstColumn: number, read: (column: number) => void) =>
    roll(source, to, Math.min(lanes, columns - firstColumn), read, epilogue);
  const allColumns = () => {
    const inner = innerVectors(geometry);
    const border = (c: number) => {
      f.get(input).set(source);
      f.get(target)
        .i32Const(c * vectorBytes)
        .i32Add()
        .set(to);
      const begin = c * lanes * stride - window.padding.left;
      vector(c * lanes, (offset) => loadColumns(f, source, begin + offset, width));
    };
    for (let c = 0; c < inner.first; c++) border(c);
    if (inner.end > inner.first) {
      f.countUp(column, inner.first * vectorBytes, inner.end * vectorBytes, vectorBytes, () => {
        f.get(column).i32Const(stride).i32Mul().get(input).i32Add();
        f.i32Const(window.padding.left * floatBytes)
          .i32Sub()
          .set(source);
        f.get(target).get(column).i32Add().set(to);
        vector(0, (offset) => {
          f.get(source).v128Load(offset * floatBytes);
        });
      });
    }
    for (let c = inner.end; c < Math.ceil(columns / lanes); c++) border(c);
  };

  f.countUp(group, 0, locals.count, 1, () => {
    f.countUp(output, 0, outputs, 1, () => {
      taps.forEach((tap, k) => {
        f.get(weights)
          .v128Load32Splat(k * floatBytes)
          .set(tap);
      });
      if (bias)
        f.get(weights)
          .v128Load32Splat(taps.length * floatBytes)
          .set(bias);
      f.advance(weights, rollingBytes(geometry));
      allColumns();
      f.advance(target, channelStep);
    });
    f.advance(target, groupStep - outputs * channelStep);
    f.advance(input, height * width * floatBytes);
  });
  return f;
}

/** The vectors of columns that read nothing outside the image, from the first to before the end. */
function innerVectors({ width, columns, window }: Geometry): {
  readonly first: number;
  readonly end: number;
} {
  const [stride, left] = [window.stride[1], window.padding.left];
  const first = Math.ceil(left / (lanes * stride));
  // The last column that vector c reads is (4c + 3)·stride + 2 − left.
  const last = Math.floor((width - side + left - (lanes - 1) * stride) / (lanes * stride));
  const whole = Math.floor(columns / lanes);
  const end = Math.min(last + 1, whole);
  const total = Math.ceil(columns / lanes);
  return end > first ? { first, end } : { first: total, end: total };
}

/** Leaves columns k to k + 3 of a row that begins at an address; zeros beyond the image. */
function loadColumns(f: FunctionBuilder, rowAt: Local, k: number, width: number): void {
  const before = Math.min(lanes, Math.max(0, -k));
  const count = Math.min(lanes - before, width - Math.max(0, k));
  if (count <= 0) f.v128Zero();
  else if (before === 0) loadLanes(f, rowAt, count, k * floatBytes);
  else {
    f.v128Zero();
    loadLanes(f, rowAt, count, 0);
    const from = (lane: number) => (lane < before ? 0 : lanes + lane - before);
    f.f32x4Shuffle(from(0), from(1), from(2), from(3));
  }
}

/**
 * Emits how one vector of columns rolls down. `read(offset)` leaves the pixels that are so many columns right of the
 * vector's first in the row that `from` is at; `from` and `to` are used up.
 */
function rollIn(
  f: FunctionBuilder,
  { height, width, columns, window }: Geometry,
  taps: readonly Local[],
  bias: Local | undefined,
  { row, rows }: Pick<PhaseLocals, 'row' | 'rows'>,
  relaxed: boolean,
) {
  const stride = window.stride[0];
  const [h, left, count] = f.several('i32', 3);
  const pixels = f.several('v128', side);
  /** The unfinished sums of the output that comes next, and of the one after it. */
  const [next, after] = f.several('v128', 2);

  /** sum += the products of a row of taps with the row of pixels. */
  const add = (sum: Local, u: number) => {
    for (const [v, pixel] of pixels.entries()) multiplyAdd(f, sum, pixel, taps[u * side + v]!, relaxed);
  };
  const empty = (sum: Local) => (bias ? f.get(bias) : f.v128Zero()).set(sum);
  /** sum = the products of the first row of taps. */
  const begin = (sum: Local) => {
    if (bias) f.get(bias).set(sum);
    else f.get(pixels[0]!).get(taps[0]!).f32x4Mul().set(sum);
    for (let v = bias ? 0 : 1; v < side; v++) multiplyAdd(f, sum, pixels[v]!, taps[v]!, relaxed);
  };
  /** As many outputs as are left and as `available` leaves; `left` is what is left then. */
  const outputs = (available: () => void, body: () => void) => {
    available();
    f.tee(count).get(left).get(count).get(left).i32LtS().select().set(count);
    f.i32Const(0).get(count).i32LtS();
    f.if(() => {
      f.get(left).get(count).i32Sub().set(left);
      f.loop(() => {
        body();
        f.get(count).i32Const(1).i32Sub().tee(count).brIf(0);
      });
    });
  };

  return (
    from: Local,
    to: Local,
    lastLanes: number,
    read: (offset: number) => void,
    epilogue: StoreEpilogue | undefined,
  ): void => {
    const readRow = () => {
      if (stride === 1) readNext(f, pixels, read);
      else readEveryOther(f, pixels, read);
      f.advance(from, width * floatBytes);
    };
    /** A row above the image, or in it. */
    const firstRow = (inside: () => void, outside: () => void) => {
      f.get(h).i32Const(height).i32LtU();
      f.if(
        () => {
          readRow();
          inside();
        },
        () => {
          f.advance(from, width * floatBytes);
          outside();
        },
      );
      f.advance(h, 1);
    };
    const store = () => {
      finish(f, to, next, 0, epilogue);
      storeLanes(f, to, next, 0, lastLanes);
      f.advance(to, columns * floatBytes);
    };
    f.get(row).i32Const(stride).i32Mul().i32Const(window.padding.top).i32Sub().set(h);
    f.get(rows).set(left);
    if (stride === 1) {
      firstRow(
        () => begin(next),
        () => empty(next),
      );
      firstRow(
        () => {
          add(next, 1);
          begin(after);
        },
        () => empty(after),
      );
      outputs(
        () => f.i32Const(height).get(h).i32Sub(),
        () => {
          readRow();
          add(next, 2);
          store();
          add(after, 1);
          f.get(after).set(next);
          begin(after);
        },
      );
      // Rows below the image add nothing.
      f.get(left).if(() => {
        f.loop(() => {
          store();
          f.get(after).set(next);
          empty(after);
          f.get(left).i32Const(1).i32Sub().tee(left).brIf(0);
        });
      });
      return;
    }
    firstRow(
      () => begin(next),
      () => empty(next),
    );
    // Each output needs two rows more, and shares the second of them with the next output.
    outputs(
      () => f.i32Const(height).get(h).i32Sub().i32Const(2).i32DivU(),
      () => {
        readRow();
        add(next, 1);
        readRow();
        add(next, 2);
        store();
        begin(next);
      },
    );
    f.get(left).if(() => {
      readRow();
      add(next, 1);
      store();
    });
  };
}

/** The pixels of three taps side by side. */
function readNext(f: FunctionBuilder, pixels: readonly Local[], read: (offset: number) => void): void {
  for (const [v, pixel] of pixels.entries()) {
    read(v);
    f.set(pixel);
  }
}

/** The same in steps of two: those of the first two taps are among the same eight. */
function readEveryOther(f: FunctionBuilder, pixels: readonly Local[], read: (offset: number) => void): void {
  const [even, odd, last] = pixels as [Local, Local, Local];
  read(2);
  read(2 + lanes);
  f.f32x4Shuffle(0, 2, 4, 6).set(last);
  read(0);
  f.set(even);
  read(lanes);
  f.set(odd);
  f.get(even).get(odd).f32x4Shuffle(1, 3, 5, 7);
  f.get(even).get(odd).f32x4Shuffle(0, 2, 4, 6).set(even);
  f.set(odd);
}
