/**
 * The secondary convolution of some partitions over a strip: each a product of its Lout × L weights with its panel, L
 * rows of pixels; and the deinterleave, which is where the products are stored: channel l′·Mout + m.
 */
import type { Geometry } from '../geometry.ts';
import type { FunctionBuilder } from './assembler.ts';
import { bestTile, type TileModel } from './best-tile.ts';
import { cut, eachPiece, whilePiece } from './cut.ts';
import { floatBytes, lanes, type Panels } from './layout.ts';
import { groupBytes, type Packing } from './packing.ts';
import { advanceBy, type PhaseLocals, phaseFunction } from './phase.ts';
import { storeTile } from './store.ts';
import { reduce, registersFor, type Tile } from './tile.ts';

export interface SecondaryPlan {
  readonly geometry: Geometry & { readonly mixed: number };
  readonly panels: Panels;
  readonly stripRows: number;
  /** One row: a strip's pixels are one sequence. */
  readonly tile: Tile;
  /** Where the packed weights begin, behind those of the primary. */
  readonly weightsOffset: number;
  readonly relaxed: boolean;
}

/** The tile of a secondary; for it a strip is one row of pixels. */
export function secondaryTile({ mixed = 1, columns }: Geometry, stripRows: number, model: TileModel): Tile {
  return bestTile({ channels: mixed, rows: 1, columns: stripRows * columns }, model);
}

/** How the weights of the secondary are packed. */
export function secondaryPacking({ geometry, tile }: SecondaryPlan): Packing {
  return {
    channels: cut(geometry.mixed, tile.channels),
    steps: geometry.groups,
    bias: geometry.bias,
    table: undefined,
  };
}

/** Emits the phase. */
export function secondaryPhase(plan: SecondaryPlan): FunctionBuilder {
  const { geometry, panels, tile, relaxed, stripRows } = plan;
  const { outputs, rows, columns } = geometry;
  const packing = secondaryPacking(plan);
  const { f, locals } = phaseFunction();
  const { output, weights, residual, count } = locals;
  const plane = rows * columns * floatBytes;
  const registers = registersFor(f, [tile]);
  const [partition, block, left, base, packed, pixelAt, at] = f.several('i32', 7);
  const epilogue = { relu: geometry.relu, residual: geometry.residual ? residual : undefined };

  const everyChannel = (vectors: number, lastLanes: number) => {
    f.get(weights).set(packed).get(pixelAt).set(at);
    eachPiece(f, packing.channels, block, (channels) => {
      const shape = { channels, rows: 1, vectors };
      const { steps, bias } = packing;
      reduce(f, shape, registers, {
        steps,
        base,
        weights: packed,
        start: bias ? 'bias' : 'zero',
        stride: panels.pitch,
        rowPitch: 0,
        relaxed,
      });
      const channelStep = outputs * plane;
      storeTile(f, shape, registers, { at, channelStep, rowStep: 0, lastLanes, epilogue });
      f.advance(at, channels * channelStep);
    });
  };

  toFirstPartition(f, locals, plan, groupBytes(packing));
  const pixels = tile.vectors * lanes;
  f.countUp(partition, 0, count, 1, () => {
    f.get(locals.panels).set(base).get(output).set(pixelAt);
    f.get(locals.rows).i32Const(columns).i32Mul().set(left);
    whilePiece(f, left, pixels, () => {
      everyChannel(tile.vectors, lanes);
      f.advance(base, pixels * floatBytes).advance(pixelAt, pixels * floatBytes);
    });
    for (const rest of restsOf(geometry, stripRows, pixels)) {
      f.get(left).i32Const(rest).i32Eq();
      f.if(() => everyChannel(Math.ceil(rest / lanes), ((rest - 1) % lanes) + 1));
    }
    f.advance(locals.panels, panels.plane).advance(output, plane);
    f.advance(weights, groupBytes(packing));
  });
  return f;
}

/** Moves the parameters to the first partition: tensors, its panel, and its weights of so many bytes each. */
export function toFirstPartition(
  f: FunctionBuilder,
  { output, residual, panels: panel, weights, first, row }: PhaseLocals,
  { geometry, panels, weightsOffset }: Pick<SecondaryPlan, 'geometry' | 'panels' | 'weightsOffset'>,
  bytes: number,
): void {
  // From here on the residual's parameter is its distance from the output.
  if (geometry.residual) f.get(residual).get(output).i32Sub().set(residual);
  advanceBy(f, output, row, geometry.columns * floatBytes);
  advanceBy(f, output, first, geometry.rows * geometry.columns * floatBytes);
  advanceBy(f, panel, first, panels.plane);
  f.advance(weights, weightsOffset);
  advanceBy(f, weights, first, bytes);
}

/** What tiles of so many pixels leave over of a strip, and of the last strip, which may be shorter. */
function restsOf({ rows, columns }: Geometry, stripRows: number, pixels: number): readonly number[] {
  const rests = [stripRows, rows % stripRows].map((count) => (count * columns) % pixels);
  return [...new Set(rests)].filter((rest) => rest > 0);
}
