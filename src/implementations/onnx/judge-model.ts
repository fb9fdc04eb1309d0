/** `igc check --onnx`: a model run once by a runtime that is made to show its activations, and each layer judged on them. */
import { ConstraintError } from '../../../spec/00-notation.ts';
import { type PrecisionName, precisions } from '../../algebras/precision.ts';
import { FileError } from '../../formats/index.ts';
import {
  type OnnxFile,
  type OnnxModel,
  type OnnxTensor,
  type OnnxValue,
  withOutputs,
} from '../../formats/onnx/index.ts';
import { judge } from '../../oracle/judge.ts';
import { volume } from '../../oracle/lookup.ts';
import { linearCongruential } from '../../oracle/random.ts';
import { roundTo } from '../../oracle/spacing.ts';
import type { Recorded, Verdict, VerdictKind } from '../../oracle/types.ts';
import { TensorError } from '../../tensor/index.ts';
import { ImplementationError } from '../error.ts';
import { printable } from '../printable.ts';
import { isFloat, saysUnsupported } from './elements.ts';
import { type Found, findLayers, valuesOf } from './find.ts';
import { type Layer, type LayerOptions, layerOf, SkipError, type Values } from './layer.ts';
import type { OnnxRuntime, RuntimeTensor, RuntimeTensors } from './runtime.ts';

export interface ModelOptions {
  /** Sizes of inputs by name, where they aren't those of the file: others are 1 (axis 0) and 64. */
  readonly sizes?: ReadonlyMap<string, readonly number[]>;
  readonly seed?: number;
  /** Exact products for one layer; default 20 000 000. */
  readonly products?: number;
  /** The coarsest that a sum or a product is rounded to, where that isn't the type of the layer's numbers. */
  readonly precision?: PrecisionName;
  /** Told before each layer. */
  progress?(layer: string, done: number, all: number): void;
}

/** What came of a layer. */
export interface LayerReport {
  readonly node: string;
  readonly op: string;
  readonly shapes: string;
  readonly verdict: VerdictKind | 'SKIPPED';
  /** Why it was skipped, or isn't PASS. */
  readonly reason?: string;
  /** What part of its outputs was judged; absent: all. */
  readonly part?: string;
  /** The largest error as a share of its bound. */
  readonly worstRatio: number;
  /** Judged numbers. */
  readonly elements: number;
  /** Of its parts. */
  readonly verdicts: readonly Verdict[];
}

export interface ModelReport {
  readonly runtime: string;
  readonly producer: string;
  readonly opset: number;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly seed: number;
  readonly layers: readonly LayerReport[];
  readonly verdict: VerdictKind;
  readonly reason: string;
}

/** Why there are no activations to judge: the runtime's own words. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

/** Judges every layer of a model. Rejects with a ModelError where the runtime refuses it. */
export async function judgeModel(
  path: string,
  { bytes, model }: OnnxFile,
  runtime: OnnxRuntime,
  options: ModelOptions = {},
): Promise<ModelReport> {
  const { seed = 1, products = 2e7 } = options;
  const found = findLayers(model.graph);
  const constants = constantsOf(model);
  const feeds = inputsOf(path, model, options.sizes ?? new Map(), seed);
  const isGiven = (name: string) => constants.has(name) || feeds.has(name);
  const known = new Set([
    ...constants.keys(),
    ...feeds.keys(),
    ...model.graph.outputs.map(({ name }) => name),
  ]);
  const wanted = [...new Set(found.flatMap(valuesOf))].filter((name) => !known.has(name));
  const head = {
    runtime: runtime.about,
    producer: model.producer,
    opset: model.opsets.get('') ?? 0,
    inputs: Object.fromEntries([...feeds].map(([name, { dims }]) => [name, dims])),
    seed,
  };
  const outputs = await runOnce(runtime, withOutputs(bytes, wanted, path), feeds);
  if (typeof outputs === 'string') return { ...head, layers: [], verdict: 'UNSUPPORTED', reason: outputs };
  const values: Values = (name) => {
    const constant = constants.get(name);
    if (constant) return asRecorded(constant);
    const computed = feeds.get(name) ?? outputs.get(name);
    return computed && asRecorded(computed);
  };
  const layers = found.map((layer, i) => {
    options.progress?.(layer.name, i, found.length);
    return judgeLayer(layer, values, { products, precision: options.precision, isGiven });
  });
  return { ...head, layers, ...conclusion(layers) };
}

/** What it gives; or, where it hasn't what the model asks for, its words. Rejects with a ModelError where it refuses the model. */
async function runOnce(
  runtime: OnnxRuntime,
  model: Uint8Array,
  feeds: RuntimeTensors,
): Promise<RuntimeTensors | string> {
  try {
    const loaded = await runtime.load(model);
    try {
      return await loaded.run(feeds);
    } finally {
      await loaded.release();
    }
  } catch (cause) {
    if (cause instanceof ImplementationError) throw cause;
    const reason = printable(cause instanceof Error ? cause.message : String(cause));
    const what = `${runtime.name} doesn't run it: ${reason}`;
    if (saysUnsupported(reason)) return what;
    throw new ModelError(what, { cause });
  }
}

/** Initializers, and what nodes called Constant hold. */
function constantsOf({ graph }: OnnxModel): ReadonlyMap<string, OnnxTensor> {
  const constants = new Map(graph.initializers);
  for (const { op, outputs, attributes } of graph.nodes) {
    const value = op === 'Constant' ? attributes.get('value') : undefined;
    if (value?.kind === 'tensor' && outputs[0]) constants.set(outputs[0], value.value);
  }
  return constants;
}

/** Real numbers; of other types nothing is judged. */
function asRecorded(tensor: OnnxTensor | RuntimeTensor): Recorded | undefined {
  const { type, dims, data } = tensor;
  return isFloat(type) ? { shape: dims, data, stored: type } : undefined;
}

/** Numbers for the inputs of a model that aren't initializers: between -1 and 1, or 0 and 1 of integers. */
function inputsOf(
  path: string,
  { graph }: OnnxModel,
  sizes: ReadonlyMap<string, readonly number[]>,
  seed: number,
): RuntimeTensors {
  const inputs = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const stray = [...sizes.keys()].find((name) => !inputs.some((input) => input.name === name));
  if (stray !== undefined) {
    const names = inputs.map(({ name }) => printable(name)).join(', ');
    throw new FileError(path, `input: expected one of ${names}, got ${printable(stray)}`);
  }
  const integers = linearCongruential(seed);
  const next = () => integers() / 2 ** 32;
  return new Map(
    inputs.map((input) => {
      const dims = dimsOf(path, input, sizes.get(input.name));
      const count = volume(dims);
      if (count > 2 ** 26)
        throw new FileError(path, `input ${printable(input.name)}: expected at most 2^26 numbers`);
      const { type } = input;
      const draw = isFloat(type) ? () => roundTo(2 * next() - 1, precisions[type]) : () => Math.round(next());
      return [input.name, { type: input.type, dims, data: Float64Array.from({ length: count }, draw) }];
    }),
  );
}

function dimsOf(path: string, { name, dims }: OnnxValue, given: readonly number[] | undefined) {
  const place = `input ${printable(name)}`;
  if (!dims && !given)
    throw new FileError(path, `${place}: expected a shape; --input NAME=1x3x64x64 gives one`);
  if (!dims) return given!;
  const isFixed = (size: number | string | undefined): size is number => typeof size === 'number' && size > 0;
  const fits =
    !given || (given.length === dims.length && dims.every((size, i) => !isFixed(size) || size === given[i]));
  if (!fits) {
    const declared = dims.map((size) => (isFixed(size) ? size : '?')).join('x');
    throw new FileError(
      path,
      `${place}: expected ${declared}, as the model declares, got ${given.join('x')}`,
    );
  }
  return given ?? dims.map((size, axis) => (isFixed(size) ? size : axis === 0 ? 1 : 64));
}

function judgeLayer(found: Found, values: Values, options: LayerOptions): LayerReport {
  const head = { node: printable(found.name), op: printable(found.op) };
  let layer: Layer;
  try {
    layer = layerOf(found, values, options);
  } catch (error) {
    if (error instanceof SkipError || error instanceof ConstraintError || error instanceof TensorError) {
      const reason = printable(error.message);
      return { ...head, shapes: '', verdict: 'SKIPPED', reason, worstRatio: 0, elements: 0, verdicts: [] };
    }
    throw error;
  }
  const verdicts = layer.evidence.map((evidence) => judge(evidence));
  const arrays = verdicts.flatMap((verdict) => verdict.arrays);
  const verdict = worst(verdicts.map(({ kind }) => kind));
  const reason = verdicts.find(({ kind }) => kind === verdict)?.reason;
  return {
    ...head,
    shapes: layer.shapes,
    verdict,
    ...(verdict === 'PASS' || reason === undefined ? {} : { reason }),
    ...(layer.part === undefined ? {} : { part: layer.part }),
    worstRatio: Math.max(0, ...arrays.map(({ worstRatio }) => worstRatio)),
    elements: arrays.reduce((total, { elements }) => total + elements, 0),
    verdicts,
  };
}

const badFirst = ['GARBAGE', 'FAIL', 'UNSUPPORTED'] as const satisfies readonly VerdictKind[];

/** Of the parts of a layer: a part that could have caught no mistake takes nothing from one that could. */
function worst(kinds: readonly VerdictKind[]): VerdictKind {
  const bad = badFirst.find((kind) => kinds.includes(kind));
  return bad ?? (kinds.includes('PASS') ? 'PASS' : 'MISTRUSTED');
}

function conclusion(layers: readonly LayerReport[]): Pick<ModelReport, 'verdict' | 'reason'> {
  const of = (...kinds: LayerReport['verdict'][]) => layers.filter(({ verdict }) => kinds.includes(verdict));
  const wrong = of('FAIL', 'GARBAGE')[0];
  const [passed, skipped] = [of('PASS').length, of('SKIPPED').length];
  const judged = layers.length - skipped;
  const inPart = layers.filter(({ part }) => part !== undefined).length;
  const left = [
    ...(inPart === 0 ? [] : [`; ${inPart} of them judged in part (--products judges more)`]),
    ...(skipped === 0 ? [] : [`; ${skipped} skipped`]),
  ].join('');
  if (wrong) {
    const kind = wrong.verdict === 'GARBAGE' ? 'GARBAGE' : 'FAIL';
    return { verdict: kind, reason: `${wrong.node}: ${wrong.reason}` };
  }
  if (judged === 0) return { verdict: 'UNSUPPORTED', reason: `nothing in it can be judged${left}` };
  const count = `${passed} of ${judged} layers agree with the specification${left}`;
  if (passed === judged) return { verdict: 'PASS', reason: count };
  return { verdict: of('UNSUPPORTED').length > 0 ? 'UNSUPPORTED' : 'MISTRUSTED', reason: count };
}
