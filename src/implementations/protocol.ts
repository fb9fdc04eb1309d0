/**
 * The line protocol between the oracle and a command: one JSON object a line, tensors in files. What we write is one
 * of two lines; what comes back is held to this page. docs/implementations.md tells it to those who implement it.
 */
import { type PrecisionName, precisions } from '../algebras/precision.ts';
import { isWinogradPoints } from '../algebras/winograd.ts';
import type { Abilities, Case } from '../oracle/adapter.ts';
import { type Differentiable, differentiable, type OperationName } from '../oracle/types.ts';
import {
  Fields,
  isBoolean,
  isLabel,
  isListOf,
  isOneOf,
  isPositiveInteger,
  isText,
  isTrue,
  ProtocolError,
  quoted,
} from './fields.ts';
import { elementFor, floats } from './onnx/elements.ts';
import { slots } from './recording.ts';

/** The version of the protocol. */
export const protocolVersion = 1;

/** The files that tensors travel in. */
export const tensorFormats = ['npz', 'safetensors'] as const;

export type TensorFormat = (typeof tensorFormats)[number];

/** What a command says of itself. */
export interface Hello {
  readonly name: string;
  readonly version?: string | undefined;
  readonly format: TensorFormat;
  /** Whether each case comes as a file in ONNX too. */
  readonly models: boolean;
  readonly abilities: Abilities;
}

const operations = Object.keys(slots) as OperationName[];
const isGradients = (value: unknown): value is boolean | Differentiable[] =>
  isBoolean(value) || isListOf(differentiable)(value);
const precisionNames = Object.keys(precisions) as PrecisionName[];
const list = (names: readonly string[]) => names.map((name) => JSON.stringify(name)).join(', ');

/** The first line that a command reads. */
export function helloLine(): string {
  return `${JSON.stringify({ igc: protocolVersion, hello: 'igc-oracle' })}\n`;
}

/** A command's first line. Throws a ProtocolError. */
export function readHello(line: string): Hello {
  const fields = new Fields(line);
  fields.take('igc', isOneOf([protocolVersion]), `${protocolVersion}, the version of the protocol`);
  const models = fields.maybe('models', isBoolean, 'true or false') ?? false;
  const boolean = (key: string) => fields.maybe(key, isBoolean, 'true or false');
  const size = (key: string) => fields.maybe(key, isPositiveInteger, 'a positive integer');
  const given = {
    operations: fields.take('operations', isListOf(operations), `a list of some of ${list(operations)}`),
    precision: fields.take('precision', isOneOf(precisionNames), `one of ${list(precisionNames)}`),
    flushesSubnormals: boolean('flushesSubnormals'),
    composed: boolean('composed'),
    winograd: fields.maybe('winograd', isWinogradPoints, 'two different powers of two from 1/16 to 16'),
    strassen: boolean('strassen'),
    multipliesZeros: boolean('multipliesZeros'),
    bias: boolean('bias'),
    gradients: fields.maybe(
      'gradients',
      isGradients,
      `true, false or a list of some of ${list(differentiable)}`,
    ),
    widening: boolean('widening'),
    outputs: boolean('outputs'),
    stride: size('stride'),
    dilation: size('dilation'),
    kernel: size('kernel'),
    partitions: size('partitions'),
    // A question to a command has four numbers, and only a model can name a padding.
    autoPad: models || undefined,
    padding: fields.maybe(
      'padding',
      isOneOf(['any', 'symmetric', 'none'] as const),
      '"any", "symmetric" or "none"',
    ),
  };
  const hello = {
    name: fields.take('name', isLabel, 'a name, printable, in one line'),
    version: fields.maybe('version', isLabel, 'a version, printable, in one line'),
    format: fields.maybe('format', isOneOf(tensorFormats), `one of ${list(tensorFormats)}`) ?? 'npz',
    models,
    abilities: present(given),
  };
  fields.done('igc, name, version, format, models and abilities');
  if (models) checkModels(hello.abilities);
  return hello;
}

/** A model computes y, in a type that ONNX runtimes compute in. */
function checkModels({ precision, gradients = false }: Abilities): void {
  if (gradients !== false) throw new ProtocolError('"gradients": expected none beside "models", got some');
  if (elementFor(precision)) return;
  throw new ProtocolError(`"precision": expected one of ${list(floats)} beside "models", got '${precision}'`);
}

/** The object without what is undefined. */
function present(given: { [K in keyof Required<Abilities>]: Abilities[K] | undefined }): Abilities {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as Abilities;
}

/** Where the tensors of a question are. */
export interface Places {
  readonly inputs: string;
  readonly outputs: string;
  /** The case in ONNX, where models were asked for. */
  readonly model?: string;
}

/** What a question says beside its tensors. L is the number of (primary) partitions, M the channels of each. */
export function questionFields(
  { id, operation, inputs, window, partition }: Case,
  { inputs: from, outputs, model }: Places,
) {
  const { stride, dilation, padding } = window;
  return {
    case: id,
    operation,
    inputs: from,
    outputs,
    ...(model === undefined ? {} : { model }),
    stride,
    dilation,
    padding: [padding.top, padding.bottom, padding.left, padding.right] as const,
    ...(partition ?? partitionOf(operation, inputs)),
  };
}

/** A question: the command is to answer with the same id, which nobody can know before. */
export function questionLine(id: string, question: Case, places: Places): string {
  return `${JSON.stringify({ id, ...questionFields(question, places) })}\n`;
}

/** L and M by the shapes; of a group convolution, its groups and their input channels. */
function partitionOf(operation: OperationName, inputs: Case['inputs']): { L: number; M: number } {
  const axis = (name: string, at: number) => inputs.get(name)?.shape[at] ?? Number.NaN;
  if (operation === 'block') return { L: axis('secondary_weight', 1), M: axis('primary_weight', 1) };
  return { L: axis('x', 1) / axis('weight', 1), M: axis('weight', 1) };
}

/** What a command says to a question. */
export type Answer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'unsupported'; readonly reason: string }
  | { readonly kind: 'error'; readonly reason: string };

/** A command's line after a question. Throws a ProtocolError. */
export function readAnswer(line: string, id: string): Answer {
  const fields = new Fields(line);
  const came = fields.take('id', isText, 'the id of the question');
  if (came !== id)
    throw new ProtocolError(`"id": expected '${id}', that of the question, got ${quoted(came)}`);
  const answer = answerIn(fields);
  fields.done('an id and one of "ok", "unsupported", "error"');
  return answer;
}

function answerIn(fields: Fields): Answer {
  for (const kind of ['unsupported', 'error'] as const) {
    const reason = fields.maybe(kind, isText, 'a reason');
    if (reason !== undefined) return { kind, reason };
  }
  fields.take('ok', isTrue, 'true (or "unsupported" or "error" with a reason)');
  return { kind: 'ok' };
}
