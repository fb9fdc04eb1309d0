/**
 * The secondary convolution of some partitions over a strip by Strassen's algorithm. A tile is one place in each of the four
 * blocks of the output. Products are formed in registers, and each goes on from the sum of those before it; two sums are
 * kept in memory, U and V, for they are part of several blocks:
 *
 *   C11 = P0 + P1    U = P0 + P5    V = U + P6    C21 = V + P3    C22 = P4 + V    C12 = P4 + U + P2
 */
import type { FunctionBuilder } from '../assembler.ts';
import { whilePiece } from '../cut.ts';
import { floatBytes, lanes, vectorBytes } from '../layout.ts';
import { phaseFunction } from '../phase.ts';
import { toFirstPartition } from '../secondary.ts';
import { storeTile } from '../store.ts';
import { type Reduction, reduce, registersFor, type Tile } from '../tile.ts';
import {
  halfVectors,
  halvesOf,
  rowPieces,
  type StrassenPlan,
  stepsOf,
  strassenScratch,
  strassenWeightBytes,
} from './layout.ts';
import { pixelRegisters, productsOfSums, sumPixels } from './pixel-sums.ts';
import { addBiases, addKept, keep, restore, storeWithKept } from './running-sums.ts';

/** Emits the phase. */
export function strassenPhase(plan: StrassenPlan): FunctionBuilder {
  const { geometry, panels, tile, relaxed, scratchOffset } = plan;
  const { outputs, mixed, groups, rows, columns, bias } = geometry;
  const { f, locals } = phaseFunction();
  const { output, residual, weights, scratch, count } = locals;
  const registers = registersFor(f, [tile]);
  const ofPixels = pixelRegisters(f);
  const [partition, piece, left, packed, toRight] = f.several('i32', 5);
  /** Addresses of a tile: of its blocks of pixels, of the sums of these, and of its first output. */
  const [b11, b12, b21, b22] = f.several('i32', 4);
  const sums = f.several('i32', productsOfSums.length);
  const [corner, upper, lower, U, V] = f.several('i32', 5);

  const plane = rows * columns * floatBytes;
  const channelStep = outputs * plane;
  const panelBelow = halvesOf(groups).first * panels.pitch;
  const outputBelow = halvesOf(mixed).first * channelStep;
  const layout = strassenScratch(plan);
  const epilogue = { relu: geometry.relu, residual: geometry.residual ? residual : undefined };
  const destination = { channelStep, rowStep: 0, lastLanes: lanes, epilogue };

  /** Adds product k to the sums; or it is the sums. */
  const add = (k: number, shape: Tile, start: Reduction['start'] = 'sums') => {
    const sum = productsOfSums.indexOf(k);
    const base = sum >= 0 ? sums[sum]! : [b11, b21, b22][k]!;
    const stride = sum >= 0 ? shape.vectors * vectorBytes : panels.pitch;
    const steps = stepsOf(k, geometry);
    reduce(f, shape, registers, { steps, base, weights: packed, start, stride, rowPitch: 0, relaxed });
  };
  const addBias = (shape: Tile) => {
    if (bias) addBiases(f, shape, registers, packed);
  };
  /** All rows of two blocks of the output, one above the other. */
  const everyRow = (vectors: number, body: (shape: Tile, hasLower: boolean) => void) => {
    f.get(corner).set(upper);
    f.get(corner).i32Const(outputBelow).i32Add().set(lower);
    f.get(sums[0]!).i32Const(layout.kept).i32Add().tee(U);
    f.i32Const(layout.keptBytes).i32Add().set(V);
    for (const { count, times, hasLower } of rowPieces(plan)) {
      f.countUp(piece, 0, times, 1, () => {
        body({ channels: count, rows: 1, vectors }, hasLower);
        for (const at of [upper, lower]) f.advance(at, count * channelStep);
        for (const at of [U, V]) f.advance(at, count * vectors * vectorBytes);
      });
    }
  };
  const everyBlock = (vectors: number) => {
    f.get(b11).get(toRight).i32Add().set(b12);
    f.get(b11).i32Const(panelBelow).i32Add().set(b21);
    f.get(b12).i32Const(panelBelow).i32Add().set(b22);
    sumPixels(f, plan, vectors, { left: b11, right: b12, sums: sums[0]! }, ofPixels);
    f.get(weights).set(packed);
    everyRow(vectors, (shape) => {
      add(0, shape, 'zero');
      keep(f, shape, registers, U);
      addBias(shape);
      add(1, shape);
      storeTile(f, shape, registers, { at: upper, ...destination });
    });
    everyRow(vectors, (shape) => {
      restore(f, shape, registers, U);
      add(5, shape);
      keep(f, shape, registers, U);
    });
    everyRow(vectors, (shape, hasLower) => {
      restore(f, shape, registers, U);
      add(6, shape);
      keep(f, shape, registers, V);
      addBias(shape);
      add(3, shape);
      if (hasLower) storeTile(f, shape, registers, { at: lower, ...destination });
    });
    f.get(corner).get(toRight).i32Add().set(corner);
    everyRow(vectors, (shape, hasLower) => {
      add(4, shape, 'zero');
      const biases = bias ? packed : undefined;
      if (hasLower) storeWithKept(f, shape, registers, V, biases, { at: lower, ...destination });
      if (bias) f.advance(packed, shape.channels * floatBytes);
      addKept(f, shape, registers, U);
      addBias(shape);
      add(2, shape);
      storeTile(f, shape, registers, { at: upper, ...destination });
    });
    f.get(corner).get(toRight).i32Sub().set(corner);
  };

  toFirstPartition(f, locals, plan, strassenWeightBytes(geometry));
  f.get(scratch).i32Const(scratchOffset).i32Add().set(sums[0]!);
  for (let k = 1; k < sums.length; k++) {
    f.get(sums[k - 1]!)
      .i32Const(layout.sum)
      .i32Add()
      .set(sums[k]!);
  }
  f.countUp(partition, 0, count, 1, () => {
    f.get(locals.panels).set(b11).get(output).set(corner);
    // `left` counts pixels of both halves; halves are whole vectors, and the second one ends where the strip does.
    f.get(locals.rows).i32Const(columns).i32Mul().tee(toRight);
    f.i32Const(2 * lanes - 1)
      .i32Add()
      .i32Const(-2 * lanes)
      .i32And()
      .set(left);
    f.get(toRight).i32Const(floatBytes).i32Mul();
    f.get(left)
      .i32Const(floatBytes / 2)
      .i32Mul()
      .i32Sub()
      .set(toRight);
    const { vectors } = tile;
    whilePiece(f, left, vectors * 2 * lanes, () => {
      everyBlock(vectors);
      for (const at of [b11, corner]) f.advance(at, vectors * vectorBytes);
    });
    for (const rest of restsOf(plan)) {
      f.get(left)
        .i32Const(rest * 2 * lanes)
        .i32Eq();
      f.if(() => everyBlock(rest));
    }
    f.advance(locals.panels, panels.plane).advance(output, plane);
    f.advance(weights, strassenWeightBytes(geometry));
  });
  return f;
}

/** Vectors that tiles leave over of half a strip, and of the last strip, which may be shorter. */
function restsOf({ geometry: { rows, columns }, stripRows, tile }: StrassenPlan): readonly number[] {
  const rests = [stripRows, rows % stripRows].map((count) => halfVectors(count * columns) % tile.vectors);
  return [...new Set(rests)].filter((rest) => rest > 0);
}
