/**
 * The kernels, as strings of the JavaScript that gpu.js translates: a bundler or a coverage tool can't change a string.
 * Every size is a literal in them, so that no loop is bounded by an argument (gpu.js ends those after 1000 steps), and a
 * source belongs to one shape. Threads of a feature map: (entry of a row, row, plane).
 *
 * Numbers of a kernel are float32, its indices too: they are exact below 2²⁴, which `fits.ts` demands. A quotient that is
 * used as an index is ⌊(i + ½)/d⌋: ⌊i/d⌋ is wrong where a division is rounded down, as WGSL allows. With i at most 2¹⁶ the
 * half is larger than any error that WGSL and GLSL allow a division (2½ units in the last place).
 */
import type { Geometry } from '../geometry.ts';
import {
  entriesOf,
  inputPlanes,
  type Lanes,
  type Planes,
  planesOf,
  weightEntries,
  weightRows,
} from './layout.ts';
import { distance, entry, laneOf, lanesOf, plus, quotient, times } from './lines.ts';
import { type Sum, sumLines, totals } from './sum.ts';

/** What is done with a sum before it is stored. */
export interface Finish {
  readonly bias: boolean;
  readonly residual: boolean;
  readonly relu: boolean;
}

/** Numbers, from the CPU, as entries. */
export function packSource(lanes: Lanes): string {
  const numbers = lanesOf(lanes).map((k) => `values[${plus(times('this.thread.x', lanes), k)}]`);
  return `function pack(values) { return ${entry(numbers)}; }`;
}

/** A feature map as it is. */
export function copySource({ height, pitch }: Planes, lanes: Lanes): string {
  return [
    'function copy(values) {',
    `const value = values[(this.thread.z * ${height} + this.thread.y) * ${pitch} + this.thread.x];`,
    `return ${entry(lanesOf(lanes).map((k) => laneOf('value', k, lanes)))};`,
    '}',
  ].join('\n');
}

/** A feature map that is placed among zeros. */
export interface Placement {
  /** Of it: planes, rows and columns, and how many of them an entry has. */
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly lanes: Lanes;
  /** Where it comes to lie. */
  readonly top: number;
  readonly left: number;
}

/** A feature map, from the CPU where its entries have one lane, with zeros around it and behind its rows. */
export function placeSource(
  { count, height, width, lanes: from, top, left }: Placement,
  lanes: Lanes,
): string {
  const { pitch } = planesOf(height, width, from);
  const last = count * height * pitch - 1;
  const reads = new Map<number, string>();
  const numbers = lanesOf(lanes).map((k) => {
    const [at, lane] = [Math.floor((k - left) / from), (((k - left) % from) + from) % from];
    reads.set(at, `value${at + left}`);
    const inside = `Math.max(above, ${distance(plus('column', k), width)}) <= 0`;
    return `${inside} ? ${laneOf(reads.get(at)!, lane, from)} : 0`;
  });
  return [
    'function place(values) {',
    `const row = ${plus('this.thread.y', -top)};`,
    `const column = ${plus(times('this.thread.x', lanes), -left)};`,
    `const above = ${distance('row', height)};`,
    `const begin = (this.thread.z * ${height} + row) * ${pitch} + ${times('this.thread.x', lanes / from)};`,
    ...[...reads].flatMap(([at, name]) => [
      // What lies outside isn't used, but must be readable.
      `const at${name} = Math.max(0, Math.min(${last}, ${plus('begin', at)}));`,
      `const ${name} = values[at${name}];`,
    ]),
    `return ${entry(numbers)};`,
    '}',
  ].join('\n');
}

/** A group convolution, Eq. 1, of planes that have their padding. Arguments: x, weights, and biases and a residual. */
export function convolutionSource(geometry: Geometry, finish: Finish, lanes: Lanes): string {
  const { N, groups, inputs, outputs, kernel, window } = geometry;
  const [down, across] = window.stride;
  const { height, pitch } = inputPlanes(geometry, lanes);
  const sum: Sum = {
    ...{ channels: inputs, apart: height * pitch, pitch, lanes },
    ...{ kernel, dilation: window.dilation, stride: across },
  };
  return program('convolution', geometry, finish, sum, [
    `const group = ${quotient('this.thread.z', outputs)};`,
    `const channel = ${remainder('this.thread.z', N, groups * outputs)};`,
    `const row = ${times('group', inputs * height)} + ${times('this.thread.y', down)};`,
    `let from = ${times('row', pitch)} + ${times('this.thread.x', across)};`,
  ]);
}

/**
 * The secondary convolution with the interleave before and the deinterleave after it, Eq. 2 to 4: output channel
 * l′·Mout + m′ reads channels l·Mout + m′ with row m′·Lout + l′ of the weights. Arguments as above.
 */
export function secondarySource(geometry: Geometry, finish: Finish, lanes: Lanes): string {
  const { N, groups: L, outputs: Mout, mixed: Lout = L, rows, columns } = geometry;
  const pitch = entriesOf(columns, lanes);
  const sum: Sum = {
    ...{ channels: L, apart: Mout * rows * pitch, pitch, lanes },
    ...{ kernel: [1, 1], dilation: [1, 1], stride: 1 },
  };
  return program('secondary', geometry, finish, sum, [
    `const image = ${N === 1 ? '0' : quotient('this.thread.z', Lout * Mout)};`,
    `const output = this.thread.z - image * ${Lout * Mout};`,
    `const l = ${quotient('output', Mout)};`,
    `const m = output - ${times('l', Mout)};`,
    `const channel = ${times('m', Lout)} + l;`,
    `const row = (image * ${L * Mout} + m) * ${rows} + this.thread.y;`,
    `let from = ${times('row', pitch)} + this.thread.x;`,
  ]);
}

/** `places`: lines that say which output it is, `channel`, and where its sum begins in x, `from`. */
function program(
  name: string,
  { rows, columns }: Geometry,
  { bias, residual, relu }: Finish,
  sum: Sum,
  places: readonly string[],
): string {
  const { channels, kernel, lanes } = sum;
  const names = ['x', 'weights', ...(bias ? ['bias'] : []), ...(residual ? ['residual'] : [])];
  const place = `(this.thread.z * ${rows} + this.thread.y) * ${entriesOf(columns, lanes)} + this.thread.x`;
  const all = totals(lanes);
  return [
    `function ${name}(${names.join(', ')}) {`,
    ...places,
    `let tap = ${times('channel', weightEntries(weightRows(channels, kernel), lanes))};`,
    ...(bias ? ['const first = bias[channel];'] : []),
    ...all.map((total) => `let ${total} = ${bias ? laneOf('first', 0, lanes) : '0'};`),
    ...sumLines(sum),
    ...(residual ? [`const added = residual[${place}];`] : []),
    ...(residual ? all.map((total, k) => `${total} += ${laneOf('added', k, lanes)};`) : []),
    // Not Math.max, which may lose a NaN.
    `return ${entry(all.map((total) => (relu ? `${total} < 0 ? 0 : ${total}` : total)))};`,
    '}',
  ].join('\n');
}

/** index mod divisor, where the index is below images·divisor. */
const remainder = (index: string, images: number, divisor: number) =>
  images === 1 ? index : `${index} - ${times(quotient(index, divisor), divisor)}`;
