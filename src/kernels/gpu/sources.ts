/**
 * The kernels, as strings of the JavaScript that gpu.js translates: a bundler or a coverage tool can't change a string.
 * Every size is a literal in them, so that no loop is bounded by an argument (gpu.js ends those after 1000 steps), and a
 * source belongs to one shape.
 *
 * Numbers of a kernel are float32, its indices too: they are exact below 2²⁴, which `limits.ts` demands. A quotient that
 * is used as an index is ⌊(i + ½)/d⌋: ⌊i/d⌋ is wrong where a division is rounded down, as WGSL allows. With i at most
 * 2¹⁶ the half is larger than any error that WGSL and GLSL allow a division (2½ units in the last place).
 */
import type { Geometry } from '../geometry.ts';

/** What is done with a sum before it is stored. */
export interface Finish {
  readonly bias: boolean;
  readonly residual: boolean;
  readonly relu: boolean;
}

/** How many weights one entry of an array has. Reading a texture gives four numbers for the price of one. */
export type Lanes = 1 | 4;

/** Arrays to the GPU, and from there. */
export const copySource = 'function copy(values) { return values[this.thread.x]; }';

/** Numbers to vectors of four. */
export const packSource = `function pack(values) {
const i = this.thread.x * 4;
return [values[i], values[i + 1], values[i + 2], values[i + 3]];
}`;

/** How many vectors hold so many numbers. */
export const vectors = (count: number): number => Math.ceil(count / 4);

/** Whether the weights of each kernel plane are filled up to vectors. */
export function isPackedConvolution({ kernel: [kh, kw] }: Geometry, lanes: Lanes): boolean {
  return lanes === 4 && kh * kw > 2 && kh * kw <= mostUnrolled;
}

/** Whether the rows of the secondary kernel are. */
export function isPackedSecondary({ groups }: Geometry, lanes: Lanes): boolean {
  return lanes === 4 && groups > 2;
}

/**
 * A group convolution, Eq. 1. Threads: (column, row, n·channels + channel) of the output. Arguments: x, weights, and
 * where there are such, biases and the residual, each flat.
 */
export function convolutionSource(geometry: Geometry, finish: Finish, lanes: Lanes): string {
  const { N, groups, inputs, outputs, height, width, kernel, window } = geometry;
  const { stride, padding } = window;
  const [kh, kw] = kernel;
  const isUnrolled = kh * kw <= mostUnrolled;
  const weights = reading(kh * kw, isPackedConvolution(geometry, lanes), 'w');
  return program(
    'convolution',
    ['x', 'weights'],
    finish,
    [
      `const group = ${quotient('this.thread.z', outputs)};`,
      `const channel = ${remainder('this.thread.z', N, groups * outputs)};`,
      `const row = ${sum(`this.thread.y * ${stride[0]}`, -padding.top)};`,
      `const column = ${sum(`this.thread.x * ${stride[1]}`, -padding.left)};`,
      ...(isUnrolled ? distances(geometry) : []),
      `let from = group * ${inputs * height * width} + row * ${width} + column;`,
      `let tap = channel * ${inputs * weights.entries};`,
      `let total = ${finish.bias ? 'bias[channel]' : '0'};`,
      `for (let m = 0; m < ${inputs}; m++) {`,
      ...(isUnrolled ? unrolledTaps(geometry, weights) : loopedTaps(geometry)),
      `from = from + ${height * width};`,
      `tap = tap + ${weights.entries};`,
      '}',
    ],
    geometry,
  );
}

/**
 * The secondary convolution with the interleave before and the deinterleave after it, Eq. 2 to 4: output channel
 * l′·Mout + m′ reads channels l·Mout + m′ with row m′·Lout + l′ of the weights. Threads and arguments as above.
 */
export function secondarySource(geometry: Geometry, finish: Finish, lanes: Lanes): string {
  const { N, groups: L, outputs: Mout, mixed: Lout = L, rows, columns } = geometry;
  const step = Mout * rows * columns;
  const isPacked = isPackedSecondary(geometry, lanes);
  const products = ({ loads, at }: Reading, count: number) => [
    ...loads,
    ...Array.from({ length: count }, (_, l) => `total += ${at(l)} * y[from + ${l * step}];`),
  ];
  const repeats = Math.floor(L / mostAtOnce);
  const rest = L - repeats * mostAtOnce;
  const many = reading(mostAtOnce, isPacked, 'w');
  return program(
    'secondary',
    ['y', 'weights'],
    finish,
    [
      `const image = ${N === 1 ? '0' : quotient('this.thread.z', Lout * Mout)};`,
      `const output = this.thread.z - image * ${Lout * Mout};`,
      `const partition = ${quotient('output', Mout)};`,
      `const m = output - partition * ${Mout};`,
      `const channel = m * ${Lout} + partition;`,
      `let from = (image * ${L * Mout} + m) * ${rows * columns} + this.thread.y * ${columns} + this.thread.x;`,
      `let tap = channel * ${reading(L, isPacked, 'w').entries};`,
      `let total = ${finish.bias ? 'bias[channel]' : '0'};`,
      ...(repeats > 0
        ? [
            `for (let l = 0; l < ${repeats}; l++) {`,
            ...products(many, mostAtOnce),
            `from = from + ${mostAtOnce * step};`,
            `tap = tap + ${many.entries};`,
            '}',
          ]
        : []),
      ...products(reading(rest, isPacked, 'r'), rest),
    ],
    geometry,
  );
}

/** How weights in a row are read from `tap` on. */
interface Reading {
  /** What has to stand before. */
  readonly loads: readonly string[];
  /** The k-th of them. */
  at(k: number): string;
  /** The entries that they take. */
  readonly entries: number;
}

function reading(count: number, isPacked: boolean, name: string): Reading {
  if (!isPacked) return { loads: [], at: (k) => `weights[tap + ${k}]`, entries: count };
  const entries = vectors(count);
  return {
    loads: Array.from({ length: entries }, (_, i) => `const ${name}${i} = weights[tap + ${i}];`),
    at: (k) => `${name}${Math.floor(k / 4)}[${k % 4}]`,
    entries,
  };
}

/** Taps and products that are written out one by one: beyond, the compilers of shaders take long. */
const mostUnrolled = 32;
const mostAtOnce = 8;

function program(
  name: string,
  needed: readonly string[],
  { bias, residual, relu }: Finish,
  body: readonly string[],
  { rows, columns }: Geometry,
): string {
  const names = [...needed, ...(bias ? ['bias'] : []), ...(residual ? ['residual'] : [])];
  const place = `this.thread.z * ${rows * columns} + this.thread.y * ${columns} + this.thread.x`;
  return [
    `function ${name}(${names.join(', ')}) {`,
    ...body,
    ...(residual ? [`total += residual[${place}];`] : []),
    // Not Math.max, which may lose a NaN.
    `return ${relu ? 'total < 0 ? 0 : total' : 'total'};`,
    '}',
  ].join('\n');
}

/**
 * How far each row and column of taps lies outside the picture: at most 0 inside. One comparison instead of two, and no
 * branch: compilers take minutes for thirty-six of them.
 */
function distances({ height, width, kernel, window: { dilation } }: Geometry): readonly string[] {
  const line = (name: string, at: string, offset: number, size: number) =>
    `const ${name} = ${distance(sum(at, offset), size)};`;
  return [
    ...Array.from({ length: kernel[0] }, (_, u) => line(`above${u}`, 'row', u * dilation[0], height)),
    ...Array.from({ length: kernel[1] }, (_, v) => line(`beside${v}`, 'column', v * dilation[1], width)),
  ];
}

/** |2i − (size − 1)| − (size − 1): at most 0 where 0 ≤ i < size. */
const distance = (index: string, size: number) => `Math.abs(2 * (${index}) - ${size - 1}) - ${size - 1}`;

function unrolledTaps(
  { width, kernel: [kh, kw], window: { dilation } }: Geometry,
  weights: Reading,
): readonly string[] {
  const products = Array.from({ length: kh * kw }, (_, k) => {
    const [u, v] = [Math.floor(k / kw), k % kw];
    const at = `from + ${u * dilation[0] * width + v * dilation[1]}`;
    return `total += (Math.max(above${u}, beside${v}) <= 0 ? x[${at}] : 0) * ${weights.at(k)};`;
  });
  return [...weights.loads, ...products];
}

function loopedTaps({ height, width, kernel: [kh, kw], window: { dilation } }: Geometry): readonly string[] {
  const [dh, dw] = dilation;
  return [
    `for (let u = 0; u < ${kh}; u++) {`,
    `const above = ${distance(`row + u * ${dh}`, height)};`,
    `for (let v = 0; v < ${kw}; v++) {`,
    `const outside = Math.max(above, ${distance(`column + v * ${dw}`, width)});`,
    `const value = outside <= 0 ? x[from + u * ${dh * width} + v * ${dw}] : 0;`,
    `total += value * weights[tap + u * ${kw} + v];`,
    '}',
    '}',
  ];
}

const quotient = (index: string, divisor: number) => `Math.floor((${index} + 0.5) / ${divisor})`;

/** index mod divisor, where the index is below images·divisor. */
const remainder = (index: string, images: number, divisor: number) =>
  images === 1 ? index : `${index} - ${quotient(index, divisor)} * ${divisor}`;

const sum = (term: string, offset: number) =>
  offset === 0 ? term : `${term} ${offset < 0 ? '-' : '+'} ${Math.abs(offset)}`;
