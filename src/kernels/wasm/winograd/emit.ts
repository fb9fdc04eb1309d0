/** The primary convolution of a strip by Winograd's F(4×4, 3×3), as one function. */
import { closePoints } from '../../../algebras/winograd.ts';
import { type Geometry, primaryHasBias } from '../../geometry.ts';
import type { FunctionBuilder, Local } from '../assembler.ts';
import { floatBytes } from '../layout.ts';
import { advanceBy, phaseFunction } from '../phase.ts';
import { registersFor } from '../tile.ts';
import { inputRegisters, transformInput } from './input.ts';
import type { Strip, WinogradLayout } from './layout.ts';
import { outputRegisters, transformOutput } from './output.ts';
import { type Blocking, multiplyTiles, tilesFor } from './products.ts';
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
    layout.strips.flatMap((strip) => tilesFor(geometry, strip, blocking)),
  );
  const [ofInput, ofOutput] = [inputRegisters(f, layout), outputRegisters(f, layout)];
  const counters = f.several('i32', 7);
  const [row, table, group] = f.several('i32', 3) as [Local, Local, Local];
  const transforms = transformsIn(f, points, relaxed);

  const { input } = locals;
  const target = mixed === undefined ? locals.output : locals.panels;
  // From here on the residual's parameter is its distance from the output.
  if (residual) f.get(locals.residual).get(locals.output).i32Sub().set(locals.residual);
  f.get(locals.row).i32Const(window.padding.top).i32Sub().set(row);
  advanceBy(f, input, first, inputs * height * width * floatBytes);
  advanceBy(f, input, row, width * floatBytes);
  advanceBy(f, target, first, layout.target.group);
  if (mixed === undefined) advanceBy(f, target, locals.row, columns * floatBytes);
  f.get(weights).i32Const(layout.tables).i32Add().set(table);
  advanceBy(f, weights, first, layout.groupBytes);

  const hasBias = primaryHasBias(geometry);
  const epilogue =
    mixed === undefined ? { residual: residual ? locals.residual : undefined, relu } : undefined;
  const ofStrip = (strip: Strip) => {
    transformInput(f, geometry, layout, strip, { input, row, scratch, table }, ofInput, transforms);
    multiplyTiles(f, geometry, layout, strip, blocking, { scratch, weights }, registers, counters, relaxed);
    const biases = hasBias ? weights : undefined;
    transformOutput(
      f,
      geometry,
      layout,
      strip,
      { scratch, table, target, biases, epilogue },
      ofOutput,
      transforms,
    );
  };
  const [full, rest] = layout.strips as [Strip, Strip?];
  const groups = (strip: Strip) => {
    f.advance(table, strip.table);
    f.countUp(group, 0, locals.count, 1, () => {
      ofStrip(strip);
      f.advance(input, inputs * height * width * floatBytes);
      f.advance(target, layout.target.group);
    });
  };
  if (rest === undefined) groups(full);
  else
    f.get(locals.rows)
      .i32Const(full.rows)
      .i32Eq()
      .if(
        () => groups(full),
        () => groups(rest),
      );
  return f;
}
