/** The primary convolution of a band by Winograd's F(4×4, 3×3), as one function. */
import { closePoints } from '../../../algebras/winograd.ts';
import { type Geometry, primaryHasBias } from '../../geometry.ts';
import type { FunctionBuilder } from '../assembler.ts';
import { whilePiece } from '../cut.ts';
import { floatBytes } from '../layout.ts';
import { advanceBy, phaseFunction } from '../phase.ts';
import { registersFor } from '../tile.ts';
import { type Blocking, tilesFor } from './blocking.ts';
import { multiplyFewTiles } from './few-tiles.ts';
import { inputRegisters, transformInput } from './input.ts';
import type { Band, WinogradLayout } from './layout.ts';
import { outputRegisters, transformOutput } from './output.ts';
import { multiplyTiles } from './products.ts';
import { transformsIn } from './transforms.ts';

/** Points whose transforms are exact but for their sums, and lose little: the kernels' weights are made for them. */
export const points = closePoints;

export function emitWinograd(
  geometry: Geometry,
  layout: WinogradLayout,
  blocking: Blocking,
  relaxed: boolean,
): FunctionBuilder {
  const { f, locals } = phaseFunction();
  const { inputs, height, width, window, mixed, columns, residual, relu } = geometry;
  const { scratch, weights, first } = locals;
  const registers = registersFor(
    f,
    layout.bands.flatMap((band) => tilesFor(geometry, layout, band, blocking)),
  );
  const [ofInput, ofOutput] = [inputRegisters(f, layout), outputRegisters(f, layout)];
  const counters = f.several('i32', 7);
  const [group, left, packed, tables] = f.several('i32', 4);
  const [bandInput, row, table, bandTarget] = f.several('i32', 4);
  /** Of the band that is computed. */
  const place = { input: bandInput, row, table, target: bandTarget };
  const transforms = transformsIn(f, points, relaxed);

  const { input } = locals;
  const target = mixed === undefined ? locals.output : locals.panels;
  // From here on the residual's parameter is its distance from the output.
  if (residual) f.get(locals.residual).get(locals.output).i32Sub().set(locals.residual);
  advanceBy(f, input, first, inputs * height * width * floatBytes);
  advanceBy(f, input, locals.row, width * floatBytes);
  f.advance(input, -window.padding.top * width * floatBytes);
  advanceBy(f, target, first, layout.target.group);
  if (mixed === undefined) advanceBy(f, target, locals.row, columns * floatBytes);
  f.get(weights).i32Const(layout.tables).i32Add().set(tables);
  advanceBy(f, weights, first, layout.groupBytes);

  const hasBias = primaryHasBias(geometry);
  const epilogue =
    mixed === undefined ? { residual: residual ? locals.residual : undefined, relu } : undefined;
  const multiply = layout.lanes === 'channels' ? multiplyFewTiles : multiplyTiles;
  const ofBand = (band: Band) => {
    f.get(weights).set(packed);
    transformInput(f, geometry, layout, band, { ...place, scratch }, ofInput, transforms);
    const operands = { scratch, weights: packed };
    multiply(f, geometry, layout, band, blocking, operands, registers, counters, relaxed);
    const destination = { ...place, scratch, biases: hasBias ? packed : undefined, epilogue };
    transformOutput(f, geometry, layout, band, destination, ofOutput, transforms);
  };
  const [full, ...rests] = layout.bands;
  f.countUp(group, 0, locals.count, 1, () => {
    f.get(input).set(place.input).get(target).set(place.target);
    f.get(locals.row).i32Const(window.padding.top).i32Sub().set(place.row);
    f.get(locals.rows).set(left).get(tables).set(place.table);
    whilePiece(f, left, full.rows, () => {
      ofBand(full);
      f.advance(place.input, full.rows * width * floatBytes);
      f.advance(place.row, full.rows);
      f.advance(place.target, full.rows * layout.target.row);
    });
    for (const rest of rests) {
      f.get(left).i32Const(rest.rows).i32Eq();
      f.if(() => {
        f.advance(place.table, rest.table);
        ofBand(rest);
      });
    }
    f.advance(weights, layout.groupBytes);
    f.advance(input, inputs * height * width * floatBytes);
    f.advance(target, layout.target.group);
  });
  return f;
}
