/**
 * The primary convolution, or a convolution alone, of some groups over a strip: copies a group's rows with their padding,
 * then computes tile after tile. The tiles of a block go straight into the secondary's panels, which interleaves them;
 * those of a convolution alone go to the output, through the epilogue.
 */
import { type Geometry, primaryHasBias, taps } from '../geometry.ts';
import type { FunctionBuilder } from './assembler.ts';
import { cut, eachPiece, whilePiece } from './cut.ts';
import { floatBytes, lanes, type Panels, type Source, tapOffsets } from './layout.ts';
import { groupBytes, type Packing } from './packing.ts';
import { copyPadded } from './padding.ts';
import { advanceBy, type PhaseLocals, phaseFunction } from './phase.ts';
import { storeTile } from './store.ts';
import { reduce, registersFor, type Tile } from './tile.ts';

export interface PrimaryPlan {
  readonly geometry: Geometry;
  readonly source: Source;
  /** Where a block's tiles go; undefined of a convolution alone. */
  readonly panels: Panels | undefined;
  readonly tile: Tile;
  readonly packing: Packing;
  readonly relaxed: boolean;
}

/** How the weights of the primary are packed. */
export function primaryPacking(geometry: Geometry, source: Source, tile: Tile): Packing {
  return {
    channels: cut(geometry.outputs, tile.channels),
    steps: taps(geometry),
    bias: primaryHasBias(geometry),
    table: tapOffsets(geometry, source),
  };
}

/** Emits the phase. */
export function primaryPhase(plan: PrimaryPlan): FunctionBuilder {
  const { geometry, source, tile, packing } = plan;
  const { inputs, height, width, window, columns } = geometry;
  const { f, locals } = phaseFunction();
  const { input, scratch, weights, row, rows, first, count } = locals;
  const imageGroup = inputs * height * width * floatBytes;
  const rowStep = window.stride[0] * source.pitch;
  const { groupStep, destination } = primaryDestination(f, plan, locals);
  const [group, left, base, at] = f.several('i32', 4);
  const copy = source.inPlace ? undefined : copyPadded(f, geometry, source);
  const rowOfTiles = tilesAlongRow(f, plan, locals);

  advanceBy(f, input, first, imageGroup);
  advanceBy(f, weights, first, groupBytes(packing));
  f.countUp(group, 0, count, 1, () => {
    if (copy) copy({ input, scratch, row, rows });
    f.get(copy ? scratch : input).set(base);
    if (!copy) advanceBy(f, base, row, rowStep);
    f.get(destination).set(at).get(rows).set(left);
    for (const tileRows of tile.rows > 1 ? [tile.rows, 1] : [1]) {
      whilePiece(f, left, tileRows, () => {
        rowOfTiles(tileRows, base, at);
        f.advance(base, tileRows * rowStep).advance(at, tileRows * columns * floatBytes);
      });
    }
    f.advance(input, imageGroup).advance(weights, groupBytes(packing)).advance(destination, groupStep);
  });
  return f;
}

type Local = PhaseLocals['row'];

/** Bytes of the channel of an output image. */
function outputPlane({ rows, columns }: Geometry): number {
  return rows * columns * floatBytes;
}

/** A local with the address of the first group's first pixel of the strip, and the steps from there. */
function primaryDestination(f: FunctionBuilder, { geometry, panels }: PrimaryPlan, locals: PhaseLocals) {
  const destination = f.local('i32');
  const groupStep = panels ? panels.pitch : geometry.outputs * outputPlane(geometry);
  f.get(panels ? locals.panels : locals.output).set(destination);
  if (!panels) advanceBy(f, destination, locals.row, geometry.columns * floatBytes);
  advanceBy(f, destination, locals.first, groupStep);
  return { destination, groupStep };
}

/** Emits the tiles of all channels along a row of tiles; of the last one, some lanes may be unused. */
function tilesAlongRow(f: FunctionBuilder, plan: PrimaryPlan, locals: PhaseLocals) {
  const { geometry, source, panels, tile, packing, relaxed } = plan;
  const { window, columns, relu } = geometry;
  const registers = registersFor(f, [tile]);
  const [base, rowAt, at, packed] = f.several('i32', 4);
  const [x, block] = [f.local('i32'), f.local('i32')];
  const residual = f.local('i32');
  if (geometry.residual) f.get(locals.residual).get(locals.output).i32Sub().set(residual);
  const epilogue = panels ? undefined : { relu, residual: geometry.residual ? residual : undefined };
  const channelStep = panels ? panels.plane : outputPlane(geometry);

  const everyChannel = (rows: number, vectors: number, lastLanes: number) => {
    f.get(locals.weights).set(packed).get(rowAt).set(at);
    eachPiece(f, packing.channels, block, (channels) => {
      const shape = { channels, rows, vectors };
      const { steps, bias } = packing;
      const rowPitch = window.stride[0] * source.pitch;
      const start = bias ? 'bias' : 'zero';
      reduce(f, shape, registers, {
        steps,
        base,
        weights: packed,
        start,
        stride: 'table',
        rowPitch,
        relaxed,
      });
      const rowStep = columns * floatBytes;
      storeTile(f, shape, registers, { at, channelStep, rowStep, lastLanes, epilogue });
      f.advance(at, channels * channelStep);
    });
  };

  const { whole, last, lastLanes } = tilesOfRow(columns, tile.vectors);
  return (rows: number, rowBase: Local, rowDestination: Local): void => {
    f.get(rowBase).set(base).get(rowDestination).set(rowAt);
    if (whole > 0) {
      const bytes = tile.vectors * lanes * floatBytes;
      f.countUp(x, 0, whole, 1, () => {
        everyChannel(rows, tile.vectors, lanes);
        f.advance(base, bytes).advance(rowAt, bytes);
      });
    }
    if (last > 0) everyChannel(rows, last, lastLanes);
  };
}

/** How many tiles of so many vectors fill a row entirely, and what the last one is, if another is needed. */
function tilesOfRow(columns: number, vectors: number) {
  const whole = Math.floor(columns / (vectors * lanes));
  const rest = columns - whole * vectors * lanes;
  const last = Math.ceil(rest / lanes);
  return { whole, last, lastLanes: rest - (last - 1) * lanes };
}
