/** A layer of a model with what the runtime gave for its values: evidence, whole or in parts small enough to judge. */
import type { Window } from '../../../spec/00-notation.ts';
import { outputExtent } from '../../../spec/01-group-convolution.ts';
import type { PrecisionName } from '../../algebras/precision.ts';
import type { OnnxNode } from '../../formats/onnx/index.ts';
import { limits } from '../../oracle/judge.ts';
import { shapeOf } from '../../oracle/lookup.ts';
import type { Evidence, Recorded } from '../../oracle/types.ts';
import { type PaddingOption, tensorWindow } from '../../tensor/index.ts';
import { type Patch, patches, pick, pickEntries, range, some, windowOfPatch } from './crop.ts';
import { floats, isFloat } from './elements.ts';
import type { Found, FoundBlock, FoundConvolution, FoundInterleave } from './find.ts';

/** The values of a model by name: constants, and what the runtime computed. */
export type Values = (name: string) => Recorded | undefined;

/** Why a layer isn't judged. */
export class SkipError extends Error {
  override readonly name = 'SkipError';
}

/** What is judged of a layer. */
export interface Layer {
  /** In words: '1x12x32x32, weight 24x1x3x3, group 12'. */
  readonly shapes: string;
  readonly evidence: readonly Evidence[];
  /** What share of its outputs, in words; undefined: all. */
  readonly part?: string;
}

/** How layers are judged. */
export interface LayerOptions {
  /** The most exact products of one. */
  readonly products: number;
  /** Of sums and products, where that isn't the type of the numbers. */
  readonly precision?: PrecisionName | undefined;
  /** Whether a value was given, and not computed by the runtime. */
  isGiven(name: string): boolean;
}

type Parts = Pick<Layer, 'evidence' | 'part'>;

/**
 * The evidence on a layer, at most about so many exact products of it as the options say. Throws a SkipError where it isn't one that the
 * specification has, and a ConstraintError or a TensorError where its sizes don't fit together.
 */
export function layerOf(found: Found, values: Values, options: LayerOptions): Layer {
  switch (found.kind) {
    case 'convolution':
      return convolutionLayer(found, values, options);
    case 'interleave':
      return interleaveLayer(found, values, options);
    case 'block':
      return blockLayer(found, values, options);
    case 'other':
      throw new SkipError(found.reason);
  }
}

const sizes = (shape: readonly number[]) => shape.join('x');

/** A value of four axes. */
function need(values: Values, name: string, rank = 4): Recorded {
  const value = values(name);
  if (!value) throw new SkipError(`the runtime gave no ${name} as numbers of ${floats.join(', ')}`);
  if (value.shape.length !== rank) {
    const axes = value.shape.length - 2;
    throw new SkipError(
      rank === 4
        ? `${axes}-dimensional, the specification has two dimensions`
        : `${name} has no ${rank} axes`,
    );
  }
  if (value.data.length === 0) throw new SkipError(`${name} is empty`);
  return value;
}

interface Convolution {
  readonly x: Recorded;
  readonly weight: Recorded;
  readonly bias: Recorded | undefined;
  readonly y: Recorded;
  readonly groups: number;
  readonly window: Window;
}

function convolutionOf({ node }: FoundConvolution, values: Values): Convolution {
  const [x, weight] = [need(values, node.inputs[0] ?? ''), need(values, node.inputs[1] ?? '')];
  const bias = node.inputs[2] ? need(values, node.inputs[2], 1) : undefined;
  const y = need(values, node.outputs[0] ?? '');
  const groups = intIn(node, 'group', 1);
  const [C, I, O] = [shapeOf(x)[1], shapeOf(weight)[1], shapeOf(weight)[0]];
  if (groups * I !== C || O % groups !== 0) {
    throw new SkipError(`${C} channels in ${groups} groups don't fit a weight of ${sizes(weight.shape)}`);
  }
  return { x, weight, bias, y, groups, window: windowOf(node, x, weight) };
}

function intIn({ attributes }: OnnxNode, name: string, otherwise: number): number {
  const attribute = attributes.get(name);
  return attribute?.kind === 'int' ? attribute.value : otherwise;
}

function intsIn({ attributes }: OnnxNode, name: string, otherwise: readonly number[]): readonly number[] {
  const attribute = attributes.get(name);
  const value = attribute?.kind === 'ints' && attribute.value.length > 0 ? attribute.value : otherwise;
  if (value.length === otherwise.length) return value;
  throw new SkipError(`${name} has ${value.length} numbers, expected ${otherwise.length}`);
}

const autoPads: Readonly<Record<string, PaddingOption>> = {
  SAME_UPPER: 'same-upper',
  SAME_LOWER: 'same-lower',
  VALID: 'valid',
};

function windowOf(node: OnnxNode, x: Recorded, weight: Recorded): Window {
  const [, , H, W] = shapeOf(x);
  const [, , kh, kw] = shapeOf(weight);
  const stride = intsIn(node, 'strides', [1, 1]) as [number, number];
  const dilation = intsIn(node, 'dilations', [1, 1]) as [number, number];
  const [top, left, bottom, right] = intsIn(node, 'pads', [0, 0, 0, 0]) as [number, number, number, number];
  const auto = node.attributes.get('auto_pad');
  const said = auto?.kind === 'string' ? auto.value : 'NOTSET';
  const named = Object.hasOwn(autoPads, said) ? autoPads[said] : undefined;
  if (!named && said !== 'NOTSET' && said !== '') throw new SkipError(`auto_pad is ${said}`);
  if (!named && Math.min(top, left, bottom, right) < 0) throw new SkipError('a padding below 0');
  const padding = named ?? { top, bottom, left, right };
  return tensorWindow({ stride, dilation, padding }, { input: [H, W], kernel: [kh, kw] });
}

type Declaration = Pick<Evidence, 'precision' | 'flushesSubnormals' | 'composed' | 'unrounded'>;

/**
 * How a layer computes that reads x: in the type of its numbers, unless something else is said; nothing is flushed. A
 * runtime without kernels of float16 casts to float32 and back, but not back and forth between two layers: what is shown
 * of a value then is rounded, and what the next layer read wasn't.
 */
function declared({ stored }: Recorded, name: string, { precision, isGiven }: LayerOptions): Declaration {
  const own = isFloat(stored) ? stored : 'float32';
  return {
    precision: precision ?? own,
    flushesSubnormals: false,
    composed: false,
    ...(own === 'float16' && !isGiven(name) ? { unrounded: ['x'] } : {}),
  };
}

function convolutionLayer(found: FoundConvolution, values: Values, options: LayerOptions): Layer {
  const given = convolutionOf(found, values);
  const { x, weight, groups } = given;
  const grouped = groups === 1 ? '' : `, group ${groups}`;
  return {
    shapes: `${sizes(x.shape)} * ${sizes(weight.shape)}${grouped}`,
    ...convolutionParts(given, options.products, declared(x, found.node.inputs[0]!, options)),
  };
}

function convolutionParts(
  { x, weight, bias, y, groups, window }: Convolution,
  products: number,
  declaration: Declaration,
): Parts {
  const evidence = (arrays: Readonly<Record<string, Recorded | undefined>>, moved: Window): Evidence => ({
    operation: 'group-convolution',
    arrays: arraysOf(arrays),
    window: moved,
    ...declaration,
  });
  const [N, , H, W] = shapeOf(x);
  const [O, I, kh, kw] = shapeOf(weight);
  const extent = outputExtent(shapeOf(x), shapeOf(weight), window);
  const whole = evidence({ x, weight, bias, y }, window);
  const expected = [N, O, ...extent];
  // An output of another shape is judged as it is.
  if (sizes(y.shape) !== sizes(expected)) return { evidence: [whole] };
  const perPixel = O * I * kh * kw;
  const most = Math.max(x.data.length, weight.data.length, y.data.length);
  if (N * extent[0] * extent[1] * perPixel <= products && most <= limits.elements) {
    return { evidence: [whole] };
  }
  // Of one sample; fewer channels where even a few pixels of all would be too many.
  const perChannel = I * kh * kw;
  const affordable = Math.max(1, Math.floor(Math.min(products / 9, limits.elements) / perChannel));
  const perGroup = O / groups;
  const keptGroups = some(groups, Math.max(1, Math.floor(affordable / perGroup)));
  const keptOutputs = some(perGroup, Math.max(1, Math.floor(affordable / keptGroups.length)));
  const inputs = keptGroups.flatMap((g) => range([g * I, (g + 1) * I]));
  const outputs = keptGroups.flatMap((g) => keptOutputs.map((o) => g * perGroup + o));
  const all = { I: range([0, I]), kh: range([0, kh]), kw: range([0, kw]) };
  const fewWeights = pick(weight, [outputs, all.I, all.kh, all.kw]);
  const fewBias = bias && pickEntries(bias, outputs);
  const pixels = Math.min(
    Math.floor(products / (outputs.length * perChannel)),
    Math.floor(limits.elements / Math.max(outputs.length, inputs.length * kh * kw)),
  );
  const chosen = patches(extent, Math.max(1, pixels));
  const parts = chosen.flatMap((patch) => {
    const seen = windowOfPatch(patch, [H, W], [kh, kw], window);
    if (!seen) return [];
    const arrays = {
      x: pick(x, [[N - 1], inputs, range(seen.rows), range(seen.columns)]),
      weight: fewWeights,
      bias: fewBias,
      y: pick(y, [[N - 1], outputs, range(patch.rows), range(patch.columns)]),
    };
    return [evidence(arrays, seen.window)];
  });
  if (parts.length === 0) throw new SkipError('too large, and its parts see padding alone');
  const channels = outputs.length === O ? '' : `${outputs.length} of ${O} channels, `;
  return {
    evidence: parts,
    part: `${channels}${pixelsOf(chosen, extent)}${N > 1 ? ` of 1 of ${N} samples` : ''}`,
  };
}

function pixelsOf(chosen: readonly Patch[], [H, W]: readonly [number, number]): string {
  const area = ({ rows, columns }: Patch) => (rows[1] - rows[0]) * (columns[1] - columns[0]);
  const pixels = chosen.reduce((total, patch) => total + area(patch), 0);
  return pixels === H * W ? 'all pixels' : `${pixels} of ${H * W} pixels`;
}

function arraysOf(arrays: Readonly<Record<string, Recorded | undefined>>): ReadonlyMap<string, Recorded> {
  return new Map(Object.entries(arrays).flatMap(([name, array]) => (array ? [[name, array]] : [])));
}

interface Interleave {
  readonly x: Recorded;
  readonly y: Recorded;
  readonly L: number;
  readonly M: number;
}

/** x (N, L·M, H, W) as (N, L, M, …), transposed to (N, M, L, …), as (N, M·L, H, W). */
function interleaveOf({ nodes: [first, turn, last] }: FoundInterleave, values: Values): Interleave {
  const [x, y] = [need(values, first.inputs[0]!), need(values, last.outputs[0]!)];
  const apart = values(first.outputs[0]!)?.shape ?? [];
  const perm = turn.attributes.get('perm');
  const [N, C] = shapeOf(x);
  const [n, L = 0, M = 0] = apart;
  const isSplit = n === N && L * M === C && perm?.kind === 'ints' && perm.value.length === apart.length;
  if (!isSplit || sizes(x.shape) !== sizes(y.shape)) {
    throw new SkipError(`no interleave: ${sizes(x.shape)} as ${sizes(apart)} to ${sizes(y.shape)}`);
  }
  return { x, y, L, M };
}

function interleaveLayer(found: FoundInterleave, values: Values, options: LayerOptions): Layer {
  const { x, y, L, M } = interleaveOf(found, values);
  const [N, C, H, W] = shapeOf(x);
  const chosen =
    x.data.length <= limits.elements
      ? undefined
      : patches([H, W], Math.max(1, Math.floor(limits.elements / (4 * C))));
  const unit: Window = {
    stride: [1, 1],
    dilation: [1, 1],
    padding: { top: 0, bottom: 0, left: 0, right: 0 },
  };
  const evidence = (given: Recorded, computed: Recorded): Evidence => ({
    operation: 'interleave',
    arrays: new Map([
      ['x', given],
      ['y', computed],
    ]),
    window: unit,
    partition: { L, M },
    ...declared(x, found.nodes[0].inputs[0]!, options),
  });
  const shapes = `${sizes(x.shape)}, L ${L}, M ${M}`;
  if (!chosen) return { shapes, evidence: [evidence(x, y)] };
  const parts = chosen.map(({ rows, columns }) => {
    const part = [[N - 1], range([0, C]), range(rows), range(columns)];
    return evidence(pick(x, part), pick(y, part));
  });
  return { shapes, evidence: parts, part: pixelsOf(chosen, [H, W]) };
}

function blockLayer(found: FoundBlock, values: Values, options: LayerOptions): Layer {
  const { products } = options;
  const [first, second] = [convolutionOf(found.primary, values), convolutionOf(found.secondary, values)];
  const [middle, end] = [interleaveOf(found.interleave, values), interleaveOf(found.deinterleave, values)];
  const [, , kh, kw] = shapeOf(second.weight);
  const { padding, stride } = second.window;
  const isPointwise = kh === 1 && kw === 1 && Math.max(...Object.values(padding), ...stride) <= 1;
  const Mout = shapeOf(first.weight)[0] / first.groups;
  const fits = middle.L === first.groups && middle.M === Mout && second.groups === Mout && end.L === Mout;
  if (!isPointwise || Math.max(...Object.values(padding)) > 0 || !fits) {
    const partitions = `${first.groups} groups, interleave ${middle.L} x ${middle.M}, ${second.groups} groups, interleave ${end.L} x ${end.M}`;
    throw new SkipError(`no IGC block: ${partitions}, second kernel ${kh}x${kw}`);
  }
  const { x, weight, window } = first;
  const [N, , H, W] = shapeOf(x);
  const kernel = [shapeOf(weight)[2], shapeOf(weight)[3]] as const;
  const extent = outputExtent(shapeOf(x), shapeOf(weight), window);
  const computed = { primary: first.y, interleaved: middle.y, secondary: second.y, y: end.y };
  const weights = {
    primary_weight: weight,
    secondary_weight: second.weight,
    primary_bias: first.bias,
    secondary_bias: second.bias,
  };
  const evidence = (arrays: Readonly<Record<string, Recorded | undefined>>, moved: Window): Evidence => ({
    operation: 'block',
    arrays: arraysOf(arrays),
    window: moved,
    ...declared(x, found.primary.node.inputs[0]!, options),
  });
  const shapes = `${sizes(x.shape)}, L ${first.groups}, M ${shapeOf(weight)[1]}${shapeOf(weight)[1] === Mout ? '' : `, Mout ${Mout}`}, kernel ${sizes(kernel)}`;
  // y is judged in two stages, and by each stage on its own: about three times the products of both.
  const perPixel = 3 * (weight.data.length + second.weight.data.length);
  const all = [x, ...Object.values(computed)];
  const elements = Math.max(...all.map(({ data }) => data.length));
  if (N * extent[0] * extent[1] * perPixel <= products && elements <= limits.elements) {
    return { shapes, evidence: [evidence({ x, ...weights, ...computed }, window)] };
  }
  const chosen = patches(extent, Math.max(1, Math.floor(products / perPixel)));
  const parts = chosen.flatMap((patch) => {
    const seen = windowOfPatch(patch, [H, W], kernel, window);
    if (!seen) return [];
    const crop = (array: Recorded, rows = patch.rows, columns = patch.columns) =>
      pick(array, [[N - 1], range([0, array.shape[1]!]), range(rows), range(columns)]);
    const cropped = Object.entries(computed).map(([name, array]) => [name, crop(array)] as const);
    const arrays = { x: crop(x, seen.rows, seen.columns), ...weights, ...Object.fromEntries(cropped) };
    return [evidence(arrays, seen.window)];
  });
  if (parts.length === 0) throw new SkipError('too large, and its parts see padding alone');
  return { shapes, evidence: parts, part: pixelsOf(chosen, extent) };
}
